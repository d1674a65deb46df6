//! Objects and stores that are catalogued, or wait to be.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "cataloguer_units")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub bucket: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// `object` or `store`.
    pub kind: String,
    /// When it is to be worked on; null when there is nothing to do.
    pub due_at: Option<i64>,
    /// How many events have told of it.
    pub changes: i64,
    /// How often work has begun since the last event and came to no end.
    pub attempts: i32,
    /// How often it was found incomplete since the last event.
    pub waits: i32,
    /// How often something that the work needs was away since the last event.
    pub faults: i32,
    /// How many reports were made since it last was at rest.
    pub reports: i32,
    /// When the last event came.
    pub changed_at: i64,
    /// Whether the catalog may have items of it.
    pub catalogued: bool,
    /// Who works on it, and until when nobody else may.
    pub lease: Option<String>,
    pub lease_until: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
