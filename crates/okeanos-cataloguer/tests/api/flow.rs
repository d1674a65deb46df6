//! From events to items and reports.

use serde_json::{Value, json};

use crate::{
    files::{filled, netcdf, zarr},
    world::{World, config, eventually},
};

const NC: &str = "user-ann/public/a b/ocean.nc";

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_netcdf_file_lives_in_the_catalog_as_long_as_it_is_stored() {
    let world = World::start().await;
    world.put("user-ann", "public/a b/ocean.nc", netcdf()).await;
    let report = world.report("user-ann", "public/a%20b/ocean.nc").await;
    assert_eq!((&report["status"], &report["format"]), (&json!("passed"), &json!("NetCDF-4")), "{report:#}");
    assert_eq!(report["findings"], json!([]));
    assert!(report["passed"].as_array().unwrap().len() > 20);

    let items = world.peers.items(NC);
    assert_eq!(items.len(), 2);
    let collections: Vec<_> = items.iter().map(|item| item["collection"].as_str().unwrap()).collect();
    assert_eq!(collections, ["climate_forecast-sea_water_temperature", "climate_forecast-sea_water_salinity"]);
    assert!(collections.iter().all(|c| world.peers.kept(|kept| kept.collections.contains(*c))));
    assert_eq!(items[0]["bbox"], json!([-10.0, 40.0, -8.0, 41.0]));
    assert_eq!(items[0]["properties"]["start_datetime"], "2020-01-01T00:00:00Z");
    assert_eq!(items[0]["properties"]["end_datetime"], "2020-01-02T00:00:00Z");
    assert_eq!(items[0]["assets"]["data"]["href"], "s3://user-ann/public/a b/ocean.nc");
    assert_eq!(items[0]["assets"]["data"]["file:size"], netcdf().len());
    assert_eq!(world.peers.kept(|kept| kept.rights[NC].clone()), ("user-ann".to_owned(), "public".to_owned()));
    let told: Vec<_> = report["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(told, ids(&items));

    // Overwritten with the same, then with half of it.
    world.put("user-ann", "public/a b/ocean.nc", netcdf()).await;
    world.reports("user-ann", "public/a%20b/ocean.nc", 2).await;
    assert_eq!(ids(&world.peers.items(NC)), ids(&items));
    let whole = netcdf();
    world.put("user-ann", "public/a b/ocean.nc", whole[..whole.len() / 3].to_vec()).await;
    let broken = world.reports("user-ann", "public/a%20b/ocean.nc", 3).await.remove(0);
    assert_eq!((&broken["status"], &broken["items"]), (&json!("failed"), &json!([])), "{broken:#}");
    assert_eq!(broken["findings"][0]["rule"], "format/opens");
    assert!(world.peers.items(NC).is_empty());

    world.put("user-ann", "public/a b/ocean.nc", netcdf()).await;
    world.reports("user-ann", "public/a%20b/ocean.nc", 4).await;
    assert_eq!(world.peers.items(NC).len(), 2);
    world.remove("user-ann", "public/a b/ocean.nc").await;
    eventually(async || world.peers.items(NC).is_empty().then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_zarr_store_is_catalogued_once_wherever_it_is() {
    // Nobody is told before all is there, and between two events there is less than this.
    let world = World::with(okeanos_cataloguer::Config { quiet_ms: 2_000, ..config() }).await;
    for root in ["a/sst.zarr", "b/store"] {
        for (name, bytes) in zarr() {
            world.store("user-ann", &format!("{root}/{name}"), bytes, &[]).await;
        }
    }
    for root in ["a/sst.zarr", "b/store"] {
        for (name, _) in zarr() {
            world.tell_of("user-ann", &format!("{root}/{name}")).await;
        }
    }
    for root in ["a/sst.zarr", "b/store"] {
        let report = world.report("user-ann", root).await;
        assert_eq!(report["format"], "Zarr v2", "{report:#}");
        assert_eq!(report["status"], "passed", "{report:#}");
        let object = format!("user-ann/{root}");
        let items = world.peers.items(&object);
        assert_eq!(ids(&items).len(), 1, "{items:#?}");
        assert_eq!(items[0]["assets"]["data"]["href"], format!("s3://{object}"));
        assert_eq!(items[0]["assets"]["data"]["type"], "application/vnd+zarr");
        assert_eq!(items[0]["bbox"], json!([-10.0, 40.0, -8.0, 41.0]));
        assert_eq!(world.peers.kept(|kept| kept.puts[&object]), 1);
    }
    assert_eq!(world.peers.kept(|kept| kept.items.len()), 2);

    // Its root goes first, as an object store may delete in any order.
    for (name, _) in zarr() {
        world.remove("user-ann", &format!("b/store/{name}")).await;
    }
    eventually(async || world.peers.items("user-ann/b/store").is_empty().then_some(())).await;
    assert_eq!(world.peers.items("user-ann/a/sst.zarr").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incomplete_store_is_waited_for_then_told_of() {
    let world = World::start().await;
    let files = zarr();
    for (name, bytes) in files.iter().filter(|(name, _)| name != "lon/0") {
        world.put("user-ann", &format!("sst.zarr/{name}"), bytes.clone()).await;
    }
    let report = world.report("user-ann", "sst.zarr").await;
    assert_eq!(
        (&report["status"], &report["findings"][0]["rule"]),
        (&json!("failed"), &json!("zarr/complete")),
        "{report:#}"
    );
    assert!(report["findings"][0]["message"].as_str().unwrap().contains("coordinate lon"), "{report:#}");
    assert!(world.peers.items("user-ann/sst.zarr").is_empty());

    let (name, bytes) = files.into_iter().find(|(name, _)| name == "lon/0").unwrap();
    world.put("user-ann", &format!("sst.zarr/{name}"), bytes).await;
    let report = world.reports("user-ann", "sst.zarr", 2).await.remove(0);
    assert_eq!(report["status"], "passed", "{report:#}");
    assert_eq!(world.peers.items("user-ann/sst.zarr").len(), 1);

    // A store whose root never comes, and one that never has an array.
    world.put("user-ann", "lost.zarr/sst/0.0", vec![0; 8]).await;
    let report = world.report("user-ann", "lost.zarr").await;
    assert!(report["findings"][0]["message"].as_str().unwrap().contains("the metadata of the root"), "{report:#}");
    world.put("user-ann", "bare.zarr/.zgroup", br#"{"zarr_format": 2}"#.to_vec()).await;
    let report = world.report("user-ann", "bare.zarr").await;
    assert_eq!(report["status"], "failed");
    assert!(report["findings"][0]["message"].as_str().unwrap().contains("the metadata of any array"), "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_zarr_leaves_out_are_not_waited_for_long() {
    // Waiting for all of these tries would take minutes.
    let world = World::with(okeanos_cataloguer::Config { incomplete_tries: 12, ..config() }).await;
    let lat = filled("lat", &["lat"], 0.0, &[("units", "degrees_north"), ("standard_name", "latitude")]);
    let lon = filled("lon", &["lon"], 0.0, &[("units", "degrees_east"), ("standard_name", "longitude")]);
    let time = filled("time", &["time"], 0.0, &[("units", "days since 2020-01-01"), ("standard_name", "time")]);
    let salt =
        filled("salt", &["time", "lat", "lon"], 35.0, &[("units", "1e-3"), ("standard_name", "sea_water_salinity")]);
    for (name, bytes) in zarr().into_iter().take(2).chain([lat, lon, time, salt].concat()) {
        world.put("user-ann", &format!("one.zarr/{name}"), bytes).await;
    }
    let report = world.report("user-ann", "one.zarr").await;
    assert_eq!(report["status"], "passed", "{report:#}");
    let told = report["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "zarr/complete").unwrap();
    assert_eq!(told["severity"], "info", "{told}");
    assert!(told["message"].as_str().unwrap().contains("1 of 1 chunks of variable salt"), "{told}");
    let items = world.peers.items("user-ann/one.zarr");
    assert_eq!(items[0]["properties"]["datetime"], "2020-01-01T00:00:00Z", "{items:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_takes_back_its_parts_and_nothing_else() {
    let world = World::start().await;
    world.put("user-ann", "run/data.nc", netcdf()).await;
    world.report("user-ann", "run/data.nc").await;
    // A chunk that comes before the store that it belongs to is an object as any other.
    let mut files = zarr();
    let (name, bytes) = files.pop().unwrap();
    let chunk = format!("run/{name}");
    world.put("user-ann", &chunk, bytes).await;
    world.report("user-ann", &chunk).await;
    world.peers.kept(|kept| _ = kept.items.insert(format!("user-ann/{chunk}"), vec![json!({"id": "stray"})]));
    for (name, bytes) in files {
        world.put("user-ann", &format!("run/{name}"), bytes).await;
    }
    assert_eq!(world.report("user-ann", "run").await["status"], "passed");
    eventually(async || world.peers.items(&format!("user-ann/{chunk}")).is_empty().then_some(())).await;
    assert_eq!(world.peers.items("user-ann/run").len(), 1);
    assert_eq!(world.peers.items("user-ann/run/data.nc").len(), 2, "it is no part of the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_data_is_told_of() {
    let world = World::start().await;
    world.put("user-ann", "readme.txt", b"hello, sea".to_vec()).await;
    world.put("user-ann", "broken.nc", b"hello, sea".to_vec()).await;
    world.put("user-ann", "empty.nc", Vec::new()).await;
    world.put("user-ann", "notes/0", b"a number, not a chunk".to_vec()).await;
    for (key, status, rule) in [
        ("readme.txt", "warned", "format/not-catalogued"),
        ("broken.nc", "failed", "format/opens"),
        ("empty.nc", "failed", "format/opens"),
        ("notes/0", "warned", "format/not-catalogued"),
    ] {
        let report = world.report("user-ann", key).await;
        assert_eq!((&report["status"], &report["findings"][0]["rule"]), (&json!(status), &json!(rule)), "{report:#}");
        assert_eq!(report["items"], json!([]));
    }
    assert!(world.peers.kept(|kept| kept.items.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn results_of_jobs_keep_their_provenance() {
    let world = World::start().await;
    let metadata =
        [("okeanos-job", "j1"), ("okeanos-process", "subset:1.0.0"), ("okeanos-derived-from", "s3://user-ann/a.nc")];
    world.put_with("user-ann", "jobs/j1/result.nc", netcdf(), &metadata).await;
    world.report("user-ann", "jobs/j1/result.nc").await;
    let item = world.peers.items("user-ann/jobs/j1/result.nc").remove(0);
    assert_eq!(item["links"], json!([{"rel": "derived_from", "href": "s3://user-ann/a.nc"}]));
    assert_eq!(item["properties"]["processing:software"], json!({"subset": "1.0.0"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_catalog_that_is_away_is_waited_for_over_a_restart_too() {
    let world = World::with(config()).await;
    world.peers.kept(|kept| kept.away = true);
    world.put("user-ann", "ocean.nc", netcdf()).await;
    eventually(async || world.peers.kept(|kept| kept.missed > 0).then_some(())).await;
    let world = world.restart().await;
    assert_eq!(world.get("/checks?bucket=user-ann&key=ocean.nc", Some("root")).await.1["checks"], json!([]));
    world.peers.kept(|kept| kept.away = false);
    assert_eq!(world.report("user-ann", "ocean.nc").await["status"], "passed");
    assert_eq!(world.peers.items("user-ann/ocean.nc").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_midst_of_cataloguing_loses_nothing() {
    let world = World::start().await;
    world.peers.kept(|kept| kept.mute = true);
    world.put("user-ann", "ocean.nc", netcdf()).await;
    eventually(async || world.peers.kept(|kept| kept.missed > 0).then_some(())).await;
    let world = world.kill().await;
    world.peers.kept(|kept| kept.mute = false);
    assert_eq!(world.report("user-ann", "ocean.nc").await["status"], "passed");
    assert_eq!(world.peers.items("user-ann/ocean.nc").len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_away_is_waited_for_however_often() {
    let world = World::with(okeanos_cataloguer::Config { retries: 1, ..config() }).await;
    world.put("user-ann", "ocean.nc", netcdf()).await;
    world.report("user-ann", "ocean.nc").await;
    world.peers.kept(|kept| kept.away = true);
    world.put("user-ann", "ocean.nc", netcdf()).await;
    eventually(async || world.peers.kept(|kept| kept.missed > 2).then_some(())).await;
    assert_eq!(world.peers.items("user-ann/ocean.nc").len(), 2);
    world.peers.kept(|kept| kept.away = false);
    let report = world.reports("user-ann", "ocean.nc", 2).await.remove(0);
    assert_eq!(report["status"], "passed", "{report:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn work_that_fails_by_a_mistake_is_given_up_in_the_end() {
    let world = World::with(okeanos_cataloguer::Config { retries: 1, ..config() }).await;
    world.peers.kept(|kept| kept.broken = true);
    world.put("user-ann", "ocean.nc", netcdf()).await;
    // The report can be kept only when the catalog has been told that there is nothing.
    eventually(async || world.peers.kept(|kept| kept.missed > 1).then_some(())).await;
    world.peers.kept(|kept| kept.broken = false);
    let report = world.report("user-ann", "ocean.nc").await;
    assert_eq!(
        (&report["status"], &report["findings"][0]["rule"]),
        (&json!("failed"), &json!("catalog/done")),
        "{report:#}"
    );
}
