//! The bus of a cluster: NATS JetStream.
//!
//! - Stream `OKEANOS` has every event under its type as subject, for a week.
//! - A subscription is a durable pull consumer. One delivery is pulled at a time, when there is room for it, so that none
//!   waits in a buffer while its `ack_wait` runs.
//! - Dead letters are in the stream `OKEANOS_DEAD`, subject `okeanos_dead.<consumer>.<id>`, with the reason in a header.
//!   We write them ourselves: JetStream's advisories are lost when nobody listens.
//! - A replay is published under `okeanos_replay.<consumer>`, which only that consumer reads.
//!
//! JetStream acknowledges before it has written to the disk unless the server runs with `sync_interval: always`.

mod consumer;
mod dead;

use std::{error::Error, fmt, sync::Arc, time::Duration};

use async_nats::{
    ConnectOptions, HeaderMap,
    jetstream::{
        self,
        consumer::{AckPolicy, pull},
        stream::{self, DiscardPolicy, Stream},
    },
};
use async_trait::async_trait;
use bytes::Bytes;
use uuid::Uuid;

use self::{consumer::NatsConsumer, dead::DeadLetters};
use crate::{BusError, Consumer, DeadLetter, Event, EventBus, SUBJECT_PREFIX, Subscription};

/// How long events are kept.
const RETAIN_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// For how long a second publication of an id is recognised: longer than an outbox takes to try again.
const DUPLICATE_WINDOW: Duration = Duration::from_secs(10 * 60);
/// Deliveries that may be unsettled at once over all processes of a consumer.
const ACK_PENDING_MAX: i64 = 1_000;
/// Subjects of replays.
const REPLAY_PREFIX: &str = "okeanos_replay";

/// Where the bus is.
#[derive(Clone)]
pub struct NatsConfig {
    /// `nats://host:4222`, with `user:password@` when the server asks for it.
    pub url: String,
    /// Name of the stream; its dead letters are in `<stream>_DEAD`.
    pub stream: String,
    /// On how many servers of the NATS cluster an event is kept.
    pub replicas: usize,
}

impl NatsConfig {
    /// The stream `OKEANOS` on one server.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), stream: "OKEANOS".to_owned(), replicas: 1 }
    }
}

impl fmt::Debug for NatsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("NatsConfig").field("stream", &self.stream).finish_non_exhaustive()
    }
}

/// The bus of a cluster. The connection is made again when it breaks.
pub struct NatsBus {
    jetstream: jetstream::Context,
    config: NatsConfig,
    dead: Arc<DeadLetters>,
}

impl fmt::Debug for NatsBus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsBus").field("config", &self.config).finish_non_exhaustive()
    }
}

impl NatsBus {
    /// Connects, and makes the streams if there are none.
    ///
    /// # Errors
    /// [`BusError::Unavailable`] when the server cannot be reached, has no JetStream, or refuses the streams.
    pub async fn connect(config: NatsConfig) -> Result<Arc<Self>, BusError> {
        let client = ConnectOptions::new()
            .name("okeanos")
            .connection_timeout(Duration::from_secs(5))
            .connect(config.url.as_str())
            .await
            .map_err(unavailable)?;
        let jetstream = jetstream::new(client);
        let dead = DeadLetters::open(&jetstream, &config).await?;
        let bus = Self { jetstream, config, dead: Arc::new(dead) };
        bus.stream().await?;
        Ok(Arc::new(bus))
    }

    async fn stream(&self) -> Result<Stream, BusError> {
        let config = stream::Config {
            name: self.config.stream.clone(),
            subjects: vec![format!("{SUBJECT_PREFIX}>"), format!("{REPLAY_PREFIX}.*")],
            description: Some("events of the Okeanos platform".to_owned()),
            max_age: RETAIN_FOR,
            duplicate_window: DUPLICATE_WINDOW,
            num_replicas: self.config.replicas,
            discard: DiscardPolicy::Old,
            ..stream::Config::default()
        };
        self.jetstream.get_or_create_stream(config).await.map_err(unavailable)
    }

    async fn send(&self, subject: String, id: &str, trace: Option<&str>, payload: Bytes) -> Result<(), BusError> {
        let mut headers = HeaderMap::new();
        headers.insert(async_nats::header::NATS_MESSAGE_ID, id);
        if let Some(trace) = trace {
            headers.insert("traceparent", trace);
        }
        publish(&self.jetstream, subject, headers, payload).await
    }
}

#[async_trait]
impl EventBus for NatsBus {
    async fn publish(&self, event: &Event) -> Result<(), BusError> {
        let payload = serde_json::to_vec(event).map_err(|e| BusError::Corrupt(e.into()))?;
        let trace = event.traceparent.as_deref();
        self.send(event.kind.clone(), &event.id.to_string(), trace, payload.into()).await
    }

    async fn subscribe(&self, subscription: Subscription) -> Result<Box<dyn Consumer>, BusError> {
        let own = format!("{REPLAY_PREFIX}.{}", subscription.consumer);
        let filter = subscription.filter.iter().map(|f| format!("{SUBJECT_PREFIX}{f}"));
        let in_flight = i64::try_from(subscription.max_in_flight).unwrap_or(ACK_PENDING_MAX);
        let config = pull::Config {
            durable_name: Some(subscription.consumer.clone()),
            filter_subjects: filter.chain([own]).collect(),
            ack_policy: AckPolicy::Explicit,
            ack_wait: subscription.ack_wait,
            max_ack_pending: in_flight.max(ACK_PENDING_MAX),
            ..pull::Config::default()
        };
        let consumer = self.stream().await?.create_consumer(config).await.map_err(unavailable)?;
        Ok(Box::new(NatsConsumer::new(consumer, subscription, Arc::clone(&self.dead))))
    }

    async fn dead_letters(&self, consumer: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        self.dead.newest(consumer, limit).await
    }

    async fn replay(&self, id: Uuid) -> Result<bool, BusError> {
        let Some(dead) = self.dead.find(id).await? else { return Ok(false) };
        let subject = format!("{REPLAY_PREFIX}.{}", dead.consumer);
        self.send(subject, &format!("replay-{id}"), None, dead.payload).await?;
        self.dead.remove(dead.sequence).await?;
        Ok(true)
    }
}

/// Publishes and waits until the stream has it. A duplicate counts as stored: it is.
async fn publish(
    jetstream: &jetstream::Context,
    subject: String,
    headers: HeaderMap,
    payload: Bytes,
) -> Result<(), BusError> {
    let stored = jetstream.publish_with_headers(subject, headers, payload).await.map_err(unavailable)?;
    stored.await.map(drop).map_err(unavailable)
}

fn unavailable(error: impl Into<Box<dyn Error + Send + Sync>>) -> BusError {
    BusError::Unavailable(error.into())
}
