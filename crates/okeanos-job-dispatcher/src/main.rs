//! The job-dispatcher service on its own, and the sub-command `run-process` in which it runs built-in functions.

use std::process::ExitCode;

use clap::Parser;
use okeanos_job_dispatcher::{JobDispatcher, RunProcess, run_process};

#[derive(Debug, Parser)]
enum Command {
    /// Run one function on what the environment says.
    RunProcess(RunProcess),
}

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == "run-process") {
        let Command::RunProcess(arguments) = Command::parse();
        return run_process(&arguments);
    }
    okeanos_runtime::main::<JobDispatcher>()
}
