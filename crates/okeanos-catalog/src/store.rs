//! The tables and what is asked of them. Whatever reads items or catalogs takes a [`crate::domain::Sees`].

pub(crate) mod catalogs;
pub(crate) mod collections;
pub(crate) mod filter;
pub(crate) mod items;
pub(crate) mod migration;

use okeanos_auth::{Owner, Visibility};
use okeanos_fault::Fault;
use okeanos_stac::{Bbox, Instant};
use sea_orm::{DbErr, QueryResult, TryGetable, sea_query};

/// A database that does not answer is away for now; anything else is our mistake.
pub(crate) fn broken(error: DbErr) -> Fault {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => Fault::unavailable(error),
        other => Fault::internal(other),
    }
}

/// A statement that does not fit its table is our mistake.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn misbuilt(error: sea_query::error::Error) -> DbErr {
    DbErr::Custom(error.to_string())
}

fn get<T: TryGetable>(row: &QueryResult, column: &str) -> Result<T, DbErr> {
    row.try_get("", column)
}

fn instant(row: &QueryResult, column: &str) -> Result<Instant, DbErr> {
    get(row, column).map(Instant::from_micros)
}

fn maybe_instant(row: &QueryResult, column: &str) -> Result<Option<Instant>, DbErr> {
    Ok(get::<Option<i64>>(row, column)?.map(Instant::from_micros))
}

fn owner(row: &QueryResult) -> Result<Owner, DbErr> {
    get::<String>(row, "owner")?.parse().map_err(|e: Fault| DbErr::Custom(e.to_string()))
}

fn visibility(row: &QueryResult) -> Result<Visibility, DbErr> {
    get::<String>(row, "visibility")?.parse().map_err(|e: Fault| DbErr::Custom(e.to_string()))
}

/// A box from four columns that are null together.
fn bbox(row: &QueryResult, [west, south, east, north]: [&str; 4]) -> Result<Option<Bbox>, DbErr> {
    let Some(west) = get::<Option<f64>>(row, west)? else { return Ok(None) };
    Ok(Some(Bbox { west, south: get(row, south)?, east: get(row, east)?, north: get(row, north)? }))
}
