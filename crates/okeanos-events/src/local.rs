//! The bus of one process: durable in one SQLite file.
//!
//! An event is a row of `events_log`; per durable consumer that it matches there is a row of `events_deliveries` until the
//! consumer has settled it. Publishing writes both in one transaction and wakes the consumers, so an idle bus costs
//! nothing and a delivery takes milliseconds. Whatever was on its way when the process died comes again at the next start.

mod schema;
mod settle;

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use anyhow::Context;
use async_trait::async_trait;
use okeanos_db::{Db, DbConfig, Tx};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement, Value};
use time::OffsetDateTime;
use tokio::sync::{Notify, Semaphore};
use uuid::Uuid;

use self::settle::LocalSettle;
use crate::{BusError, Consumer, DeadLetter, Delivery, Event, EventBus, Subscription};

/// How long settled events are kept for consumers to come, and for recognising what is published again.
const RETAIN_FOR: Duration = Duration::from_secs(24 * 60 * 60);
/// At most so many settled events are kept.
const RETAIN_MAX: i64 = 100_000;
/// At most so many dead letters are kept: the newest.
const DEAD_LETTERS_MAX: i64 = 10_000;
/// Settled events are pruned once in so many publications.
const PRUNE_EVERY: u64 = 512;

/// The bus of one process. What `publish` has acknowledged is on the disk.
#[derive(Debug)]
pub struct LocalBus {
    store: Arc<Store>,
}

/// What consumers and settlements share.
#[derive(Debug)]
struct Store {
    db: Db,
    wakers: Mutex<HashMap<String, Arc<Notify>>>,
    published: AtomicU64,
}

impl LocalBus {
    /// Opens the bus that is kept in `events.sqlite` in this folder, and makes it if there is none. Deliveries that were
    /// on their way when it was last open are due at once. One process may have it open at a time.
    ///
    /// # Errors
    /// When the file cannot be opened or is of a newer version.
    pub async fn open(folder: &Path) -> anyhow::Result<Arc<Self>> {
        let db = Db::open(&DbConfig::sqlite(folder), "events").await?;
        db.migrate(schema::migrations).await?;
        let store = Store { db, wakers: Mutex::default(), published: AtomicU64::default() };
        store.recover().await.context("recovering the event bus")?;
        Ok(Arc::new(Self { store: Arc::new(store) }))
    }
}

impl Store {
    async fn recover(&self) -> Result<(), DbErr> {
        let tx = self.db.begin().await?;
        tx.execute_raw(sql("UPDATE events_deliveries SET visible_at = 0, taken = 0 WHERE taken = 1", [])).await?;
        prune(&tx).await?;
        tx.commit().await
    }

    fn waker(&self, consumer: &str) -> Arc<Notify> {
        let mut wakers = self.wakers.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(wakers.entry(consumer.to_owned()).or_default())
    }

    fn wake(&self, consumer: &str) {
        self.waker(consumer).notify_waiters();
    }

    /// Writes an event and its deliveries; the consumers that it is for.
    async fn append(&self, event: &Event) -> Result<Vec<String>, BusError> {
        let document = serde_json::to_string(event).map_err(|e| BusError::Corrupt(e.into()))?;
        let tx = self.db.begin().await?;
        let insert = sql(
            "INSERT INTO events_log (id, kind, published_at, document) VALUES (?, ?, ?, ?) \
             ON CONFLICT (id) DO NOTHING RETURNING seq",
            [event.id.to_string().into(), event.short_kind().into(), micros_now().into(), document.into()],
        );
        let Some(row) = tx.query_one_raw(insert).await? else { return Ok(Vec::new()) };
        let seq: i64 = row.try_get_by_index(0)?;
        let mut woken = Vec::new();
        for row in tx.query_all_raw(sql("SELECT name, filter FROM events_consumers", [])).await? {
            let (consumer, filter): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            if filter_matches(&filter, event.short_kind()) {
                tx.execute_raw(deliver(&consumer, seq)).await?;
                woken.push(consumer);
            }
        }
        if self.published.fetch_add(1, Ordering::Relaxed) % PRUNE_EVERY == PRUNE_EVERY - 1 {
            prune(&tx).await?;
        }
        tx.commit().await?;
        Ok(woken)
    }

