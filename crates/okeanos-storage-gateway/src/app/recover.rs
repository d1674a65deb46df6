//! What a crash, or a store or database that was away, has left untold.

use std::{sync::PoisonError, time::Duration};

use okeanos_runtime::Latch;
use tokio_util::sync::CancellationToken;

use super::Gateway;
use crate::domain::{Error, Intent};

/// How often intents that are in doubt are looked into.
const LOOK_EVERY: Duration = Duration::from_secs(10);

impl Gateway {
    /// What an earlier process has left untold; to be read before anything is written.
    pub(crate) async fn untold(&self) -> Result<Vec<Intent>, Error> {
        self.0.ledger.left().await
    }

    /// Tells of every intent that an earlier process left behind, releases the latch, and goes on looking into those that
    /// are in doubt, until stopped.
    pub(crate) async fn recover_until(
        &self,
        left: Vec<Intent>,
        stop: CancellationToken,
        told: &Latch,
    ) -> anyhow::Result<()> {
        self.look_into(left).await;
        told.release();
        while !stop.is_cancelled() {
            tokio::select! { () = tokio::time::sleep(LOOK_EVERY) => {}, () = stop.cancelled() => break }
            let doubtful = std::mem::take(&mut *self.0.doubtful.lock().unwrap_or_else(PoisonError::into_inner));
            self.look_into(doubtful).await;
        }
        Ok(())
    }

    async fn look_into(&self, intents: Vec<Intent>) {
        for intent in intents {
            match self.tell(&intent).await {
                Ok(()) => tracing::info!(at = %intent.at, "told what became of an interrupted write"),
                Err(error) => {
                    tracing::warn!(at = %intent.at, %error, "cannot tell yet what became of an interrupted write");
                    self.doubt(intent);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use okeanos_auth::Principal;
    use okeanos_blob::{Blobs, Location, PutOptions};

    use super::*;
    use crate::app::tests_support::{Bench, body, gateway};

    /// A process that died between the store and the outbox left an object, or none, and its intent.
    #[tokio::test]
    async fn what_is_left_is_told_as_it_is() {
        let Bench { gateway, blobs, ledger, .. } = gateway().await;
        blobs.create_bucket("user-ann").await.unwrap();
        let (stored, gone) = (Location::new("user-ann", "stored"), Location::new("user-ann", "gone"));
        blobs.put(&stored, body("x"), PutOptions::default()).await.unwrap();
        for at in [&stored, &gone] {
            gateway.intend(&Principal::person("ann", []), at).await.unwrap();
        }
        let stop = CancellationToken::new();
        stop.cancel();
        let left = gateway.untold().await.unwrap();
        // What is begun now is this process's own, and not looked into.
        gateway.intend(&Principal::person("ann", []), &Location::new("user-ann", "being-written")).await.unwrap();
        gateway.recover_until(left, stop, &Latch::default()).await.unwrap();
        let told = ledger.told();
        assert_eq!(told, ["storage.v1.object.created user-ann/stored", "storage.v1.object.removed user-ann/gone"]);
        assert_eq!(ledger.open_count(), 1);
    }
}
