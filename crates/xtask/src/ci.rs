//! `cargo xtask ci`: all that must be green before a change lands.

use std::process::ExitCode;

use anyhow::Context;

use crate::{
    codegen,
    command::{cargo, run as run_command},
    deps::{self, Installed},
    docs,
    report::Report,
    servers::Servers,
    test, tidy, web,
    workspace::Workspace,
};

/// Crates whose suites also run on real servers.
const ON_REAL_SERVERS: [&str; 5] =
    ["okeanos-blob", "okeanos-db", "okeanos-events", "okeanos-catalog", "okeanos-job-dispatcher"];

/// What tests are told: here every tool is installed, so none may be left out for want of one.
const NOTHING_IS_MISSING: (&str, &str) = ("CI", "true");

type Check = (&'static str, fn(&Workspace) -> anyhow::Result<()>);

const CHECKS: [Check; 6] = [
    ("formatting", |workspace| run_command(cargo(workspace.root(), &["fmt", "--all", "--check"]))),
    ("tidy", tidy::run),
    ("generated code", |workspace| codegen::run(workspace, true)),
    ("generated docs", |workspace| docs::run(workspace, true)),
    ("portal", |workspace| web::run(workspace, true)),
    ("clippy", |workspace| {
        let args = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
        run_command(cargo(workspace.root(), &args))
    }),
];

/// Installs what is needed, runs the checks, then every test twice: on the embedded parts and on real servers. Whatever
/// fails does not hide what comes after it.
pub(crate) fn run(workspace: &Workspace) -> ExitCode {
    let mut report = Report::default();
    let mut installed = None;
    report.step("what is needed", |_| {
        installed = Some(deps::install(workspace)?);
        Ok(())
    });
    for (name, check) in CHECKS {
        report.step(name, |_| check(workspace));
    }
    let env = [(NOTHING_IS_MISSING.0.to_owned(), NOTHING_IS_MISSING.1.to_owned())];
    test::all(workspace, &env, &mut report);
    on_real_servers(workspace, installed.as_ref(), &env, &mut report);
    report.close()
}

/// The suites of the ports, then the journey, in one process and in one for each service, and the kills, with PostgreSQL, NATS and an S3 server: each with servers of
/// its own, so that no platform finds what another left.
fn on_real_servers(
    workspace: &Workspace,
    installed: Option<&Installed>,
    env: &[(String, String)],
    report: &mut Report,
) {
    let start = || Servers::start(installed.context("the servers are not installed: see the first step")?);
    let config = workspace.root().join("e2e/real-servers.toml").display().to_string();
    let args = ["--config".to_owned(), config];
    report.step("ports on real servers", |tally| {
        let servers = start()?;
        test::packages(workspace, &ON_REAL_SERVERS, &[env, &servers.suite_env()].concat(), tally)
    });
    report.step("journey on real servers", |tally| {
        let servers = start()?;
        test::journey(workspace, &args, &[env, &servers.platform_env()].concat(), tally)
    });
    report.step("journey on services apart", |tally| {
        let servers = start()?;
        test::journey_apart(workspace, &args, &[env, &servers.platform_env()].concat(), tally)
    });
    report.step("kills on real servers", |tally| {
        let servers = start()?;
        test::kills(workspace, &args, &[env, &servers.platform_env()].concat(), tally)
    });
}
