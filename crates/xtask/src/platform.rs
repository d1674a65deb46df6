//! One `okeanos up` of a test's own.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const READY: &str = "okeanos is ready: ";
const READY_WITHIN: Duration = Duration::from_secs(120);
const DRAINED_WITHIN: Duration = Duration::from_secs(30);

/// A running platform with a data folder of its own, which goes when it goes.
#[derive(Debug)]
pub(crate) struct Platform {
    child: Child,
    data: TempDir,
    log: PathBuf,
    http: u16,
    s3: u16,
}

/// A port of the loopback interface that was free a moment ago.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

impl Platform {
    /// Starts the platform with further arguments and environment, and waits until it says that it is ready. What it logs
    /// goes to the file `log`.
    pub(crate) fn start(
        binary: &Path,
        args: &[String],
        env: &[(String, String)],
        log: PathBuf,
    ) -> anyhow::Result<Self> {
        let data = TempDir::with_prefix("okeanos-e2e-")?;
        let (http, s3) = (free_port()?, free_port()?);
        if let Some(folder) = log.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut command = Command::new(binary);
        command.arg("up").arg("--data-dir").arg(data.path());
        command.args(["--http", &format!("127.0.0.1:{http}"), "--s3", &format!("127.0.0.1:{s3}")]).args(args);
        command.envs(env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(&log)?);
        let child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
        let mut platform = Self { child, data, log, http, s3 };
        platform.wait_until_ready()?;
        Ok(platform)
    }

    /// What the journey is told: where the platform is, and who may do all.
    pub(crate) fn journey_env(&self) -> anyhow::Result<Vec<(&'static str, String)>> {
        let token = fs::read_to_string(self.data.path().join("admin.token")).context("reading admin.token")?;
        Ok(vec![
            ("OKEANOS_URL", format!("http://127.0.0.1:{}", self.http)),
            ("OKEANOS_S3", format!("http://127.0.0.1:{}", self.s3)),
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

    fn wait_until_ready(&mut self) -> anyhow::Result<()> {
        let stdout = self.child.stdout.take().context("its standard output is piped")?;
        let (ready, wait) = mpsc::channel();
        // reads on to the end, so that the platform never blocks on a full pipe
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.starts_with(READY) {
                    let _ = ready.send(());
                }
            }
        });
        match wait.recv_timeout(READY_WITHIN) {
            Ok(()) => Ok(()),
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
