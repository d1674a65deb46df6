//! Developer tasks: `cargo xtask --help`.
//!
//! - [`up`]: build and start the platform. - [`test`]: every test that needs no cluster. - [`ci`]: all that must be green.
//! - [`tidy`]: the rules of the house. - [`codegen`], [`docs`], [`web`]: generated files, written or proven fresh.
//! - [`deps`], [`servers`]: what suites with real servers need, installed and started. - [`bench`]: the published figures.
//!
//! Below them: [`command`] runs programs, [`report`] runs steps, [`tally`] counts tests, [`python`] keeps a virtual environment, [`platform`] starts
//! one `okeanos up` for a test.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command-line tool talks to a person")]

mod bench;
mod ci;
mod codegen;
mod command;
mod deps;
mod docs;
mod platform;
mod python;
mod report;
mod servers;
mod tally;
mod test;
mod tidy;
mod up;
mod web;
mod workspace;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};

use self::workspace::Workspace;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Developer tasks of Okeanos")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the platform and starts it: `cargo xtask up --help` shows what `okeanos up` takes
    #[command(disable_help_flag = true)]
    Up {
        /// Passed on to `okeanos up`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Runs every test that needs no cluster: the Rust suites, then the journey against a platform of its own
    Test,
    /// Runs all that must be green before a change lands
    Ci,
    /// Checks the rules of the house: layers, sizes, names, links, error pages
    Tidy,
    /// Generates okeanos-proto from proto/
    Codegen {
        /// Fail when what is committed is not fresh, write nothing
        #[arg(long)]
        check: bool,
    },
    /// Generates the error index, the summary and the configuration reference of docs/
    Docs {
        /// Fail when what is committed is not fresh, write nothing
        #[arg(long)]
        check: bool,
    },
    /// Builds the portal
    Web {
        /// Fail when the committed build is not fresh
        #[arg(long)]
        check: bool,
    },
    /// Installs or starts what the suites with real servers need
    Deps(deps::Args),
    /// Measures start, idle memory and the time from upload to search
    Bench(bench::Args),
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    let done = match task {
        Task::Up { args } => up::run(&workspace, &args),
        Task::Test => return Ok(test::run(&workspace)),
        Task::Ci => return Ok(ci::run(&workspace)),
        Task::Tidy => tidy::run(&workspace),
        Task::Codegen { check } => codegen::run(&workspace, check),
        Task::Docs { check } => docs::run(&workspace, check),
        Task::Web { check } => web::run(&workspace, check),
        Task::Deps(args) => deps::run(&workspace, &args),
        Task::Bench(args) => bench::run(&workspace, &args),
    };
    done.map(|()| ExitCode::SUCCESS)
}
