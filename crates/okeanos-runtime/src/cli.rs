//! The command line that every service binary has.

use std::{future::Future, path::PathBuf, process::ExitCode, time::Duration};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use okeanos_config::{EXIT_USAGE, Layers, Problems};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    signal::unix::{SignalKind, signal},
};

use crate::{Node, PlatformConfig, Running, Service};

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
            let _telemetry = okeanos_telemetry::init(&platform.telemetry, S::NAME)?;
            let running = Node::open(platform).await?.with::<S>(config).await?.start().await?;
            tracing::info!(http = ?running.address("http"), "serving");
            until_told(running).await
        }),
    }
}

/// Runs until SIGTERM or SIGINT, then drains.
///
/// # Errors
/// The first failure of a task.
pub async fn until_told(running: Running) -> anyhow::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = running.stopper();
    let told = async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
        tracing::info!("draining");
        stop.cancel();
        // A second signal, or a drain that takes too long, ends the wait.
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            () = tokio::time::sleep(Duration::from_secs(25)) => {}
        }
        anyhow::bail!("not everything had ended in time")
    };
    tokio::select! { outcome = running.run() => outcome, outcome = told => outcome }
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
