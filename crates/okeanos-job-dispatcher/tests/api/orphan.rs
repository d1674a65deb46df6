//! The real runner, when whoever started it is killed.

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use crate::sandbox::alive;

#[test]
fn the_runner_dies_with_the_dispatcher() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("output")).unwrap();
    std::fs::write(folder.path().join("inputs.json"), r#"{"source": "s3://user-ann/a.nc"}"#).unwrap();
    // An S3 that takes the request and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut dispatcher = Command::new("/bin/sh")
        .args(["-c", r#"OKEANOS_DISPATCHER_PID=$$ "$0" run-process subset & echo $!; wait"#])
        .arg(env!("CARGO_BIN_EXE_okeanos-job-dispatcher"))
        .env_clear()
        .env("OKEANOS_INPUTS", folder.path().join("inputs.json"))
        .env("OKEANOS_OUTPUT_DIR", folder.path().join("output"))
        .env("AWS_ENDPOINT_URL", format!("http://{}", silent.local_addr().unwrap()))
        .env("AWS_ACCESS_KEY_ID", "key")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(dispatcher.stdout.take().unwrap()).lines();
    let runner: u32 = said.next().unwrap().unwrap().parse().unwrap();
    let progress = said.next().unwrap().unwrap();
    assert_eq!(progress, "okeanos:progress 0 opening s3://user-ann/a.nc");
    let _request = silent.accept().unwrap();
    assert!(alive(runner));
    dispatcher.kill().unwrap();
    dispatcher.wait().unwrap();
    let since = Instant::now();
    while alive(runner) {
        assert!(since.elapsed() < Duration::from_secs(20), "it lives on");
        std::thread::sleep(Duration::from_millis(5));
    }
}
