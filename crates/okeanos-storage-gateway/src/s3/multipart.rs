//! Multipart uploads.

use std::sync::PoisonError;

use okeanos_blob::{Location, Part, Upload};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, dto};

use super::{
    Answer, Face,
    body::{self, Said},
    convert::{self, KeptHeaders, caller, count, etag},
    listing::Names,
    objects::announced,
};
use crate::domain::Error;

/// Objects larger than this take a while to be made of their parts: the answer begins before it is done, and space
/// characters keep the connection alive until its outcome is written.
const PATIENCE_BYTES: u64 = 512 * 1024 * 1024;

fn part_number(number: i32) -> Result<u32, Error> {
    let in_range = u32::try_from(number).ok().filter(|n| (1..=10_000).contains(n));
    in_range.ok_or(Error::BadArgument { name: "partNumber", why: "it is not between 1 and 10000" })
}

/// The parts that a client chose, in its order.
fn chosen(upload: Option<dto::CompletedMultipartUpload>) -> Result<Vec<(u32, String)>, S3Error> {
    let parts = upload.and_then(|u| u.parts).unwrap_or_default();
    if parts.is_empty() || parts.len() > 10_000 {
        return Err(S3Error::with_message(S3ErrorCode::MalformedXML, "1 to 10000 parts are expected"));
    }
    let mut chosen: Vec<(u32, String)> = Vec::with_capacity(parts.len());
    for part in parts {
        let number = part_number(part.part_number.unwrap_or_default())?;
        let etag = part.e_tag.ok_or(Error::BadArgument { name: "ETag", why: "a part has none" })?;
        if chosen.last().is_some_and(|(last, _)| *last >= number) {
            return Err(S3Error::with_message(S3ErrorCode::InvalidPartOrder, "parts are expected in ascending order"));
        }
        chosen.push((number, etag.into_value()));
    }
    Ok(chosen)
}

impl Face {
    pub(super) async fn begin_upload(
        &self,
        request: S3Request<dto::CreateMultipartUploadInput>,
    ) -> Answer<dto::CreateMultipartUploadOutput> {
        let who = caller(&request);
        let input = request.input;
        let kept = KeptHeaders {
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
        };
        let always = okeanos_blob::Condition::Always;
        let options = convert::options(input.content_type, input.metadata, kept, always)?;
        let at = Location::new(input.bucket, input.key);
        let id = self.gateway.begin_upload(&who, &at, options).await?;
        Ok(S3Response::new(dto::CreateMultipartUploadOutput {
            bucket: Some(at.bucket),
            key: Some(at.key),
            upload_id: Some(id),
            checksum_algorithm: input.checksum_algorithm,
            ..dto::CreateMultipartUploadOutput::default()
        }))
    }

    pub(super) async fn put_part(&self, request: S3Request<dto::UploadPartInput>) -> Answer<dto::UploadPartOutput> {
        let who = caller(&request);
        let input = request.input;
        let number = part_number(input.part_number)?;
        let said = Said {
            length: input.content_length,
            md5: input.content_md5,
            checksum: dto::Checksum {
                checksum_crc32: input.checksum_crc32,
                checksum_crc32c: input.checksum_crc32c,
                checksum_crc64nvme: input.checksum_crc64nvme,
                checksum_sha1: input.checksum_sha1,
                checksum_sha256: input.checksum_sha256,
                ..dto::Checksum::default()
            },
            announced: announced(&request.headers),
            trailers: request.trailing_headers,
        };
        let (body, found) = body::incoming(input.body, said, self.limits)?;
        let at = Location::new(input.bucket, input.key);
        let part = self.gateway.put_part(&who, &at, &input.upload_id, number, body).await?;
        let found = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(S3Response::new(dto::UploadPartOutput {
            e_tag: etag(&part.etag),
            checksum_crc32: found.checksum_crc32,
            checksum_crc32c: found.checksum_crc32c,
            checksum_crc64nvme: found.checksum_crc64nvme,
            checksum_sha1: found.checksum_sha1,
            checksum_sha256: found.checksum_sha256,
            ..dto::UploadPartOutput::default()
        }))
    }

    pub(super) async fn copy_part(
        &self,
        request: S3Request<dto::UploadPartCopyInput>,
    ) -> Answer<dto::UploadPartCopyOutput> {
        let who = caller(&request);
        let input = request.input;
        let number = part_number(input.part_number)?;
        let source = convert::source(input.copy_source)?;
        let range = input.copy_source_range.as_deref().map(convert::copy_range).transpose()?;
        let conditions = convert::conditions(
            input.copy_source_if_match,
            input.copy_source_if_none_match,
            input.copy_source_if_modified_since,
            input.copy_source_if_unmodified_since,
        );
        let at = Location::new(input.bucket, input.key);
        let from = (&source, range, &conditions);
        let (part, meta) = self.gateway.copy_part(&who, from, (&at, &input.upload_id, number)).await?;
        let result = dto::CopyPartResult {
            e_tag: etag(&part.etag),
            last_modified: Some(meta.last_modified.into()),
            ..dto::CopyPartResult::default()
        };
        let copy_part_result = Some(result);
        Ok(S3Response::new(dto::UploadPartCopyOutput { copy_part_result, ..dto::UploadPartCopyOutput::default() }))
    }

