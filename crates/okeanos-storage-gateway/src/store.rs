//! The ledger in the service's database.

mod migration;

use async_trait::async_trait;
use okeanos_blob::Location;
use okeanos_db::Db;
use okeanos_events::{Event, relay};
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait,
    sea_query::{Alias, Expr, Order, Query},
};

pub(crate) use self::migration::migrations;
use crate::{
    domain::{Error, Intent},
    ports::Ledger,
};

const INTENTS: &str = "storage_gateway_intents";
/// Rows of one statement: databases bound the number of parameters.
const ROWS_MAX: usize = 200;

/// The ledger in a database.
#[derive(Debug)]
pub(crate) struct DbLedger {
    db: Db,
}

impl DbLedger {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    async fn insert(&self, intents: &[Intent]) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        for chunk in intents.chunks(ROWS_MAX) {
            let mut insert = Query::insert()
                .into_table(Alias::new(INTENTS))
                .columns(["id", "bucket", "object_key", "principal"].map(Alias::new))
                .to_owned();
            for intent in chunk {
                let Location { bucket, key } = &intent.at;
                insert.values_panic([
                    intent.id.to_string().into(),
                    bucket.as_str().into(),
                    key.as_str().into(),
                    intent.principal.as_str().into(),
                ]);
            }
            tx.execute(&insert).await?;
        }
        tx.commit().await
    }

    async fn delete(&self, intents: &[Intent], events: &[Event]) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        for chunk in intents.chunks(ROWS_MAX) {
            let delete = Query::delete()
                .from_table(Alias::new(INTENTS))
                .and_where(Expr::col(Alias::new("id")).is_in(chunk.iter().map(|i| i.id.to_string())))
                .to_owned();
            tx.execute(&delete).await?;
        }
        for event in events {
            relay::record(&tx, event).await?;
        }
        tx.commit().await
    }

    async fn select(&self) -> Result<Vec<Intent>, DbErr> {
        let select = Query::select()
            .columns(["id", "bucket", "object_key", "principal"].map(Alias::new))
            .from(Alias::new(INTENTS))
            .order_by(Alias::new("id"), Order::Asc)
            .to_owned();
        let rows = self.db.conn().query_all(&select).await?;
        rows.iter()
            .map(|row| {
                let id: String = row.try_get("", "id")?;
                let bucket: String = row.try_get("", "bucket")?;
                let key: String = row.try_get("", "object_key")?;
                let id = id.parse().map_err(|e| DbErr::Custom(format!("intent {id:?}: {e}")))?;
                Ok(Intent { id, at: Location::new(bucket, key), principal: row.try_get("", "principal")? })
            })
            .collect()
    }
}

#[async_trait]
impl Ledger for DbLedger {
    async fn open(&self, intents: &[Intent]) -> Result<(), Error> {
        self.insert(intents).await.map_err(Error::away)
    }

    async fn close(&self, intents: &[Intent], events: &[Event]) -> Result<(), Error> {
        self.delete(intents, events).await.map_err(Error::away)
    }

    async fn left(&self) -> Result<Vec<Intent>, Error> {
        self.select().await.map_err(Error::away)
    }
}

#[cfg(test)]
mod tests {
    use okeanos_db::{DbConfig, outbox};

    use super::*;

    #[tokio::test]
    async fn intents_and_events_go_together() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbConfig::sqlite(folder.path()), "storage-gateway").await.unwrap();
        db.migrate(migrations).await.unwrap();
        let ledger = DbLedger::new(db.clone());
        let intents: Vec<_> =
            (0..450).map(|n| Intent::new(Location::new("user-ann", format!("k{n}")), "ann")).collect();
        ledger.open(&intents).await.unwrap();
        assert_eq!(ledger.left().await.unwrap(), intents);
        let now = time::OffsetDateTime::UNIX_EPOCH;
        let event = crate::events::about(&intents[0].at, None, "ann", now).unwrap();
        ledger.close(&intents[..449], std::slice::from_ref(&event)).await.unwrap();
        assert_eq!(ledger.left().await.unwrap(), intents[449..]);
        let waiting = outbox::pending(&db, 10).await.unwrap();
        assert_eq!(waiting.iter().map(|row| row.id).collect::<Vec<_>>(), [event.id]);
    }
}
