//! Rows to be published: written in the transaction of the change that they tell of, removed when the bus has them.
//!
//! The relay asks for whatever is there and removes what it has published. It never asks for "ids after the last one":
//! on PostgreSQL a transaction may commit a smaller id later, and such a row would be lost.

use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Alias, ColumnDef, Expr, Order, Query, Table},
};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};
use uuid::Uuid;

use crate::{Db, Tx};

/// A row to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// UUIDv7: rows of one writer are in the order of their ids.
    pub id: Uuid,
    /// The document to publish.
    pub body: String,
}

fn table(service: &str) -> Alias {
    Alias::new(format!("{}_outbox", service.replace('-', "_")))
}

fn id() -> Alias {
    Alias::new("id")
}

fn body() -> Alias {
    Alias::new("body")
}

/// Writes a row in the caller's transaction.
///
/// # Errors
/// When the database is away.
pub async fn append(tx: &Tx, row: &Row) -> Result<(), DbErr> {
    let insert = Query::insert()
        .into_table(table(tx.service()))
        .columns([id(), body()])
        .values_panic([row.id.to_string().into(), row.body.as_str().into()])
        .to_owned();
    tx.execute(&insert).await.map(drop)
}

/// Rows that wait, oldest first.
///
/// # Errors
/// When the database is away.
pub async fn pending(db: &Db, limit: u64) -> Result<Vec<Row>, DbErr> {
    let select = Query::select()
        .columns([id(), body()])
        .from(table(db.service()))
        .order_by(id(), Order::Asc)
        .limit(limit)
        .to_owned();
    let rows = db.conn().query_all(&select).await?;
    rows.iter()
        .map(|row| {
            let text: String = row.try_get("", "id")?;
            let id = text.parse().map_err(|e: uuid::Error| DbErr::Custom(format!("outbox id {text}: {e}")))?;
            Ok(Row { id, body: row.try_get("", "body")? })
        })
        .collect()
}

/// Removes rows that the bus has.
///
/// # Errors
/// When the database is away; publishing them again is then the consumers' to ignore.
pub async fn remove(db: &Db, ids: &[Uuid]) -> Result<(), DbErr> {
    let tx = db.begin().await?;
    let delete = Query::delete()
        .from_table(table(db.service()))
        .and_where(Expr::col(id()).is_in(ids.iter().map(Uuid::to_string)))
        .to_owned();
    tx.execute(&delete).await?;
    tx.commit().await
}

pub(crate) struct CreateOutbox {
    pub(crate) service: &'static str,
}

impl MigrationName for CreateOutbox {
    fn name(&self) -> &'static str {
        "m0000_outbox"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for CreateOutbox {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let create = Table::create()
            .table(table(self.service))
            .if_not_exists()
            .col(ColumnDef::new(id()).string_len(36).not_null().primary_key())
            .col(ColumnDef::new(body()).text().not_null())
            .to_owned();
        manager.create_table(create).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table(table(self.service)).to_owned()).await
    }
}
