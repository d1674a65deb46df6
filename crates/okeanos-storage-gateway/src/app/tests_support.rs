//! A gateway over memory for the tests of this room.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use okeanos_auth::Namespaces;
use okeanos_blob::{ByteStream, memory::MemoryBlobs};
use okeanos_events::Event;
use okeanos_runtime::Clock;

use super::Gateway;
use crate::{
    domain::{Error, Intent},
    ports::Ledger,
};

pub(super) struct Bench {
    pub(super) gateway: Gateway,
    pub(super) blobs: Arc<MemoryBlobs>,
    pub(super) ledger: Arc<MemoryLedger>,
}

pub(super) async fn gateway() -> Bench {
    let (blobs, ledger) = (Arc::new(MemoryBlobs::new()), Arc::new(MemoryLedger::default()));
    let gateway = Gateway::new(blobs.clone(), ledger.clone(), Namespaces::default(), Clock::system(), 1 << 40);
    Bench { gateway, blobs, ledger }
}

pub(super) fn body(text: &'static str) -> ByteStream {
    Box::pin(futures::stream::iter([Ok(text.into())]))
}

#[derive(Debug, Default)]
pub(super) struct MemoryLedger {
    open: Mutex<Vec<Intent>>,
    events: Mutex<Vec<Event>>,
    failing: AtomicBool,
}

impl MemoryLedger {
    /// Kind and place of each event.
    pub(super) fn told(&self) -> Vec<String> {
        let place = |e: &Event| e.subject.clone().unwrap_or_default().replace("s3://", "");
        self.events.lock().unwrap().iter().map(|e| format!("{} {}", e.short_kind(), place(e))).collect()
    }

    pub(super) fn open_count(&self) -> usize {
        self.open.lock().unwrap().len()
    }

    pub(super) fn fail_close(&self, failing: bool) {
        self.failing.store(failing, Ordering::SeqCst);
    }
}

#[async_trait]
impl Ledger for MemoryLedger {
    async fn open(&self, intents: &[Intent]) -> Result<(), Error> {
        self.open.lock().unwrap().extend_from_slice(intents);
        Ok(())
    }

    async fn close(&self, intents: &[Intent], events: &[Event]) -> Result<(), Error> {
        if self.failing.load(Ordering::SeqCst) {
            return Err(Error::away("the database is away"));
        }
        self.open.lock().unwrap().retain(|open| !intents.contains(open));
        self.events.lock().unwrap().extend_from_slice(events);
        Ok(())
    }

    async fn left(&self) -> Result<Vec<Intent>, Error> {
        Ok(self.open.lock().unwrap().clone())
    }
}
