//! The process that a job dispatcher starts: inputs and credentials from the environment, progress on standard output,
//! the result in a folder.
//!
//! Lines on standard output: `okeanos:progress 42 message`. The exit code is 0 when the result is written; else the last
//! line on standard error is `okeanos:error {"code": …, "detail": …, "field": …}`, and the code is 75 when another
//! attempt may succeed (the store could not be reached), 1 when it cannot.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use okeanos_blob::{
    Location,
    s3::{S3Blobs, S3Config},
};
use okeanos_dataset::{BlobStore, Dataset, Limits};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::{
    Error, Function, Request, execute,
    sandbox::{self, Bounds, Confinement, Reach},
};

/// Another attempt may succeed (`EX_TEMPFAIL`).
const EXIT_AGAIN: u8 = 75;
/// Bytes of the inputs.
const INPUTS: u64 = 4 << 20;

/// What the environment says.
#[derive(Clone, Debug, clap::Args)]
pub struct Arguments {
    /// The function to run: subset, statistics, to-zarr.
    pub function: String,
    /// A JSON file: the inputs of the execute request.
    #[arg(long, env = "OKEANOS_INPUTS")]
    pub inputs: PathBuf,
    /// The folder for the result.
    #[arg(long, env = "OKEANOS_OUTPUT_DIR")]
    pub output_dir: PathBuf,
    /// A folder of what came with the inputs, which may be read.
    #[arg(long, env = "OKEANOS_INPUT_DIR")]
    pub input_dir: Option<PathBuf>,
    /// The folder for temporary files.
    #[arg(long, env = "TMPDIR")]
    pub temporary_dir: Option<PathBuf>,
    /// The S3 that the source is read through.
    #[command(flatten)]
    pub s3: S3Arguments,
    /// Bytes of address space.
    #[arg(long, env = "OKEANOS_RUN_MEMORY_BYTES", default_value_t = 8 << 30)]
    pub memory_bytes: u64,
    /// Seconds of processor time.
    #[arg(long, env = "OKEANOS_RUN_CPU_SECONDS", default_value_t = 4 * 3600)]
    pub cpu_seconds: u64,
    /// Bytes of one file of the result.
    #[arg(long, env = "OKEANOS_RUN_FILE_BYTES", default_value_t = 16 << 30)]
    pub file_bytes: u64,
    /// Whether the kernel must be able to confine the process.
    #[arg(long, env = "OKEANOS_RUN_SANDBOX", value_enum, default_value_t)]
    pub sandbox: Confinement,
}

/// An S3 and who we are there, in the variables that all S3 clients know.
#[derive(Clone, clap::Args)]
pub struct S3Arguments {
    /// Its address.
    #[arg(long, env = "AWS_ENDPOINT_URL")]
    pub s3_endpoint: String,
    /// The region that requests are signed for.
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1")]
    pub s3_region: String,
    /// Access key.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true)]
    pub s3_access_key_id: String,
    /// Secret of the key.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true)]
    pub s3_secret_access_key: String,
    /// Session token of a temporary key.
    #[arg(long, env = "AWS_SESSION_TOKEN", hide_env_values = true)]
    pub s3_session_token: Option<String>,
}

impl std::fmt::Debug for S3Arguments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Arguments").field("s3_endpoint", &self.s3_endpoint).finish_non_exhaustive()
    }
}

/// Runs a function, and says on standard output and error how it goes. Call it first in a process, with one thread.
pub fn main(arguments: &Arguments) -> ExitCode {
    #[expect(clippy::disallowed_methods, reason = "a process begins here: there is nobody who could pass the time")]
    let now = OffsetDateTime::now_utc();
    match run(arguments, now) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut std::io::stderr(), &format!("okeanos:error {}", problem(&error)));
            ExitCode::from(if error.is_transient() && !is_refusal(&error) { EXIT_AGAIN } else { 1 })
        }
    }
}

