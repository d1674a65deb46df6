//! What a service may use of its surroundings.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use okeanos_auth::{Authenticator, Namespaces, PeerAuthenticator, node::NodeKey};
use okeanos_blob::Blobs;
use okeanos_db::{Db, DbConfig};
use okeanos_events::EventBus;
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::{
    RpcChannel,
    peer::{Loopback, Peer},
};

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> OffsetDateTime + Send + Sync>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        #[expect(clippy::disallowed_methods, reason = "the one place where the machine's clock is read")]
        Self(Arc::new(OffsetDateTime::now_utc))
    }

    /// A clock of a test's own.
    pub fn of(now: impl Fn() -> OffsetDateTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now, in UTC.
    pub fn now(&self) -> OffsetDateTime {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// Where the node is reached from this machine, known once it has bound its sockets.
#[derive(Clone, Debug)]
pub(crate) struct Addresses {
    pub(crate) http: String,
    pub(crate) s3: Option<String>,
}

/// What a service may use of its surroundings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Ctx {
    /// Cancelled when the node drains.
    pub stop: CancellationToken,
    /// Where the time comes from.
    pub clock: Clock,
    /// The event bus.
    pub bus: Arc<dyn EventBus>,
    /// The object store.
    pub blobs: Arc<dyn Blobs>,
    /// How buckets are called.
    pub names: Namespaces,
    /// Where a service may keep files of its own, under a folder of its name.
    pub data_dir: PathBuf,
    /// The address that people reach the platform under, when it is configured.
    pub public_url: Option<String>,
    /// Metrics; each service registers its own under its name.
    pub metrics: prometheus::Registry,
    pub(crate) database: DbConfig,
    pub(crate) node_key: NodeKey,
    pub(crate) peers: Arc<BTreeMap<String, String>>,
    /// Peers that are expected in this process.
    pub(crate) asked: Arc<Mutex<BTreeSet<String>>>,
    pub(crate) loopback: Loopback,
    pub(crate) addresses: Arc<OnceLock<Addresses>>,
    pub(crate) service: &'static str,
}

impl Ctx {
    /// The channel to a peer: over the network if the configuration names its address, otherwise inside this process.
    /// Calls are made in the name of this service; `okeanos_auth::node::on_behalf_of` makes one for a person.
    pub fn peer(&self, name: &str) -> anyhow::Result<RpcChannel> {
        let to = match self.peers.get(name) {
            Some(uri) => Peer::remote(uri)?,
            None => {
                self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned());
                Peer::Here(self.loopback.clone())
            }
        };
        Ok(RpcChannel::new(to, self.service, self.node_key.clone(), self.clock.clone()))
    }

    /// Turns credentials into principals, by asking the iam service.
    pub fn authenticator(&self) -> anyhow::Result<Arc<dyn Authenticator>> {
        Ok(PeerAuthenticator::new(self.peer("iam")?))
    }

    /// Where the S3 interface is reached from this machine, `http://127.0.0.1:9000`; `None` until the node has started,
    /// and when it neither serves S3 nor is told where that is.
    pub fn s3_endpoint(&self) -> Option<String> {
        self.addresses.get().and_then(|a| a.s3.clone())
    }

    /// Where the HTTP interfaces are reached: the public URL when one is configured; `None` until the node has started.
    pub fn url(&self) -> Option<String> {
        self.public_url.clone().or_else(|| self.addresses.get().map(|a| a.http.clone()))
    }

    /// Opens the database of this service.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn database(&self) -> anyhow::Result<Db> {
        Db::open(&self.database, self.service).await
    }

    pub(crate) fn asked_for(&self) -> BTreeSet<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn named(&self, service: &'static str) -> Self {
        Self { service, ..self.clone() }
    }
}
