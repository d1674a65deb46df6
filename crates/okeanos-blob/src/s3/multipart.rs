//! Uploads in parts: the client's, and our own for a body that is larger than one part.

use aws_sdk_s3::{
    primitives::ByteStream as SdkBody,
    types::{CompletedMultipartUpload, CompletedPart},
};
use bytes::Bytes;

use super::{S3Blobs, body::Pieces, decoded_if, headers, moment, refusal, size, unquoted};
use crate::{BlobError, Condition, Location, Meta, Part, PutOptions, Upload, rules};

impl S3Blobs {
    /// Writes a body as parts; the upload is forgotten when it breaks off.
    pub(super) async fn put_pieces(
        &self,
        at: &Location,
        first: Bytes,
        pieces: Pieces,
        options: PutOptions,
    ) -> Result<Meta, BlobError> {
        let condition = options.condition.clone();
        let upload = self.begin(at, options.clone()).await?;
        let written = async {
            let (parts, total) = self.send_pieces(at, &upload, first, pieces).await?;
            Ok((self.complete(at, &upload, &parts, &condition).await?, total))
        };
        match written.await {
            Ok((etag, total)) => self.after_write(at, total, etag, Some(options)).await,
            Err(error) => {
                if let Err(abort) = self.abort(at, &upload).await {
                    tracing::warn!(%at, upload, error = %abort, "an upload that broke off is left behind");
                }
                Err(error)
            }
        }
    }

    async fn send_pieces(
        &self,
        at: &Location,
        upload: &str,
        first: Bytes,
        mut pieces: Pieces,
    ) -> Result<(Vec<(u32, String)>, u64), BlobError> {
        let mut parts = Vec::new();
        let mut total = 0;
        let mut piece = first;
        for number in 1..=rules::PARTS_MAX {
            total += piece.len() as u64;
            let part = self.send_part(at, upload, number, SdkBody::from(piece)).await?;
            parts.push((number, part.etag));
            piece = pieces.next().await?;
            if piece.is_empty() {
                return Ok((parts, total));
            }
        }
        Err(BlobError::BodyBroken(std::io::ErrorKind::FileTooLarge.into()))
    }

    pub(super) async fn begin(&self, at: &Location, options: PutOptions) -> Result<String, BlobError> {
        let answer = self
            .client
            .create_multipart_upload()
            .bucket(&at.bucket)
            .key(&at.key)
            .set_content_type(options.content_type)
            .set_metadata(Some(options.metadata.into_iter().collect()))
            .send()
            .await
            .map_err(|e| refusal::at(at, "", e))?;
        let id = answer.upload_id().filter(|id| !id.is_empty()).map(str::to_owned);
        id.ok_or_else(|| BlobError::Store("the store gave an upload no id".into()))
    }

    pub(super) async fn send_part(
        &self,
        at: &Location,
        upload: &str,
        number: u32,
        body: SdkBody,
    ) -> Result<Part, BlobError> {
        rules::check_number(number)?;
        let size = body.size_hint().0;
        let answer = self
            .client
            .upload_part()
            .bucket(&at.bucket)
            .key(&at.key)
            .upload_id(upload)
            .part_number(i32::try_from(number).unwrap_or_default())
            .body(body)
            .send()
            .await
            .map_err(|e| refusal::at(at, upload, e))?;
        Ok(Part { number, etag: answer.e_tag().map(unquoted).unwrap_or_default(), size })
    }

    pub(super) async fn list_parts(&self, at: &Location, upload: &str) -> Result<Vec<Part>, BlobError> {
        let mut parts = Vec::new();
        let mut marker = None;
        loop {
            let request = self.client.list_parts().bucket(&at.bucket).key(&at.key).upload_id(upload);
            let request = request.set_part_number_marker(marker);
            let answer = request.send().await.map_err(|e| refusal::at(at, upload, e))?;
            parts.extend(answer.parts().iter().map(|part| Part {
                number: part.part_number().and_then(|n| u32::try_from(n).ok()).unwrap_or_default(),
                etag: part.e_tag().map(unquoted).unwrap_or_default(),
                size: size(part.size()),
            }));
            marker = answer.next_part_number_marker().map(str::to_owned);
            if !answer.is_truncated().unwrap_or_default() || marker.is_none() {
                return Ok(parts);
            }
        }
    }

    /// The ETag of the object that was made of the parts.
    pub(super) async fn complete(
        &self,
        at: &Location,
        upload: &str,
        parts: &[(u32, String)],
        condition: &Condition,
    ) -> Result<String, BlobError> {
        let completed = parts.iter().map(|(number, etag)| {
            CompletedPart::builder().part_number(i32::try_from(*number).unwrap_or_default()).e_tag(etag).build()
        });
        let list = CompletedMultipartUpload::builder().set_parts(Some(completed.collect())).build();
        let (if_match, if_none_match) = headers(condition);
        let answer = self
            .client
            .complete_multipart_upload()
            .bucket(&at.bucket)
            .key(&at.key)
            .upload_id(upload)
            .multipart_upload(list)
            .set_if_match(if_match)
            .set_if_none_match(if_none_match)
            .send()
            .await
            .map_err(|e| refusal::at(at, upload, e))?;
        Ok(answer.e_tag().map(unquoted).unwrap_or_default())
    }

    pub(super) async fn abort(&self, at: &Location, upload: &str) -> Result<(), BlobError> {
        let request = self.client.abort_multipart_upload().bucket(&at.bucket).key(&at.key).upload_id(upload);
        request.send().await.map_err(|e| refusal::at(at, upload, e))?;
        Ok(())
    }

    pub(super) async fn list_uploads(&self, bucket: &str) -> Result<Vec<Upload>, BlobError> {
        let mut uploads = Vec::new();
        let mut marker = (None, None);
        loop {
            let request = self.client.list_multipart_uploads().bucket(bucket);
            let request = request.set_key_marker(marker.0).set_upload_id_marker(marker.1);
            let answer = request.send().await.map_err(|e| refusal::bucket(bucket, e))?;
            uploads.extend(answer.uploads().iter().map(|upload| Upload {
                id: upload.upload_id().unwrap_or_default().to_owned(),
                key: upload.key().map(decoded_if(answer.encoding_type())).unwrap_or_default(),
                initiated: moment(upload.initiated()),
            }));
            marker = (answer.next_key_marker().map(str::to_owned), answer.next_upload_id_marker().map(str::to_owned));
            if !answer.is_truncated().unwrap_or_default() || marker.0.is_none() {
                return Ok(uploads);
            }
        }
    }
}
