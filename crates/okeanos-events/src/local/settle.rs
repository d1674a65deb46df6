//! Settling a delivery of the local bus.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use sea_orm::{ConnectionTrait, Value};
use tokio::sync::OwnedSemaphorePermit;

use super::{Store, bury, forget, later, micros_now, sql};
use crate::{BusError, Settle, Subscription};

/// Holds a slot of the consumer until it is dropped.
#[derive(Debug)]
pub(super) struct LocalSettle {
    store: Arc<Store>,
    consumer: String,
    ack_wait: Duration,
    last: bool,
    seq: i64,
    attempt: u32,
    _slot: OwnedSemaphorePermit,
}

impl LocalSettle {
    pub(super) fn new(
        store: &Arc<Store>,
        subscription: &Subscription,
        seq: i64,
        attempt: u32,
        slot: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            store: Arc::clone(store),
            consumer: subscription.consumer.clone(),
            ack_wait: subscription.ack_wait,
            last: attempt >= subscription.max_deliveries,
            seq,
            attempt,
            _slot: slot,
        }
    }

    /// Moves the time when it is due, unless it was delivered to somebody else since.
    async fn postpone(&self, by: Duration, taken: bool) -> Result<(), BusError> {
        let values: [Value; 5] = [
            later(micros_now(), by).into(),
            i32::from(taken).into(),
            self.consumer.as_str().into(),
            self.seq.into(),
            i64::from(self.attempt).into(),
        ];
        let update =
            "UPDATE events_deliveries SET visible_at = ?, taken = ? WHERE consumer = ? AND seq = ? AND attempt = ?";
        let tx = self.store.db.begin().await?;
        tx.execute_raw(sql(update, values)).await?;
        Ok(tx.commit().await?)
    }
}

#[async_trait]
impl Settle for LocalSettle {
    async fn ack(&self) -> Result<(), BusError> {
        let tx = self.store.db.begin().await?;
        tx.execute_raw(forget(&self.consumer, self.seq)).await?;
        Ok(tx.commit().await?)
    }

    async fn retry(&self, after: Duration, reason: &str) -> Result<(), BusError> {
        if self.last {
            return self.reject(reason).await;
        }
        self.postpone(after, false).await?;
        self.store.wake(&self.consumer);
        Ok(())
    }

    async fn reject(&self, reason: &str) -> Result<(), BusError> {
        let held = sql(
            "SELECT 1 FROM events_deliveries WHERE consumer = ? AND seq = ? AND attempt = ?",
            [self.consumer.as_str().into(), self.seq.into(), i64::from(self.attempt).into()],
        );
        let tx = self.store.db.begin().await?;
        if tx.query_one_raw(held).await?.is_some() {
            bury(&tx, &self.consumer, self.seq, reason).await?;
        }
        Ok(tx.commit().await?)
    }

    async fn extend(&self) -> Result<(), BusError> {
        self.postpone(self.ack_wait, true).await
    }
}
