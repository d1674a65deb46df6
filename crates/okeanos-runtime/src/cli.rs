//! The command line that every service binary has.

use std::{future::Future, path::PathBuf, process::ExitCode, time::Duration};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use okeanos_config::{EXIT_USAGE, Layers, Problems};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    signal::unix::{Signal, SignalKind, signal},
};

use crate::{Node, PlatformConfig, Running, Service};

/// How long a drain may take.
const DRAIN_AT_MOST: Duration = Duration::from_secs(25);

#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// A TOML file with a section `platform` and one of the service's name.
    #[arg(long, global = true)]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C, then drain.
    Serve,
    /// Bring the database up to date and exit.
    Migrate,
    /// Exit with 0 when the process on the configured address is ready.
    Healthcheck,
    /// Look at the configuration.
    Config {
        #[command(subcommand)]
        what: ConfigCommand,
    },
    /// Print the service's OpenAPI document.
    Openapi,
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print what is in force, secrets hidden.
    Print,
    /// Exit with 64 and the problems when it cannot be used.
    Check,
    /// Print its JSON schema.
    Schema,
}

/// The `main` of a service binary.
pub fn main<S: Service>() -> ExitCode {
    let matches = Arguments::command().name(S::NAME).version(env!("CARGO_PKG_VERSION")).get_matches();
    let arguments = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    match run::<S>(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("{}: {error:#}", S::NAME));
            ExitCode::from(if error.is::<Problems>() { EXIT_USAGE } else { 1 })
        }
    }
}

#[expect(clippy::print_stderr, reason = "a command's complaint goes to its standard error")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "a command's result goes to its standard output")]
fn print(value: &serde_json::Value) {
    println!("{value:#}");
}

fn run<S: Service>(arguments: &Arguments) -> anyhow::Result<()> {
    let mut layers = Layers::new();
    if let Some(file) = &arguments.config {
        layers = layers.file(file)?;
    }
    let layers = layers.environment();
    let platform: PlatformConfig = layers.section("platform")?;
    let config: S::Config = layers.section(S::NAME)?;
    match &arguments.command {
        Command::Config { what: ConfigCommand::Schema } => {
            let own = okeanos_config::schema::<S::Config>();
            print(&json!({"platform": okeanos_config::schema::<PlatformConfig>(), S::NAME: own}));
            Ok(())
        }
        Command::Config { what: ConfigCommand::Check } => Ok(()),
        Command::Config { what: ConfigCommand::Print } => {
            print(&json!({"platform": platform, S::NAME: config}));
            Ok(())
        }
        Command::Healthcheck => block_on(healthcheck(platform)),
        Command::Migrate => block_on(async { Node::open(platform).await?.with::<S>(config).await.map(drop) }),
        Command::Openapi => block_on(async {
            print(&Node::open(platform).await?.with::<S>(config).await?.openapi());
            Ok(())
        }),
        Command::Serve => block_on(async {
            let signals = Signals::listen()?;
            let _telemetry = okeanos_telemetry::init(&platform.telemetry, S::NAME)?;
            let running = Node::open(platform).await?.with::<S>(config).await?.start().await?;
            tracing::info!(http = ?running.address("http"), "serving");
            until_told(running, signals, async { Ok(()) }).await
        }),
    }
}

/// SIGTERM and SIGINT. What comes after this is made is not lost, even while nobody waits for it.
#[derive(Debug)]
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// From now on the signals do not end the process by themselves.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.terminate.recv() => {}, _ = self.interrupt.recv() => {} }
    }
}

/// Runs until told to end, then drains. Meanwhile `once_up` is done, unless the end comes first.
///
/// # Errors
/// The first failure of a task, or of `once_up`.
pub async fn until_told(
    running: Running,
    mut signals: Signals,
    once_up: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    let (stop, ended) = (running.stopper(), running.stopper());
    let told = async move {
        signals.next().await;
        tracing::info!("draining");
        stop.cancel();
        // A second signal, or a drain that takes too long, ends the wait.
        tokio::select! { () = signals.next() => {}, () = tokio::time::sleep(DRAIN_AT_MOST) => {} }
        anyhow::bail!("not everything had ended in time")
    };
    let up = async {
        match once_up.await {
            // What the end has broken off is no failure.
            Err(error) if !ended.is_cancelled() => Err(error),
            _ => std::future::pending().await,
        }
    };
    tokio::select! { outcome = running.run() => outcome, outcome = told => outcome, outcome = up => outcome }
}

/// Runs a future on a new runtime.
///
/// # Errors
/// Those of the future, and when no runtime can be made.
pub fn block_on(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_secs(2));
    outcome
}

async fn healthcheck(platform: PlatformConfig) -> anyhow::Result<()> {
    let asked = async {
        let mut stream = tokio::net::TcpStream::connect(platform.http).await?;
        stream.write_all(b"GET /health/ready HTTP/1.0\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.take(4096).read_to_end(&mut answer).await?;
        anyhow::ensure!(answer.starts_with(b"HTTP/1.0 200") || answer.starts_with(b"HTTP/1.1 200"), "not ready");
        Ok(())
    };
    tokio::time::timeout(Duration::from_secs(3), asked).await?
}
