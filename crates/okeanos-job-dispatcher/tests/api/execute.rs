//! `POST /processes/processes/{process}/execution`.

use okeanos_events::Subscription;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    sandbox::{Sandbox, config},
    stubs::{SECRET, TOKEN},
};

#[tokio::test(flavor = "multi_thread")]
async fn waits_for_the_result() {
    let sandbox = Sandbox::start(config()).await;
    let body = json!({"processInputs": {"source": "sst", "level": 3}});
    let request = sandbox.request(Method::POST, "/processes/processes/ok/execution", "ann").json(&body);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let link = response.headers()["link"].to_str().unwrap().to_owned();
    let results: Value = response.json().await.unwrap();
    assert_eq!(results, json!({"result": {"value": {"answer": 42}, "mediaType": "application/json"}}));
    assert!(
        link.starts_with(&format!("<{}/processes/jobs/", sandbox.base)) && link.ends_with(">; rel=monitor"),
        "{link}"
    );

    let job = link.split(['/', '>']).nth(5).unwrap();
    let stored = sandbox.object(&format!("s3://user-ann/jobs/{job}/result.json")).await.unwrap();
    assert_eq!(stored.metadata["okeanos-job"], job);
    assert_eq!(stored.metadata["okeanos-process"], "ok:1.2.3");
    let source = format!("{}/data/collections/climate_forecast-sst/items/sst", sandbox.base);
    assert_eq!(stored.metadata["okeanos-derived-from"], source);

    let (_, log) = sandbox.get(&format!("/processes/jobs/{job}/logs"), "ann").await;
    let log = log.as_str().unwrap();
    assert!(log.contains(r#"inputs {"source":"s3://user-ann/data/sst.nc","level":3}"#), "{log}");
    assert!(log.contains("staged catalog.json item-0.json"), "{log}");
    let mut environment: Vec<_> = log.lines().filter_map(|l| l.strip_prefix("env ")).collect();
    // What the shell sets itself.
    environment.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
    assert_eq!(
        environment,
        [
            "AWS_ACCESS_KEY_ID",
            "AWS_ENDPOINT_URL",
            "AWS_REGION",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_SESSION_TOKEN",
            "EDITO_INFRA_INPUT",
            "EDITO_INFRA_OUTPUT",
            "OKEANOS_DISPATCHER_PID",
            "OKEANOS_INPUTS",
            "OKEANOS_INPUT_DIR",
            "OKEANOS_JOB_ID",
            "OKEANOS_OUTPUT_DIR",
            "OKEANOS_RUN_CPU_SECONDS",
            "OKEANOS_RUN_FILE_BYTES",
            "OKEANOS_RUN_MEMORY_BYTES",
            "OKEANOS_RUN_SANDBOX",
            "OKEANOS_TOKEN",
            "OKEANOS_URL",
            "TMPDIR",
        ]
    );
    let (_, info) = sandbox.get(&format!("/processes/jobs/{job}"), "ann").await;
    for said in [log, &info.to_string()] {
        assert!(!said.contains(SECRET) && !said.contains(TOKEN), "a secret is told");
    }
    sandbox.cleared(job).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_in_the_wanted_form() {
    let sandbox = Sandbox::start(config()).await;
    let post =
        |process: &str| sandbox.request(Method::POST, &format!("/processes/processes/{process}/execution"), "ann");
    let raw = json!({"response": "raw"});
    let response = post("file").json(&raw).send().await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["content-type"]),
        (StatusCode::OK, &"application/x-netcdf".parse().unwrap())
    );
    assert_eq!(response.bytes().await.unwrap(), &b"CDF\x01"[..]);

    let response = post("zarr").json(&raw).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);

    let reference = json!({"response": "raw", "outputs": {"result": {"transmissionMode": "reference"}}});
    let response = post("file").json(&reference).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    let links: Vec<_> = response.headers().get_all("link").iter().map(|l| l.to_str().unwrap()).collect();
    assert!(links[0].contains("/results/result>; rel=\"item\"; type=\"application/x-netcdf\""), "{links:?}");

    let wanted = |mode: &str| json!({"outputs": {"result": {"transmissionMode": mode}}});
    let response = post("ok").json(&wanted("reference")).send().await.unwrap();
    let results: Value = response.json().await.unwrap();
    assert!(results["result"]["href"].as_str().unwrap().starts_with("s3://user-ann/jobs/"), "{results}");
    let response = post("ok").header("prefer", "return=minimal").json(&wanted("value")).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap()["result"]["value"], json!({"answer": 42}));

    let response = post("ok").header("prefer", "return=minimal").json(&json!({})).send().await.unwrap();
    let results: Value = response.json().await.unwrap();
    assert!(results["result"]["href"].as_str().unwrap().starts_with("s3://user-ann/jobs/"), "{results}");
    assert_eq!(results["result"]["type"], "application/json");

    let response = post("ok").header("prefer", "respond-async").json(&json!({})).send().await.unwrap();
    assert_eq!(
        (response.status(), &response.headers()["preference-applied"]),
        (StatusCode::CREATED, &"respond-async".parse().unwrap())
    );
    let info: Value = response.json().await.unwrap();
    assert_eq!((&info["type"], &info["jobID"]), (&json!("process"), &info["id"]));

    let response = post("later").json(&json!({})).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED, "a process that cannot wait does not");
    assert!(!response.headers().contains_key("preference-applied"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_remembers_the_wanted_form() {
    let sandbox = Sandbox::start(config()).await;
    let request = sandbox.request(Method::POST, "/processes/processes/file/execution", "ann");
    let request = request.header("prefer", "respond-async").json(&json!({"response": "raw"}));
    let info: Value = request.send().await.unwrap().json().await.unwrap();
    let job = info["jobID"].as_str().unwrap();
    sandbox.until(job, "successful").await;
    let path = format!("/processes/jobs/{job}/results");
    let response = sandbox.request(Method::GET, &path, "ann").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/x-netcdf");
    assert_eq!(response.bytes().await.unwrap(), &b"CDF\x01"[..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_media_type_is_passed_on_as_the_format() {
    let sandbox = Sandbox::start(config()).await;
    let body = |media_type: &str| json!({"inputs": {"source": "sst"}, "outputs": {"result": {"format": {"mediaType": media_type}}}});
    let (status, results) = sandbox.execute("subset", "ann", &body("text/csv")).await;
    assert_eq!((status, &results["result"]["value"]["format"]), (StatusCode::OK, &json!("csv")), "{results}");
    let (status, problem) = sandbox.execute("subset", "ann", &body("image/png")).await;
    assert_eq!((status, &problem["field"]), (StatusCode::BAD_REQUEST, &json!("outputs.result.format")), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_comes_in_every_form_of_the_standard() {
    let sandbox = Sandbox::start(config()).await;
    let object = "s3://user-ann/data/sst.nc";
    for source in [
        json!(object),
        json!({"href": object, "type": "application/x-netcdf"}),
        json!({"value": object, "mediaType": "text/plain"}),
        json!({"value": "sst"}),
    ] {
        let (status, results) = sandbox.execute("ok", "ann", &json!({"inputs": {"source": source}})).await;
        assert_eq!(status, StatusCode::OK, "{source}: {results}");
    }
    for source in [json!([object]), json!({"url": object}), json!(1)] {
        let (status, problem) = sandbox.execute("ok", "ann", &json!({"inputs": {"source": source}})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{problem}");
        assert!(problem["field"].as_str().unwrap().starts_with("inputs.source"), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_is_followed_instead() {
    let sandbox = Sandbox::start(config()).await;
    let request = sandbox.request(Method::POST, "/processes/processes/slow/execution", "ann");
    let response = request.header("prefer", "wait=1").json(&json!({})).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    assert!(response.headers().contains_key("location"));
    assert_eq!(response.json::<Value>().await.unwrap()["status"], "running");
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_a_zarr_store_root_last() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("zarr", "ann").await;
    sandbox.until(&job, "successful").await;
    let mut numbers = Vec::new();
    for path in ["t/c/0", "t/zarr.json", "zarr.json"] {
        let meta = sandbox.object(&format!("s3://user-ann/jobs/{job}/result.zarr/{path}")).await.unwrap();
        numbers.push(meta.metadata["number"].parse::<u32>().unwrap());
    }
    assert!(numbers.is_sorted(), "{numbers:?}");
    let (_, results) = sandbox.get(&format!("/processes/jobs/{job}/results"), "ann").await;
    assert_eq!(results["result"]["href"], format!("s3://user-ann/jobs/{job}/result.zarr"));
    assert_eq!(results["result"]["type"], "application/vnd+zarr");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_before_anything_is_accepted() {
    let sandbox = Sandbox::start(config()).await;
    sandbox.put("s3://user-ann/private/a.nc").await;
    sandbox.put("s3://user-bob/private/foreign.nc").await;
    sandbox.put("s3://user-ann/public/a.zarr/zarr.json").await;
    let source = |url: &str| json!({"inputs": {"source": url}});
    for (process, who, body, status, code, field) in [
        ("nothing", "ann", json!({}), 404, "job-dispatcher/no-such-process", None),
        ("container", "ann", json!({}), 501, "job-dispatcher/no-executor", None),
        ("ok", "ann", json!([]), 400, "job-dispatcher/bad-request", Some("body")),
        ("ok", "ann", json!({"inputs": {"level": 0}}), 400, "job-dispatcher/bad-input", Some("inputs.level")),
        ("ok", "ann", json!({"inputs": {"colour": 0}}), 400, "job-dispatcher/bad-input", Some("inputs.colour")),
        ("ok", "ann", json!({"outputs": {"x": {}}}), 400, "job-dispatcher/bad-request", Some("outputs.x")),
        ("ok", "ann", source("http://169.254.169.254/"), 400, "job-dispatcher/source-refused", Some("inputs.source")),
        ("ok", "ann", source("s3://user-ann/none.nc"), 400, "job-dispatcher/source-refused", Some("inputs.source")),
        ("ok", "ann", source("s3://user-none/a.nc"), 400, "job-dispatcher/source-refused", Some("inputs.source")),
        (
            "ok",
            "bob",
            source("s3://user-ann/private/a.nc"),
            400,
            "job-dispatcher/source-refused",
            Some("inputs.source"),
        ),
        ("ok", "bob", source("sst"), 400, "job-dispatcher/source-refused", Some("inputs.source")),
        // An item that ann sees, of an object that she may not read.
        ("ok", "ann", source("foreign"), 400, "job-dispatcher/source-refused", Some("inputs.source")),
        ("ok", "ann", source("other"), 400, "job-dispatcher/source-refused", Some("inputs.source")),
    ] {
        let (answered, problem) = sandbox.execute(process, who, &body).await;
        assert_eq!((answered.as_u16(), problem["code"].as_str()), (status, Some(code)), "{process} {body}: {problem}");
        assert_eq!(problem["field"].as_str(), field, "{problem}");
    }
    let (_, problem) = sandbox.execute("nothing", "ann", &json!({})).await;
    assert_eq!(problem["type"], "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process");
    let (_, list) = sandbox.get("/processes/jobs", "root").await;
    assert_eq!(list["jobs"], json!([]), "nothing was accepted");
    for (who, url) in [("ann", "s3://user-ann/private/a.nc"), ("bob", "s3://user-ann/public/a.zarr")] {
        assert_eq!(sandbox.execute("ok", who, &source(url)).await.0, StatusCode::OK, "{who} {url}");
    }
    let own = format!("{}/data/collections/climate_forecast-sst/items/sst", sandbox.base);
    assert_eq!(sandbox.execute("ok", "ann", &source(&own)).await.0, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_long_is_refused() {
    let sandbox =
        Sandbox::start(okeanos_job_dispatcher::JobDispatcherConfig { request_bytes_max: 100, ..config() }).await;
    let (status, problem) = sandbox.execute("ok", "ann", &json!({"inputs": {"source": "x".repeat(100)}})).await;
    assert_eq!((status, &problem["code"]), (StatusCode::PAYLOAD_TOO_LARGE, &json!("platform/body-too-large")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_so_many_unfinished_jobs() {
    let config = okeanos_job_dispatcher::JobDispatcherConfig { jobs_per_user_max: 2, concurrency: 0, ..config() };
    let sandbox = Sandbox::start(config).await;
    for _ in 0..2 {
        sandbox.submit("ok", "ann").await;
    }
    let path = "/processes/processes/ok/execution";
    let response = sandbox.request(Method::POST, path, "ann").json(&json!({})).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(response.headers().contains_key("retry-after"));
    sandbox.submit("ok", "bob").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tells_what_happens() {
    let sandbox = Sandbox::start(config()).await;
    let mut consumer = sandbox.bus().subscribe(Subscription::new("test", &["jobs.v1.job.*"])).await.unwrap();
    let job = sandbox.submit("ok", "ann").await;
    let mut told = Vec::new();
    while told.last().is_none_or(|kind| kind != "jobs.v1.job.succeeded") {
        let delivery =
            tokio::time::timeout(std::time::Duration::from_secs(20), consumer.next()).await.unwrap().unwrap();
        assert_eq!(delivery.event.data["jobId"], json!(job), "{:?}", delivery.event);
        told.push(delivery.event.short_kind().to_owned());
        delivery.settle.ack().await.unwrap();
    }
    told.retain(|kind| kind != "jobs.v1.job.progressed");
    assert_eq!(told, ["jobs.v1.job.accepted", "jobs.v1.job.started", "jobs.v1.job.succeeded"]);
}