    /// Makes a consumer known. What a changed filter no longer matches is not delivered; what it now matches is
    /// delivered from here on.
    async fn enrol(&self, subscription: &Subscription) -> Result<(), DbErr> {
        let (name, filter) = (&subscription.consumer, subscription.filter.join(" "));
        let tx = self.db.begin().await?;
        let known = sql("SELECT filter FROM events_consumers WHERE name = ?", [name.as_str().into()]);
        let known: Option<String> = tx.query_one_raw(known).await?.map(|r| r.try_get_by_index(0)).transpose()?;
        if known.as_deref() == Some(&filter) {
            return Ok(());
        }
        let upsert = "INSERT INTO events_consumers (name, filter) VALUES (?, ?) \
                      ON CONFLICT (name) DO UPDATE SET filter = excluded.filter";
        tx.execute_raw(sql(upsert, [name.as_str().into(), filter.into()])).await?;
        let rows = if known.is_none() {
            tx.query_all_raw(sql("SELECT seq, kind FROM events_log ORDER BY seq", [])).await?
        } else {
            let waiting = "SELECT l.seq, l.kind FROM events_log l JOIN events_deliveries d ON d.seq = l.seq \
                           WHERE d.consumer = ?";
            tx.query_all_raw(sql(waiting, [name.as_str().into()])).await?
        };
        for row in rows {
            let (seq, kind): (i64, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            match (known.is_none(), subscription.matches(&kind)) {
                (true, true) => tx.execute_raw(deliver(name, seq)).await?,
                (false, false) => tx.execute_raw(forget(name, seq)).await?,
                _ => continue,
            };
        }
        tx.commit().await
    }

    /// When the next delivery of a consumer is due: microseconds since the epoch.
    async fn next_due(&self, consumer: &str) -> Result<Option<i64>, DbErr> {
        let earliest = sql("SELECT MIN(visible_at) FROM events_deliveries WHERE consumer = ?", [consumer.into()]);
        let row = self.db.conn().query_one_raw(earliest).await?;
        row.map_or(Ok(None), |r| r.try_get_by_index(0))
    }

    /// Takes the first delivery that is due, and gives up those that came too often.
    async fn take(&self, subscription: &Subscription) -> Result<Option<Taken>, BusError> {
        let consumer = subscription.consumer.as_str();
        let tx = self.db.begin().await?;
        let taken = loop {
            let now = micros_now();
            let take = sql(
                "UPDATE events_deliveries SET taken = 1, attempt = attempt + 1, visible_at = ? \
                 WHERE consumer = ? AND seq = (SELECT seq FROM events_deliveries \
                 WHERE consumer = ? AND visible_at <= ? ORDER BY seq LIMIT 1) RETURNING seq, attempt",
                [later(now, subscription.ack_wait).into(), consumer.into(), consumer.into(), now.into()],
            );
            let Some(row) = tx.query_one_raw(take).await? else { break None };
            let (seq, attempt): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            let attempt = u32::try_from(attempt).unwrap_or(u32::MAX);
            if attempt > subscription.max_deliveries {
                bury(&tx, consumer, seq, "it was delivered too often without being settled").await?;
                continue;
            }
            let document = sql("SELECT document FROM events_log WHERE seq = ?", [seq.into()]);
            let row = tx.query_one_raw(document).await?.ok_or_else(|| DbErr::RecordNotFound(format!("event {seq}")))?;
            let document: String = row.try_get_by_index(0)?;
            break Some(Taken { seq, attempt, document });
        };
        tx.commit().await?;
        Ok(taken)
    }

    async fn replay(&self, id: Uuid) -> Result<Option<String>, DbErr> {
        let tx = self.db.begin().await?;
        let dead = sql("DELETE FROM events_dead WHERE id = ? RETURNING consumer, document", [id.to_string().into()]);
        let Some(row) = tx.query_one_raw(dead).await? else { return Ok(None) };
        let (consumer, document): (String, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let event: Event = serde_json::from_str(&document).map_err(|e| DbErr::Json(e.to_string()))?;
        let restore = sql(
            "INSERT INTO events_log (id, kind, published_at, document) VALUES (?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET published_at = excluded.published_at RETURNING seq",
            [event.id.to_string().into(), event.short_kind().into(), micros_now().into(), document.into()],
        );
        let row = tx.query_one_raw(restore).await?.ok_or_else(|| DbErr::RecordNotInserted)?;
        tx.execute_raw(deliver(&consumer, row.try_get_by_index(0)?)).await?;
        tx.commit().await?;
        Ok(Some(consumer))
    }
}

#[async_trait]
impl EventBus for LocalBus {
    async fn publish(&self, event: &Event) -> Result<(), BusError> {
        for consumer in self.store.append(event).await? {
            self.store.wake(&consumer);
        }
        Ok(())
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, BusError> {
        self.store.enrol(&subscription).await?;
        let slots = Arc::new(Semaphore::new(subscription.max_in_flight.max(1)));
        Ok(Box::new(LocalConsumer { store: Arc::clone(&self.store), subscription, slots }))
    }

    async fn dead_letters(&self, consumer: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let newest = sql(
            "SELECT id, consumer, reason, at, document FROM events_dead WHERE consumer = ? ORDER BY id DESC LIMIT ?",
            [consumer.into(), limit.into()],
        );
        self.store.db.conn().query_all_raw(newest).await?.iter().map(dead_letter).collect()
    }

    async fn replay(&self, id: Uuid) -> Result<bool, BusError> {
        let consumer = self.store.replay(id).await?;
        if let Some(consumer) = &consumer {
            self.store.wake(consumer);
        }
        Ok(consumer.is_some())
    }
}

/// A delivery as it was taken.
struct Taken {
    seq: i64,
    attempt: u32,
    document: String,
}

#[derive(Debug)]
struct LocalConsumer {
    store: Arc<Store>,
    subscription: Subscription,
    slots: Arc<Semaphore>,
}

#[async_trait]
impl Consumer for LocalConsumer {
    async fn next(&mut self) -> Result<Delivery, BusError> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| BusError::Closed)?;
        let waker = self.store.waker(&self.subscription.consumer);
        loop {
            // Listening starts before looking, so that nothing slips through between.
            let woken = waker.notified();
            tokio::pin!(woken);
            woken.as_mut().enable();
            match self.store.next_due(&self.subscription.consumer).await? {
                None => woken.await,
                Some(due) if due > micros_now() => {
                    let rest = Duration::from_micros(due.saturating_sub(micros_now()).max(1_000).unsigned_abs());
                    tokio::select! { () = woken => {}, () = tokio::time::sleep(rest) => {} }
                }
                Some(_) => {
                    let Some(taken) = self.store.take(&self.subscription).await? else { continue };
                    let event = serde_json::from_str(&taken.document).map_err(|e| BusError::Corrupt(Box::new(e)))?;
                    let settle = LocalSettle::new(&self.store, &self.subscription, taken.seq, taken.attempt, slot);
                    return Ok(Delivery { event, attempt: taken.attempt, settle: Box::new(settle) });
                }
            }
        }
    }
}

impl From<DbErr> for BusError {
    fn from(error: DbErr) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, text, values)
}

