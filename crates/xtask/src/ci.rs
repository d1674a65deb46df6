//! `cargo xtask ci`: all that must be green before a change lands.

use std::time::Instant;

use anyhow::bail;

use crate::{
    codegen,
    command::{answers, cargo, run as run_command},
    deps, docs,
    servers::Servers,
    tally::Tally,
    test, tidy, web,
    workspace::Workspace,
};

/// Crates whose suites also run on real servers.
const ON_REAL_SERVERS: [&str; 4] = ["okeanos-blob", "okeanos-db", "okeanos-events", "okeanos-catalog"];

type Check = (&'static str, fn(&Workspace) -> anyhow::Result<()>);

const CHECKS: [Check; 6] = [
    ("formatting", |workspace| run_command(cargo(workspace.root(), &["fmt", "--all", "--check"]))),
    ("tidy", tidy::run),
    ("generated code", |workspace| codegen::run(workspace.root(), true)),
    ("generated docs", |workspace| docs::run(workspace, true)),
    ("portal build", portal),
    ("clippy", |workspace| {
        let args = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
        run_command(cargo(workspace.root(), &args))
    }),
];

/// Runs the checks, then every test twice: on the embedded parts and on real servers. A failing check does not hide the
/// next; the last line counts all tests.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        step(name);
        let started = Instant::now();
        if let Err(error) = check(workspace) {
            println!("FAILED: {error:#}");
            failed.push(name);
        }
        println!("({name}: {:.0?})", started.elapsed());
    }
    step("tests");
    let mut tally = test::all(workspace)?;
    step("tests on real servers");
    tally += on_real_servers(workspace)?;
    if !failed.is_empty() {
        println!("\n{tally}");
        bail!("failed: {}", failed.join(", "));
    }
    test::close(tally)
}

fn step(name: &str) {
    println!("\n== {name}");
}

fn portal(workspace: &Workspace) -> anyhow::Result<()> {
    if !answers("npm", &["--version"]) {
        println!("left out: npm is not installed");
        return Ok(());
    }
    web::run(workspace, true)
}

/// The suites of the ports, then the journey and the kills, with PostgreSQL, NATS and an S3 server.
fn on_real_servers(workspace: &Workspace) -> anyhow::Result<Tally> {
    let installed = deps::install(workspace)?;
    let servers = Servers::start(&installed)?;
    let mut tally = test::packages(workspace, &ON_REAL_SERVERS, &servers.suite_env())?;
    // a database, a stream and buckets that no other platform has seen
    let fresh = Servers::start(&installed)?;
    drop(servers);
    let config = workspace.root().join("e2e/real-servers.toml").display().to_string();
    let args = ["--config".to_owned(), config];
    tally += test::journey(workspace, &args, &fresh.platform_env())?;
    let fresh = Servers::start(&installed)?;
    tally += test::kills(workspace, &args, &fresh.platform_env())?;
    Ok(tally)
}
