//! The same suite on SQLite and, where `OKEANOS_TEST_POSTGRES` names one, on PostgreSQL.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use okeanos_db::{
    Db, DbConfig,
    outbox::{self, Row},
};
use uuid::Uuid;

async fn each_backend() -> Vec<(Db, Option<tempfile::TempDir>)> {
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![(Db::open(&DbConfig::sqlite(folder.path()), "db-test").await.unwrap(), Some(folder))];
    #[expect(clippy::disallowed_methods, reason = "where the real servers are is told to tests by the environment")]
    if let Ok(url) = std::env::var("OKEANOS_TEST_POSTGRES") {
        all.push((Db::open(&DbConfig::new(url), "db-test").await.unwrap(), None));
    }
    for (db, _) in &all {
        db.migrate(Vec::new).await.unwrap();
        db.migrate(Vec::new).await.unwrap();
    }
    all
}

fn row(body: &str) -> Row {
    Row { id: Uuid::now_v7(), body: body.to_owned() }
}

#[tokio::test]
async fn an_outbox_row_lives_and_dies_with_its_transaction() {
    for (db, _folder) in each_backend().await {
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
}

#[tokio::test]
async fn a_row_that_commits_late_with_a_small_id_is_not_lost() {
    for (db, _folder) in each_backend().await {
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
}

#[tokio::test]
async fn many_writers_wait_for_each_other_and_all_succeed() {
    for (db, _folder) in each_backend().await {
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
}
