//! The jobs in the database.
//!
//! - [`Jobs`]: finding, listing and changing jobs. A change reads the row in a writing transaction, asks the domain, writes
//!   the row and the event. - `queue`: leases. - `logs`: what the processes said.

#[allow(unreachable_pub, reason = "sea-orm derives public items")]
mod entity;
mod jobs;
mod logs;
pub(crate) mod migration;
mod queue;
mod rows;

use okeanos_db::Db;
use okeanos_fault::Fault;
use sea_orm::DbErr;

pub(crate) use self::{
    jobs::Holder,
    queue::{Lease, Taken},
};

/// The jobs in the database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Jobs {
    db: Db,
}

impl Jobs {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }
}

/// A database that does not answer as it should: away for now, or a row that is not ours.
fn broken(error: DbErr) -> Fault {
    match error {
        DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => Fault::unavailable(error),
        error => Fault::internal(error),
    }
}

#[cfg(test)]
mod tests;
