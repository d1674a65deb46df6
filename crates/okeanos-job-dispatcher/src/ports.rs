//! What the use-cases need of others.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use async_trait::async_trait;
use okeanos_auth::Principal;
use okeanos_fault::Fault;
use okeanos_ogc::process::ProcessDescription;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// A process as the registry has it.
#[derive(Clone, Debug)]
pub(crate) struct Process {
    /// Its id, without version.
    pub(crate) id: String,
    /// Its version.
    pub(crate) version: String,
    /// What it takes and gives.
    pub(crate) description: ProcessDescription,
    /// What runs it: `{"type": "builtin", "name": "…"}`.
    pub(crate) unit: Value,
}

/// What can be run.
#[async_trait]
pub(crate) trait Registry: Send + Sync {
    /// A process by id, or id:version, that the caller may see; `None` when there is none.
    async fn process(&self, who: &Principal, id: &str) -> Result<Option<Process>, Fault>;
}

/// What the catalog knows.
#[async_trait]
pub(crate) trait Catalog: Send + Sync {
    /// An item that the caller may see; `None` when there is none.
    async fn item(&self, who: &Principal, collection: Option<&str>, item: &str) -> Result<Option<Value>, Fault>;
}

/// Short-lived credentials with which a job acts for its owner. Never printed.
#[derive(Clone)]
pub(crate) struct Delegated {
    /// S3 access key.
    pub(crate) access_key_id: String,
    /// Its secret.
    pub(crate) secret_access_key: String,
    /// Its session token.
    pub(crate) session_token: String,
    /// Access token for the HTTP interfaces.
    pub(crate) access_token: String,
}

/// Who gives such credentials.
#[async_trait]
pub(crate) trait Delegations: Send + Sync {
    /// Credentials of a person, for so long.
    async fn delegate(&self, user: &str, lifetime: Duration) -> Result<Delegated, Fault>;
}

/// One attempt of a job, ready to be run.
#[derive(Clone)]
pub(crate) struct Order {
    /// The built-in function.
    pub(crate) function: String,
    /// The whole environment of the process, secrets included: for nothing else.
    pub(crate) environment: BTreeMap<String, String>,
    /// Its working folder.
    pub(crate) folder: PathBuf,
    /// How long it may take.
    pub(crate) timeout: Duration,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// By itself, with this code.
    Exited(i32),
    /// By a signal that was not ours.
    Signalled(i32),
    /// It took too long.
    TimedOut,
    /// We were told to stop it.
    Stopped,
}

/// Runs attempts somewhere.
#[async_trait]
pub(crate) trait Executor: Send + Sync {
    /// Runs an attempt to its end, sends each line that it says, and ends it and all that it has started when `stop` is
    /// cancelled or the time is over. When this returns, nothing of the attempt runs any more.
    ///
    /// # Errors
    /// When it cannot be started.
    async fn run(&self, order: Order, lines: mpsc::Sender<String>, stop: CancellationToken) -> std::io::Result<Ending>;
}
