//! The tables and what is asked of them. Whatever reads items or catalogs takes a [`crate::domain::Sees`].

pub(crate) mod catalogs;
pub(crate) mod collections;
pub(crate) mod filter;
pub(crate) mod items;
pub(crate) mod migration;

use futures::TryStreamExt;
use okeanos_auth::{Owner, Visibility};
use okeanos_fault::Fault;
use okeanos_stac::{Bbox, Instant};
use sea_orm::{
    DatabaseConnection, DbErr, QueryResult, StreamTrait, TryGetable,
    sea_query::{self, SelectStatement},
};

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

/// What a query finds, read until the texts have so many bytes, but one row in any case; and whether there was more.
async fn within<T>(
    c: &DatabaseConnection,
    select: &SelectStatement,
    bytes_max: usize,
    read: impl Fn(&QueryResult) -> Result<T, DbErr>,
    size: impl Fn(&T) -> usize,
) -> Result<(Vec<T>, bool), DbErr> {
    let mut rows = std::pin::pin!(c.stream(select).await?);
    let (mut found, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = rows.try_next().await? {
        let record = read(&row)?;
        bytes = bytes.saturating_add(size(&record));
        if bytes > bytes_max && !found.is_empty() {
            return Ok((found, true));
        }
        found.push(record);
    }
    Ok((found, false))
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
