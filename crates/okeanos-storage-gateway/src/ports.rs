//! What the use-cases need of the outside, beside the object store.

use std::fmt;

use async_trait::async_trait;
use okeanos_auth::Principal;
use okeanos_events::Event;
use time::OffsetDateTime;

use crate::domain::{Error, Intent};

/// An access key and whom it speaks for.
#[derive(Clone)]
pub(crate) struct AccessKey {
    pub(crate) secret: String,
    /// Must accompany a request when there is one.
    pub(crate) session_token: Option<String>,
    pub(crate) principal: Principal,
    pub(crate) expires_at: Option<OffsetDateTime>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey").field("principal", &self.principal.name).finish_non_exhaustive()
    }
}

/// Where access keys are known.
#[async_trait]
pub(crate) trait Keys: Send + Sync + 'static {
    /// The key of an id. It may have been looked up a few seconds ago.
    async fn find(&self, id: &str) -> Result<AccessKey, Error>;
}

/// What is being written, durable across a crash.
#[async_trait]
pub(crate) trait Ledger: Send + Sync + fmt::Debug + 'static {
    /// Notes what is about to be written.
    async fn open(&self, intents: &[Intent]) -> Result<(), Error>;
    /// Strikes out intents and hands over the events that tell what became of them, together or not at all.
    async fn close(&self, intents: &[Intent], events: &[Event]) -> Result<(), Error>;
    /// Intents that were never struck out, oldest first.
    async fn left(&self) -> Result<Vec<Intent>, Error>;
}
