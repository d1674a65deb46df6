//! Runs a handler over a subscription.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use okeanos_fault::{Fault, Kind};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::{BusError, Consumer, Delivery, Event, EventBus, Settle, Subscription};

/// How long to wait before subscribing again after the first failure; doubled until [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(15);
/// When to try again what failed for a reason outside of us, or for a mistake of ours.
const RETRY_SOON: Duration = Duration::from_secs(2);
const RETRY_LATER: Duration = Duration::from_secs(30);

/// Why a handler did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// Not now: deliver it again after this time.
    #[error("to be tried again in {0:?}: {1}")]
    Retry(Duration, String),
    /// Never: it goes to the dead letters.
    #[error("given up: {0}")]
    Reject(String),
}

impl From<Fault> for HandlerError {
    /// What is away now may be there later; what is wrong stays wrong. A refusal of who we are is neither: a key or a
    /// grant is put right by an operator, and no event is to be lost until then.
    fn from(fault: Fault) -> Self {
        let reason = format!("{fault}: {}", okeanos_fault::chain(&fault));
        match fault.kind() {
            kind if kind.retryable() => Self::Retry(RETRY_SOON, reason),
            Kind::Internal | Kind::Conflict | Kind::Unauthenticated | Kind::Forbidden => {
                Self::Retry(RETRY_LATER, reason)
            }
            _ => Self::Reject(reason),
        }
    }
}

/// Calls `handler` with every event of a subscription and the number of the attempt, `max_in_flight` at once, until
/// stopped; then waits for the handlers that still run. While a handler works its delivery is kept from coming again. A
/// handler that panics has its event again after `ack_wait`.
///
/// # Errors
/// None: it subscribes again when the bus fails.
pub async fn consume<H, F>(
    bus: Arc<dyn EventBus>,
    subscription: Subscription,
    stop: CancellationToken,
    handler: H,
) -> anyhow::Result<()>
where
    H: Fn(Event, u32) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    let handler = Arc::new(handler);
    let mut running = JoinSet::new();
    let mut pause = PAUSE;
    while !stop.is_cancelled() {
        let failure = match bus.subscribe(subscription.clone()).await {
            Ok(mut consumer) => {
                let deliveries = Deliveries { consumer: consumer.as_mut(), subscription: &subscription, stop: &stop };
                deliveries.dispatch(&handler, &mut running, &mut pause).await
            }
            Err(error) => Some(error),
        };
        let Some(error) = failure else { break };
        let cause = okeanos_fault::chain(&error);
        tracing::warn!(consumer = subscription.consumer, %error, cause, "subscribing again");
        tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
        pause = (pause * 2).min(PAUSE_MAX);
    }
    while let Some(ended) = running.join_next().await {
        note_panic(&subscription.consumer, ended);
    }
    Ok(())
}

struct Deliveries<'a> {
    consumer: &'a mut dyn Consumer,
    subscription: &'a Subscription,
    stop: &'a CancellationToken,
}

impl Deliveries<'_> {
    /// Starts a handler for each delivery; ends when stopped, or with what the bus failed with.
    async fn dispatch<H, F>(self, handler: &Arc<H>, running: &mut JoinSet<()>, pause: &mut Duration) -> Option<BusError>
    where
        H: Fn(Event, u32) -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), HandlerError>> + Send + 'static,
    {
        loop {
            while let Some(ended) = running.try_join_next() {
                note_panic(&self.subscription.consumer, ended);
            }
            let delivery = tokio::select! {
                biased;
                () = self.stop.cancelled() => return None,
                delivery = self.consumer.next() => delivery,
            };
            match delivery {
                Ok(delivery) => {
                    *pause = PAUSE;
                    let span = tracing::info_span!(
                        "event",
                        consumer = self.subscription.consumer,
                        event.kind = delivery.event.kind,
                        event.id = %delivery.event.id,
                        attempt = delivery.attempt,
                    );
                    if let Some(parent) = &delivery.event.traceparent {
                        okeanos_telemetry::adopt_traceparent(&span, parent);
                    }
                    let (handler, ack_wait) = (Arc::clone(handler), self.subscription.ack_wait);
                    running.spawn(async move { handle(handler.as_ref(), delivery, ack_wait).await }.instrument(span));
                }
                Err(error) => return Some(error),
            }
        }
    }
}

