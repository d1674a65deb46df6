//! `cargo xtask bench`: the figures that the project publishes, measured by e2e/bench.

use std::process::Command;

use crate::{
    command::{cargo, dying_with_us, run as run_command, without_settings},
    deps,
    python::Venv,
    servers::Servers,
    workspace::Workspace,
};

/// What to measure.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many uploads to measure
    #[arg(long, default_value_t = 20)]
    runs: u32,
    /// Size of the uploaded NetCDF-4 file, in MB
    #[arg(long, default_value_t = 100)]
    megabytes: u32,
    /// Measure the release build; the figures in docs/ are of the build that `cargo xtask up` makes
    #[arg(long)]
    release: bool,
    /// Measure the catalog beside stac-fastapi-pgstac instead, both on one PostgreSQL
    #[arg(long)]
    peers: bool,
}

/// Builds the platform and measures it.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let root = workspace.root();
    let (flags, profile) = if args.release { (["--release"].as_slice(), "release") } else { (&[] as &[&str], "debug") };
    let mut build = cargo(root, &["build", "--package", "okeanos"]);
    build.args(flags);
    run_command(build)?;
    let venv = Venv::ensure(&workspace.target("e2e-venv"), &root.join("e2e/requirements.txt"))?;
    let mut bench = dying_with_us(root, venv.program("python"));
    without_settings(&mut bench);
    let okeanos = workspace.target(profile).join("okeanos");
    if args.peers {
        bench.args(["e2e/bench/peers.py", "--config", "e2e/real-servers.toml", "--okeanos"]).arg(okeanos);
        return beside_peers(workspace, bench);
    }
    bench.args(["e2e/bench/bench.py", "--runs", &args.runs.to_string(), "--megabytes", &args.megabytes.to_string()]);
    bench.arg("--okeanos").arg(okeanos);
    run_command(bench)
}

/// Runs what measures us and the peer, with servers for both.
fn beside_peers(workspace: &Workspace, mut bench: Command) -> anyhow::Result<()> {
    let servers = Servers::start(&deps::install(workspace)?)?;
    deps::load_tool(workspace)?;
    let peer = Venv::ensure(&workspace.target("peers-venv"), &workspace.root().join("e2e/bench/peers.txt"))?;
    bench.arg("--python").arg(peer.program("python")).envs(servers.platform_env());
    run_command(bench)
}
