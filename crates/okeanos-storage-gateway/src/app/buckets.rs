//! Buckets.

use std::sync::PoisonError;

use okeanos_auth::{Owner, Principal, access};
use okeanos_blob::BlobError;
use time::OffsetDateTime;

use super::Gateway;
use crate::domain::Error;

impl Gateway {
    /// The buckets that somebody may see, by name.
    pub(crate) async fn list_buckets(&self, who: &Principal) -> Result<Vec<(String, OffsetDateTime)>, Error> {
        if who.is_anonymous() {
            return Err(Error::Refused(access::refusal(who)));
        }
        if let Some(home) = self.0.names.bucket(&Owner::User(who.name.clone())) {
            self.ensure_bucket(who, &home).await?;
        }
        let mut buckets = self.0.blobs.buckets().await?;
        buckets.retain(|(name, _)| self.may_see_bucket(who, name).is_ok());
        Ok(buckets)
    }

    /// Creates a bucket; `false` when it was there.
    pub(crate) async fn create_bucket(&self, who: &Principal, bucket: &str) -> Result<bool, Error> {
        self.may_change_bucket(who, bucket)?;
        Ok(self.0.blobs.create_bucket(bucket).await?)
    }

    /// Deletes an empty bucket.
    pub(crate) async fn delete_bucket(&self, who: &Principal, bucket: &str) -> Result<(), Error> {
        self.may_change_bucket(who, bucket)?;
        self.0.blobs.delete_bucket(bucket).await?;
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner).remove(bucket);
        Ok(())
    }

    /// Says that a bucket is there.
    pub(crate) async fn head_bucket(&self, who: &Principal, bucket: &str) -> Result<(), Error> {
        self.may_see_bucket(who, bucket)?;
        self.ensure_bucket(who, bucket).await?;
        if self.0.blobs.has_bucket(bucket).await? {
            Ok(())
        } else {
            Err(BlobError::NoSuchBucket(bucket.to_owned()).into())
        }
    }

    /// Creates the bucket of the caller, or of a project of the caller's, on first use.
    pub(super) async fn ensure_bucket(&self, who: &Principal, bucket: &str) -> Result<(), Error> {
        let known = || self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_home_of(who, bucket) || known().contains(bucket) {
            return Ok(());
        }
        if self.0.blobs.create_bucket(bucket).await? {
            tracing::info!(bucket, principal = who.name, "bucket created on first use");
        }
        known().insert(bucket.to_owned());
        Ok(())
    }
}