    pub(super) async fn complete_upload(
        &self,
        request: S3Request<dto::CompleteMultipartUploadInput>,
    ) -> Answer<dto::CompleteMultipartUploadOutput> {
        let who = caller(&request);
        let input = request.input;
        let of_the_whole = [
            input.checksum_crc32,
            input.checksum_crc32c,
            input.checksum_crc64nvme,
            input.checksum_sha1,
            input.checksum_sha256,
        ];
        if of_the_whole.iter().any(Option::is_some) {
            return Err(Error::NotOffered("a checksum of the whole of an upload in parts").into());
        }
        let condition = convert::condition(input.if_match, input.if_none_match)?;
        let parts = chosen(input.multipart_upload)?;
        let at = Location::new(input.bucket, input.key);
        let size = self.gateway.planned_size(&who, &at, &input.upload_id, &parts).await?;
        if input.mpu_object_size.is_some_and(|said| u64::try_from(said) != Ok(size)) {
            return Err(Error::BadArgument { name: "x-amz-mp-object-size", why: "the parts have another size" }.into());
        }
        let gateway = self.gateway.clone();
        let work = async move {
            let meta = gateway.complete_upload(&who, at.clone(), input.upload_id, parts, condition).await?;
            Ok(dto::CompleteMultipartUploadOutput {
                location: Some(format!("/{}/{}", at.bucket, at.key)),
                bucket: Some(at.bucket),
                key: Some(at.key),
                e_tag: etag(&meta.etag),
                ..dto::CompleteMultipartUploadOutput::default()
            })
        };
        if size <= PATIENCE_BYTES {
            return work.await.map(S3Response::new);
        }
        let future: futures::future::BoxFuture<'static, _> = Box::pin(work);
        let output = dto::CompleteMultipartUploadOutput { future: Some(future), ..Default::default() };
        Ok(S3Response::new(output))
    }

    pub(super) async fn abort_upload(
        &self,
        request: S3Request<dto::AbortMultipartUploadInput>,
    ) -> Answer<dto::AbortMultipartUploadOutput> {
        let who = caller(&request);
        let input = request.input;
        let at = Location::new(input.bucket, input.key);
        self.gateway.abort_upload(&who, &at, &input.upload_id).await?;
        Ok(S3Response::new(dto::AbortMultipartUploadOutput::default()))
    }

    pub(super) async fn parts(&self, request: S3Request<dto::ListPartsInput>) -> Answer<dto::ListPartsOutput> {
        let who = caller(&request);
        let input = request.input;
        let limit = convert::page_size(input.max_parts, "max-parts")?;
        let marker = u32::try_from(input.part_number_marker.unwrap_or_default()).unwrap_or_default();
        let at = Location::new(input.bucket, input.key);
        let mut parts = self.gateway.parts(&who, &at, &input.upload_id).await?;
        parts.retain(|p| p.number > marker);
        let more = parts.len() > limit;
        parts.truncate(limit);
        let part = |part: &Part| dto::Part {
            part_number: count(part.number.into()),
            e_tag: etag(&part.etag),
            size: count(part.size),
            ..dto::Part::default()
        };
        let last = parts.last().map(|p| p.number).filter(|_| more);
        Ok(S3Response::new(dto::ListPartsOutput {
            bucket: Some(at.bucket),
            key: Some(at.key),
            upload_id: Some(input.upload_id),
            parts: Some(parts.iter().map(part).collect()),
            max_parts: count(limit as u64),
            part_number_marker: input.part_number_marker,
            is_truncated: Some(more),
            next_part_number_marker: last.and_then(|n| count(n.into())),
            ..dto::ListPartsOutput::default()
        }))
    }

    pub(super) async fn uploads(
        &self,
        request: S3Request<dto::ListMultipartUploadsInput>,
    ) -> Answer<dto::ListMultipartUploadsOutput> {
        let who = caller(&request);
        let input = request.input;
        if input.delimiter.as_deref().is_some_and(|d| !d.is_empty()) {
            return Err(Error::NotOffered("grouping uploads by a delimiter").into());
        }
        let names = Names::new(input.encoding_type.as_ref())?;
        let limit = convert::page_size(input.max_uploads, "max-uploads")?;
        let prefix = input.prefix.unwrap_or_default();
        let marker = input.key_marker.clone().unwrap_or_default();
        let marker_id = input.upload_id_marker.clone().filter(|_| !marker.is_empty());
        let mut uploads = self.gateway.uploads(&who, &input.bucket).await?;
        uploads.sort_by(|a, b| (&a.key, &a.id).cmp(&(&b.key, &b.id)));
        uploads.retain(|u| u.key.starts_with(&prefix) && is_after(u, &marker, marker_id.as_deref()));
        let more = uploads.len() > limit;
        uploads.truncate(limit);
        let upload = |upload: &Upload| dto::MultipartUpload {
            key: Some(names.write(&upload.key)),
            upload_id: Some(upload.id.clone()),
            initiated: Some(upload.initiated.into()),
            ..dto::MultipartUpload::default()
        };
        let last = uploads.last().filter(|_| more);
        Ok(S3Response::new(dto::ListMultipartUploadsOutput {
            bucket: Some(input.bucket),
            prefix: Some(names.write(&prefix)),
            key_marker: input.key_marker.map(|m| names.write(&m)),
            upload_id_marker: input.upload_id_marker,
            max_uploads: count(limit as u64),
            is_truncated: Some(more),
            next_key_marker: last.map(|u| names.write(&u.key)),
            next_upload_id_marker: last.map(|u| u.id.clone()),
            uploads: Some(uploads.iter().map(upload).collect()),
            encoding_type: names.encoding(),
            ..dto::ListMultipartUploadsOutput::default()
        }))
    }
}

/// Whether an upload comes after the markers: a later key, or a later upload of the same key.
fn is_after(upload: &Upload, marker: &str, marker_id: Option<&str>) -> bool {
    if marker.is_empty() || upload.key.as_str() > marker {
        return true;
    }
    upload.key == marker && marker_id.is_some_and(|id| upload.id.as_str() > id)
}
