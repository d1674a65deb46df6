//! A durable pull consumer and the settling of its deliveries.

use std::{fmt, sync::Arc, time::Duration};

use async_nats::jetstream::{
    AckKind, Message,
    consumer::{PullConsumer, pull},
    message::Acker,
};
use async_trait::async_trait;
use futures::StreamExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    dead::{DeadLetters, Departed},
    unavailable,
};
use crate::{BusError, Consumer, Delivery, Event, Settle, Subscription};

/// How long one pull waits at the server. A pull that was lost with its connection is noticed after this.
const PULL: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(super) struct NatsConsumer {
    inner: PullConsumer,
    subscription: Subscription,
    dead: Arc<DeadLetters>,
    slots: Arc<Semaphore>,
}

impl NatsConsumer {
    pub(super) fn new(
        inner: async_nats::jetstream::consumer::Consumer<pull::Config>,
        subscription: Subscription,
        dead: Arc<DeadLetters>,
    ) -> Self {
        let slots = Arc::new(Semaphore::new(subscription.max_in_flight.max(1)));
        Self { inner, subscription, dead, slots }
    }

    async fn pull(&self) -> Result<Option<Message>, BusError> {
        let batch = self.inner.batch().max_messages(1).expires(PULL).messages().await.map_err(unavailable)?;
        let mut batch = std::pin::pin!(batch);
        batch.next().await.transpose().map_err(unavailable)
    }

    /// What a message is, or `None` when it went to the dead letters.
    async fn accept(
        &self,
        message: Message,
        slot: &mut Option<OwnedSemaphorePermit>,
    ) -> Result<Option<Delivery>, BusError> {
        let (sequence, delivered) = {
            let info = message.info().map_err(unavailable)?;
            (info.stream_sequence, u32::try_from(info.delivered).unwrap_or(u32::MAX))
        };
        let (message, acker) = message.split();
        let departed = |event| Departed {
            consumer: self.subscription.consumer.clone(),
            sequence,
            event,
            payload: message.payload.clone(),
        };
        let reason = match serde_json::from_slice::<Event>(&message.payload) {
            Ok(event) if delivered <= self.subscription.max_deliveries => {
                let settle = NatsSettle {
                    acker,
                    departed: departed(Some(event.id)),
                    dead: Arc::clone(&self.dead),
                    last: delivered >= self.subscription.max_deliveries,
                    _slot: slot.take(),
                };
                return Ok(Some(Delivery { event, attempt: delivered, settle: Box::new(settle) }));
            }
            Ok(event) => {
                let reason = "it was delivered too often without being settled";
                self.dead.bury(&departed(Some(event.id)), reason).await?;
                reason
            }
            Err(_) => {
                let reason = "it is not an event";
                self.dead.bury(&departed(None), reason).await?;
                reason
            }
        };
        acker.double_ack_with(AckKind::Term).await.map_err(unavailable)?;
        tracing::warn!(consumer = self.subscription.consumer, sequence, reason, "an event was given up");
        Ok(None)
    }
}

#[async_trait]
impl Consumer for NatsConsumer {
    async fn next(&mut self) -> Result<Delivery, BusError> {
        let mut slot = Some(Arc::clone(&self.slots).acquire_owned().await.map_err(|_| BusError::Closed)?);
        loop {
            let Some(message) = self.pull().await? else { continue };
            if let Some(delivery) = self.accept(message, &mut slot).await? {
                return Ok(delivery);
            }
        }
    }
}

/// Holds a slot of the consumer until it is dropped.
struct NatsSettle {
    acker: Acker,
    departed: Departed,
    dead: Arc<DeadLetters>,
    last: bool,
    _slot: Option<OwnedSemaphorePermit>,
}

impl fmt::Debug for NatsSettle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NatsSettle").field("departed", &self.departed).finish_non_exhaustive()
    }
}

#[async_trait]
impl Settle for NatsSettle {
    async fn ack(&self) -> Result<(), BusError> {
        self.acker.double_ack().await.map_err(unavailable)
    }

    async fn retry(&self, after: Duration, reason: &str) -> Result<(), BusError> {
        if self.last {
            return self.reject(reason).await;
        }
        self.acker.double_ack_with(AckKind::Nak(Some(after))).await.map_err(unavailable)
    }

    async fn reject(&self, reason: &str) -> Result<(), BusError> {
        self.dead.bury(&self.departed, reason).await?;
        self.acker.double_ack_with(AckKind::Term).await.map_err(unavailable)
    }

    async fn extend(&self) -> Result<(), BusError> {
        self.acker.double_ack_with(AckKind::Progress).await.map_err(unavailable)
    }
}
