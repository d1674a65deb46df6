//! Use-cases, a file per noun: authorize, load, decide, store and tell in one transaction.

pub(crate) mod catalogs;
pub(crate) mod collections;
mod counts;
pub(crate) mod items;
pub(crate) mod objects;
pub(crate) mod search;
mod tally;

use okeanos_auth::{Principal, Visibility, access::refusal};
use okeanos_db::Db;
use okeanos_fault::Fault;
use okeanos_runtime::Clock;
use okeanos_stac::Instant;

use self::counts::Counts;
use crate::config::CatalogConfig;

/// The catalog behind all of its interfaces.
#[derive(Debug)]
pub(crate) struct App {
    db: Db,
    clock: Clock,
    config: CatalogConfig,
    counts: Counts,
}

impl App {
    /// Over a migrated database.
    pub(crate) fn new(db: Db, clock: Clock, config: CatalogConfig) -> Self {
        Self { db, clock, config, counts: Counts::default() }
    }

    /// Its configuration.
    pub(crate) fn config(&self) -> &CatalogConfig {
        &self.config
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
