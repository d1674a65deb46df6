//! One suite for every bus. The NATS half is ignored unless asked for (`--run-ignored all`); `OKEANOS_TEST_NATS` then names
//! the server.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod consume;
mod delivery;
mod relay;

use std::{path::PathBuf, sync::Arc, time::Duration};

use okeanos_events::{
    Consumer, Delivery, Event, EventBus, Subscription,
    local::LocalBus,
    nats::{NatsBus, NatsConfig},
};
use serde_json::json;
use tempfile::TempDir;
use time::OffsetDateTime;
use uuid::Uuid;

/// How long what must come may take; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(20);

/// A bus to test, under event types of its own so that tests can share a server.
pub(crate) struct Bench {
    bus: Arc<dyn EventBus>,
    local: Option<(TempDir, PathBuf)>,
    /// First token of this test's event types.
    pub(crate) service: String,
}

impl Bench {
    async fn local() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_owned();
        Self { bus: LocalBus::open(&path).await.unwrap(), local: Some((folder, path)), service: unique("test") }
    }

    async fn nats() -> Self {
        let config = NatsConfig::new(server("OKEANOS_TEST_NATS"));
        Self { bus: NatsBus::connect(config).await.unwrap(), local: None, service: unique("test") }
    }

    pub(crate) fn bus(&self) -> Arc<dyn EventBus> {
        Arc::clone(&self.bus)
    }

    /// As after `kill -9`: nothing is told to the bus, the next process opens it anew.
    pub(crate) async fn crash(self) -> Self {
        let Self { bus, local, service } = self;
        drop(bus);
        match local {
            Some((folder, path)) => {
                Self { bus: LocalBus::open(&path).await.unwrap(), local: Some((folder, path)), service }
            }
            None => Self { service, ..Self::nats().await },
        }
    }

    pub(crate) fn event(&self, what: &str, number: u32) -> Event {
        let kind = format!("{}.v1.{what}", self.service);
        Event::new(&kind, format!("thing {number}"), &json!({ "number": number }), OffsetDateTime::UNIX_EPOCH).unwrap()
    }

    /// A subscription of a consumer of this test's own, with an `ack_wait` that a test can wait for and a busy machine keeps.
    pub(crate) fn subscription(&self, consumer: &str, what: &[&str]) -> Subscription {
        let filter: Vec<String> = what.iter().map(|w| format!("{}.v1.{w}", self.service)).collect();
        let filter: Vec<&str> = filter.iter().map(String::as_str).collect();
        let mut subscription = Subscription::new(&format!("{consumer}-{}", self.service), &filter);
        subscription.ack_wait = Duration::from_secs(2);
        subscription
    }

    pub(crate) async fn subscribe(&self, subscription: &Subscription) -> Box<dyn Consumer> {
        self.bus.subscribe(subscription.clone()).await.unwrap()
    }

    pub(crate) async fn publish(&self, event: &Event) {
        self.bus.publish(event).await.unwrap();
    }
}

/// Where a real server is.
pub(crate) fn server(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its environment where the server is")]
    std::env::var(variable).unwrap_or_else(|_| panic!("{variable} names the server: see docs/how-to/tests.md"))
}

pub(crate) fn unique(prefix: &str) -> String {
    format!("{prefix}{}", Uuid::new_v4().simple())
}

pub(crate) async fn next(consumer: &mut Box<dyn Consumer>) -> Delivery {
    tokio::time::timeout(PATIENCE, consumer.next()).await.expect("a delivery is due").unwrap()
}

/// Whether nothing is delivered for a while.
pub(crate) async fn silent(consumer: &mut Box<dyn Consumer>) -> bool {
    silent_for(Duration::from_millis(700), consumer).await
}

pub(crate) async fn silent_for(time: Duration, consumer: &mut Box<dyn Consumer>) -> bool {
    tokio::time::timeout(time, consumer.next()).await.is_err()
}

pub(crate) fn number(event: &Event) -> u64 {
    event.data["number"].as_u64().unwrap()
}

/// Writes a test of each bus.
macro_rules! on_every_bus {
    ($($name:ident),+ $(,)?) => {
        mod local {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(crate::Bench::local().await).await;
            })+
        }
        mod nats {
            $(#[tokio::test(flavor = "multi_thread")]
            #[ignore = "needs a NATS server"]
            async fn $name() {
                super::$name(crate::Bench::nats().await).await;
            })+
        }
    };
}
pub(crate) use on_every_bus;
