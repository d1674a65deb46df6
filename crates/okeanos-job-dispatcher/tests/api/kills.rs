//! Processes that are stopped, killed, too slow, or left behind by a dispatcher that died.

use okeanos_job_dispatcher::JobDispatcherConfig;
use reqwest::StatusCode;
use serde_json::json;

use crate::sandbox::{Sandbox, alive, config};

#[tokio::test(flavor = "multi_thread")]
async fn dismissing_ends_the_process_and_what_it_started() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("slow", "ann").await;
    let (leader, child) = (sandbox.pid("leader").await, sandbox.pid("child").await);
    assert!(alive(leader) && alive(child));
    let (status, info) = sandbox.dismiss(&job, "ann").await;
    assert_eq!((status, &info["status"]), (StatusCode::OK, &json!("dismissed")));
    sandbox.gone(leader).await;
    sandbox.gone(child).await;
    let (status, problem) = sandbox.get(&format!("/processes/jobs/{job}/results"), "ann").await;
    assert_eq!((status, &problem["code"]), (StatusCode::GONE, &json!("job-dispatcher/job-dismissed")));
    let next = sandbox.submit("ok", "ann").await;
    sandbox.until(&next, "successful").await;
    assert_eq!(sandbox.until(&job, "dismissed").await["attempt"], 1, "it stays dismissed");
    sandbox.cleared(&job).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_its_group_is_ended_too() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("escaped", "ann").await;
    let child = sandbox.pid("child").await;
    sandbox.pid("leader").await;
    sandbox.dismiss(&job, "ann").await;
    sandbox.gone(child).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fills_the_disk_is_ended_while_it_does() {
    let sandbox = Sandbox::start(JobDispatcherConfig { output_bytes_max: 100_000, ..config() }).await;
    let job = sandbox.submit("hungry", "ann").await;
    let leader = sandbox.pid("leader").await;
    let info = sandbox.until(&job, "failed").await;
    assert_eq!(info["exception"]["code"], "job-dispatcher/output-too-large");
    sandbox.gone(leader).await;
    let (status, _) = sandbox.get(&format!("/processes/jobs/{job}/results"), "ann").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bound_of_the_process_is_not_run_into_twice() {
    let sandbox = Sandbox::start(config()).await;
    for (process, code) in [
        ("dazed", "job-dispatcher/killed"),
        ("busy", "job-dispatcher/killed"),
        ("long", "job-dispatcher/output-too-large"),
    ] {
        let job = sandbox.submit(process, "ann").await;
        let info = sandbox.until(&job, "failed").await;
        assert_eq!((&info["attempt"], &info["exception"]["code"]), (&json!(1), &json!(code)), "{info}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_does_not_listen_is_killed() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("stubborn", "ann").await;
    let leader = sandbox.pid("leader").await;
    sandbox.dismiss(&job, "ann").await;
    sandbox.gone(leader).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_fails() {
    let sandbox = Sandbox::start(JobDispatcherConfig { job_timeout_s: 1, ..config() }).await;
    let job = sandbox.submit("slow", "ann").await;
    let child = sandbox.pid("child").await;
    let info = sandbox.until(&job, "failed").await;
    assert_eq!(info["exception"]["code"], "job-dispatcher/timed-out");
    sandbox.gone(child).await;
    let (status, _) = sandbox.get(&format!("/processes/jobs/{job}/results"), "ann").await;
    assert_eq!(status, StatusCode::GATEWAY_TIMEOUT);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_has_another_attempt() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("flaky", "ann").await;
    assert_eq!(sandbox.until(&job, "successful").await["attempt"], 2);
    let job = sandbox.submit("doomed", "ann").await;
    let info = sandbox.until(&job, "failed").await;
    assert_eq!((&info["attempt"], &info["exception"]["code"]), (&json!(3), &json!("job-dispatcher/killed")));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_start_finishes_what_a_killed_dispatcher_had() {
    let sandbox = Sandbox::start(JobDispatcherConfig { concurrency: 1, ..config() }).await;
    let running = sandbox.submit("once", "ann").await;
    let accepted = sandbox.submit("ok", "ann").await;
    sandbox.pid("leader").await;
    let sandbox = sandbox.crash_and_start(config()).await;
    let info = sandbox.until(&running, "successful").await;
    assert_eq!(info["attempt"], 2);
    sandbox.until(&accepted, "successful").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_of_the_platform_are_no_attempts_of_the_job() {
    let limits = || JobDispatcherConfig { attempts_max: 1, ..config() };
    let sandbox = Sandbox::start(limits()).await;
    let job = sandbox.submit("once", "ann").await;
    sandbox.pid("leader").await;
    let sandbox = sandbox.crash_and_start(limits()).await;
    sandbox.until(&job, "successful").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_takes_the_worker_with_it_is_given_up() {
    let limits = || JobDispatcherConfig { workers_lost_max: 1, ..config() };
    let sandbox = Sandbox::start(limits()).await;
    let job = sandbox.submit("slow", "ann").await;
    sandbox.pid("leader").await;
    let sandbox = sandbox.crash_and_start(limits()).await;
    let info = sandbox.until(&job, "failed").await;
    assert_eq!(info["exception"]["code"], "job-dispatcher/worker-lost");
}

#[tokio::test(flavor = "multi_thread")]
async fn draining_gives_back_what_runs() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("once", "ann").await;
    let leader = sandbox.pid("leader").await;
    let sandbox = sandbox.drain_and_start(config()).await;
    assert!(!alive(leader), "the process has ended before the dispatcher");
    assert_eq!(sandbox.until(&job, "successful").await["attempt"], 1, "a drained attempt does not count");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_dispatcher_left_running_is_ended() {
    let sandbox = Sandbox::start(JobDispatcherConfig { concurrency: 0, ..config() }).await;
    let job = sandbox.submit("ok", "ann").await;
    // As a dispatcher leaves it behind: a folder, and a process with the folder in its environment.
    let output = sandbox.jobs_folder().join(format!("{job}.1/output"));
    std::fs::create_dir_all(&output).unwrap();
    let mut stray =
        std::process::Command::new("/bin/sleep").arg("600").env("OKEANOS_OUTPUT_DIR", output).spawn().unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let sandbox = sandbox.drain_and_start(config()).await;
    sandbox.until(&job, "successful").await;
    assert!(!stray.wait().unwrap().success(), "it was killed");
}

#[tokio::test(flavor = "multi_thread")]
async fn dismissing_while_results_are_stored_leaves_nothing_of_them() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("sluggish", "ann").await;
    let stored = format!("s3://user-ann/jobs/{job}/result.zarr/t/c/0");
    sandbox.appears(&stored).await;
    sandbox.begin_upload(&format!("s3://user-ann/jobs/{job}/result.zarr/t/c/1")).await;
    sandbox.begin_upload("s3://user-ann/somewhere/else").await;
    sandbox.dismiss(&job, "ann").await;
    sandbox.disappears(&stored).await;
    sandbox.cleared(&job).await;
    assert_eq!(sandbox.uploads("user-ann").await, ["somewhere/else"], "an upload in parts is forgotten too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_lost_its_job_leaves_alone_what_another_has_stored() {
    let sandbox = Sandbox::start(JobDispatcherConfig { lease_s: 3, concurrency: 1, ..config() }).await;
    let job = sandbox.submit("sluggish", "ann").await;
    let stored = format!("s3://user-ann/jobs/{job}/result.zarr/t/c/0");
    sandbox.appears(&stored).await;
    sandbox.finished_by_another(&job).await;
    // When there is room for another, the attempt has ended.
    let next = sandbox.submit("ok", "ann").await;
    sandbox.until(&next, "successful").await;
    assert!(sandbox.object(&stored).await.is_some(), "these are results");
    assert_eq!(sandbox.until(&job, "successful").await["attempt"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_leaves_no_results() {
    let sandbox = Sandbox::start(config()).await;
    let job = sandbox.submit("halfway", "ann").await;
    let stored = format!("s3://user-ann/jobs/{job}/result.nc");
    sandbox.pid("leader").await;
    // As an earlier attempt leaves it behind.
    sandbox.put(&stored).await;
    std::fs::write(sandbox.note("go"), "").unwrap();
    sandbox.until(&job, "failed").await;
    assert!(sandbox.object(&stored).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_s3_a_worker_does_not_wait_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let error = Sandbox::without_s3(folder.path(), config()).await.run().await.unwrap_err();
    assert!(format!("{error:#}").contains("platform.s3_url"), "{error:#}");
}
