//! Opening and migrating.

use std::{fmt, fs::DirBuilder, ops::Deref, os::unix::fs::DirBuilderExt, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use sea_orm_migration::{
    MigrationTrait, MigratorTraitSelf,
    prelude::{Alias, DynIden, IntoIden},
};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

/// How long to wait for a connection or another writer.
const WAIT: Duration = Duration::from_secs(10);
/// Connections of one service to PostgreSQL.
const CONNECTIONS_MAX: u32 = 8;

/// Where the databases are.
#[derive(Clone)]
pub struct DbConfig {
    url: String,
}

impl fmt::Debug for DbConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.write_str("DbConfig(…)")
    }
}

impl DbConfig {
    /// `sqlite:<folder>`: a file per service in this folder. `postgres://…`: one database for all.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    /// SQLite files in this folder.
    pub fn sqlite(folder: &Path) -> Self {
        Self::new(format!("sqlite:{}", folder.display()))
    }

    /// Whether it is a kind of database that there is.
    ///
    /// # Errors
    /// When it is another.
    pub fn check(&self) -> anyhow::Result<()> {
        let known = ["sqlite:", "postgres:", "postgresql:"].iter().any(|kind| self.url.starts_with(kind));
        anyhow::ensure!(known, "a database URL starts with sqlite: or postgres:");
        Ok(())
    }

    fn options(&self, service: &str) -> anyhow::Result<(ConnectOptions, DbBackend)> {
        self.check()?;
        let Some(folder) = self.url.strip_prefix("sqlite:") else {
            let mut options = ConnectOptions::new(&self.url);
            options.max_connections(CONNECTIONS_MAX).set_application_name(format!("okeanos-{service}"));
            return Ok((options, DbBackend::Postgres));
        };
        let folder = Path::new(folder);
        // What is in a database is nobody's but the platform's: tokens' hashes, keys, private documents.
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .with_context(|| format!("creating {}", folder.display()))?;
        let file = folder.join(format!("{service}.sqlite"));
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.display()));
        // WAL: readers never wait for the writer. FULL: a commit is on the disk before it is acknowledged.
        options.max_connections(4).map_sqlx_sqlite_opts(|o| {
            o.journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(WAIT)
                .foreign_keys(true)
        });
        Ok((options, DbBackend::Sqlite))
    }
}

/// A service's database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    connection: DatabaseConnection,
    service: &'static str,
    backend: DbBackend,
    writer: Arc<Mutex<()>>,
    committed: Arc<Notify>,
}

impl Db {
    /// Opens the database of a service; it does not migrate.
    ///
    /// # Errors
    /// When the URL is of another kind, or the database cannot be reached or created.
    pub async fn open(config: &DbConfig, service: &'static str) -> anyhow::Result<Self> {
        let (mut options, backend) = config.options(service)?;
        options.connect_timeout(WAIT).acquire_timeout(WAIT).sqlx_logging(false);
        let connection =
            Database::connect(options).await.with_context(|| format!("opening the database of {service}"))?;
        Ok(Self { connection, service, backend, writer: Arc::default(), committed: Arc::default() })
    }

    /// Brings the schema up to date: the outbox, then the service's own migrations.
    ///
    /// # Errors
    /// When a migration fails; earlier ones stay.
    pub async fn migrate(&self, migrations: fn() -> Vec<Box<dyn MigrationTrait>>) -> anyhow::Result<()> {
        let migrator = Migrator { service: self.service, migrations };
        let migrated = async {
            let turn = self.turn_to_migrate().await?;
            migrator.up(&self.connection, None).await?;
            match turn {
                Some(turn) => turn.commit().await,
                None => Ok(()),
            }
        };
        migrated.await.with_context(|| format!("migrating the database of {}", self.service))
    }

    /// On PostgreSQL, where two processes of a service may start at once: the second waits here until the transaction ends.
    async fn turn_to_migrate(&self) -> Result<Option<DatabaseTransaction>, DbErr> {
        if self.backend != DbBackend::Postgres {
            return Ok(None);
        }
        let turn = self.connection.begin().await?;
        let lock = format!("SELECT pg_advisory_xact_lock(hashtext('okeanos migrations of {}'))", self.service);
        turn.execute_unprepared(&lock).await?;
        Ok(Some(turn))
    }

    /// For reading.
    pub fn conn(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Which kind of database it is.
    pub fn backend(&self) -> DbBackend {
        self.backend
    }

    /// The service it belongs to.
    pub fn service(&self) -> &'static str {
        self.service
    }

    /// Begins a writing transaction. SQLite has one writer at a time: the others wait here, in order, not in its lock.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin(&self) -> Result<Tx, DbErr> {
        let (turn, options) = match self.backend {
            DbBackend::Sqlite => (
                Some(Arc::clone(&self.writer).lock_owned().await),
                TransactionOptions {
                    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                    ..TransactionOptions::default()
                },
            ),
            _ => (None, TransactionOptions::default()),
        };
        let transaction = self.connection.begin_with_options(options).await?;
        Ok(Tx { transaction, committed: Arc::clone(&self.committed), service: self.service, _turn: turn })
    }

    /// Resolves after a commit; for whoever relays the outbox.
    pub async fn committed(&self) {
        self.committed.notified().await;
    }
}

/// A writing transaction; dropped, it rolls back.
#[derive(Debug)]
pub struct Tx {
    transaction: DatabaseTransaction,
    committed: Arc<Notify>,
    service: &'static str,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl Tx {
    /// Makes it so.
    ///
    /// # Errors
    /// When the database is away; then nothing is kept.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await?;
        self.committed.notify_one();
        Ok(())
    }

    /// The service whose database this is.
    pub fn service(&self) -> &'static str {
        self.service
    }
}

impl Deref for Tx {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

struct Migrator {
    service: &'static str,
    migrations: fn() -> Vec<Box<dyn MigrationTrait>>,
}

impl MigratorTraitSelf for Migrator {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        let outbox: Box<dyn MigrationTrait> = Box::new(crate::outbox::CreateOutbox { service: self.service });
        std::iter::once(outbox).chain((self.migrations)()).collect()
    }

    fn migration_table_name(&self) -> DynIden {
        Alias::new(format!("{}_migrations", self.service.replace('-', "_"))).into_iden()
    }
}
