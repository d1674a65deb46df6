//! Every path of the OpenAPI document: a method that it does not have is refused as such, not as a missing path.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use okeanos_config::Layers;
use okeanos_testkit::Sandbox;
use reqwest::{Client, Method};
use serde_json::Value;

#[tokio::test]
async fn a_method_that_is_not_there_is_405_with_those_that_are() {
    let platform = Sandbox::start(Layers::new()).await.unwrap();
    let client = Client::new();
    let document: Value = client.get(format!("{}/api", platform.http())).send().await.unwrap().json().await.unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for (path, operations) in document["paths"].as_object().unwrap() {
        let absent = ["patch", "put", "delete", "post"].into_iter().find(|m| operations.get(m).is_none()).unwrap();
        let method = Method::from_bytes(absent.to_uppercase().as_bytes()).unwrap();
        let concrete: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect();
        let url = format!("{}{}", platform.http(), concrete.join("/"));
        let response = client.request(method, url).bearer_auth(platform.token()).send().await.unwrap();
        asked += 1;
        if response.status() != 405 || !response.headers().contains_key("allow") {
            wrong.push(format!("{absent} {path}: {}", response.status()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(asked > 20, "only {asked} paths");
    platform.stop().await.unwrap();
}
