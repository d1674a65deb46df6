//! Units: what waits to be catalogued, and what is.

use std::time::Duration;

use okeanos_blob::Location;
use okeanos_fault::Fault;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, OnConflict},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    broken,
    entity::unit::{ActiveModel, Column, Entity, Model},
    micros,
};
use crate::domain::unit::UnitKind;

/// A unit that somebody works on.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) at: Location,
    pub(crate) kind: UnitKind,
    pub(crate) attempts: u32,
    pub(crate) waits: u32,
    pub(crate) catalogued: bool,
    changes: i64,
    lease: String,
}

/// Notes that something happened to a unit: it is due at this time, and what was tried before does not count any more.
pub(crate) async fn changed(
    c: &impl ConnectionTrait,
    at: &Location,
    kind: UnitKind,
    due: OffsetDateTime,
) -> Result<(), Fault> {
    let row = Model {
        bucket: at.bucket.clone(),
        key: at.key.clone(),
        kind: kind.as_str().to_owned(),
        due_at: Some(micros(due)),
        changes: 1,
        attempts: 0,
        waits: 0,
        catalogued: false,
        lease: None,
        lease_until: None,
    };
    let again = OnConflict::columns([Column::Bucket, Column::Key])
        .update_columns([Column::Kind, Column::DueAt, Column::Attempts, Column::Waits])
        .value(Column::Changes, Expr::col((Entity, Column::Changes)).add(1))
        .to_owned();
    Entity::insert(row.into_active_model()).on_conflict(again).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// The topmost of these prefixes that is known as a Zarr store.
pub(crate) async fn known_store(
    c: &impl ConnectionTrait,
    bucket: &str,
    prefixes: &[String],
) -> Result<Option<String>, Fault> {
    let find = Entity::find()
        .filter(Column::Bucket.eq(bucket))
        .filter(Column::Kind.eq(UnitKind::Store.as_str()))
        .filter(Column::Key.is_in(prefixes.iter().map(String::as_str)));
    let rows = find.all(c).await.map_err(broken)?;
    Ok(rows.into_iter().map(|row| row.key).min_by_key(String::len))
}

/// When the next unit is due that nobody works on; a unit whose worker is gone is due when its lease ends.
pub(crate) async fn next_due(c: &impl ConnectionTrait) -> Result<Option<i64>, Fault> {
    let row = Entity::find()
        .filter(Column::DueAt.is_not_null())
        .filter(Column::Lease.is_null())
        .order_by_asc(Column::DueAt)
        .limit(1)
        .one(c)
        .await
        .map_err(broken)?;
    Ok(row.and_then(|row| row.due_at))
}

/// Takes units that are due and that nobody works on, oldest first.
pub(crate) async fn claim(
    c: &impl ConnectionTrait,
    now: OffsetDateTime,
    lease: Duration,
    limit: u64,
) -> Result<Vec<Claimed>, Fault> {
    let now_micros = micros(now);
    let free = || Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(now_micros));
    let due =
        Entity::find().filter(Column::DueAt.lte(now_micros)).filter(free()).order_by_asc(Column::DueAt).limit(limit);
    let mut claimed = Vec::new();
    for row in due.all(c).await.map_err(broken)? {
        let token = Uuid::now_v7().to_string();
        let taken = ActiveModel {
            lease: Set(Some(token.clone())),
            lease_until: Set(Some(micros(now + lease))),
            attempts: Set(row.attempts + 1),
            ..Default::default()
        };
        let update = Entity::update_many()
            .set(taken)
            .filter(Column::Bucket.eq(&row.bucket))
            .filter(Column::Key.eq(&row.key))
            .filter(Column::Changes.eq(row.changes))
            .filter(free());
        // Another worker may have been faster, or another event have come.
        if update.exec(c).await.map_err(broken)?.rows_affected == 1 {
            claimed.push(Claimed {
                kind: UnitKind::parse(&row.kind),
                attempts: u32::try_from(row.attempts + 1).unwrap_or(1),
                waits: u32::try_from(row.waits).unwrap_or(0),
                catalogued: row.catalogued,
                changes: row.changes,
                at: Location::new(row.bucket, row.key),
                lease: token,
            });
        }
    }
    Ok(claimed)
}

