//! One `okeanos up` of a test's own.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::command::without_settings;

const READY: &str = "okeanos is ready: ";
const READY_WITHIN: Duration = Duration::from_secs(120);
const DRAINED_WITHIN: Duration = Duration::from_secs(30);

/// A running platform with a data folder of its own, which goes when it goes.
#[derive(Debug)]
pub(crate) struct Platform {
    child: Child,
    data: TempDir,
    log: PathBuf,
    ready: Ready,
}

/// What the platform says when it is ready.
#[derive(Debug, Default, PartialEq, Eq)]
struct Ready {
    line: String,
    http: String,
    s3: String,
}

impl Ready {
    fn parse(line: &str) -> Option<Self> {
        let (http, rest) = line.strip_prefix(READY)?.split_once(" (S3 at ")?;
        let s3 = rest.split([';', ')']).next()?;
        Some(Self { line: line.to_owned(), http: http.to_owned(), s3: s3.to_owned() })
    }
}

impl Platform {
    /// Starts `okeanos`, or what takes its arguments, with further arguments and environment, and waits until it says that
    /// it is ready. What it logs goes to the file `log`.
    pub(crate) fn start(
        mut command: Command,
        args: &[String],
        env: &[(String, String)],
        log: PathBuf,
    ) -> anyhow::Result<Self> {
        let data = TempDir::with_prefix("okeanos-e2e-")?;
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder)?;
        }
        without_settings(&mut command);
        command.arg("up").arg("--data-dir").arg(data.path());
        // the ready line tells which ports these have become
        command.args(["--http", "127.0.0.1:0", "--s3", "127.0.0.1:0"]).args(args);
        command.envs(env.iter().map(|(name, value)| (name, value)));
        command.stdout(Stdio::piped()).stderr(File::create(&log)?);
        let child = command.spawn().context("starting the platform")?;
        let mut platform = Self { child, data, log, ready: Ready::default() };
        platform.ready = platform.wait_until_ready()?;
        Ok(platform)
    }

    /// What the journey is told: the ready line, where the platform is, and who may do all.
    pub(crate) fn journey_env(&self) -> anyhow::Result<Vec<(&'static str, String)>> {
        let token = fs::read_to_string(self.data.path().join("admin.token")).context("reading admin.token")?;
        Ok(vec![
            ("OKEANOS_READY", self.ready.line.clone()),
            ("OKEANOS_URL", self.ready.http.clone()),
            ("OKEANOS_S3", self.ready.s3.clone()),
            ("OKEANOS_TOKEN", token.trim().to_owned()),
            ("OKEANOS_DATA_DIR", self.data.path().display().to_string()),
        ])
    }

    /// Asks the platform to end and waits; it must drain and end with 0.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)?;
        let asked = Instant::now();
        while asked.elapsed() < DRAINED_WITHIN {
            if let Some(status) = self.child.try_wait()? {
                ensure!(status.success(), "okeanos up ended with {status} after SIGTERM\n{}", self.log_tail());
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("okeanos up did not end within {DRAINED_WITHIN:?} of SIGTERM\n{}", self.log_tail())
    }

    /// The end of its log.
    pub(crate) fn log_tail(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let tail = &lines[lines.len().saturating_sub(40)..];
        format!("the end of {}:\n{}", self.log.display(), tail.join("\n"))
    }

    fn wait_until_ready(&mut self) -> anyhow::Result<Ready> {
        let stdout = self.child.stdout.take().context("its standard output is piped")?;
        let (ready, wait) = mpsc::channel();
        // reads on to the end, so that the platform never blocks on a full pipe
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(told) = Ready::parse(&line) {
                    let _ = ready.send(told);
                }
            }
        });
        match wait.recv_timeout(READY_WITHIN) {
            Ok(ready) => Ok(ready),
            Err(mpsc::RecvTimeoutError::Disconnected) => {
                bail!("okeanos up ended before it was ready\n{}", self.log_tail())
            }
            Err(mpsc::RecvTimeoutError::Timeout) => {
                bail!("okeanos up was not ready within {READY_WITHIN:?}\n{}", self.log_tail())
            }
        }
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        // after `stop` it has ended, and both do nothing
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_tells_both_addresses() {
        let line = "okeanos is ready: http://127.0.0.1:1 (S3 at http://127.0.0.1:2; sign in as admin, once: http://x/?token=t)";
        let ready = Ready::parse(line).unwrap();
        assert_eq!((ready.http.as_str(), ready.s3.as_str()), ("http://127.0.0.1:1", "http://127.0.0.1:2"));
        let without_link = Ready::parse("okeanos is ready: http://h (S3 at http://s)").unwrap();
        assert_eq!((without_link.http.as_str(), without_link.s3.as_str()), ("http://h", "http://s"));
        assert_eq!(Ready::parse("okeanos is getting ready"), None);
    }
}
