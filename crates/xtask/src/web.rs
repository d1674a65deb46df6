//! `cargo xtask web`: builds the portal into the files that are committed, so that building Okeanos needs no Node.

use anyhow::{Context, ensure};

use crate::{
    command::{command, output, run as run_command},
    workspace::Workspace,
};

const WEB: &str = "crates/okeanos-explorer/web";

/// Builds and tests the portal; with `check`, fails when that changes what is committed.
pub(crate) fn run(workspace: &Workspace, check: bool) -> anyhow::Result<()> {
    let web = workspace.root().join(WEB);
    for args in [["ci", "--no-audit", "--no-fund"].as_slice(), &["run", "build"], &["test"]] {
        let mut npm = command(&web, "npm");
        npm.args(args);
        run_command(npm).context("building the portal needs Node and npm")?;
    }
    if check {
        let mut status = command(&web, "git");
        status.args(["status", "--porcelain", "--", "dist"]);
        let changed = output(status)?;
        ensure!(changed.is_empty(), "{WEB}/dist is not fresh: run `cargo xtask web` and commit it\n{changed}");
    }
    Ok(())
}
