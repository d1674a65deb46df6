//! `/processes/jobs…`.

use okeanos_job_dispatcher::JobDispatcherConfig;
use reqwest::StatusCode;
use serde_json::json;

use crate::sandbox::{Sandbox, config};

const OGC: &str = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/";

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_followed_to_its_results() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("file", "ann").await;
    let info = sandbox.until(&job, "successful").await;
    assert_eq!((&info["progress"], &info["attempt"]), (&json!(100), &json!(1)));
    for time in ["created", "started", "finished", "updated"] {
        assert!(info[time].as_str().is_some_and(|t| t.ends_with('Z')), "{time}: {info}");
    }
    for link in info["links"].as_array().unwrap() {
        let path = link["href"].as_str().unwrap().strip_prefix(&sandbox.base).unwrap();
        for path in [path.to_owned(), format!("{path}/")] {
            assert_eq!(sandbox.get(&path, "ann").await.0, StatusCode::OK, "{path}");
        }
    }
    let results = info["links"].as_array().unwrap().iter().find(|l| l["rel"].as_str().unwrap().ends_with("/results"));
    assert_eq!(results.unwrap()["href"], format!("{}/processes/jobs/{job}/results", sandbox.base));
    let (_, results) = sandbox.get(&format!("/processes/jobs/{job}/results"), "ann").await;
    let result = &results["result"];
    assert_eq!(result["href"], format!("s3://user-ann/jobs/{job}/result.nc"));
    assert_eq!((&result["type"], &result["length"]), (&json!("application/x-netcdf"), &json!(4)));
    let http = result["alternate"]["href"].as_str().unwrap().strip_prefix(&sandbox.base).unwrap();
    let response = sandbox.request(reqwest::Method::GET, http, "ann").send().await.unwrap();
    assert_eq!(response.headers()["content-disposition"], "attachment; filename=\"result.nc\"");
    assert_eq!(response.bytes().await.unwrap(), &b"CDF\x01"[..]);
    let (status, problem) = sandbox.get(&format!("/processes/jobs/{job}/results/other"), "ann").await;
    assert_eq!((status, &problem["type"]), (StatusCode::BAD_REQUEST, &json!(format!("{OGC}no-such-output"))));
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_are_not_there() {
    let sandbox = Sandbox::start(config()).await;
    let slow = sandbox.submit("slow", "ann").await;
    let (status, problem) = sandbox.get(&format!("/processes/jobs/{slow}/results"), "ann").await;
    assert_eq!((status, &problem["type"]), (StatusCode::NOT_FOUND, &json!(format!("{OGC}result-not-ready"))));

    let wrong = sandbox.submit("wrong", "ann").await;
    let info = sandbox.until(&wrong, "failed").await;
    assert_eq!(info["exception"]["code"], "job-dispatcher/process-failed");
    let (status, problem) = sandbox.get(&format!("/processes/jobs/{wrong}/results"), "ann").await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(problem["detail"].as_str().unwrap().contains("there is no variable salinity"), "{problem}");
    let (_, log) = sandbox.get(&format!("/processes/jobs/{wrong}/logs"), "ann").await;
    assert_eq!(log, "variables: there is no variable salinity\n");

    let explained = sandbox.submit("explained", "ann").await;
    sandbox.until(&explained, "failed").await;
    let (status, problem) = sandbox.get(&format!("/processes/jobs/{explained}/results"), "ann").await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("processes/input-does-not-fit")));
    assert_eq!(problem["field"], "inputs.bbox");

    let silent = sandbox.submit("silent", "ann").await;
    let info = sandbox.until(&silent, "failed").await;
    assert_eq!(info["exception"]["code"], "job-dispatcher/no-output");

    for id in ["x", "00000000-0000-0000-0000-000000000000"] {
        let (status, problem) = sandbox.get(&format!("/processes/jobs/{id}"), "ann").await;
        assert_eq!((status, &problem["type"]), (StatusCode::NOT_FOUND, &json!(format!("{OGC}no-such-job"))));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_and_paged() {
    let sandbox = Sandbox::start(JobDispatcherConfig { concurrency: 0, ..config() }).await;
    let mut jobs = Vec::new();
    for n in 0..7 {
        jobs.push(sandbox.submit(if n == 3 { "zarr" } else { "ok" }, "ann").await);
    }
    sandbox.dismiss(&jobs[0], "ann").await;
    jobs.reverse();
    let mut seen = Vec::new();
    let mut path = Some("/processes/jobs?limit=3&type=process".to_owned());
    while let Some(next) = path {
        let (_, page) = sandbox.get(&next, "ann").await;
        seen.extend(page["jobs"].as_array().unwrap().iter().map(|j| j["jobID"].as_str().unwrap().to_owned()));
        let links = page["links"].as_array().unwrap();
        let link = links.iter().find(|l| l["rel"] == "next").map(|l| l["href"].as_str().unwrap());
        path = link.map(|l| l.strip_prefix(&sandbox.base).unwrap().to_owned());
    }
    assert_eq!(seen, jobs, "newest first, each once");
    for (query, count) in [
        ("status=accepted", 6),
        ("status=dismissed,failed", 1),
        ("processID=zarr", 1),
        ("processID=zarr&processID=ok&limit=100", 7),
        ("type=openeo", 0),
        ("datetime=2026-01-01T00:00:00Z/..&limit=100", 7),
        ("datetime=../2020-01-01T00:00:00Z", 0),
        ("minDuration=0", 0),
    ] {
        let (_, page) = sandbox.get(&format!("/processes/jobs?{query}"), "ann").await;
        assert_eq!(page["jobs"].as_array().map(Vec::len), Some(count), "{query}: {page}");
    }
    let (status, problem) = sandbox.get("/processes/jobs?status=done", "ann").await;
    assert_eq!((status, &problem["field"]), (StatusCode::BAD_REQUEST, &json!("status")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_job_is_removed_and_its_outputs_stay() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("file", "ann").await;
    sandbox.until(&job, "successful").await;
    let (status, info) = sandbox.dismiss(&job, "ann").await;
    assert_eq!((status, &info["status"]), (StatusCode::OK, &json!("dismissed")));
    assert_eq!(sandbox.get(&format!("/processes/jobs/{job}"), "ann").await.0, StatusCode::NOT_FOUND);
    assert_eq!(sandbox.dismiss(&job, "ann").await.0, StatusCode::NOT_FOUND);
    assert!(sandbox.object(&format!("s3://user-ann/jobs/{job}/result.nc")).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn old_jobs_are_forgotten() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("file", "ann").await;
    sandbox.until(&job, "successful").await;
    let sandbox = sandbox.drain_and_start(JobDispatcherConfig { retention_days: 0, ..config() }).await;
    let gone = async {
        while sandbox.get(&format!("/processes/jobs/{job}"), "ann").await.0 != StatusCode::NOT_FOUND {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), gone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn people_take_turns() {
    let sandbox = Sandbox::start(JobDispatcherConfig { concurrency: 0, ..config() }).await;
    let mut anns = Vec::new();
    for _ in 0..4 {
        anns.push(sandbox.submit("file", "ann").await);
    }
    let bobs = sandbox.submit("file", "bob").await;
    let sandbox = sandbox.drain_and_start(JobDispatcherConfig { concurrency: 1, ..config() }).await;
    let mut began = Vec::new();
    for job in anns.iter().chain([&bobs]) {
        let info = sandbox.until(job, "successful").await;
        began.push((info["started"].as_str().unwrap().to_owned(), job == &bobs));
    }
    began.sort();
    let place = began.iter().position(|(_, is_bobs)| *is_bobs);
    assert_eq!(place, Some(1), "the first is ann's, then it is bob's turn: {began:?}");
}
