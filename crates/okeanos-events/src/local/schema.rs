//! The tables of the local bus.

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, DbErr};
use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager};

pub(super) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(CreateBus)]
}

struct CreateBus;

/// `seq` gives the order of delivery and is never used twice. `filter` holds the patterns, with a space between. A
/// delivery exists until it is settled; `visible_at` (microseconds) is when it is due, `taken` whether somebody has it.
const TABLES: &str = "
CREATE TABLE events_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE events_consumers (name TEXT PRIMARY KEY NOT NULL, filter TEXT NOT NULL);
CREATE TABLE events_deliveries (
    consumer TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES events_log (seq),
    attempt INTEGER NOT NULL,
    visible_at INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (consumer, seq)
) WITHOUT ROWID;
CREATE INDEX events_deliveries_due ON events_deliveries (consumer, visible_at);
CREATE INDEX events_deliveries_seq ON events_deliveries (seq);
CREATE TABLE events_dead (
    id TEXT PRIMARY KEY NOT NULL,
    consumer TEXT NOT NULL,
    reason TEXT NOT NULL,
    at INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE INDEX events_dead_consumer ON events_dead (consumer, id);
";

impl MigrationName for CreateBus {
    fn name(&self) -> &'static str {
        "m0001_bus"
    }
}

#[async_trait]
impl MigrationTrait for CreateBus {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(TABLES).await.map(drop)
    }
}
