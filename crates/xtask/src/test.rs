//! `cargo xtask test`: every test that needs no cluster.

use std::process::{Command, ExitCode};

use anyhow::ensure;

use crate::{
    command::{self, answers, cargo, dying_with_us, follow},
    deps,
    platform::Platform,
    python::Venv,
    report::Report,
    tally::Tally,
    workspace::Workspace,
};

/// What tests that need a real server have in their path; they are ignored where there is none.
const NEED_A_SERVER: [&str; 3] = ["postgres", "nats", "s3"];

/// Runs everything; the last line counts all tests.
pub(crate) fn run(workspace: &Workspace) -> ExitCode {
    let mut report = Report::default();
    report.step("what is needed", |_| deps::compiler(workspace));
    all(workspace, &[], &mut report);
    report.close()
}

/// The Rust suites, then the journey of a person against a platform, then the kills. The Rust suites build the program
/// that the others start: its own tests need it.
pub(crate) fn all(workspace: &Workspace, env: &[(String, String)], report: &mut Report) {
    report.step("tests of the crates", |tally| rust(workspace, env, tally));
    report.step("journey", |tally| journey(workspace, &[], env, tally));
    report.step("kills", |tally| kills(workspace, &[], env, tally));
}

/// The unit and integration tests of all crates, and what their documentation shows.
fn rust(workspace: &Workspace, env: &[(String, String)], tally: &mut Tally) -> anyhow::Result<()> {
    let root = workspace.root();
    if !has_nextest() {
        return suite(cargo(root, &["test", "--workspace", "--no-fail-fast"]), env, tally);
    }
    suite(cargo(root, &["nextest", "run", "--workspace", "--no-fail-fast"]), env, tally)?;
    suite(cargo(root, &["test", "--workspace", "--doc"]), env, tally)
}

/// The tests of some crates on real servers that the environment names, also those that are ignored where there is none.
/// The whole workspace is built, as for all tests: another selection would be another set of features, and compile half
/// the tree once more.
pub(crate) fn packages(
    workspace: &Workspace,
    names: &[&str],
    env: &[(String, String)],
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let root = workspace.root();
    let mut counted = Tally::default();
    let outcome = if has_nextest() {
        let packages = names.iter().map(|name| format!("package({name})")).collect::<Vec<_>>().join(" | ");
        let servers = format!("({packages}) & test(/(^|::)({})(::|$)/)", NEED_A_SERVER.join("|"));
        [["default", &packages], ["only", &servers]].into_iter().try_for_each(|[ignored, filter]| {
            let mut nextest = cargo(root, &["nextest", "run", "--workspace", "--no-fail-fast"]);
            nextest.args(["--run-ignored", ignored, "--filterset", filter]);
            suite(nextest, env, &mut counted)
        })
    } else {
        let ignored = [&["--ignored"], NEED_A_SERVER.as_slice()].concat();
        [[].as_slice(), &ignored].into_iter().try_for_each(|more| {
            let mut test = cargo(root, &["test", "--workspace", "--no-fail-fast", "--"]);
            test.args(more);
            suite(test, env, &mut counted)
        })
    };
    // left out here are the tests of the other crates, which have been counted
    *tally += Tally { skipped: 0, ..counted };
    outcome
}

fn has_nextest() -> bool {
    answers("cargo", &["nextest", "--version"])
}

/// The journey of a person with Python clients, against a platform started with these arguments and environment.
pub(crate) fn journey(
    workspace: &Workspace,
    args: &[String],
    env: &[(String, String)],
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let okeanos = dying_with_us(workspace.root(), workspace.okeanos()?);
    journey_on(workspace, pytest(workspace, "journey")?, okeanos, args, env, tally)
}

/// The journey, where each service is a process of its own. The binaries are those that the tests of the crates need.
pub(crate) fn journey_apart(
    workspace: &Workspace,
    args: &[String],
    env: &[(String, String)],
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let mut pytest = pytest(workspace, "journey")?;
    pytest.args(["-m", "not one_process"]);
    let mut apart = dying_with_us(workspace.root(), venv(workspace)?.program("python"));
    apart.arg("e2e/apart.py").env("OKEANOS_BIN", workspace.okeanos()?);
    journey_on(workspace, pytest, apart, args, env, tally)
}

fn journey_on(
    workspace: &Workspace,
    mut pytest: Command,
    platform: Command,
    args: &[String],
    env: &[(String, String)],
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let platform = Platform::start(platform, args, env, workspace.target("e2e/okeanos.log"))?;
    pytest.envs(platform.journey_env()?);
    let failed = tally.failed;
    let outcome = suite(pytest, env, tally);
    if outcome.is_err() || tally.failed > failed {
        println!("{}", platform.log_tail());
    }
    outcome.and(platform.stop())
}

/// What survives `kill -9`: these tests start and kill a platform of their own.
pub(crate) fn kills(
    workspace: &Workspace,
    args: &[String],
    env: &[(String, String)],
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let mut pytest = pytest(workspace, "kills")?;
    pytest.env("OKEANOS_UP_ARGS", args.join("\n"));
    suite(pytest, env, tally)
}

/// Python with what e2e/ needs.
fn venv(workspace: &Workspace) -> anyhow::Result<Venv> {
    Venv::ensure(&workspace.target("e2e-venv"), &workspace.root().join("e2e/requirements.txt"))
}

/// pytest on a folder of e2e/, with everything installed that it needs.
fn pytest(workspace: &Workspace, folder: &str) -> anyhow::Result<Command> {
    let mut pytest = dying_with_us(&workspace.root().join("e2e"), venv(workspace)?.program("python"));
    pytest.args(["-m", "pytest", folder, "--color=no", "-p", "no:cacheprovider"]).env("PYTHONDONTWRITEBYTECODE", "1");
    pytest.env("OKEANOS_BIN", workspace.okeanos()?);
    Ok(pytest)
}

/// Runs one test command and counts; fails when it fails for another reason than a failed test. What a person's own
/// environment says of Okeanos does not change what is tested.
fn suite(mut command: Command, env: &[(String, String)], tally: &mut Tally) -> anyhow::Result<()> {
    command::without_settings(&mut command);
    command.envs(env.iter().map(|(name, value)| (name, value)));
    let mut counted = Tally::default();
    let good = follow(command, |line| {
        if let Some(closing) = Tally::from_closing_line(line) {
            counted += closing;
        }
    });
    *tally += counted;
    ensure!(good? || counted.failed > 0, "the tests did not run to their end: see above");
    Ok(())
}
