//! Every route, with no token and with the wrong person's.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::sandbox::{Sandbox, config};

#[tokio::test(flavor = "multi_thread")]
async fn no_token_and_the_wrong_person() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("ok", "ann").await;
    sandbox.until(&job, "successful").await;
    let own = format!("/processes/jobs/{job}");
    for (method, path, wrong_person) in [
        (Method::POST, "/processes/processes/ok/execution".to_owned(), None),
        (Method::GET, "/processes/jobs".to_owned(), None),
        (Method::GET, own.clone(), Some(StatusCode::NOT_FOUND)),
        (Method::DELETE, own.clone(), Some(StatusCode::NOT_FOUND)),
        (Method::GET, format!("{own}/logs"), Some(StatusCode::NOT_FOUND)),
        (Method::GET, format!("{own}/results"), Some(StatusCode::NOT_FOUND)),
        (Method::GET, format!("{own}/results/result"), Some(StatusCode::NOT_FOUND)),
    ] {
        for (who, expected) in
            [("", Some(StatusCode::UNAUTHORIZED)), ("stranger", Some(StatusCode::UNAUTHORIZED)), ("bob", wrong_person)]
        {
            let Some(expected) = expected else { continue };
            let response = sandbox.request(method.clone(), &path, who).json(&json!({})).send().await.unwrap();
            assert_eq!(response.status(), expected, "{method} {path} by {who:?}");
            assert_eq!(response.headers()["content-type"], "application/problem+json");
        }
    }
    let (_, bobs) = sandbox.get("/processes/jobs", "bob").await;
    assert_eq!(bobs["jobs"], json!([]), "a person sees their own jobs");
    let (_, all) = sandbox.get("/processes/jobs", "root").await;
    assert_eq!(all["jobs"][0]["jobID"], json!(job), "an administrator sees all");
    assert_eq!(sandbox.get(&own, "ann").await.0, StatusCode::OK, "nobody has removed it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_for_reading_runs_and_stops_nothing() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("slow", "ann").await;
    assert_eq!(sandbox.execute("ok", "reader", &json!({})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(sandbox.dismiss(&job, "reader").await.0, StatusCode::FORBIDDEN);
    assert_eq!(sandbox.get(&format!("/processes/jobs/{job}"), "reader").await.0, StatusCode::OK);
}
