//! Processes of attempts whose worker was killed: they are known by their environment, and ended before the job is begun
//! again.

use std::{fs, path::Path};

use rustix::process::{Pid, Signal, kill_process};

/// The variable that tells whose process it is.
pub(crate) const JOB_ID: &str = "OKEANOS_JOB_ID";

/// Kills what still runs of these jobs on this machine; how many processes.
pub(crate) fn kill(jobs: &[String]) -> usize {
    let marks: Vec<Vec<u8>> = jobs.iter().map(|id| format!("{JOB_ID}={id}").into_bytes()).collect();
    if marks.is_empty() {
        return 0;
    }
    let Ok(processes) = fs::read_dir("/proc") else { return 0 };
    let mut killed = 0;
    for process in processes.flatten() {
        let pid = process.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        let Some(pid) = pid.filter(|_| is_marked(&process.path(), &marks)) else { continue };
        if kill_process(pid, Signal::KILL).is_ok() {
            killed += 1;
        }
    }
    killed
}

fn is_marked(process: &Path, marks: &[Vec<u8>]) -> bool {
    // Another user's process cannot be read, and is none of ours.
    let environment = fs::read(process.join("environ")).unwrap_or_default();
    environment.split(|b| *b == 0).any(|variable| marks.iter().any(|m| m == variable))
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::Command};

    use super::*;

    #[test]
    fn only_what_is_marked_is_killed() {
        let sleep = |id: &str| Command::new("/bin/sleep").arg("60").env(JOB_ID, id).spawn().unwrap();
        let (mut mine, mut other) = (sleep("stray-1"), sleep("stray-2"));
        // Between fork and exec a child still has our environment.
        while kill(&["stray-1".to_owned()]) == 0 {}
        assert_eq!(mine.wait().unwrap().signal(), Some(9));
        assert!(other.try_wait().unwrap().is_none());
        assert_eq!(kill(&[]), 0);
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
