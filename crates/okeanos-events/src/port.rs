//! The port.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Event;

/// A durable subscription: every consumer name gets each matching event at least once, shared by all who use the name.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Durable name: `cataloguer`.
    pub consumer: String,
    /// Event types without prefix, `*` for one token and a final `>` for the rest: `storage.v1.object.*`.
    pub filter: Vec<String>,
    /// How long a delivery may go without being settled before it is delivered again.
    pub ack_wait: Duration,
    /// After so many deliveries an event goes to the dead letters.
    pub max_deliveries: u32,
    /// How many deliveries may be unsettled at once.
    pub max_in_flight: usize,
}

impl Subscription {
    /// With usual limits: 60 s, 8 deliveries, 16 in flight.
    pub fn new(consumer: &str, filter: &[&str]) -> Self {
        Self {
            consumer: consumer.to_owned(),
            filter: filter.iter().map(|f| (*f).to_owned()).collect(),
            ack_wait: Duration::from_secs(60),
            max_deliveries: 8,
            max_in_flight: 16,
        }
    }

    /// Whether an event type (without prefix) matches a filter.
    pub fn matches(&self, kind: &str) -> bool {
        self.filter.iter().any(|f| subject_matches(f, kind))
    }
}

pub(crate) fn subject_matches(filter: &str, kind: &str) -> bool {
    let mut tokens = kind.split('.');
    for part in filter.split('.') {
        match (part, tokens.next()) {
            (">", Some(_)) => return true,
            ("*", Some(_)) => {}
            (part, Some(token)) if part == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

/// An event on its way to a handler. Dropped unsettled, it comes again after the subscription's `ack_wait`.
#[derive(Debug)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// 1 at first.
    pub attempt: u32,
    /// Tells the bus what became of it.
    pub settle: Box<dyn Settle>,
}

/// Tells the bus what became of a delivery.
#[async_trait]
pub trait Settle: Send + Sync + fmt::Debug {
    /// Done: it does not come again.
    async fn ack(&self) -> Result<(), BusError>;
    /// Not now: it comes again after this time, or goes to the dead letters when it came too often.
    async fn retry(&self, after: Duration, reason: &str) -> Result<(), BusError>;
    /// Never: it goes to the dead letters at once.
    async fn reject(&self, reason: &str) -> Result<(), BusError>;
    /// Still working: starts `ack_wait` anew.
    async fn extend(&self) -> Result<(), BusError>;
}

/// The receiving end of a subscription.
#[async_trait]
pub trait Consumer: Send {
    /// Waits for the next delivery.
    async fn next(&mut self) -> Result<Delivery, BusError>;
}

/// An event that was given up, for an operator to look at and replay.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its place in the list.
    pub id: Uuid,
    /// Whose delivery it was.
    pub consumer: String,
    /// Why it was given up.
    pub reason: String,
    /// When.
    pub at: OffsetDateTime,
    /// The event.
    pub event: Event,
}

/// A bus of events. What `publish` has acknowledged is durable.
#[async_trait]
pub trait EventBus: Send + Sync + fmt::Debug {
    /// Publishes an event; publishing the same id twice is publishing it once.
    async fn publish(&self, event: &Event) -> Result<(), BusError>;
    /// Opens a subscription: a new consumer name starts with the oldest event that the bus has.
    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, BusError>;
    /// The newest dead letters of a consumer.
    async fn dead_letters(&self, consumer: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError>;
    /// Delivers a dead letter again to its consumer; `false` when there is none of this id.
    async fn replay(&self, id: Uuid) -> Result<bool, BusError>;
}

/// What a bus can fail with.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    /// The bus cannot be reached or does not answer; later it may.
    #[error("the event bus is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What it holds cannot be read.
    #[error("the event bus holds what is not an event")]
    Corrupt(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bus was closed.
    #[error("the event bus is closed")]
    Closed,
}

impl From<BusError> for okeanos_fault::Fault {
    fn from(error: BusError) -> Self {
        Self::unavailable(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_match_by_token() {
        let matches = |filter: &str, kind: &str| Subscription::new("c", &[filter]).matches(kind);
        assert!(matches("storage.v1.object.*", "storage.v1.object.created"));
        assert!(matches("storage.>", "storage.v1.object.created"));
        assert!(!matches("storage.v1.object.*", "storage.v1.object"));
        assert!(!matches("storage.v1.object", "storage.v1.object.created"));
        assert!(!matches("storage.>", "storage"));
    }
}
