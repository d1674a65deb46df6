//! Processes that an attempt leaves running, also when its worker was killed: they are known by their environment, and
//! ended before the job is begun again.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

/// The variable that tells whose process it is: an output folder is of one attempt of one worker.
pub(crate) const OUTPUT_DIR: &str = "OKEANOS_OUTPUT_DIR";
/// How long a killed process may take to end.
const ENDS_WITHIN: Duration = Duration::from_secs(5);

/// Kills what still runs on this machine of the attempts with these output folders, and waits until it has ended; how many
/// processes. It blocks.
pub(crate) fn kill(outputs: &[PathBuf]) -> usize {
    let marks: Vec<Vec<u8>> = outputs.iter().map(|o| format!("{OUTPUT_DIR}={}", o.display()).into_bytes()).collect();
    let (mut killed, since) = (0, Instant::now());
    loop {
        let found = once(&marks);
        killed = killed.max(found);
        if found == 0 || since.elapsed() > ENDS_WITHIN {
            return killed;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn once(marks: &[Vec<u8>]) -> usize {
    let Ok(processes) = fs::read_dir("/proc") else { return 0 };
    let mut killed = 0;
    for process in processes.flatten() {
        let pid = process.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        let Some(pid) = pid.filter(|_| is_marked(&process.path(), marks)) else { continue };
        if kill_process(pid, Signal::KILL).is_ok() {
            killed += 1;
        }
    }
    killed
}

fn is_marked(process: &Path, marks: &[Vec<u8>]) -> bool {
    // Another user's process cannot be read, and is none of ours; one that has ended has no environment.
    let environment = fs::read(process.join("environ")).unwrap_or_default();
    environment.split(|b| *b == 0).any(|variable| marks.iter().any(|m| m == variable))
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt, process::Command};

    use super::*;

    #[test]
    fn only_what_is_marked_is_killed() {
        let sleep = |at: &str| Command::new("/bin/sleep").arg("60").env(OUTPUT_DIR, at).spawn().unwrap();
        let (mut mine, mut other) = (sleep("/stray/1/output"), sleep("/stray/2/output"));
        // Between fork and exec a child still has our environment.
        while kill(&["/stray/1/output".into()]) == 0 {}
        assert_eq!(mine.wait().unwrap().signal(), Some(9));
        assert!(other.try_wait().unwrap().is_none());
        assert_eq!(kill(&[]), 0);
        other.kill().unwrap();
        other.wait().unwrap();
    }
}
