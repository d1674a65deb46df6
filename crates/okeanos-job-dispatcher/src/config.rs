//! Configuration: section `job-dispatcher`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How jobs are queued and run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct JobDispatcherConfig {
    /// Command that runs a built-in process, its name is added as the last argument. Empty: this program itself, with the
    /// sub-command `run-process`.
    pub runner: Vec<String>,
    /// How many jobs this process runs at once; 0 for a process that only accepts them.
    pub concurrency: usize,
    /// How long a synchronous execution is waited for, in seconds, before the answer is the job instead.
    pub sync_timeout_s: u64,
    /// How long one attempt may take, in seconds.
    pub job_timeout_s: u64,
    /// How often a job that breaks off is begun before it is given up.
    pub attempts_max: u32,
    /// How often the worker of a job may be lost, killed with the platform or silent, before the job is given up as what
    /// takes its workers with it.
    pub workers_lost_max: u32,
    /// How long to wait before the second attempt, in seconds; doubled for each further one.
    pub retry_after_s: u64,
    /// How long a worker may be silent, in seconds, before its job is given to another.
    pub lease_s: u64,
    /// How long a process that is told to end may take, in seconds, before it is killed.
    pub grace_s: u64,
    /// How many unfinished jobs a person may have.
    pub jobs_per_user_max: u64,
    /// How many bytes of a job's output are kept as its log, per attempt.
    pub log_bytes_max: usize,
    /// How many bytes the body of an execution request may have.
    pub request_bytes_max: usize,
    /// How many files a job may leave behind.
    pub output_files_max: usize,
    /// How many bytes a job may leave behind; while it runs, how much of the disk it may take.
    pub output_bytes_max: u64,
    /// How many bytes of address space a process may have.
    pub run_memory_bytes: u64,
    /// How many bytes one file that a process writes may have.
    pub run_file_bytes: u64,
    /// What to do when the kernel cannot confine a process to its own files and the S3 address.
    pub sandbox: Sandbox,
    /// JSON outputs up to so many bytes are kept with the job and answered as values.
    pub inline_bytes_max: u64,
    /// How long finished jobs are listed, in days. Their outputs stay.
    pub retention_days: u32,
    /// How many finished jobs of a person are listed; older ones are forgotten.
    pub finished_per_user_max: u64,
}

/// How much of the sandbox is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sandbox {
    /// As much as the kernel knows; what is missing is logged.
    #[default]
    BestEffort,
    /// All of it (Landlock of Linux 6.12), or no job is run.
    Require,
}

impl Sandbox {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::BestEffort => "best-effort",
            Self::Require => "require",
        }
    }
}

impl Default for JobDispatcherConfig {
    fn default() -> Self {
        Self {
            runner: Vec::new(),
            concurrency: 2,
            sync_timeout_s: 30,
            job_timeout_s: 3_600,
            attempts_max: 3,
            workers_lost_max: 20,
            retry_after_s: 5,
            lease_s: 30,
            grace_s: 5,
            jobs_per_user_max: 100,
            log_bytes_max: 256 * 1024,
            request_bytes_max: 1024 * 1024,
            output_files_max: 100_000,
            output_bytes_max: 64 * 1024 * 1024 * 1024,
            run_memory_bytes: 8 << 30,
            run_file_bytes: 16 << 30,
            sandbox: Sandbox::BestEffort,
            inline_bytes_max: 64 * 1024,
            retention_days: 30,
            finished_per_user_max: 10_000,
        }
    }
}

impl JobDispatcherConfig {
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(self.attempts_max > 0, "job-dispatcher.attempts_max: at least 1 is expected");
        anyhow::ensure!(self.workers_lost_max > 0, "job-dispatcher.workers_lost_max: at least 1 is expected");
        anyhow::ensure!(self.lease_s >= 3, "job-dispatcher.lease_s: at least 3 is expected");
        anyhow::ensure!(
            (1..=39_600).contains(&self.job_timeout_s),
            "job-dispatcher.job_timeout_s: 1 to 39600 (11 h, which the credentials of a job last) is expected"
        );
        anyhow::ensure!(
            self.run_memory_bytes >= 256 << 20,
            "job-dispatcher.run_memory_bytes: at least 268435456 (256 MiB) is expected"
        );
        anyhow::ensure!(self.log_bytes_max >= 1_024, "job-dispatcher.log_bytes_max: at least 1024 is expected");
        Ok(())
    }

    pub(crate) fn job_timeout(&self) -> Duration {
        Duration::from_secs(self.job_timeout_s)
    }

    /// As much processor time as all processors have until the timeout: it ends what the timeout cannot reach.
    pub(crate) fn run_cpu_seconds(&self) -> u64 {
        self.job_timeout_s * std::thread::available_parallelism().map_or(1, |n| n.get() as u64)
    }

    pub(crate) fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_s)
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_s)
    }
}
