//! What the processes said.

use okeanos_fault::Fault;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    Jobs, broken,
    entity::log::{Column, Entity, Model},
};

impl Jobs {
    /// Keeps what an attempt has said so far.
    pub(crate) async fn keep_log(&self, job: Uuid, attempt: u32, text: String) -> Result<(), Fault> {
        let attempt = i32::try_from(attempt).unwrap_or(i32::MAX);
        // PostgreSQL does not take the zero character.
        let text = text.replace('\0', "\u{fffd}");
        let row = Model { job_id: job.to_string(), attempt, text };
        let replace = OnConflict::columns([Column::JobId, Column::Attempt]).update_column(Column::Text).to_owned();
        let tx = self.db.begin().await.map_err(broken)?;
        let insert = Entity::insert(row.into_active_model()).on_conflict(replace);
        insert.exec_without_returning(&*tx).await.map_err(broken)?;
        tx.commit().await.map_err(broken)
    }

    /// What all attempts of a job have said.
    pub(crate) async fn log(&self, job: Uuid) -> Result<String, Fault> {
        let attempts = Entity::find().filter(Column::JobId.eq(job.to_string())).order_by_asc(Column::Attempt);
        let attempts = attempts.all(self.db.conn()).await.map_err(broken)?;
        let mut text = String::new();
        for attempt in attempts {
            if attempt.attempt > 1 {
                text.push_str(&format!("--- attempt {} ---\n", attempt.attempt));
            }
            text.push_str(&attempt.text);
        }
        Ok(text)
    }

    pub(super) async fn delete_logs(c: &impl ConnectionTrait, jobs: &[String]) -> Result<(), Fault> {
        let delete = Entity::delete_many().filter(Column::JobId.is_in(jobs.iter().map(String::as_str)));
        delete.exec(c).await.map(drop).map_err(broken)
    }
}
