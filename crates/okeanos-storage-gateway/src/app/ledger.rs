//! No write without its event.
//!
//! An intent is noted before the store is touched, and struck out in the transaction that hands over the event. The event
//! tells what is at the key then, not what the request did: when two write at once, the last event tells the last state.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::PoisonError,
};

use okeanos_auth::Principal;
use okeanos_blob::{BlobError, Location};

use super::Gateway;
use crate::{
    domain::{Error, Intent},
    events,
};

impl Gateway {
    /// Notes what is about to be written.
    pub(super) async fn intend(&self, who: &Principal, at: &Location) -> Result<Intent, Error> {
        let intent = Intent::new(at.clone(), &who.name);
        self.0.ledger.open(std::slice::from_ref(&intent)).await?;
        Ok(intent)
    }

    /// Tells what became of an intent: an event when the store did it, none when it refused. When that is not known, the
    /// intent is looked into later.
    pub(super) async fn settle<T>(&self, intent: Intent, outcome: Result<T, BlobError>) -> Result<T, Error> {
        let told = match &outcome {
            Ok(_) => self.tell(&intent).await,
            Err(BlobError::NoSuchBucket(bucket)) => {
                // Deleted behind our back; it is made again when it is next used.
                self.0.known.lock().unwrap_or_else(PoisonError::into_inner).remove(bucket);
                self.0.ledger.close(std::slice::from_ref(&intent), &[]).await
            }
            // The store may have done it and lost its answer, and refused when it was asked again: what is there is told.
            Err(BlobError::ConditionFailed(_) | BlobError::NoSuchUpload(_) | BlobError::NoSuchKey(_)) => {
                self.tell(&intent).await
            }
            Err(BlobError::Store(_)) => Err(Error::Incomplete),
            Err(_) => self.0.ledger.close(std::slice::from_ref(&intent), &[]).await,
        };
        if told.is_err() {
            self.doubt(intent);
        }
        let value = outcome?;
        told?;
        Ok(value)
    }

    /// Strikes out an intent and tells what is at its key now.
    pub(super) async fn tell(&self, intent: &Intent) -> Result<(), Error> {
        let _turn = self.0.telling[stripe(&intent.at, self.0.telling.len())].lock().await;
        let there = match self.0.blobs.head(&intent.at).await {
            Ok(meta) => Some(meta),
            Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let event = events::about(&intent.at, there.as_ref(), &intent.principal, self.0.clock.now())?;
        self.0.ledger.close(std::slice::from_ref(intent), &[event]).await
    }

    pub(super) fn doubt(&self, intent: Intent) {
        self.0.doubtful.lock().unwrap_or_else(PoisonError::into_inner).push(intent);
    }
}

fn stripe(at: &Location, stripes: usize) -> usize {
    let mut hasher = DefaultHasher::new();
    at.hash(&mut hasher);
    #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash will do")]
    let hash = hasher.finish() as usize;
    hash % stripes
}

#[cfg(test)]
mod tests {
    use okeanos_blob::{Blobs, PutOptions};

    use super::*;
    use crate::app::tests_support::{Bench, body, gateway};

    /// A store that lost its answer refuses the repetition of what it has done.
    #[tokio::test]
    async fn what_a_refused_repetition_has_done_is_told() {
        let at = Location::new("user-ann", "k");
        for refusal in [
            BlobError::ConditionFailed(at.clone()),
            BlobError::NoSuchUpload("id".into()),
            BlobError::NoSuchKey(at.clone()),
        ] {
            let Bench { gateway, blobs, ledger, .. } = gateway().await;
            blobs.create_bucket("user-ann").await.unwrap();
            let intent = gateway.intend(&Principal::person("ann", []), &at).await.unwrap();
            blobs.put(&at, body("x"), PutOptions::default()).await.unwrap();
            assert!(gateway.settle::<()>(intent, Err(refusal)).await.is_err());
            assert_eq!(ledger.told(), ["storage.v1.object.created user-ann/k"]);
            assert_eq!(ledger.open_count(), 0);
        }
    }
}
