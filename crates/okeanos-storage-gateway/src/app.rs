//! The use-cases: authorize, do, tell.
//!
//! - [`access`]: who may. - [`buckets`], [`objects`] (reading), [`writes`], [`uploads`]: a file per noun.
//! - [`ledger`]: no write without its event. - [`recover`]: what a crash has left untold.

mod access;
mod buckets;
mod ledger;
mod objects;
mod recover;
#[cfg(test)]
mod tests_support;
mod uploads;
mod writes;

use std::{
    collections::HashSet,
    fmt,
    future::Future,
    sync::{Arc, Mutex},
};

use okeanos_auth::Namespaces;
use okeanos_blob::Blobs;
use okeanos_runtime::Clock;
use tracing::Instrument;

pub(crate) use self::objects::Reading;
use crate::{
    domain::{Error, Intent},
    ports::Ledger,
};

/// How many locks the keys share.
const STRIPES: usize = 256;

/// The use-cases. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Gateway(Arc<Inner>);

struct Inner {
    blobs: Arc<dyn Blobs>,
    ledger: Arc<dyn Ledger>,
    names: Namespaces,
    clock: Clock,
    max_object_bytes: u64,
    /// Buckets that are known to exist.
    known: Mutex<HashSet<String>>,
    /// Held while an event is made of what is at a key, so that the last event of a key tells its last state.
    telling: Vec<tokio::sync::Mutex<()>>,
    /// Intents of this process whose outcome is not known.
    doubtful: Mutex<Vec<Intent>>,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("blobs", &self.0.blobs).finish_non_exhaustive()
    }
}

impl Gateway {
    pub(crate) fn new(
        blobs: Arc<dyn Blobs>,
        ledger: Arc<dyn Ledger>,
        names: Namespaces,
        clock: Clock,
        max_object_bytes: u64,
    ) -> Self {
        let telling = (0..STRIPES).map(|_| tokio::sync::Mutex::default()).collect();
        let (known, doubtful) = (Mutex::default(), Mutex::default());
        Self(Arc::new(Inner { blobs, ledger, names, clock, max_object_bytes, known, telling, doubtful }))
    }
}

/// Runs to its end even when the client goes away, so that what was written is also told.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Error>> + Send + 'static,
) -> Result<T, Error> {
    tokio::spawn(work.in_current_span()).await.map_err(Error::away)?
}
