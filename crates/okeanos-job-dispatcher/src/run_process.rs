//! The sub-command that the local executor starts: one built-in function in a process of its own.

use std::process::ExitCode;

use rustix::process::{Pid, Signal, getppid, set_parent_process_death_signal};

/// The variable that tells a process who started it.
pub(crate) const DISPATCHER_PID: &str = "OKEANOS_DISPATCHER_PID";
/// Exit code of a process that failed for a reason that may pass (`EX_TEMPFAIL` of sysexits).
pub(crate) const EXIT_AGAIN: u8 = 75;

/// Arguments of `run-process`; nearly all of them come from the environment.
#[derive(Clone, Debug, clap::Args)]
pub struct RunProcess {
    #[command(flatten)]
    run: okeanos_processes::run::Arguments,
    /// The process that is to outlive this one.
    #[arg(long, env = DISPATCHER_PID)]
    dispatcher_pid: Option<i32>,
}

/// Runs a built-in function; with the dispatcher that has started it, it ends.
pub fn run_process(arguments: &RunProcess) -> ExitCode {
    if set_parent_process_death_signal(Some(Signal::KILL)).is_err() || orphaned(arguments.dispatcher_pid) {
        return ExitCode::from(EXIT_AGAIN);
    }
    okeanos_processes::run::main(&arguments.run)
}

/// Whether the dispatcher died before this process could ask to be told.
fn orphaned(dispatcher: Option<i32>) -> bool {
    dispatcher.and_then(Pid::from_raw).is_some_and(|dispatcher| getppid() != Some(dispatcher))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orphan_knows_it() {
        let parent = getppid().unwrap().as_raw_nonzero().get();
        assert!(!orphaned(Some(parent)) && !orphaned(None));
        assert!(orphaned(Some(i32::try_from(std::process::id()).unwrap())));
    }
}
