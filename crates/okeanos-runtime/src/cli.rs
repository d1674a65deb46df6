//! The command line that every service binary has.

use std::{
    future::Future,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use okeanos_config::{EXIT_USAGE, Layers, Problems};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    signal::unix::{Signal, SignalKind, signal},
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

/// The platform's section and the service's own.
///
/// # Errors
/// Every problem of both, and of the file as a whole.
fn configured<S: Service>(file: Option<&Path>) -> Result<(PlatformConfig, S::Config), Problems> {
    let layers = file.map_or_else(|| Ok(Layers::new()), |file| Layers::new().file(file))?.environment();
    let mut problems = layers.only(&["platform", S::NAME]).err().unwrap_or_default();
    let platform = layers.section("platform").map_err(|found| problems.0.extend(found.0)).unwrap_or_default();
    let config = layers.section(S::NAME).map_err(|found| problems.0.extend(found.0)).unwrap_or_default();
    problems.0.extend(PlatformConfig::problems(&platform));
    if problems.0.is_empty() { Ok((platform, config)) } else { Err(problems) }
}

fn run<S: Service>(arguments: &Arguments) -> anyhow::Result<()> {
    if matches!(arguments.command, Command::Config { what: ConfigCommand::Schema }) {
        let own = okeanos_config::schema::<S::Config>();
        print(&json!({"platform": okeanos_config::schema::<PlatformConfig>(), S::NAME: own}));
        return Ok(());
    }
    let (platform, config) = configured::<S>(arguments.config.as_deref())?;
    match &arguments.command {
        Command::Config { what: ConfigCommand::Check | ConfigCommand::Schema } => Ok(()),
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
        // A second signal ends the wait.
        signals.next().await;
        anyhow::bail!("told to end before everything had")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ctx, Parts};

    struct Greeter;

    impl Service for Greeter {
        const NAME: &'static str = "greeter";
        type Config = std::collections::BTreeMap<String, u32>;
        async fn build(_: Self::Config, _: &Ctx) -> anyhow::Result<Parts> {
            Ok(Parts::new())
        }
    }

    #[test]
    fn problems_of_all_sections_are_told_together() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("okeanos.toml");
        std::fs::write(&file, "[platform]\nnode_key = \"short\"\n[greeter]\ntimes = \"many\"\n[gretter]\n").unwrap();
        let problems = configured::<Greeter>(Some(&file)).unwrap_err().to_string();
        for part in ["platform.node_key: ", "greeter.times: ", "no section gretter"] {
            assert!(problems.contains(part), "{problems}");
        }
    }
}
