//! Use-cases, a file per noun: authorize, load, decide, store and tell in one transaction.

pub(crate) mod catalogs;
pub(crate) mod collections;
mod counts;
mod gate;
pub(crate) mod items;
pub(crate) mod objects;
pub(crate) mod search;
mod tally;

use okeanos_auth::{Principal, Visibility, access::refusal};
use okeanos_db::Db;
use okeanos_fault::Fault;
use okeanos_runtime::Clock;
use okeanos_stac::Instant;

use self::{counts::Counts, gate::Gate};
use crate::{config::CatalogConfig, domain::Error};

/// The catalog behind all of its interfaces.
#[derive(Debug)]
pub(crate) struct App {
    db: Db,
    clock: Clock,
    config: CatalogConfig,
    counts: Counts,
    gate: Gate,
}

impl App {
    /// Over a migrated database.
    pub(crate) fn new(db: Db, clock: Clock, config: CatalogConfig) -> Self {
        let gate = Gate::new(config.comparisons_at_once);
        Self { db, clock, config, counts: Counts::default(), gate }
    }

    /// Its configuration.
    pub(crate) fn config(&self) -> &CatalogConfig {
        &self.config
    }

    /// Refuses a record with more text than one may have.
    fn bounded(&self, what: impl FnOnce() -> String, bytes: usize) -> Result<(), Error> {
        let most = self.config.document_bytes_max;
        if bytes > most { Err(Error::DocumentTooLarge { what: what(), bytes, most }) } else { Ok(()) }
    }

    fn now(&self) -> Instant {
        Instant::from(self.clock.now())
    }
}

/// Refuses to show something to a group that one is not in.
fn may_show_to(who: &Principal, visibility: &Visibility) -> Result<(), Fault> {
    match visibility {
        Visibility::Group(name) if !who.groups.contains(name) && !who.administers() => Err(refusal(who)),
        _ => Ok(()),
    }
}
