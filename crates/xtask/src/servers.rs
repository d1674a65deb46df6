//! The real servers of the suites: PostgreSQL with PostGIS, NATS JetStream, and SeaweedFS for S3; on free ports of the
//! loopback interface, with all state in a temporary folder.

use std::{
    fs,
    io::{self, Read, Write},
    net::TcpStream,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

use crate::{
    command::{command, dying_with_us, output},
    deps::Installed,
};

const UP_WITHIN: Duration = Duration::from_secs(60);
const DOWN_WITHIN: Duration = Duration::from_secs(10);
const S3_KEY: &str = "okeanos";
const S3_SECRET: &str = "okeanos-secret";

/// Running servers; they end when this is dropped.
#[derive(Debug)]
pub(crate) struct Servers {
    postgres: Server,
    nats: Server,
    s3: Server,
}

#[derive(Debug)]
struct Server {
    name: &'static str,
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Servers {
    /// Starts all three and waits until they answer.
    pub(crate) fn start(installed: &Installed) -> anyhow::Result<Self> {
        Ok(Self { postgres: postgres(&installed.postgres)?, nats: nats(&installed.nats)?, s3: s3(&installed.weed)? })
    }

    /// What the crates' own suites are told.
    pub(crate) fn suite_env(&self) -> Vec<(String, String)> {
        vec![
            ("OKEANOS_TEST_POSTGRES".to_owned(), self.database_url()),
            ("OKEANOS_TEST_NATS".to_owned(), self.nats_url()),
            ("OKEANOS_TEST_S3".to_owned(), format!("http://{S3_KEY}:{S3_SECRET}@127.0.0.1:{}", self.s3.port)),
        ]
    }

    /// What e2e/real-servers.toml is completed with.
    pub(crate) fn platform_env(&self) -> Vec<(String, String)> {
        vec![
            ("OKEANOS_PLATFORM__DATABASE".to_owned(), self.database_url()),
            ("OKEANOS_PLATFORM__BUS__URL".to_owned(), self.nats_url()),
            ("OKEANOS_PLATFORM__STORE__ENDPOINT".to_owned(), format!("http://127.0.0.1:{}", self.s3.port)),
            ("OKEANOS_PLATFORM__STORE__ACCESS_KEY_ID".to_owned(), S3_KEY.to_owned()),
            ("OKEANOS_PLATFORM__STORE__SECRET_ACCESS_KEY".to_owned(), S3_SECRET.to_owned()),
        ]
    }

    fn database_url(&self) -> String {
        format!("postgres://okeanos@127.0.0.1:{}/okeanos", self.postgres.port)
    }

    fn nats_url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.nats.port)
    }
}