async fn handle<H, F>(handler: &H, delivery: Delivery, ack_wait: Duration)
where
    H: Fn(Event, u32) -> F,
    F: Future<Output = Result<(), HandlerError>>,
{
    let Delivery { event, attempt, settle } = delivery;
    let outcome = {
        let work = handler(event, attempt);
        // Beside the work: a bus that is slow to answer does not hold it up.
        tokio::select! { outcome = work => outcome, never = keep(settle.as_ref(), ack_wait / 3) => match never {} }
    };
    let settled = match outcome {
        Ok(()) => settle.ack().await,
        Err(HandlerError::Retry(after, reason)) => {
            tracing::warn!(reason, ?after, "an event is to come again");
            settle.retry(after, &reason).await
        }
        Err(HandlerError::Reject(reason)) => {
            tracing::error!(reason, "an event was given up");
            settle.reject(&reason).await
        }
    };
    if let Err(error) = settled {
        tracing::warn!(%error, cause = okeanos_fault::chain(&error), "not settled: the event will come again");
    }
}

/// Keeps a delivery from coming again.
async fn keep(settle: &dyn Settle, every: Duration) -> Infallible {
    loop {
        tokio::time::sleep(every).await;
        if let Err(error) = settle.extend().await {
            let cause = okeanos_fault::chain(&error);
            tracing::warn!(%error, cause, "the event may come again while it is worked on");
        }
    }
}

fn note_panic(consumer: &str, ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(consumer, %error, "a handler broke off; its event comes again");
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use time::OffsetDateTime;
    use tokio::sync::Notify;

    use super::*;

    /// A bus that does not answer to a heartbeat; and what it was told.
    #[derive(Debug, Clone, Default)]
    struct Stuck {
        extending: Arc<Notify>,
        acked: Arc<Notify>,
    }

    #[async_trait]
    impl Settle for Stuck {
        async fn ack(&self) -> Result<(), BusError> {
            self.acked.notify_one();
            Ok(())
        }
        async fn retry(&self, _: Duration, _: &str) -> Result<(), BusError> {
            Err(BusError::Closed)
        }
        async fn reject(&self, _: &str) -> Result<(), BusError> {
            Err(BusError::Closed)
        }
        async fn extend(&self) -> Result<(), BusError> {
            self.extending.notify_one();
            std::future::pending().await
        }
    }

    #[tokio::test]
    async fn a_heartbeat_that_is_stuck_does_not_hold_up_the_work() {
        let stuck = Stuck::default();
        let event = Event::new("thing.made", "x".into(), &(), OffsetDateTime::UNIX_EPOCH).unwrap();
        let delivery = Delivery { event, attempt: 1, settle: Box::new(stuck.clone()) };
        let work = |_: Event, _: u32| async {
            // Its end comes while the heartbeat is under way.
            stuck.extending.notified().await;
            Ok(())
        };
        let handled = handle(&work, delivery, Duration::from_millis(3));
        tokio::time::timeout(Duration::from_secs(30), handled).await.unwrap();
        stuck.acked.notified().await;
    }

    #[test]
    fn a_refusal_of_who_we_are_is_no_dead_letter() {
        let outcome = |kind| HandlerError::from(Fault::new(kind, "test/x", "x"));
        for kind in [Kind::Unauthenticated, Kind::Forbidden, Kind::Internal, Kind::Unavailable] {
            assert!(matches!(outcome(kind), HandlerError::Retry(..)), "{kind:?}");
        }
        assert!(matches!(outcome(Kind::InvalidArgument), HandlerError::Reject(_)));
    }
}
