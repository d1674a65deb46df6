//! The first tables.

use sea_orm_migration::{
    MigrationTrait, SchemaManager, async_trait,
    prelude::{DeriveMigrationName, Index},
    schema::{big_integer, big_integer_null, boolean, integer, string_len, string_len_null, text},
    sea_orm::DbErr,
    sea_query::Table,
};

const UNITS: &str = "cataloguer_units";
const REPORTS: &str = "cataloguer_reports";

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let units = Table::create()
            .table(UNITS)
            .col(string_len("bucket", 64))
            .col(text("key"))
            .col(string_len("kind", 8))
            .col(big_integer_null("due_at"))
            .col(big_integer("changes"))
            .col(integer("attempts"))
            .col(integer("waits"))
            .col(integer("faults"))
            .col(integer("reports"))
            .col(big_integer("changed_at"))
            .col(boolean("catalogued"))
            .col(string_len_null("lease", 36))
            .col(big_integer_null("lease_until"))
            .primary_key(Index::create().col("bucket").col("key"))
            .to_owned();
        manager.create_table(units).await?;
        manager
            .create_index(Index::create().name("cataloguer_units_due_at").table(UNITS).col("due_at").to_owned())
            .await?;
        let reports = Table::create()
            .table(REPORTS)
            .col(string_len("id", 36))
            .col(string_len("bucket", 64))
            .col(text("key"))
            .col(string_len("visibility", 16))
            .col(string_len("status", 8))
            .col(text("document"))
            .primary_key(Index::create().col("id"))
            .to_owned();
        manager.create_table(reports).await?;
        let by_object = Index::create()
            .name("cataloguer_reports_object")
            .table(REPORTS)
            .col("bucket")
            .col("key")
            .col("id")
            .to_owned();
        manager.create_index(by_object).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [UNITS, REPORTS] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
