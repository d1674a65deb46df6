//! Two processes of one service that start at the same time. SQLite files are one process's only.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use okeanos_db::{Db, DbConfig};

mod postgres {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "needs PostgreSQL"]
    async fn processes_that_start_at_once_migrate_one_after_the_other() {
        #[expect(clippy::disallowed_methods, reason = "where the real servers are is told to tests by the environment")]
        let server = DbConfig::new(
            std::env::var("OKEANOS_TEST_POSTGRES").expect("it names the server: see docs/how-to/tests.md"),
        );
        let service: &'static str = Box::leak(format!("starts-{}", uuid::Uuid::now_v7().simple()).into_boxed_str());
        let start = || async {
            let db = Db::open(&server, service).await.unwrap();
            db.migrate(Vec::new).await
        };
        let outcomes = tokio::join!(start(), start(), start(), start());
        for outcome in [outcomes.0, outcomes.1, outcomes.2, outcomes.3] {
            outcome.unwrap();
        }
    }
}
