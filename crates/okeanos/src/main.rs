//! `okeanos`: the platform in one process, and its command-line client.

mod up;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use okeanos::{client, platform::Configuration};
use okeanos_config::{EXIT_USAGE, Problems};

#[derive(Debug, Parser)]
#[command(version, about = "An open platform for digital twins of the ocean", propagate_version = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the whole platform in this process.
    Up(up::Up),
    /// Look at the configuration of `okeanos up`.
    #[command(subcommand)]
    Config(ConfigCommand),
    #[command(flatten)]
    Client(client::Command),
    /// Print a completion script for a shell.
    Completion {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Run one process on what the environment says; the job dispatcher's.
    #[command(hide = true)]
    RunProcess(okeanos_job_dispatcher::RunProcess),
}

#[derive(Debug, Subcommand)]
enum ConfigCommand {
    /// Print the JSON schema of every section.
    Schema,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Up(up) => up.run(),
        Command::Client(command) => command.run(),
        Command::Config(ConfigCommand::Schema) => {
            client::print_json(&Configuration::schema());
            Ok(())
        }
        Command::Completion { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "okeanos", &mut std::io::stdout());
            Ok(())
        }
        Command::RunProcess(arguments) => return okeanos_job_dispatcher::run_process(&arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            client::complain(&format!("okeanos: {error:#}"));
            ExitCode::from(if error.is::<Problems>() { EXIT_USAGE } else { 1 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
    }
}
