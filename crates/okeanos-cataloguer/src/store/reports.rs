//! Reports. No question is asked without saying what the caller may see.

use okeanos_auth::{Namespaces, Owner, Principal, Visibility};
use okeanos_fault::Fault;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    broken,
    entity::report::{Column, Entity, Model},
};
use crate::domain::{page::Wanted, report::Report};

/// What a caller may see.
#[derive(Clone, Debug)]
pub(crate) enum Sees {
    /// Everything.
    All,
    /// What lies under `public/`, and all of these buckets.
    PublicAnd(Vec<String>),
}

impl Sees {
    /// Of a principal.
    pub(crate) fn of(who: &Principal, names: &Namespaces) -> Self {
        if who.administers() {
            return Self::All;
        }
        let own = (!who.is_anonymous()).then(|| Owner::User(who.name.clone()));
        let owners = own.into_iter().chain(who.groups.iter().cloned().map(Owner::Project));
        Self::PublicAnd(owners.filter_map(|owner| names.bucket(&owner)).collect())
    }

    fn condition(&self) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::PublicAnd(buckets) => Condition::any()
                .add(Column::Visibility.eq(Visibility::Public.to_string()))
                .add(Column::Bucket.is_in(buckets.iter().map(String::as_str))),
        }
    }
}

/// Adds a report and removes the oldest of its object beyond so many.
pub(crate) async fn add(c: &impl ConnectionTrait, report: &Report, keep: u64) -> Result<(), Fault> {
    let row = Model {
        id: report.id.to_string(),
        bucket: report.bucket.clone(),
        key: report.key.clone(),
        visibility: Namespaces::visibility(&report.key).to_string(),
        status: report.outcome.status().as_str().to_owned(),
        document: report.document().to_string(),
    };
    Entity::insert(row.into_active_model()).exec_without_returning(c).await.map_err(broken)?;
    let of_object = Condition::all().add(Column::Bucket.eq(&report.bucket)).add(Column::Key.eq(&report.key));
    let oldest = Entity::find()
        .filter(of_object.clone())
        .order_by_desc(Column::Id)
        .offset(keep)
        .limit(1)
        .one(c)
        .await
        .map_err(broken)?;
    if let Some(oldest) = oldest {
        let delete = Entity::delete_many().filter(of_object).filter(Column::Id.lte(oldest.id));
        delete.exec(c).await.map_err(broken)?;
    }
    Ok(())
}

/// The document of a report.
pub(crate) async fn get(c: &impl ConnectionTrait, sees: &Sees, id: Uuid) -> Result<Option<String>, Fault> {
    let row = Entity::find_by_id(id.to_string()).filter(sees.condition()).one(c).await.map_err(broken)?;
    Ok(row.map(|row| row.document))
}

/// Documents of reports, newest first, one more than the page has if there is one.
pub(crate) async fn list(
    c: &impl ConnectionTrait,
    sees: &Sees,
    wanted: &Wanted,
) -> Result<Vec<(String, String)>, Fault> {
    let mut find = Entity::find().filter(sees.condition()).order_by_desc(Column::Id).limit(wanted.limit + 1);
    if let Some(bucket) = &wanted.bucket {
        find = find.filter(Column::Bucket.eq(bucket));
    }
    if let Some(key) = &wanted.key {
        find = find.filter(Column::Key.eq(key));
    }
    if let Some(after) = wanted.after {
        find = find.filter(Column::Id.lt(after.to_string()));
    }
    let rows = find.all(c).await.map_err(broken)?;
    Ok(rows.into_iter().map(|row| (row.id, row.document)).collect())
}
