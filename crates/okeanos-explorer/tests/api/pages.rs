//! The portal's files and the error pages: for anyone.

use reqwest::{StatusCode, header};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_is_served_with_its_policy() {
    let world = World::start().await;
    for (path, who) in [
        ("/", None),
        ("/map?collection=c&item=open", None),
        ("/map/", Some("bob")),
        ("/data-explorer?source=s3%3A%2F%2Fb%2Fk", None),
    ] {
        let response = world.get(path, who).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(response.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert!(response.text().await.unwrap().contains("<title>Okeanos</title>"));
    }
    assert_eq!(world.get("/launcher", None).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_page_loads_is_there_and_may_be_kept() {
    let world = World::start().await;
    let page = world.get("/", None).await.text().await.unwrap();
    let links: Vec<&str> =
        page.split(['"', '\'']).filter(|part| part.starts_with("/assets/") || *part == "/icon.svg").collect();
    assert!(links.iter().any(|l| l.ends_with(".js")) && links.iter().any(|l| l.ends_with(".css")), "{links:?}");
    for link in links.iter().chain(&["/basemap/land.json", "/basemap/borders.json", "/page.css"]) {
        let response = world.get(link, None).await;
        assert_eq!(response.status(), StatusCode::OK, "{link}");
        let kept = response.headers()[header::CACHE_CONTROL].to_str().unwrap().contains("immutable");
        assert_eq!(kept, link.starts_with("/assets/"), "{link}");
        let tag = response.headers()[header::ETAG].to_str().unwrap().to_owned();
        let again = world.get_with(link, None, &[(header::IF_NONE_MATCH, &tag)]).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{link}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_knows_where_s3_is_only_when_there_is_one() {
    let world = World::start().await;
    assert!(world.json("/portal.json").await["s3_endpoint"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_code_has_its_page() {
    let world = World::start().await;
    for code in [
        "bad-parameter",
        "no-such-variable",
        "no-such-tile",
        "no-readable-asset",
        "asset-not-allowed",
        "not-mappable",
        "no-cell-here",
        "no-time-step",
        "too-many-values",
        "too-much-to-read",
        "too-slow",
        "unreadable-data",
        "overloaded",
        "no-such-page",
    ] {
        let response = world.get(&format!("/errors/explorer/{code}"), None).await;
        assert_eq!(response.status(), StatusCode::OK, "{code}");
        let page = response.text().await.unwrap();
        assert!(page.contains("<h1>") && page.contains("What to do"), "{page}");
    }
    assert_eq!(world.refusal("/errors/explorer/nothing", None).await.1, "explorer/no-such-page");
    assert_eq!(world.refusal("/errors/..%2f..%2fCargo/toml", None).await.0, 404);
}
