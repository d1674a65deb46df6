//! Flows that cross services, on a whole platform in this process.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use futures::{StreamExt, stream};
use okeanos_blob::{Blobs, Location, PutOptions};
use okeanos_config::Layers;
use okeanos_testkit::{Sandbox, eventually};
use serde_json::{Value, json};

const OSTIA: &[u8] = include_bytes!("../../../e2e/data/samples/ostia-sst.nc");
const PROFILE: &[u8] = include_bytes!("../../../e2e/data/samples/levitus-temperature-salinity.nc");

/// With the runner that `cargo test` built: this test's own binary has no `run-process`.
async fn platform() -> Sandbox {
    let runner = toml::Value::Array(vec![env!("CARGO_BIN_EXE_okeanos").into(), "run-process".into()]);
    Sandbox::start(Layers::new().with("job-dispatcher", "runner", runner)).await.unwrap()
}

async fn put(platform: &Sandbox, key: &str, bytes: &'static [u8]) -> Location {
    let store = platform.session().unwrap().storage().await.unwrap();
    let at = Location::new("user-admin", key);
    let body = stream::iter([Ok(Bytes::from_static(bytes))]).boxed();
    store.put(&at, body, PutOptions::default()).await.unwrap();
    at
}

async fn ask(platform: &Sandbox, request: reqwest::RequestBuilder) -> (u16, Value) {
    let response = request.bearer_auth(platform.token()).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap_or_default())
}

async fn get(platform: &Sandbox, path: &str) -> (u16, Value) {
    ask(platform, reqwest::Client::new().get(format!("{}{path}", platform.http()))).await
}

async fn post(platform: &Sandbox, path: &str, body: Value) -> (u16, Value) {
    ask(platform, reqwest::Client::new().post(format!("{}{path}", platform.http())).json(&body)).await
}

/// The items whose data asset is this object.
async fn items_of(platform: &Sandbox, at: &Location) -> anyhow::Result<Vec<Value>> {
    let (status, found) = post(platform, "/data/search", json!({"limit": 1000})).await;
    anyhow::ensure!(status == 200, "{found}");
    let of_object = |item: &&Value| item["assets"]["data"]["href"] == at.to_string();
    Ok(found["features"].as_array().into_iter().flatten().filter(of_object).cloned().collect())
}

async fn catalogued(platform: &Sandbox, at: &Location, count: usize) -> Vec<Value> {
    let look = || async {
        let items = items_of(platform, at).await?;
        Ok((items.len() == count).then_some(items))
    };
    eventually(&format!("{count} items of {at}"), look).await.unwrap()
}

async fn report(platform: &Sandbox, key: &str) -> Value {
    let path = format!("/checks?bucket=user-admin&key={key}");
    let look = || async {
        let (status, list) = get(platform, &path).await;
        anyhow::ensure!(status == 200, "{list}");
        Ok(list["checks"].get(0).cloned())
    };
    eventually(&format!("a report of {key}"), look).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_uploaded_is_catalogued_updated_and_removed() {
    let platform = platform().await;
    let at = put(&platform, "cruise/sst.nc", OSTIA).await;
    let items = catalogued(&platform, &at, 1).await;
    assert_eq!(items[0]["collection"], "climate_forecast-sea_surface_temperature");
    put(&platform, "cruise/sst.nc", PROFILE).await;
    let items = catalogued(&platform, &at, 2).await;
    assert!(items.iter().any(|i| i["collection"] == "climate_forecast-sea_water_temperature"), "{items:?}");
    platform.session().unwrap().storage().await.unwrap().delete(&at).await.unwrap();
    catalogued(&platform, &at, 0).await;
    platform.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_gets_a_report_and_no_item() {
    let platform = platform().await;
    let at = put(&platform, "broken.nc", &OSTIA[..60_000]).await;
    let found = report(&platform, &at.key).await;
    assert_eq!(found["status"], "failed", "{found}");
    assert!(items_of(&platform, &at).await.unwrap().is_empty());
    platform.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_reads_what_is_catalogued_and_its_result_is_catalogued() {
    let platform = platform().await;
    let source = put(&platform, "sst.nc", OSTIA).await;
    catalogued(&platform, &source, 1).await;
    let body = json!({"inputs": {
        "source": source.to_string(), "variables": ["analysed_sst"], "bbox": [-20, -10, 20, 10], "format": "netcdf"}});
    let client = reqwest::Client::new();
    let url = format!("{}/processes/processes/subset/execution", platform.http());
    let (status, job) = ask(&platform, client.post(url).header("prefer", "respond-async").json(&body)).await;
    assert_eq!(status, 201, "{job}");
    let path = format!("/processes/jobs/{}", job["jobID"].as_str().unwrap());
    let look = || async {
        let (_, job) = get(&platform, &path).await;
        Ok((!matches!(job["status"].as_str(), Some("accepted" | "running"))).then_some(job))
    };
    let job = eventually("the job to end", look).await.unwrap();
    assert_eq!(job["status"], "successful", "{job}");
    let prefix = format!("s3://user-admin/jobs/{}/", job["jobID"].as_str().unwrap());
    let look = || async {
        let (_, found) = post(&platform, "/data/search", json!({"limit": 1000})).await;
        let made = |item: &&Value| item["assets"]["data"]["href"].as_str().is_some_and(|h| h.starts_with(&prefix));
        Ok(found["features"].as_array().into_iter().flatten().find(made).cloned())
    };
    let item = eventually("the result to be catalogued", look).await.unwrap();
    let derived = item["links"].as_array().unwrap().iter().any(|l| l["rel"] == "derived_from");
    assert!(derived, "{item}");
    platform.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_that_starts_again_knows_what_it_knew() {
    let platform = platform().await;
    let at = put(&platform, "public/sst.nc", OSTIA).await;
    let before = catalogued(&platform, &at, 1).await;
    let platform = platform.restart().await.unwrap();
    let after = catalogued(&platform, &at, 1).await;
    assert_eq!(before[0]["id"], after[0]["id"]);
    let anyone = reqwest::get(format!("{}/data/search", platform.http())).await.unwrap();
    let seen: Value = anyone.json().await.unwrap();
    assert_eq!(seen["features"].as_array().map(Vec::len), Some(1), "what lies under public/ is public: {seen}");
    platform.stop().await.unwrap();
}
