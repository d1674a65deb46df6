//! The same suite on SQLite and on PostgreSQL. The latter half is ignored unless asked for (`--run-ignored all`);
//! `OKEANOS_TEST_POSTGRES` then names the server.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use okeanos_db::{
    Db, DbConfig,
    outbox::{self, Row},
};
use uuid::Uuid;

/// Writes a test of each backend.
macro_rules! on_every_backend {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $name() {
                let folder = tempfile::tempdir().unwrap();
                let config = okeanos_db::DbConfig::sqlite(folder.path());
                super::$name(super::open(&config, stringify!($name)).await).await;
            })+
        }
        mod postgres {
            $(#[tokio::test]
            #[ignore = "needs PostgreSQL"]
            async fn $name() {
                super::$name(super::open(&super::server(), stringify!($name)).await).await;
            })+
        }
    };
}

on_every_backend! {
    an_outbox_row_lives_and_dies_with_its_transaction,
    a_row_that_commits_late_with_a_small_id_is_not_lost,
    many_writers_wait_for_each_other_and_all_succeed,
}

fn server() -> DbConfig {
    #[expect(clippy::disallowed_methods, reason = "where the real servers are is told to tests by the environment")]
    DbConfig::new(std::env::var("OKEANOS_TEST_POSTGRES").expect("it names the server: see docs/how-to/tests.md"))
}

/// A database of the test's own: the tables of a service carry its name.
async fn open(config: &DbConfig, service: &'static str) -> Db {
    let db = Db::open(config, service).await.unwrap();
    db.migrate(Vec::new).await.unwrap();
    db.migrate(Vec::new).await.unwrap();
    db
}

fn row(body: &str) -> Row {
    Row { id: Uuid::now_v7(), body: body.to_owned() }
}

async fn an_outbox_row_lives_and_dies_with_its_transaction(db: Db) {
    let (kept, dropped) = (row("kept"), row("dropped"));
    let tx = db.begin().await.unwrap();
    outbox::append(&tx, &dropped).await.unwrap();
    drop(tx);
    let tx = db.begin().await.unwrap();
    outbox::append(&tx, &kept).await.unwrap();
    tx.commit().await.unwrap();
    let pending = outbox::pending(&db, 1000).await.unwrap();
    assert!(pending.contains(&kept) && !pending.contains(&dropped));
    outbox::remove(&db, &[kept.id]).await.unwrap();
    assert!(!outbox::pending(&db, 1000).await.unwrap().contains(&kept));
}

async fn a_row_that_commits_late_with_a_small_id_is_not_lost(db: Db) {
    let early = row("early id");
    let late = row("late id");
    let tx = db.begin().await.unwrap();
    outbox::append(&tx, &late).await.unwrap();
    tx.commit().await.unwrap();
    outbox::remove(&db, &[late.id]).await.unwrap();
    let tx = db.begin().await.unwrap();
    outbox::append(&tx, &early).await.unwrap();
    tx.commit().await.unwrap();
    assert!(outbox::pending(&db, 1000).await.unwrap().contains(&early));
    outbox::remove(&db, &[early.id]).await.unwrap();
}

async fn many_writers_wait_for_each_other_and_all_succeed(db: Db) {
    let writers = (0..40).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            let row = row(&format!("writer {n}"));
            let tx = db.begin().await.unwrap();
            outbox::append(&tx, &row).await.unwrap();
            tx.commit().await.unwrap();
            row.id
        })
    });
    let mut ids = Vec::new();
    for writer in writers.collect::<Vec<_>>() {
        ids.push(writer.await.unwrap());
    }
    let pending = outbox::pending(&db, 1000).await.unwrap();
    assert!(ids.iter().all(|id| pending.iter().any(|row| row.id == *id)));
    outbox::remove(&db, &ids).await.unwrap();
}
