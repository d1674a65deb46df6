//! Multipart uploads.

use okeanos_auth::Principal;
use okeanos_blob::{
    BlobError, ByteRange, ByteStream, Condition, Location, Meta, Part, PutOptions, Upload, combined_etag,
};

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

    /// The object at a place if it is made of these parts: a client that lost the answer asks again.
    async fn made_of(&self, at: &Location, parts: &[(u32, String)]) -> Option<Meta> {
        let there = self.0.blobs.head(at).await.ok()?;
        (there.etag == combined_etag(parts)).then_some(there)
    }

    /// How large an object of these parts will be, or is; refuses one that is too large. An unknown part counts nothing here.
    pub(crate) async fn planned_size(
        &self,
        who: &Principal,
        at: &Location,
        upload: &str,
        chosen: &[(u32, String)],
    ) -> Result<u64, Error> {
        let parts = match self.parts(who, at, upload).await {
            Err(Error::Blob(BlobError::NoSuchUpload(id))) => {
                let made = self.made_of(at, chosen).await;
                return made.map(|meta| meta.size).ok_or_else(|| BlobError::NoSuchUpload(id).into());
            }
            parts => parts?,
        };
        let numbers: std::collections::BTreeSet<_> = chosen.iter().map(|(number, _)| *number).collect();
        let total = parts.iter().filter(|p| numbers.contains(&p.number)).map(|p| p.size).sum();
        if total > self.0.max_object_bytes { Err(Error::TooLarge(self.0.max_object_bytes)) } else { Ok(total) }
    }

    /// Makes the object; it is no error when it is made already.
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
            let outcome = match this.0.blobs.complete_upload(&at, &upload, &parts, condition).await {
                Err(BlobError::NoSuchUpload(id)) => this.made_of(&at, &parts).await.ok_or(BlobError::NoSuchUpload(id)),
                outcome => outcome,
            };
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
