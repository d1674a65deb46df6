//! What all services of a node share, and how it is configured: section `platform`.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{DirBuilder, File, TryLockError},
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use okeanos_auth::{Namespaces, node::NodeKey};
use okeanos_blob::{
    Blobs,
    fs::FsBlobs,
    s3::{S3Blobs, S3Config},
};
use okeanos_config::Secret;
use okeanos_db::DbConfig;
use okeanos_events::{
    EventBus,
    local::LocalBus,
    nats::{NatsBus, NatsConfig},
};
use okeanos_telemetry::TelemetryConfig;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::peer::Peer;

/// What all services of a process share.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlatformConfig {
    /// Folder that holds all state of the embedded parts.
    pub data_dir: PathBuf,
    /// Where HTTP listens; port 0 for any.
    pub http: SocketAddr,
    /// Where gRPC listens for other processes of the platform; none when all services are in one process.
    pub grpc: Option<SocketAddr>,
    /// The address that people reach the platform under, without a trailing slash; else links follow the Host header.
    pub public_url: Option<String>,
    /// Whether links follow `Forwarded` and `X-Forwarded-*` headers: only behind a proxy that sets them itself.
    pub trust_forwarded: bool,
    /// Where the S3 interface is reached by other services, when it is not in this process.
    pub s3_url: Option<String>,
    /// Databases: `sqlite:<folder>` (a file per service; default: `db` in `data_dir`) or `postgres://…`.
    pub database: Option<Secret>,
    /// The event bus.
    pub bus: BusConfig,
    /// The object store.
    pub store: StoreConfig,
    /// Secret of at least 32 bytes that all services share; when empty, one is made and kept in `data_dir`.
    pub node_key: Secret,
    /// Addresses of services in other processes, by name: `catalog = "http://catalog:50051"`.
    pub peers: BTreeMap<String, String>,
    /// Prefix of the bucket of a person.
    pub user_bucket_prefix: String,
    /// Prefix of the bucket of a project.
    pub project_bucket_prefix: String,
    /// HTTP worker threads.
    pub http_workers: usize,
    /// Logs and traces.
    pub telemetry: TelemetryConfig,
}

impl Default for PlatformConfig {
    fn default() -> Self {
        let names = Namespaces::default();
        Self {
            data_dir: PathBuf::from("okeanos-data"),
            http: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            grpc: None,
            public_url: None,
            trust_forwarded: false,
            s3_url: None,
            database: None,
            bus: BusConfig::Local {},
            store: StoreConfig::Fs {},
            node_key: Secret::default(),
            peers: BTreeMap::new(),
            user_bucket_prefix: names.user,
            project_bucket_prefix: names.project,
            http_workers: 2,
            telemetry: TelemetryConfig::default(),
        }
    }
}

/// The event bus.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum BusConfig {
    /// Durable in a file of `data_dir`; for one process.
    Local {},
    /// NATS JetStream.
    Nats {
        /// `nats://host:4222`, with `user:password@` when the server asks for it.
        url: Secret,
        /// On how many servers of the NATS cluster an event is kept.
        #[serde(default = "one")]
        replicas: usize,
    },
}

/// The object store.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum StoreConfig {
    /// Files in `data_dir`.
    Fs {},
    /// Any S3.
    S3 {
        /// `https://s3.example.org`.
        endpoint: String,
        /// The region that it wants in signatures.
        region: String,
        /// Access key.
        access_key_id: String,
        /// Secret key.
        secret_access_key: Secret,
    },
}

impl PlatformConfig {
    /// How buckets are called.
    pub(crate) fn names(&self) -> Namespaces {
        Namespaces { user: self.user_bucket_prefix.clone(), project: self.project_bucket_prefix.clone() }
    }

    /// Makes the data folder, its owner's only, and locks it: two processes in one folder would take each other's work.
    ///
    /// # Errors
    /// When another process uses it.
    pub(crate) fn claim_data_dir(&self) -> anyhow::Result<File> {
        let folder = &self.data_dir;
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.with_context(|| format!("creating {}", folder.display()))?;
        let path = folder.join("lock");
        let lock = File::options().write(true).create(true).truncate(false).open(&path);
        let lock = lock.with_context(|| format!("opening {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => Ok(lock),
            Err(TryLockError::WouldBlock) => anyhow::bail!("another process uses the data folder {}", folder.display()),
            Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("locking {}", path.display())),
        }
    }

    pub(crate) fn database(&self) -> DbConfig {
        match &self.database {
            Some(url) => DbConfig::new(url.reveal()),
            None => DbConfig::sqlite(&self.data_dir.join("db")),
        }
    }

    /// The addresses of peers, under their names: a variable cannot have the `-` of `process-registry`.
    pub(crate) fn peers_by_name(&self) -> BTreeMap<String, String> {
        self.peers.iter().map(|(name, uri)| (name.replace('_', "-"), uri.clone())).collect()
    }