impl Server {
    fn spawn(name: &'static str, mut command: Command, port: u16, folder: TempDir) -> anyhow::Result<Self> {
        let log = fs::File::create(folder.path().join("server.log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| format!("starting {name}"))?;
        let mut server = Self { name, child, port, folder };
        server.wait_until(|server| TcpStream::connect(("127.0.0.1", server.port)).is_ok())?;
        Ok(server)
    }

    fn wait_until(&mut self, up: impl Fn(&Self) -> bool) -> anyhow::Result<()> {
        let started = Instant::now();
        while !up(self) {
            let ended = self.child.try_wait()?;
            if ended.is_some() || started.elapsed() > UP_WITHIN {
                let log = fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
                bail!("{} did not start; its log ends with:\n{}", self.name, &log[log.len().saturating_sub(2000)..]);
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // INT: PostgreSQL's fast shutdown; the others end on it too
        let _ = kill_process(Pid::from_child(&self.child), Signal::INT);
        let asked = Instant::now();
        while asked.elapsed() < DOWN_WITHIN {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// PostgreSQL, as the user `postgres` when we are root, which it refuses to run as.
fn postgres(bin: &Path) -> anyhow::Result<Server> {
    let folder = TempDir::with_prefix("okeanos-postgres-")?;
    let data = folder.path().join("data");
    let owner = postgres_user()?;
    if let Some((uid, gid)) = owner {
        chown(folder.path(), Some(uid), Some(gid))?;
    }
    let program = |name: &str| {
        let mut program = command(folder.path(), bin.join(name));
        if let Some((uid, gid)) = owner {
            program.uid(uid).gid(gid);
        }
        program
    };
    let mut initdb = program("initdb");
    initdb.args(["--username=okeanos", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata"]).arg(&data);
    output(initdb)?;
    let port = free_port()?;
    let mut serve = dying_with_us(folder.path(), bin.join("postgres"));
    if let Some((uid, gid)) = owner {
        serve.uid(uid).gid(gid);
    }
    serve.arg("-D").arg(&data).args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"]);
    serve.args(["-c", "unix_socket_directories=", "-c", "max_connections=200"]);
    let mut createdb = program("createdb");
    let mut psql = program("psql");
    let mut server = Server::spawn("PostgreSQL", serve, port, folder)?;
    let to = ["-h", "127.0.0.1", "-p", &port.to_string(), "-U", "okeanos"].map(str::to_owned);
    createdb.args(&to).arg("okeanos");
    let is_ready = bin.join("pg_isready");
    let ready_to = to.clone();
    server.wait_until(move |_| output(with(&is_ready, &ready_to)).is_ok())?;
    output(createdb)?;
    psql.args(&to).args(["-d", "okeanos", "-qc", "create extension postgis"]);
    output(psql)?;
    Ok(server)
}

fn with(program: &Path, args: &[String]) -> Command {
    let mut made = command(Path::new("/"), program);
    made.args(args);
    made
}

/// Who runs PostgreSQL, when it cannot be us.
fn postgres_user() -> anyhow::Result<Option<(u32, u32)>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    let id = |flag: &str| -> anyhow::Result<u32> {
        Ok(output(with(Path::new("id"), &[flag.to_owned(), "postgres".to_owned()]))?.parse()?)
    };
    Ok(Some((id("-u")?, id("-g")?)))
}

/// NATS with JetStream, which acknowledges only what is on the disk.
fn nats(program: &Path) -> anyhow::Result<Server> {
    let folder = TempDir::with_prefix("okeanos-nats-")?;
    let port = free_port()?;
    let store = folder.path().join("jetstream");
    let config = folder.path().join("nats.conf");
    fs::write(
        &config,
        format!("listen: 127.0.0.1:{port}\njetstream {{ store_dir: {store:?}, sync_interval: always }}\n"),
    )?;
    let mut serve = dying_with_us(folder.path(), program);
    serve.arg("--config").arg(&config);
    Server::spawn("NATS", serve, port, folder)
}

/// SeaweedFS: master, volume server, filer and S3 gateway in one process.
fn s3(program: &Path) -> anyhow::Result<Server> {
    let folder = TempDir::with_prefix("okeanos-s3-")?;
    let identities = folder.path().join("s3.json");
    fs::write(
        &identities,
        format!(
            r#"{{"identities": [{{"name": "okeanos", "actions": ["Admin", "Read", "List", "Tagging", "Write"],
                "credentials": [{{"accessKey": "{S3_KEY}", "secretKey": "{S3_SECRET}"}}]}}]}}"#
        ),
    )?;
    let ports = distinct_ports::<8>()?;
    let mut serve = dying_with_us(folder.path(), program);
    serve.args(["server", "-filer", "-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false"]);
    serve.args(["-volume.max=100", "-master.volumeSizeLimitMB=256", "-s3.iam=false"]);
    serve.args(["-s3.port.iceberg=0", "-s3.port.lance=0"]);
    serve.arg(format!("-dir={}", folder.path().display())).arg(format!("-s3.config={}", identities.display()));
    let roles = [
        "s3.port",
        "s3.port.grpc",
        "master.port",
        "master.port.grpc",
        "volume.port",
        "volume.port.grpc",
        "filer.port",
        "filer.port.grpc",
    ];
    serve.args(roles.iter().zip(ports).map(|(role, port)| format!("-{role}={port}")));
    let mut server = Server::spawn("SeaweedFS", serve, ports[0], folder)?;
    // the S3 port opens before there is a volume server to write to
    let master = ports[2];
    server.wait_until(move |_| get(master, "/dir/assign").is_ok_and(|answer| answer.contains("\"fid\"")))?;
    Ok(server)
}

/// The answer of an HTTP server of this machine.
fn get(port: u16, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    write!(stream, "GET {path} HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn free_port() -> anyhow::Result<u16> {
    Ok(distinct_ports::<1>()?[0])
}

/// Ports of the loopback interface that were free a moment ago: these servers cannot tell which port they took.
fn distinct_ports<const N: usize>() -> anyhow::Result<[u16; N]> {
    let held: Vec<_> = (0..N).map(|_| std::net::TcpListener::bind(("127.0.0.1", 0))).collect::<Result<_, _>>()?;
    let mut ports = [0; N];
    for (port, listener) in ports.iter_mut().zip(&held) {
        *port = listener.local_addr()?.port();
    }
    ensure!(ports.iter().all(|port| *port > 0), "no free ports");
    Ok(ports)
}

/// Where Debian keeps the newest PostgreSQL server, if it is installed.
pub(crate) fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut bins: Vec<_> = versions.filter_map(|entry| Some(entry.ok()?.path().join("bin"))).collect();
    bins.retain(|bin| bin.join("initdb").is_file());
    bins.sort();
    bins.pop()
}
