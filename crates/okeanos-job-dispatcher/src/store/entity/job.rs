//! Table `job_dispatcher_jobs`. Times are microseconds since the epoch. What may be long is in the table of work, so that
//! a list or a change does not move it.

use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "job_dispatcher_jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub owner: String,
    pub process_id: String,
    pub version: String,
    pub status: String,
    #[sea_orm(column_type = "Text")]
    pub message: String,
    pub progress: i32,
    pub attempt: i32,
    pub lost: i32,
    pub created_at: i64,
    pub updated_at: i64,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    /// When the next attempt may begin.
    pub available_at: i64,
    /// When the last attempt began.
    pub begun_at: Option<i64>,
    /// Which worker has it, or had it when it was lost.
    pub worker: Option<String>,
    /// Until when, unless the worker says that it lives.
    pub lease_until: Option<i64>,
    #[sea_orm(column_type = "Text", nullable)]
    pub failure_code: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub failure_message: Option<String>,
    #[sea_orm(column_type = "Text", nullable)]
    pub failure_input: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
