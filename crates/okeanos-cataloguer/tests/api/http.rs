//! `/checks`: each route with the right person, the wrong one and nobody.

use okeanos_blob::{Location, PutOptions};
use serde_json::{Value, json};

use crate::{files::netcdf, world::World};

fn codes(page: &Value) -> Vec<&str> {
    page["checks"].as_array().unwrap().iter().map(|check| check["key"].as_str().unwrap()).collect()
}

async fn world() -> World {
    let world = World::start().await;
    for (bucket, key) in [
        ("user-ann", "own.nc"),
        ("user-ann", "public/open.nc"),
        ("user-ann", "PUBLIC/own.nc"),
        ("project-reef", "reef.nc"),
    ] {
        world.put(bucket, key, netcdf()).await;
        world.report(bucket, key).await;
    }
    world
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_lists_what_they_may_see_newest_first() {
    let world = world().await;
    let all = ["reef.nc", "PUBLIC/own.nc", "public/open.nc", "own.nc"];
    for (who, path, expected) in [
        (Some("root"), "/checks", &all[..]),
        (Some("ann"), "/checks/", &all[..]),
        (Some("bob"), "/checks", &["reef.nc", "public/open.nc"][..]),
        (None, "/checks", &["public/open.nc"][..]),
        (Some("bob"), "/checks?bucket=user-ann", &["public/open.nc"][..]),
        (Some("bob"), "/checks?bucket=user-ann&key=own.nc", &[][..]),
        (None, "/checks?bucket=user-ann&key=own.nc", &[][..]),
        (Some("ann"), "/checks?bucket=user-ann&key=own.nc", &["own.nc"][..]),
    ] {
        let (status, page) = world.get(path, who).await;
        assert_eq!((status, codes(&page)), (200, expected.to_vec()), "{who:?} {path}");
    }

    // Page by page to the end.
    let (mut path, mut seen) = ("/checks?limit=3".to_owned(), Vec::new());
    loop {
        let (_, page) = world.get(&path, Some("root")).await;
        seen.extend(codes(&page).into_iter().map(str::to_owned));
        let links = page["links"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["rel"] == "next") else { break };
        let href = next["href"].as_str().unwrap();
        path = href[href.find("/checks").unwrap()..].to_owned();
    }
    assert_eq!(seen, all);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_there_for_whoever_may_read_the_object() {
    let world = world().await;
    let own = world.report("user-ann", "own.nc").await;
    let open = world.report("user-ann", "public/open.nc").await;
    let path = |report: &Value| format!("/checks/{}", report["id"].as_str().unwrap());
    assert_eq!(world.get(&path(&own), Some("ann")).await, (200, own.clone()));
    assert_eq!(world.get(&path(&open), None).await.0, 200);
    for who in [None, Some("bob")] {
        let (status, problem) = world.get(&path(&own), who).await;
        assert_eq!((status, &problem["code"]), (404, &json!("cataloguer/no-such-report")));
    }
    assert_eq!(world.get("/checks/not-an-id", Some("ann")).await.0, 404);
    for path in ["/checks".to_owned(), path(&own), path(&open)] {
        assert_eq!(world.get(&path, Some("writer")).await.0, 403, "a token that does not read: {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_parameters_are_named() {
    let world = World::start().await;
    for (path, field) in [
        ("/checks?limit=0", "limit"),
        ("/checks?after=x", "after"),
        ("/checks?key=x", "bucket"),
        ("/checks?bucket=", "bucket"),
        ("/checks?buckets=x", "query"),
    ] {
        let (status, problem) = world.get(path, None).await;
        assert_eq!((status, &problem["field"]), (400, &json!(field)), "{path} {problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_on_demand_catalogues_nothing() {
    let world = World::start().await;
    let store = |key: &'static str, bytes: Vec<u8>| {
        let blobs = world.node.ctx.blobs.clone();
        async move {
            let body = Box::pin(futures::stream::iter([Ok(bytes::Bytes::from(bytes))]));
            blobs.put(&Location::new("user-ann", key), body, PutOptions::default()).await.unwrap();
        }
    };
    store("own.nc", netcdf()).await;
    store("public/broken.nc", b"hello".to_vec()).await;
    for (name, bytes) in crate::files::zarr() {
        store(Box::leak(format!("sst.zarr/{name}").into_boxed_str()), bytes).await;
    }
    let check = async |source: &str, who: Option<&str>| world.post("/checks", &json!({"source": source}), who).await;

    let (status, report) = check("s3://user-ann/own.nc", Some("ann")).await;
    assert_eq!((status, &report["status"], &report["items"]), (200, &json!("passed"), &json!([])), "{report:#}");
    let (status, report) = check("s3://user-ann/sst.zarr/", Some("ann")).await;
    assert_eq!(
        (status, &report["status"], &report["format"]),
        (200, &json!("passed"), &json!("Zarr v2")),
        "{report:#}"
    );
    let (status, report) = check("s3://user-ann/public/broken.nc", Some("bob")).await;
    assert_eq!((status, &report["status"]), (200, &json!("failed")), "{report:#}");
    assert!(world.peers.kept(|kept| kept.items.is_empty() && kept.collections.is_empty()));
    assert_eq!(world.get("/checks", Some("root")).await.1["checks"], json!([]));

    for (source, who, status, code) in [
        ("s3://user-ann/own.nc", None, 401, "auth/not-signed-in"),
        ("s3://user-ann/public/broken.nc", None, 401, "auth/not-signed-in"),
        ("s3://user-ann/own.nc", Some("bob"), 403, "auth/not-allowed"),
        ("s3://user-ann/none.nc", Some("ann"), 404, "cataloguer/no-such-source"),
        ("s3://user-ann/", Some("ann"), 400, "cataloguer/bad-source"),
        ("https://elsewhere.example/a.nc", Some("ann"), 400, "cataloguer/bad-source"),
    ] {
        let (found, problem) = check(source, who).await;
        assert_eq!((found, &problem["code"]), (status, &json!(code)), "{source} {who:?} {problem}");
    }
    let (status, problem) = world.post("/checks", &json!({"source": "s3://a/b", "catalogue": true}), Some("ann")).await;
    assert_eq!((status, &problem["code"]), (400, &json!("platform/bad-json")), "{problem}");
}