/// Whether the store has refused us, which it will do again.
fn is_refusal(error: &Error) -> bool {
    let Error::Dataset(okeanos_dataset::Error::Io(_)) = error else { return false };
    let mut causes = std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    causes.any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>();
        io.is_some_and(|io| io.kind() == std::io::ErrorKind::PermissionDenied)
    })
}

fn problem(error: &Error) -> Value {
    if is_refusal(error) {
        return json!({ "code": "processes/no-such-source", "detail": "the source may not be read", "field": "source" });
    }
    let mut problem = json!({ "code": error.code(), "detail": error.to_string() });
    if let Some(field) = error.field() {
        problem["field"] = json!(field);
    }
    problem
}

/// Writes a line; whoever should hear it may be gone.
fn say(to: &mut impl Write, line: &str) {
    let written = writeln!(to, "{line}").and_then(|()| to.flush());
    drop(written);
}

fn run(arguments: &Arguments, now: OffsetDateTime) -> Result<(), Error> {
    let bounds = Bounds {
        memory_bytes: arguments.memory_bytes,
        cpu_seconds: arguments.cpu_seconds,
        file_bytes: arguments.file_bytes,
    };
    let readable: Vec<&Path> = arguments.input_dir.iter().chain([&arguments.inputs]).map(PathBuf::as_path).collect();
    let writable: Vec<&Path> =
        arguments.temporary_dir.iter().chain([&arguments.output_dir]).map(PathBuf::as_path).collect();
    let port = sandbox::port(&arguments.s3.s3_endpoint);
    let reach = Reach { readable: &readable, writable: &writable, port };
    sandbox::enter(&bounds, &reach, arguments.sandbox).map_err(Error::io("the sandbox cannot be made"))?;
    let function = Function::of(&arguments.function)
        .ok_or_else(|| Error::input("function", format!("there is no function {}", arguments.function)))?;
    let request = function.validate(&inputs(&arguments.inputs)?).map_err(Error::Inputs)?;
    let at = Location::parse(&request.source)
        .ok_or_else(|| Error::input("source", "the runner reads s3://bucket/key; items are resolved before"))?;
    let s3 = &arguments.s3;
    let config = S3Config {
        session_token: s3.s3_session_token.clone().filter(|token| !token.is_empty()),
        ..S3Config::new(&s3.s3_endpoint, &s3.s3_region, &s3.s3_access_key_id, &s3.s3_secret_access_key)
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::io("the runtime cannot be started"))?;
    // This thread is not one of the runtime's: the store may block it.
    let store = BlobStore::new(Arc::new(S3Blobs::new(config)), at.bucket, runtime.handle().clone());
    say(&mut std::io::stdout(), &format!("okeanos:progress 0 opening {}", request.source));
    let dataset = Dataset::open(Arc::new(store), at.key.trim_end_matches('/'), &Limits::default())?;
    work(function, &dataset, &request, &arguments.output_dir, now)?;
    say(&mut std::io::stdout(), "okeanos:progress 100 done");
    Ok(())
}

fn work(
    function: Function,
    dataset: &Dataset,
    request: &Request,
    folder: &Path,
    now: OffsetDateTime,
) -> Result<(), Error> {
    let mut last = 0;
    let mut progress = |done: f64| {
        // 100 is for the end, when the result is written.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 99")]
        let percent = (done * 100.0).clamp(0.0, 99.0) as u8;
        if percent > last {
            last = percent;
            say(&mut std::io::stdout(), &format!("okeanos:progress {percent} {}", function.doing()));
        }
    };
    execute(function, dataset, request, folder, now, &mut progress).map(drop)
}

fn inputs(path: &Path) -> Result<Value, Error> {
    let size = std::fs::metadata(path).map_err(Error::io("the inputs cannot be read"))?.len();
    if size > INPUTS {
        return Err(Error::input("inputs", format!("they have {size} bytes, the limit is {INPUTS}")));
    }
    let bytes = std::fs::read(path).map_err(Error::io("the inputs cannot be read"))?;
    serde_json::from_slice(&bytes).map_err(|error| Error::input("inputs", format!("they are not JSON: {error}")))
}
