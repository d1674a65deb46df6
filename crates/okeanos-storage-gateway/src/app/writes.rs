//! Writing: put, copy, delete.

use okeanos_auth::Principal;
use okeanos_blob::{BlobError, ByteStream, Location, Meta, PutOptions};

use super::{Gateway, to_the_end};
use crate::domain::{
    Error, Intent,
    condition::{Conditions, Verdict},
};

/// What became of one key of a bulk removal.
#[derive(Debug)]
pub(crate) struct Removal {
    pub(crate) key: String,
    pub(crate) outcome: Result<(), Error>,
}

impl Gateway {
    /// Writes an object.
    pub(crate) async fn put(
        &self,
        who: &Principal,
        at: Location,
        body: ByteStream,
        options: PutOptions,
    ) -> Result<Meta, Error> {
        self.may_write(who, &at)?;
        self.ensure_bucket(who, &at.bucket).await?;
        let (this, who) = (self.clone(), who.clone());
        to_the_end(async move {
            let intent = this.intend(&who, &at).await?;
            let outcome = this.0.blobs.put(&at, body, options).await;
            this.settle(intent, outcome).await
        })
        .await
    }

    /// Copies an object that the caller may read to a place where they may write; `replace` gives other metadata.
    pub(crate) async fn copy(
        &self,
        who: &Principal,
        from: Location,
        to: Location,
        conditions: Conditions,
        replace: Option<PutOptions>,
    ) -> Result<Meta, Error> {
        self.may_read(who, &from)?;
        self.may_write(who, &to)?;
        self.ensure_bucket(who, &to.bucket).await?;
        let source = self.0.blobs.head(&from).await?;
        if conditions.judge(&source) != Verdict::Go {
            return Err(Error::ConditionFailed);
        }
        let (this, who) = (self.clone(), who.clone());
        to_the_end(async move {
            let intent = this.intend(&who, &to).await?;
            let outcome = this.0.blobs.copy(&from, &to, replace).await;
            this.settle(intent, outcome).await
        })
        .await
    }

    /// Removes an object; it is no error when there is none.
    pub(crate) async fn delete(&self, who: &Principal, at: Location) -> Result<(), Error> {
        self.may_write(who, &at)?;
        self.ensure_bucket(who, &at.bucket).await?;
        let (this, who) = (self.clone(), who.clone());
        to_the_end(async move {
            let intent = this.intend(&who, &at).await?;
            let outcome = this.0.blobs.delete(&at).await;
            this.settle(intent, outcome).await.map(drop)
        })
        .await
    }

    /// Removes several objects of a bucket; each has its own outcome.
    pub(crate) async fn delete_many(
        &self,
        who: &Principal,
        bucket: &str,
        keys: Vec<String>,
    ) -> Result<Vec<Removal>, Error> {
        let (mut removals, mut intents) = (Vec::new(), Vec::new());
        for key in keys {
            let at = Location::new(bucket, key);
            match self.may_write(who, &at) {
                Ok(()) => intents.push(Intent::new(at, &who.name)),
                Err(error) => removals.push(Removal { key: at.key, outcome: Err(error) }),
            }
        }
        self.ensure_bucket(who, bucket).await?;
        if !self.0.blobs.has_bucket(bucket).await? && !intents.is_empty() {
            return Err(BlobError::NoSuchBucket(bucket.to_owned()).into());
        }
        let this = self.clone();
        let done = to_the_end(async move {
            this.0.ledger.open(&intents).await?;
            let mut done = Vec::with_capacity(intents.len());
            for intent in intents {
                let key = intent.at.key.clone();
                let outcome = this.0.blobs.delete(&intent.at).await;
                done.push(Removal { key, outcome: this.settle(intent, outcome).await.map(drop) });
            }
            Ok(done)
        });
        removals.extend(done.await?);
        Ok(removals)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests_support::{Bench, body, gateway};

    fn ann() -> Principal {
        Principal::person("ann", [])
    }

    #[tokio::test]
    async fn every_write_is_told_and_leaves_no_intent() {
        let Bench { gateway, ledger, .. } = gateway().await;
        let at = Location::new("user-ann", "a.nc");
        gateway.put(&ann(), at.clone(), body("x"), PutOptions::default()).await.unwrap();
        let to = Location::new("user-ann", "b.nc");
        gateway.copy(&ann(), at.clone(), to, Conditions::default(), None).await.unwrap();
        gateway.delete(&ann(), at).await.unwrap();
        gateway.delete_many(&ann(), "user-ann", vec!["b.nc".into(), "../x".into()]).await.unwrap();
        assert_eq!(
            ledger.told(),
            [
                "storage.v1.object.created user-ann/a.nc",
                "storage.v1.object.created user-ann/b.nc",
                "storage.v1.object.removed user-ann/a.nc",
                "storage.v1.object.removed user-ann/b.nc"
            ]
        );
        assert_eq!(ledger.open_count(), 0);
    }

    #[tokio::test]
    async fn a_refused_write_is_not_told_and_leaves_no_intent() {
        let Bench { gateway, ledger, .. } = gateway().await;
        let at = Location::new("user-ann", "a.nc");
        let broken = Box::pin(futures::stream::iter([Err(std::io::Error::other("gone"))]));
        assert!(gateway.put(&ann(), at.clone(), broken, PutOptions::default()).await.is_err());
        for (who, key) in [(Principal::anonymous(), "public/x"), (Principal::person("bob", []), "a.nc")] {
            let at = Location::new("user-ann", key);
            let refused = gateway.put(&who, at.clone(), body("x"), PutOptions::default()).await;
            assert!(matches!(refused, Err(Error::Refused(_))));
            assert!(matches!(gateway.delete(&who, at).await, Err(Error::Refused(_))));
        }
        assert!(ledger.told().is_empty());
        assert_eq!(ledger.open_count(), 0);
    }

    #[tokio::test]
    async fn a_write_that_cannot_be_told_is_not_acknowledged_and_told_later() {
        let Bench { gateway, ledger, .. } = gateway().await;
        let at = Location::new("user-ann", "a.nc");
        ledger.fail_close(true);
        let refused = gateway.put(&ann(), at, body("x"), PutOptions::default()).await;
        assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
        assert_eq!(ledger.open_count(), 1);
        ledger.fail_close(false);
        let stop = tokio_util::sync::CancellationToken::new();
        stop.cancel();
        let left = gateway.untold().await.unwrap();
        gateway.recover_until(left, stop, &okeanos_runtime::Latch::default()).await.unwrap();
        assert_eq!(ledger.told(), ["storage.v1.object.created user-ann/a.nc"]);
    }
}
