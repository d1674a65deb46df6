//! Units: what waits to be catalogued, and what is.

use std::time::Duration;

use okeanos_blob::Location;
use okeanos_fault::Fault;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, OnConflict},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    broken,
    entity::unit::{ActiveModel, Column, Entity, Model},
    micros,
};
use crate::domain::unit::{Guess, MARKERS, UnitKind, guess, pause, was_at_rest};

/// A unit that somebody works on.
#[derive(Clone, Debug)]
pub(crate) struct Claimed {
    pub(crate) at: Location,
    pub(crate) kind: UnitKind,
    pub(crate) attempts: u32,
    pub(crate) waits: u32,
    pub(crate) faults: u32,
    pub(crate) catalogued: bool,
    reports: i32,
    changes: i64,
    lease: String,
}

/// Notes that something happened to a unit: what was tried before does not count any more. An object is due at once; a
/// store when it is left alone, for the longer the more reports were made since it began to change.
pub(crate) async fn changed(
    c: &impl ConnectionTrait,
    at: &Location,
    kind: UnitKind,
    now: OffsetDateTime,
    quiet: Duration,
) -> Result<(), Fault> {
    let known = Entity::find_by_id((at.bucket.clone(), at.key.clone())).one(c).await.map_err(broken)?;
    let since = |row: &Model| Duration::from_micros(u64::try_from(micros(now) - row.changed_at).unwrap_or(0));
    let reports = known.filter(|row| !was_at_rest(quiet, since(row))).map_or(0, |row| row.reports);
    let due = match kind {
        UnitKind::Object => now,
        UnitKind::Store => now + pause(quiet, u32::try_from(reports).unwrap_or(0)),
    };
    let row = Model {
        bucket: at.bucket.clone(),
        key: at.key.clone(),
        kind: kind.as_str().to_owned(),
        due_at: Some(micros(due)),
        changes: 1,
        attempts: 0,
        waits: 0,
        faults: 0,
        reports,
        changed_at: micros(now),
        catalogued: false,
        lease: None,
        lease_until: None,
    };
    let again = OnConflict::columns([Column::Bucket, Column::Key])
        .update_columns([Column::Kind, Column::DueAt, Column::Attempts, Column::Waits, Column::Faults])
        .update_columns([Column::Reports, Column::ChangedAt])
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

/// Units that are due and that nobody works on, oldest first.
fn due(now: OffsetDateTime) -> Select<Entity> {
    Entity::find().filter(Column::DueAt.lte(micros(now))).filter(free(now)).order_by_asc(Column::DueAt)
}

fn free(now: OffsetDateTime) -> Condition {
    Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(micros(now)))
}

/// Whether there is something to take.
pub(crate) async fn any_due(c: &impl ConnectionTrait, now: OffsetDateTime) -> Result<bool, Fault> {
    due(now).limit(1).one(c).await.map(|row| row.is_some()).map_err(broken)
}

/// Takes units that are due and that nobody works on, oldest first.
pub(crate) async fn claim(
    c: &impl ConnectionTrait,
    now: OffsetDateTime,
    lease: Duration,
    limit: u64,
) -> Result<Vec<Claimed>, Fault> {
    let mut claimed = Vec::new();
    for row in due(now).limit(limit).all(c).await.map_err(broken)? {
        let token = Uuid::new_v4().to_string();
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
            .filter(free(now));
        // Another worker may have been faster, or another event have come.
        if update.exec(c).await.map_err(broken)?.rows_affected == 1 {
            claimed.push(Claimed {
                kind: UnitKind::parse(&row.kind),
                attempts: u32::try_from(row.attempts + 1).unwrap_or(1),
                waits: u32::try_from(row.waits).unwrap_or(0),
                faults: u32::try_from(row.faults).unwrap_or(0),
                reports: row.reports,
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
    /// Again at this time.
    Again { at: OffsetDateTime, why: Why },
    /// It is gone.
    Forget,
}

/// Why a unit is to be worked on again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It was incomplete.
    Incomplete,
    /// Something that the work needs was away: the attempt does not count.
    Away,
    /// A mistake of ours: the attempt counts.
    Failed,
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
                (row.attempts, row.waits, row.faults) = (Set(0), Set(0), Set(0));
                row.reports = Set(unit.reports + 1);
            }
            Next::Again { at, why } => {
                row.due_at = Set(Some(micros(at)));
                match why {
                    Why::Incomplete => {
                        (row.attempts, row.faults) = (Set(0), Set(0));
                        row.waits = Set(count(unit.waits + 1));
                    }
                    Why::Away => {
                        row.attempts = Set(count(unit.attempts.saturating_sub(1)));
                        row.faults = Set(count(unit.faults + 1));
                    }
                    Why::Failed => {}
                }
            }
            Next::Forget => {}
        }
        Entity::update_many().set(row).filter(unchanged).exec(c).await.map_err(broken)?;
    }
    let mut free = ActiveModel { lease: Set(None), lease_until: Set(None), ..Default::default() };
    if let Next::Idle { catalogued } = next {
        (free.catalogued, free.reports) = (Set(catalogued), Set(unit.reports + 1));
    }
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

/// Units below a store's prefix, which was just written, that are parts of it: they were taken for units of their own
/// before. At most so many are read at once, in the order of their keys, after one; and the last that was read.
pub(crate) async fn parts_below(
    c: &impl ConnectionTrait,
    root: &Location,
    after: Option<&str>,
    limit: u64,
) -> Result<(Vec<(Location, UnitKind)>, Option<String>), Fault> {
    let folder = format!("{}/", root.key);
    let mut find = Entity::find().filter(Column::Bucket.eq(&root.bucket)).filter(Column::Key.starts_with(&folder));
    if let Some(after) = after {
        find = find.filter(Column::Key.gt(after));
    }
    let rows = find.order_by_asc(Column::Key).limit(limit).all(c).await.map_err(broken)?;
    let last = rows.last().filter(|_| rows.len() as u64 == limit).map(|row| row.key.clone());
    // LIKE finds more than is meant (it knows wildcards, and on SQLite no case): what it gave is checked.
    let parts = rows.into_iter().filter(|row| row.key.starts_with(&folder)).map(|row| {
        let kind = UnitKind::parse(&row.kind);
        (Location::new(row.bucket, row.key), kind)
    });
    Ok((parts.filter(|(at, kind)| may_lie_in(at, *kind).contains(&root.key)).collect(), last))
}

/// The prefixes at which a store may be that a unit is a part of, topmost first.
pub(crate) fn may_lie_in(at: &Location, kind: UnitKind) -> Vec<String> {
    // A store's root may be called anything, so that every folder above it may be a group.
    let key = match kind {
        UnitKind::Object => at.key.clone(),
        UnitKind::Store => format!("{}/{}", at.key, MARKERS[0]),
    };
    let Guess::MaybePartOf(mut prefixes) = guess(&key) else { return Vec::new() };
    prefixes.retain(|prefix| *prefix != at.key);
    prefixes
}

fn count(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn mine(unit: &Claimed) -> Condition {
    Condition::all()
        .add(Column::Bucket.eq(&unit.at.bucket))
        .add(Column::Key.eq(&unit.at.key))
        .add(Column::Lease.eq(&unit.lease))
}
