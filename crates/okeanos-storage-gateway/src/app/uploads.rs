//! Multipart uploads.

use okeanos_auth::Principal;
use okeanos_blob::{ByteRange, ByteStream, Condition, Location, Meta, Part, PutOptions, Upload};

use super::{Gateway, to_the_end};
use crate::domain::{
    Error,
    condition::{Conditions, Verdict},
};

impl Gateway {
    /// Begins an upload.
    pub(crate) async fn begin_upload(
        &self,
        who: &Principal,
        at: &Location,
        options: PutOptions,
    ) -> Result<String, Error> {
        self.may_write(who, at)?;
        self.ensure_bucket(who, &at.bucket).await?;
        Ok(self.0.blobs.begin_upload(at, options).await?)
    }

    /// Writes a part.
    pub(crate) async fn put_part(
        &self,
        who: &Principal,
        at: &Location,
        upload: &str,
        number: u32,
        body: ByteStream,
    ) -> Result<Part, Error> {
        self.may_write(who, at)?;
        Ok(self.0.blobs.put_part(at, upload, number, body).await?)
    }

    /// Writes a part with bytes of an object that the caller may read.
    pub(crate) async fn copy_part(
        &self,
        who: &Principal,
        from: (&Location, Option<ByteRange>, &Conditions),
        to: (&Location, &str, u32),
    ) -> Result<(Part, Meta), Error> {
        let ((source, range, conditions), (at, upload, number)) = (from, to);
        self.may_read(who, source)?;
        self.may_write(who, at)?;
        let (meta, body) = self.0.blobs.get(source, range).await?;
        if conditions.judge(&meta) != Verdict::Go {
            return Err(Error::ConditionFailed);
        }
        Ok((self.0.blobs.put_part(at, upload, number, body).await?, meta))
    }

    /// The parts written so far.
    pub(crate) async fn parts(&self, who: &Principal, at: &Location, upload: &str) -> Result<Vec<Part>, Error> {
        self.may_write(who, at)?;
        Ok(self.0.blobs.parts(at, upload).await?)
    }

    /// How large an object of these parts will be; refuses one that is too large. An unknown part counts nothing here.
    pub(crate) async fn planned_size(
        &self,
        who: &Principal,
        at: &Location,
        upload: &str,
        chosen: &[(u32, String)],
    ) -> Result<u64, Error> {
        let parts = self.parts(who, at, upload).await?;
        let numbers: std::collections::BTreeSet<_> = chosen.iter().map(|(number, _)| *number).collect();
        let total = parts.iter().filter(|p| numbers.contains(&p.number)).map(|p| p.size).sum();
        if total > self.0.max_object_bytes { Err(Error::TooLarge(self.0.max_object_bytes)) } else { Ok(total) }
    }

    /// Makes the object.
    pub(crate) async fn complete_upload(
        &self,
        who: &Principal,
        at: Location,
        upload: String,
        parts: Vec<(u32, String)>,
        condition: Condition,
    ) -> Result<Meta, Error> {
        self.may_write(who, &at)?;
        let (this, who) = (self.clone(), who.clone());
        to_the_end(async move {
            let intent = this.intend(&who, &at).await?;
            let outcome = this.0.blobs.complete_upload(&at, &upload, &parts, condition).await;
            this.settle(intent, outcome).await
        })
        .await
    }

    /// Forgets an upload.
    pub(crate) async fn abort_upload(&self, who: &Principal, at: &Location, upload: &str) -> Result<(), Error> {
        self.may_write(who, at)?;
        Ok(self.0.blobs.abort_upload(at, upload).await?)
    }

    /// The uploads of a bucket that have begun.
    pub(crate) async fn uploads(&self, who: &Principal, bucket: &str) -> Result<Vec<Upload>, Error> {
        self.may_see_bucket(who, bucket)?;
        self.ensure_bucket(who, bucket).await?;
        Ok(self.0.blobs.uploads(bucket).await?)
    }
}
