//! `okeanos up` as a process: what a person and a script rely on.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

fn up(folder: &Path, more: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okeanos"));
    command.args(["up", "--http", "127.0.0.1:0", "--s3", "127.0.0.1:0", "--data-dir"]).arg(folder).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What it prints on standard output until it is ready, or ends.
fn until_ready(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    line
}

fn terminate(child: &Child) {
    kill_process(Pid::from_child(child), Signal::TERM).unwrap();
}

#[test]
fn the_first_start_can_be_called_off_and_the_next_one_is_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = up(folder.path(), &[]);
    // As soon as there is a folder of its own, whatever it is doing.
    while !folder.path().join("db").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0), "it drained");
    assert!(!folder.path().join("samples.loaded").exists(), "not all samples were loaded");

    let mut child = up(folder.path(), &[]);
    assert!(until_ready(&mut child).starts_with("okeanos is ready: http://127.0.0.1:"));
    assert!(folder.path().join("samples.loaded").exists());
    terminate(&child);
    assert_eq!(child.wait().unwrap().code(), Some(0), "told at the moment it was ready");
}

#[test]
fn one_folder_is_one_platform() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = up(folder.path(), &["--no-samples"]);
    assert!(until_ready(&mut first).starts_with("okeanos is ready: "));
    let mut second = up(folder.path(), &["--no-samples"]);
    assert_eq!(until_ready(&mut second), "", "it must not say that it is ready");
    assert_eq!(second.wait().unwrap().code(), Some(1));
    let mut told = String::new();
    second.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("another process uses the data folder"), "{told}");
    terminate(&first);
    assert_eq!(first.wait().unwrap().code(), Some(0));
}
