//! The first tables.

use sea_orm_migration::{
    MigrationTrait, SchemaManager, async_trait,
    prelude::{DeriveMigrationName, Index},
    schema::{big_integer, big_integer_null, integer, string_len, string_len_null, text, text_null},
    sea_orm::DbErr,
    sea_query::Table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const JOBS: &str = "job_dispatcher_jobs";
const WORK: &str = "job_dispatcher_work";
const LOGS: &str = "job_dispatcher_logs";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let jobs = Table::create()
            .table(JOBS)
            .col(string_len("id", 36).primary_key())
            .col(string_len("owner", 64))
            .col(text("process_id"))
            .col(text("version"))
            .col(string_len("status", 16))
            .col(text("message"))
            .col(integer("progress"))
            .col(integer("attempt"))
            .col(integer("lost"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .col(big_integer_null("started_at"))
            .col(big_integer_null("finished_at"))
            .col(big_integer("available_at"))
            .col(big_integer_null("begun_at"))
            .col(string_len_null("worker", 64))
            .col(big_integer_null("lease_until"))
            .col(text_null("failure_code"))
            .col(text_null("failure_message"))
            .col(text_null("failure_input"))
            .to_owned();
        manager.create_table(jobs).await?;
        // A person's list by newest, and what waits or runs.
        let own = Index::create().name("job_dispatcher_jobs_own").table(JOBS).col("owner").col("id").to_owned();
        let queue = Index::create().name("job_dispatcher_jobs_queue").table(JOBS).col("status").col("owner").to_owned();
        manager.create_index(own).await?;
        // Who had a turn lately.
        let turns =
            Index::create().name("job_dispatcher_jobs_turns").table(JOBS).col("owner").col("begun_at").to_owned();
        manager.create_index(queue).await?;
        manager.create_index(turns).await?;
        let work = Table::create()
            .table(WORK)
            .col(string_len("job_id", 36).primary_key())
            .col(text("plan"))
            .col(text("outputs"))
            .to_owned();
        manager.create_table(work).await?;
        let logs = Table::create()
            .table(LOGS)
            .col(string_len("job_id", 36))
            .col(integer("attempt"))
            .col(text("text"))
            .primary_key(Index::create().col("job_id").col("attempt"))
            .to_owned();
        manager.create_table(logs).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(LOGS).to_owned()).await?;
        manager.drop_table(Table::drop().table(WORK).to_owned()).await?;
        manager.drop_table(Table::drop().table(JOBS).to_owned()).await
    }
}
