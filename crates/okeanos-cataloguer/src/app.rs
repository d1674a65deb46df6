//! The use-cases: an event comes, a unit is due, a report is asked for, a check is asked for.

mod catalogue;
mod checks;
mod inspect;
mod notice;
mod worker;

use std::sync::Arc;

use okeanos_auth::Namespaces;
use okeanos_blob::Blobs;
use okeanos_db::{Db, Tx};
use okeanos_fault::Fault;
use okeanos_runtime::{Clock, Ctx};
use time::OffsetDateTime;
use tokio::sync::{Notify, Semaphore};

pub(crate) use self::checks::Listed;
use self::inspect::Inspector;
use crate::{config::Config, ports::Catalog, store};

/// The service's state.
pub(crate) struct Cataloguer {
    config: Config,
    db: Db,
    clock: Clock,
    names: Namespaces,
    blobs: Arc<dyn Blobs>,
    catalog: Arc<dyn Catalog>,
    inspector: Inspector,
    /// Tells the worker that a unit has become due.
    due: Notify,
    /// Checks on demand that may still begin.
    checks: Semaphore,
}

impl Cataloguer {
    /// Over a database that is up to date.
    pub(crate) async fn open(config: Config, db: Db, catalog: Arc<dyn Catalog>, ctx: &Ctx) -> anyhow::Result<Self> {
        if db.backend() == sea_orm::DbBackend::Sqlite {
            // One process uses such a database: what it had begun when it was killed is free.
            let tx = db.begin().await?;
            store::units::free_all(&*tx).await?;
            tx.commit().await?;
        }
        Ok(Self {
            inspector: Inspector::new(Arc::clone(&ctx.blobs), config.budget(), config.items_max, ctx.stop.clone()),
            checks: Semaphore::new(config.checks_at_once),
            due: Notify::new(),
            blobs: Arc::clone(&ctx.blobs),
            names: ctx.names.clone(),
            clock: ctx.clock.clone(),
            config,
            db,
            catalog,
        })
    }

    fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    async fn begin(&self) -> Result<Tx, Fault> {
        self.db.begin().await.map_err(store::broken)
    }
}

async fn commit(tx: Tx) -> Result<(), Fault> {
    tx.commit().await.map_err(store::broken)
}
