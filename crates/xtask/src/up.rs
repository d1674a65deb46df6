//! `cargo xtask up`: builds the platform and becomes it.

use std::{ffi::OsString, os::unix::process::CommandExt, process::Command};

use anyhow::Context;

use crate::{
    command::{self, cargo},
    deps,
    workspace::Workspace,
};

/// Builds `okeanos` and replaces this process by `okeanos up`, so that Ctrl-C goes straight to it.
pub(crate) fn run(workspace: &Workspace, args: &[OsString]) -> anyhow::Result<()> {
    deps::compiler(workspace)?;
    command::run(cargo(workspace.root(), &["build", "--package", "okeanos"]))?;
    let error = Command::new(workspace.okeanos()?).arg("up").args(args).exec();
    Err(error).context("starting okeanos up")
}
