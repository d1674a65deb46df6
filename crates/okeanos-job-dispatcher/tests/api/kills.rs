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
    assert!(!sandbox.jobs_folder().join(&job).exists());
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
    assert_eq!(info["attempt"], 2, "the lost attempt counts");
    sandbox.until(&accepted, "successful").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_takes_the_worker_with_it_is_given_up() {
    let limits = || JobDispatcherConfig { attempts_max: 1, ..config() };
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
    // As a dispatcher leaves it behind: a folder, and a process with the job's name in its environment.
    std::fs::create_dir_all(sandbox.jobs_folder().join(&job).join("output")).unwrap();
    let mut stray = std::process::Command::new("/bin/sleep").arg("600").env("OKEANOS_JOB_ID", &job).spawn().unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    let sandbox = sandbox.drain_and_start(config()).await;
    sandbox.until(&job, "successful").await;
    assert!(!stray.wait().unwrap().success(), "it was killed");
}