    /// What is wrong with the values, beyond their types.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut note = |field: &str, problem: &dyn fmt::Display| problems.push(format!("platform.{field}: {problem}"));
        if !self.node_key.is_empty()
            && let Err(fault) = NodeKey::new(self.node_key.reveal().as_bytes())
        {
            note("node_key", &fault.message());
        }
        if let Some(url) = &self.database
            && let Err(problem) = DbConfig::new(url.reveal()).check()
        {
            note("database", &problem);
        }
        if let Err(problem) = self.telemetry.check() {
            note("telemetry.log", &format!("{problem:#}"));
        }
        if let Err(problem) = self.names().check() {
            note("user_bucket_prefix", &problem);
        }
        for (name, uri) in self.peers_by_name() {
            if Peer::check(&uri).is_err() {
                note(&format!("peers.{name}"), &"an address is written as http://host:port");
            }
        }
        match &self.bus {
            BusConfig::Local {} if self.grpc.is_some() || !self.peers.is_empty() => {
                note("bus", &"the local bus is for one process; with peers or grpc, all need the same NATS");
            }
            BusConfig::Nats { replicas, .. } if !(1..=5).contains(replicas) => {
                note("bus.replicas", &"1 to 5 servers keep an event");
            }
            _ => {}
        }
        problems
    }

    pub(crate) async fn open_bus(&self) -> anyhow::Result<Arc<dyn EventBus>> {
        Ok(match &self.bus {
            BusConfig::Local {} => LocalBus::open(&self.data_dir.join("db")).await.context("platform.bus")?,
            BusConfig::Nats { url, replicas } => {
                let config = NatsConfig { replicas: *replicas, ..NatsConfig::new(url.reveal()) };
                NatsBus::connect(config).await.context("platform.bus")?
            }
        })
    }

    pub(crate) fn open_store(&self) -> anyhow::Result<Arc<dyn Blobs>> {
        Ok(match &self.store {
            StoreConfig::Fs {} => Arc::new(FsBlobs::open(self.data_dir.join("objects")).context("platform.store")?),
            StoreConfig::S3 { endpoint, region, access_key_id, secret_access_key } => {
                let secret = secret_access_key.reveal();
                Arc::new(S3Blobs::new(S3Config::new(endpoint, region, access_key_id, secret)))
            }
        })
    }

    pub(crate) fn open_node_key(&self) -> anyhow::Result<NodeKey> {
        if !self.node_key.is_empty() {
            return NodeKey::new(self.node_key.reveal().as_bytes()).context("platform.node_key");
        }
        let path = self.data_dir.join("node.key");
        if !path.exists() {
            write_secret(&path, &random_hex()?)?;
        }
        let secret = std::fs::read(&path).with_context(|| format!("reading {}", path.display()))?;
        NodeKey::new(&secret).with_context(|| format!("the key in {}", path.display()))
    }
}

fn one() -> usize {
    1
}

fn random_hex() -> anyhow::Result<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Writes a file that only its owner reads, whole or not at all.
fn write_secret(path: &Path, secret: &str) -> anyhow::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let draft = path.with_extension("new");
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&draft, path).with_context(|| format!("writing {}", path.display()))
}

#[cfg(test)]
mod tests {
    use okeanos_config::Layers;

    use super::*;

    fn parsed(text: &str) -> Result<PlatformConfig, okeanos_config::Problems> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("okeanos.toml");
        std::fs::write(&file, text).unwrap();
        Layers::new().file(&file)?.section("platform")
    }

    #[test]
    fn no_secret_is_shown() {
        let text = "[platform]\ndatabase = \"postgres://okeanos:s3cr3t@db/okeanos\"\nnode_key = \"s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t\"\n\
            bus = {kind = \"nats\", url = \"nats://okeanos:s3cr3t@nats:4222\"}\n\
            store = {kind = \"s3\", endpoint = \"http://s3\", region = \"r\", access_key_id = \"a\", secret_access_key = \"s3cr3t\"}\n";
        let config = parsed(text).unwrap();
        assert!(config.problems().is_empty(), "{:?}", config.problems());
        let shown = format!("{} {config:?} {:?}", serde_json::to_string(&config).unwrap(), config.database());
        assert!(!shown.contains("s3cr3t"), "{shown}");
        let BusConfig::Nats { url, replicas: 1 } = config.bus else { panic!("NATS is configured") };
        assert_eq!(url.reveal(), "nats://okeanos:s3cr3t@nats:4222");
    }

    #[test]
    fn what_a_kind_does_not_have_is_refused() {
        assert!(parsed("[platform.bus]\nkind = \"local\"\nurl = \"nats://n:4222\"\n").is_err());
        assert!(parsed("[platform.store]\nkind = \"fs\"\nregion = \"x\"\n").is_err());
        assert!(parsed("[platform]\nbus = {kind = \"local\"}\nstore = {kind = \"fs\"}\n").is_ok());
    }

    #[test]
    fn every_wrong_value_is_named() {
        let config = PlatformConfig {
            node_key: Secret::new("short"),
            database: Some(Secret::new("mysql://s3cr3t@x")),
            telemetry: TelemetryConfig { log: "info,=".into(), ..TelemetryConfig::default() },
            user_bucket_prefix: "p-".into(),
            project_bucket_prefix: "p-x-".into(),
            peers: BTreeMap::from([("process_registry".into(), "not an address".into())]),
            ..PlatformConfig::default()
        };
        let problems = config.problems();
        for field in ["node_key", "database", "telemetry.log", "user_bucket_prefix", "peers.process-registry", "bus"] {
            assert!(problems.iter().any(|p| p.starts_with(&format!("platform.{field}: "))), "{field}: {problems:?}");
        }
        assert!(!problems.concat().contains("s3cr3t"));
        assert!(PlatformConfig::default().problems().is_empty());
    }
}