/// What becomes of a unit when work on it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Nothing until the next event; whether the catalog has items of it.
    Idle { catalogued: bool },
    /// Again at this time; whether it was incomplete, and whether the attempt does not count.
    Again { at: OffsetDateTime, incomplete: bool },
    /// It is gone.
    Forget,
}

/// Ends work on a unit. If events came meanwhile it stays due, and is only free again.
pub(crate) async fn finish(c: &impl ConnectionTrait, unit: &Claimed, next: Next) -> Result<(), Fault> {
    let unchanged = Condition::all().add(mine(unit)).add(Column::Changes.eq(unit.changes));
    if next == Next::Forget {
        Entity::delete_many().filter(unchanged).exec(c).await.map_err(broken)?;
    } else {
        let mut row = ActiveModel { lease: Set(None), lease_until: Set(None), ..Default::default() };
        match next {
            Next::Idle { catalogued } => {
                (row.due_at, row.catalogued) = (Set(None), Set(catalogued));
                (row.attempts, row.waits) = (Set(0), Set(0));
            }
            Next::Again { at, incomplete } => {
                row.due_at = Set(Some(micros(at)));
                if incomplete {
                    (row.attempts, row.waits) = (Set(0), Set(i32::try_from(unit.waits + 1).unwrap_or(i32::MAX)));
                }
            }
            Next::Forget => {}
        }
        Entity::update_many().set(row).filter(unchanged).exec(c).await.map_err(broken)?;
    }
    let catalogued = match next {
        Next::Idle { catalogued } => Set(catalogued),
        _ => sea_orm::ActiveValue::NotSet,
    };
    let free = ActiveModel { lease: Set(None), lease_until: Set(None), catalogued, ..Default::default() };
    Entity::update_many().set(free).filter(mine(unit)).exec(c).await.map(drop).map_err(broken)
}

/// Keeps a unit for longer; `false` when it is somebody else's by now.
pub(crate) async fn keep(c: &impl ConnectionTrait, unit: &Claimed, until: OffsetDateTime) -> Result<bool, Fault> {
    let row = ActiveModel { lease_until: Set(Some(micros(until))), ..Default::default() };
    let kept = Entity::update_many().set(row).filter(mine(unit)).exec(c).await.map_err(broken)?;
    Ok(kept.rows_affected == 1)
}

/// Frees every unit: for a database of one process, whose workers died with it.
pub(crate) async fn free_all(c: &impl ConnectionTrait) -> Result<(), Fault> {
    let row = ActiveModel { lease: Set(None), lease_until: Set(None), ..Default::default() };
    Entity::update_many().set(row).filter(Column::Lease.is_not_null()).exec(c).await.map(drop).map_err(broken)
}

/// Units below a store's prefix: what was taken for units of their own before the store's root was written.
pub(crate) async fn below(c: &impl ConnectionTrait, root: &Location, limit: u64) -> Result<Vec<Location>, Fault> {
    let folder = format!("{}/", root.key);
    let find = Entity::find().filter(Column::Bucket.eq(&root.bucket)).filter(Column::Key.starts_with(&folder));
    let rows = find.limit(limit).all(c).await.map_err(broken)?;
    // LIKE finds more than is meant (it knows wildcards, and on SQLite no case): what it gave is checked.
    Ok(rows
        .into_iter()
        .filter(|row| row.key.starts_with(&folder))
        .map(|row| Location::new(row.bucket, row.key))
        .collect())
}

/// Forgets a unit, whoever works on it.
pub(crate) async fn forget(c: &impl ConnectionTrait, at: &Location) -> Result<(), Fault> {
    Entity::delete_by_id((at.bucket.clone(), at.key.clone())).exec(c).await.map(drop).map_err(broken)
}

fn mine(unit: &Claimed) -> Condition {
    Condition::all()
        .add(Column::Bucket.eq(&unit.at.bucket))
        .add(Column::Key.eq(&unit.at.key))
        .add(Column::Lease.eq(&unit.lease))
}
