//! Reading.

use okeanos_auth::Principal;
use okeanos_blob::{BlobError, ByteRange, ByteStream, List, Location, Meta, Page};

use super::Gateway;
use crate::domain::{
    Error,
    condition::{Conditions, Verdict},
};

/// What a conditional read comes to.
#[derive(Debug)]
pub(crate) enum Reading<T> {
    /// Here it is.
    Here(T),
    /// The client has it already.
    NotModified(Meta),
}

impl Gateway {
    /// What is known of an object.
    pub(crate) async fn head(
        &self,
        who: &Principal,
        at: &Location,
        conditions: &Conditions,
    ) -> Result<Reading<Meta>, Error> {
        self.may_read(who, at)?;
        self.ensure_bucket(who, &at.bucket).await?;
        let meta = self.0.blobs.head(at).await?;
        judged(conditions, meta.clone(), meta)
    }

    /// An object's bytes, or a range of them.
    pub(crate) async fn get(
        &self,
        who: &Principal,
        at: &Location,
        range: Option<ByteRange>,
        conditions: &Conditions,
    ) -> Result<Reading<(Meta, ByteStream)>, Error> {
        self.may_read(who, at)?;
        self.ensure_bucket(who, &at.bucket).await?;
        match self.0.blobs.get(at, range).await {
            Ok((meta, body)) => judged(conditions, meta.clone(), (meta, body)),
            // Conditions count before the range.
            Err(BlobError::RangeNotSatisfiable(size)) => {
                let meta = self.0.blobs.head(at).await?;
                match judged(conditions, meta, ())? {
                    Reading::Here(()) => Err(BlobError::RangeNotSatisfiable(size).into()),
                    Reading::NotModified(meta) => Ok(Reading::NotModified(meta)),
                }
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A page of the objects of a bucket.
    pub(crate) async fn list(&self, who: &Principal, bucket: &str, list: List) -> Result<Page, Error> {
        self.may_list(who, bucket, &list.prefix)?;
        self.ensure_bucket(who, bucket).await?;
        Ok(self.0.blobs.list(bucket, list).await?)
    }
}

fn judged<T>(conditions: &Conditions, meta: Meta, answer: T) -> Result<Reading<T>, Error> {
    match conditions.judge(&meta) {
        Verdict::Go => Ok(Reading::Here(answer)),
        Verdict::NotModified => Ok(Reading::NotModified(meta)),
        Verdict::Failed => Err(Error::ConditionFailed),
    }
}
