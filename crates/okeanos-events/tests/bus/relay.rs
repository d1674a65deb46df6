//! From the outbox to the bus.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use okeanos_db::{Db, DbConfig, outbox};
use okeanos_events::{BusError, Consumer, DeadLetter, Event, EventBus, Subscription, relay};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{Bench, PATIENCE, next, number, on_every_bus, server};

on_every_bus! {
    relays_what_is_committed_in_order,
    waits_while_the_bus_is_away,
}

mod postgres {
    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "needs PostgreSQL"]
    async fn what_is_committed_late_is_not_lost() {
        super::what_is_committed_late_is_not_lost().await;
    }
}

async fn database(folder: &std::path::Path) -> Db {
    let db = Db::open(&DbConfig::sqlite(folder), "shop").await.unwrap();
    db.migrate(Vec::new).await.unwrap();
    db
}

async fn emptied(db: &Db) {
    tokio::time::timeout(PATIENCE, async {
        while !outbox::pending(db, 1).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .expect("the outbox is emptied");
}

async fn relays_what_is_committed_in_order(bench: Bench) {
    let folder = tempfile::tempdir().unwrap();
    let (db, stop) = (database(folder.path()).await, CancellationToken::new());
    let mut consumer = bench.subscribe(&bench.subscription("c", &[">"])).await;
    let task = tokio::spawn(relay::run(db.clone(), bench.bus(), stop.clone()));
    for n in 0..20 {
        let tx = db.begin().await.unwrap();
        relay::record(&tx, &bench.event("thing.made", n)).await.unwrap();
        if n % 5 == 4 {
            drop(tx);
        } else {
            tx.commit().await.unwrap();
        }
    }
    for n in (0..20).filter(|n| n % 5 != 4) {
        let delivery = next(&mut consumer).await;
        assert_eq!(number(&delivery.event), n, "what was rolled back is not told");
        delivery.settle.ack().await.unwrap();
    }
    emptied(&db).await;
    stop.cancel();
    task.await.unwrap().unwrap();
}

async fn waits_while_the_bus_is_away(bench: Bench) {
    let folder = tempfile::tempdir().unwrap();
    let (db, stop) = (database(folder.path()).await, CancellationToken::new());
    let mut consumer = bench.subscribe(&bench.subscription("c", &[">"])).await;
    let shaky = Arc::new(Shaky { bus: bench.bus(), away: AtomicBool::new(true) });
    let task = tokio::spawn(relay::run(db.clone(), Arc::clone(&shaky) as Arc<dyn EventBus>, stop.clone()));
    let tx = db.begin().await.unwrap();
    relay::record(&tx, &bench.event("thing.made", 7)).await.unwrap();
    tx.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(outbox::pending(&db, 10).await.unwrap().len(), 1);
    shaky.away.store(false, Ordering::SeqCst);
    assert_eq!(number(&next(&mut consumer).await.event), 7);
    emptied(&db).await;
    stop.cancel();
    task.await.unwrap().unwrap();
}

/// On PostgreSQL, where two transactions are open at once, the smaller id may be committed last.
async fn what_is_committed_late_is_not_lost() {
    let bench = Bench::local().await;
    let db = Db::open(&DbConfig::new(server("OKEANOS_TEST_POSTGRES")), "relay-test").await.unwrap();
    db.migrate(Vec::new).await.unwrap();
    let mut consumer = bench.subscribe(&bench.subscription("c", &[">"])).await;
    let stop = CancellationToken::new();
    let task = tokio::spawn(relay::run(db.clone(), bench.bus(), stop.clone()));
    let (first, second) = (bench.event("thing.made", 1), bench.event("thing.made", 2));
    assert!(first.id < second.id);
    let (slow, quick) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    relay::record(&slow, &first).await.unwrap();
    relay::record(&quick, &second).await.unwrap();
    quick.commit().await.unwrap();
    assert_eq!(number(&next(&mut consumer).await.event), 2);
    emptied(&db).await;
    slow.commit().await.unwrap();
    assert_eq!(number(&next(&mut consumer).await.event), 1);
    emptied(&db).await;
    stop.cancel();
    task.await.unwrap().unwrap();
}

/// A bus that can be away.
#[derive(Debug)]
struct Shaky {
    bus: Arc<dyn EventBus>,
    away: AtomicBool,
}

#[async_trait]
impl EventBus for Shaky {
    async fn publish(&self, event: &Event) -> Result<(), BusError> {
        if self.away.load(Ordering::SeqCst) {
            return Err(BusError::Unavailable("cut off".into()));
        }
        self.bus.publish(event).await
    }
    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, BusError> {
        self.bus.subscribe(subscription).await
    }
    async fn dead_letters(&self, consumer: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        self.bus.dead_letters(consumer, limit).await
    }
    async fn replay(&self, id: Uuid) -> Result<bool, BusError> {
        self.bus.replay(id).await
    }
}
