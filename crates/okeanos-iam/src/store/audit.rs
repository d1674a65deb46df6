//! The audit trail: rows are added and read, never changed.

use okeanos_fault::Fault;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use super::{broken, entity::audit, micros, time};
use crate::domain::{
    audit::Entry,
    page::{Listed, Page},
};

/// Adds an entry.
pub(crate) async fn add(c: &impl ConnectionTrait, entry: &Entry) -> Result<(), Fault> {
    let row = audit::Model {
        id: entry.id.clone(),
        at: micros(entry.at),
        actor: entry.actor.clone(),
        action: entry.action.clone(),
        subject: entry.subject.clone(),
        detail: entry.detail.clone(),
    };
    audit::Entity::insert(row.into_active_model()).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// Entries, newest first.
pub(crate) async fn list(c: &impl ConnectionTrait, page: &Page) -> Result<Listed<Entry>, Fault> {
    let mut find = audit::Entity::find().order_by_desc(audit::Column::Id);
    if let Some(after) = &page.after {
        find = find.filter(audit::Column::Id.lt(after.as_str()));
    }
    let rows = find.limit(u64::from(page.limit) + 1).all(c).await.map_err(broken)?;
    let entries = rows.into_iter().map(|row| Entry {
        id: row.id,
        at: time(row.at),
        actor: row.actor,
        action: row.action,
        subject: row.subject,
        detail: row.detail,
    });
    Ok(Listed::of(entries.collect(), page.limit, |e| &e.id))
}
