//! Signing keys and the facts of the installation.

use okeanos_fault::Fault;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict,
};

use super::{
    broken,
    entity::{fact, signing_key},
    micros, time,
};
use crate::domain::rotation::Term;

/// A signing key as it is kept.
#[derive(Clone)]
pub(crate) struct KeptKey {
    pub(crate) id: String,
    /// PKCS#8, base64.
    pub(crate) private_der: String,
    pub(crate) term: Term,
}

/// All signing keys, those that sign last at the end.
pub(crate) async fn signing_keys(c: &impl ConnectionTrait) -> Result<Vec<KeptKey>, Fault> {
    let rows = signing_key::Entity::find().order_by_asc(signing_key::Column::SignsFrom).all(c).await.map_err(broken)?;
    Ok(rows
        .into_iter()
        .map(|k| KeptKey {
            id: k.id,
            private_der: k.private_der,
            term: Term { signs_from: time(k.signs_from), signs_until: time(k.signs_until) },
        })
        .collect())
}

/// Adds a signing key.
pub(crate) async fn add_signing_key(c: &impl ConnectionTrait, key: &KeptKey) -> Result<(), Fault> {
    let row = signing_key::Model {
        id: key.id.clone(),
        private_der: key.private_der.clone(),
        signs_from: micros(key.term.signs_from),
        signs_until: micros(key.term.signs_until),
    };
    signing_key::Entity::insert(row.into_active_model()).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// Removes signing keys.
pub(crate) async fn delete_signing_keys(c: &impl ConnectionTrait, ids: &[String]) -> Result<(), Fault> {
    let delete = signing_key::Entity::delete_many().filter(signing_key::Column::Id.is_in(ids.iter().cloned()));
    delete.exec(c).await.map(drop).map_err(broken)
}

/// A fact of the installation.
pub(crate) async fn fact(c: &impl ConnectionTrait, name: &str) -> Result<Option<String>, Fault> {
    Ok(fact::Entity::find_by_id(name).one(c).await.map_err(broken)?.map(|f| f.value))
}

/// Sets a fact unless it is set.
pub(crate) async fn set_fact_once(c: &impl ConnectionTrait, name: &str, value: String) -> Result<(), Fault> {
    let row = fact::Model { name: name.to_owned(), value }.into_active_model();
    let once = OnConflict::column(fact::Column::Name).do_nothing().to_owned();
    match fact::Entity::insert(row).on_conflict(once).exec_without_returning(c).await {
        Ok(_) | Err(sea_orm::DbErr::RecordNotInserted) => Ok(()),
        Err(error) => Err(broken(error)),
    }
}
