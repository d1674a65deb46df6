//! `cargo xtask test`: every test that needs no cluster.

use std::process::Command;

use anyhow::ensure;

use crate::{
    command::{answers, cargo, command, follow},
    platform::Platform,
    python::Venv,
    tally::Tally,
    workspace::Workspace,
};

/// Runs everything; the last line counts all tests.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    close(all(workspace)?)
}

/// The Rust suites, then the journey of a person against a platform, then the kills. The Rust suites build the program
/// that the others start: its own tests need it.
pub(crate) fn all(workspace: &Workspace) -> anyhow::Result<Tally> {
    let mut tally = rust(workspace)?;
    tally += journey(workspace, &[], &[])?;
    tally += kills(workspace, &[], &[])?;
    Ok(tally)
}

/// Prints the closing line; fails when a test failed or none ran.
pub(crate) fn close(tally: Tally) -> anyhow::Result<()> {
    println!("\n{tally}");
    ensure!(tally.failed == 0, "tests failed");
    ensure!(tally.passed > 0, "no test ran");
    Ok(())
}

/// The unit and integration tests of all crates, and what their documentation shows.
fn rust(workspace: &Workspace) -> anyhow::Result<Tally> {
    let root = workspace.root();
    if !has_nextest() {
        return suite(cargo(root, &["test", "--workspace", "--no-fail-fast"]));
    }
    let mut tally = suite(cargo(root, &["nextest", "run", "--workspace", "--no-fail-fast"]))?;
    tally += suite(cargo(root, &["test", "--workspace", "--doc"]))?;
    Ok(tally)
}

/// The tests of some crates, with further environment. The whole workspace is built, as for all tests: another selection
/// would be another set of features, and compile half the tree once more.
pub(crate) fn packages(workspace: &Workspace, names: &[&str], env: &[(String, String)]) -> anyhow::Result<Tally> {
    let mut tests = if has_nextest() {
        let filter: Vec<_> = names.iter().map(|name| format!("package({name})")).collect();
        let mut nextest = cargo(workspace.root(), &["nextest", "run", "--workspace", "--no-fail-fast"]);
        nextest.args(["--filterset", &filter.join(" | ")]);
        nextest
    } else {
        cargo(workspace.root(), &["test", "--workspace", "--no-fail-fast"])
    };
    tests.envs(env.iter().map(|(name, value)| (name, value)));
    suite(tests)
}

fn has_nextest() -> bool {
    answers("cargo", &["nextest", "--version"])
}

/// The journey of a person with Python clients, against a platform started with these arguments and environment.
pub(crate) fn journey(workspace: &Workspace, args: &[String], env: &[(String, String)]) -> anyhow::Result<Tally> {
    let mut pytest = pytest(workspace, "journey")?;
    let platform = Platform::start(&workspace.okeanos()?, args, env, workspace.target("e2e/okeanos.log"))?;
    pytest.envs(platform.journey_env()?);
    let tally = suite(pytest)?;
    if tally.failed > 0 {
        println!("{}", platform.log_tail());
    }
    platform.stop()?;
    Ok(tally)
}

/// What survives `kill -9`: these tests start and kill a platform of their own.
pub(crate) fn kills(workspace: &Workspace, args: &[String], env: &[(String, String)]) -> anyhow::Result<Tally> {
    let mut pytest = pytest(workspace, "kills")?;
    pytest.env("OKEANOS_UP_ARGS", args.join("\n"));
    pytest.envs(env.iter().map(|(name, value)| (name, value)));
    suite(pytest)
}

/// pytest on a folder of e2e/, with everything installed that it needs.
fn pytest(workspace: &Workspace, folder: &str) -> anyhow::Result<Command> {
    let e2e = workspace.root().join("e2e");
    let venv = Venv::ensure(&workspace.target("e2e-venv"), &e2e.join("requirements.txt"))?;
    let mut pytest = command(&e2e, venv.program("python"));
    pytest.args(["-m", "pytest", folder, "--color=no", "-p", "no:cacheprovider"]).env("PYTHONDONTWRITEBYTECODE", "1");
    pytest.env("OKEANOS_BIN", workspace.okeanos()?);
    Ok(pytest)
}

/// Runs one test command and counts; fails when it fails for another reason than a failed test.
pub(crate) fn suite(command: Command) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    let good = follow(command, |line| {
        if let Some(counted) = Tally::from_closing_line(line) {
            tally += counted;
        }
    })?;
    ensure!(good || tally.failed > 0, "the tests did not run to their end: see above");
    Ok(tally)
}
