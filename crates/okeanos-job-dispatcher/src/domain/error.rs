//! What can be wrong, as facts.

use okeanos_fault::{Fault, Kind};
use okeanos_ogc::{Invalid, exception};

use super::job::{Failure, Status};

/// What can be wrong with a request about jobs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The registry has no such process.
    #[error("there is no process {0}")]
    NoSuchProcess(String),
    /// There is no such job that the caller may see.
    #[error("there is no job {0}")]
    NoSuchJob(String),
    /// The job has no output of this name.
    #[error("the job has no output {0}")]
    NoSuchOutput(String),
    /// The job has not ended.
    #[error("the job is {}: it has no results yet", .0.as_str())]
    ResultNotReady(Status),
    /// The job was called off.
    #[error("the job was dismissed: it has no results")]
    Dismissed,
    /// The job failed.
    #[error("the job failed: {}", .0.message)]
    Failed(Failure),
    /// The body, or an input in it, is not what the process wants.
    #[error("{why}")]
    Invalid {
        /// Which member: `inputs.bbox.crs`; `body` for the whole.
        field: String,
        /// What is wrong.
        why: String,
    },
    /// A query parameter is wrong.
    #[error("{why}")]
    BadParameter {
        /// Which.
        name: &'static str,
        /// What is wrong.
        why: String,
    },
    /// The data of an input are not where they can be read from, or not for the caller.
    #[error("{why}")]
    SourceRefused {
        /// The input's name.
        input: String,
        /// Why.
        why: String,
    },
    /// Nothing here can run the process.
    #[error("the process is run by {0:?}, and nothing on this platform runs that")]
    NoExecutor(String),
    /// The caller has as many unfinished jobs as are allowed.
    #[error("{0} jobs of yours are waiting or running: that is as many as are allowed")]
    TooManyJobs(u64),
}

impl Error {
    /// An input that is not what the process wants.
    pub(crate) fn input(input: &str, why: impl Into<String>) -> Self {
        Self::request(format!("inputs.{input}"), why)
    }

    /// A member of the body that is wrong.
    pub(crate) fn request(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), why: why.into() }
    }

    /// A source that is refused.
    pub(crate) fn source(input: impl Into<String>, why: impl Into<String>) -> Self {
        Self::SourceRefused { input: input.into(), why: why.into() }
    }
}

impl From<Invalid> for Error {
    fn from(invalid: Invalid) -> Self {
        let path = invalid.pointer.trim_start_matches('/').replace('/', ".");
        Self::request(if path.is_empty() { "body".to_owned() } else { path }, invalid.message)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NoSuchProcess(_) => {
                Self::not_found("job-dispatcher/no-such-process", message).with_type(exception::NO_SUCH_PROCESS)
            }
            Error::NoSuchJob(_) => {
                Self::not_found("job-dispatcher/no-such-job", message).with_type(exception::NO_SUCH_JOB)
            }
            Error::NoSuchOutput(_) => {
                Self::invalid("job-dispatcher/no-such-output", "outputID", message).with_type(exception::NO_SUCH_OUTPUT)
            }
            Error::ResultNotReady(_) => {
                Self::not_found("job-dispatcher/result-not-ready", message).with_type(exception::RESULT_NOT_READY)
            }
            Error::Dismissed => Self::new(Kind::Gone, "job-dispatcher/job-dismissed", message),
            Error::Failed(failure) => {
                let fault = Self::new(failed_kind(&failure.code), failure.code, message);
                match failure.input {
                    Some(input) => fault.field(format!("inputs.{input}")),
                    None => fault,
                }
            }
            Error::Invalid { field, .. } => {
                let is_input = field.starts_with("inputs.");
                let code = if is_input { "job-dispatcher/bad-input" } else { "job-dispatcher/bad-request" };
                Self::invalid(code, field, message)
            }
            Error::BadParameter { name, .. } => Self::invalid("job-dispatcher/bad-parameter", name, message)
                .with_type(exception::INVALID_QUERY_PARAMETER),
            Error::SourceRefused { input, .. } => {
                Self::invalid("job-dispatcher/source-refused", format!("inputs.{input}"), message)
            }
            Error::NoExecutor(_) => Self::new(Kind::NotImplemented, "job-dispatcher/no-executor", message),
            Error::TooManyJobs(_) => Self::new(Kind::TooMany, "job-dispatcher/too-many-jobs", message)
                .retry_after(std::time::Duration::from_secs(10)),
        }
    }
}

/// The failures that are ours; with every other the process says that its inputs do not fit.
fn failed_kind(code: &str) -> Kind {
    match code {
        failure::TIMED_OUT => Kind::Timeout,
        failure::OUTPUT_TOO_LARGE => Kind::InvalidArgument,
        "processes/input-output" => Kind::Internal,
        code if code.starts_with("job-dispatcher/") => Kind::Internal,
        _ => Kind::InvalidArgument,
    }
}

/// Codes of failed jobs.
pub(crate) mod failure {
    /// The process ended with an error.
    pub(crate) const PROCESS_FAILED: &str = "job-dispatcher/process-failed";
    /// The process was ended by a signal: out of memory or processor time, most often.
    pub(crate) const KILLED: &str = "job-dispatcher/killed";
    /// It took longer than it may.
    pub(crate) const TIMED_OUT: &str = "job-dispatcher/timed-out";
    /// It leaves more behind than it may.
    pub(crate) const OUTPUT_TOO_LARGE: &str = "job-dispatcher/output-too-large";
    /// The worker was lost again and again.
    pub(crate) const WORKER_LOST: &str = "job-dispatcher/worker-lost";
    /// The process ended well without an output that it promises.
    pub(crate) const NO_OUTPUT: &str = "job-dispatcher/no-output";
    /// The outputs could not be stored.
    pub(crate) const NOT_STORED: &str = "job-dispatcher/not-stored";
    /// The process could not be started.
    pub(crate) const NOT_STARTED: &str = "job-dispatcher/not-started";
}