fn deliver(consumer: &str, seq: i64) -> Statement {
    let text = "INSERT INTO events_deliveries (consumer, seq, attempt, visible_at, taken) VALUES (?, ?, 0, 0, 0) \
                ON CONFLICT (consumer, seq) DO UPDATE SET attempt = 0, visible_at = 0, taken = 0";
    sql(text, [consumer.into(), seq.into()])
}

fn forget(consumer: &str, seq: i64) -> Statement {
    sql("DELETE FROM events_deliveries WHERE consumer = ? AND seq = ?", [consumer.into(), seq.into()])
}

/// Moves a delivery to the dead letters.
async fn bury(tx: &Tx, consumer: &str, seq: i64, reason: &str) -> Result<(), DbErr> {
    let copy = sql(
        "INSERT INTO events_dead (id, consumer, reason, at, document) \
         SELECT ?, ?, ?, ?, document FROM events_log WHERE seq = ?",
        [Uuid::now_v7().to_string().into(), consumer.into(), reason.into(), micros_now().into(), seq.into()],
    );
    tx.execute_raw(copy).await?;
    tx.execute_raw(forget(consumer, seq)).await?;
    tracing::warn!(consumer, seq, reason, "an event was given up");
    Ok(())
}

/// Forgets events that every consumer has settled and that are old or too many.
async fn prune(tx: &Tx) -> Result<(), DbErr> {
    let before = micros_now().saturating_sub(i64::try_from(RETAIN_FOR.as_micros()).unwrap_or(i64::MAX));
    let settled = "DELETE FROM events_log WHERE (published_at < ? OR seq <= (SELECT MAX(seq) FROM events_log) - ?) \
                   AND seq NOT IN (SELECT seq FROM events_deliveries)";
    tx.execute_raw(sql(settled, [before.into(), RETAIN_MAX.into()])).await?;
    let surplus = "DELETE FROM events_dead WHERE id <= (SELECT id FROM events_dead ORDER BY id DESC LIMIT 1 OFFSET ?)";
    tx.execute_raw(sql(surplus, [DEAD_LETTERS_MAX.into()])).await.map(drop)
}

fn dead_letter(row: &QueryResult) -> Result<DeadLetter, BusError> {
    let (id, document): (String, String) = (row.try_get("", "id")?, row.try_get("", "document")?);
    let at: i64 = row.try_get("", "at")?;
    Ok(DeadLetter {
        id: id.parse().map_err(|e: uuid::Error| BusError::Corrupt(e.into()))?,
        consumer: row.try_get("", "consumer")?,
        reason: row.try_get("", "reason")?,
        at: OffsetDateTime::UNIX_EPOCH + Duration::from_micros(at.unsigned_abs()),
        event: serde_json::from_str(&document).map_err(|e| BusError::Corrupt(e.into()))?,
    })
}

fn filter_matches(filter: &str, kind: &str) -> bool {
    filter.split(' ').any(|f| crate::port::subject_matches(f, kind))
}

/// The bus is a clock of its own: when something is due is its business alone, and no service sees it.
fn micros_now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

fn later(now: i64, after: Duration) -> i64 {
    now.saturating_add(i64::try_from(after.as_micros()).unwrap_or(i64::MAX))
}
