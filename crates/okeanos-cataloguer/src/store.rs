//! The tables and what is asked of them. Every function takes a connection or a transaction, so that a use-case decides what
//! belongs together.

mod entity;
pub(crate) mod migration;
pub(crate) mod reports;
pub(crate) mod units;

use okeanos_fault::Fault;
use sea_orm::DbErr;
use time::OffsetDateTime;

/// A time as it is kept.
pub(crate) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

/// A database that does not answer is away for now; anything else is our mistake.
pub(crate) fn broken(error: DbErr) -> Fault {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Fault::unavailable(error),
        other => Fault::internal(other),
    }
}
