//! Objects: read, write, copy, delete.

use std::sync::PoisonError;

use http::HeaderMap;
use okeanos_blob::{Location, Meta, PutOptions};
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, dto};

use super::{
    Answer, Face,
    body::{self, Said},
    convert::{self, KeptHeaders, caller, count, etag},
};
use crate::{app::Reading, domain::Error};

/// Most keys of one bulk removal; S3's own limit.
const KEYS_MAX: usize = 1000;
/// What S3 calls bytes that nobody named.
const UNNAMED_TYPE: &str = "binary/octet-stream";

/// The answer to a conditional request whose client has the object already.
fn not_modified(meta: &Meta) -> S3Error {
    let mut headers = HeaderMap::new();
    if let Ok(value) = format!("\"{}\"", meta.etag).parse() {
        headers.insert(http::header::ETAG, value);
    }
    let mut error = S3Error::new(S3ErrorCode::NotModified);
    error.set_headers(headers);
    error
}

/// What announces checksums in trailers.
pub(super) fn announced(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    format!("{},{}", text("x-amz-trailer"), text("x-amz-sdk-checksum-algorithm"))
}

fn put_options(input: &mut dto::PutObjectInput) -> Result<PutOptions, Error> {
    let kept = KeptHeaders {
        cache_control: input.cache_control.take(),
        content_disposition: input.content_disposition.take(),
        content_encoding: input.content_encoding.take(),
        content_language: input.content_language.take(),
    };
    let condition = convert::condition(input.if_match.take(), input.if_none_match.take())?;
    convert::options(input.content_type.take(), input.metadata.take(), kept, condition)
}

impl Face {
    pub(super) async fn put(&self, mut request: S3Request<dto::PutObjectInput>) -> Answer<dto::PutObjectOutput> {
        let who = caller(&request);
        let options = put_options(&mut request.input)?;
        let input = request.input;
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
        let meta = self.gateway.put(&who, Location::new(input.bucket, input.key), body, options).await?;
        let found = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok(S3Response::new(dto::PutObjectOutput {
            e_tag: etag(&meta.etag),
            checksum_crc32: found.checksum_crc32,
            checksum_crc32c: found.checksum_crc32c,
            checksum_crc64nvme: found.checksum_crc64nvme,
            checksum_sha1: found.checksum_sha1,
            checksum_sha256: found.checksum_sha256,
            ..dto::PutObjectOutput::default()
        }))
    }

    pub(super) async fn get(&self, request: S3Request<dto::GetObjectInput>) -> Answer<dto::GetObjectOutput> {
        let who = caller(&request);
        let input = request.input;
        if input.version_id.is_some() {
            return Err(Error::NotOffered("versioning").into());
        }
        if input.part_number.is_some() {
            return Err(Error::NotOffered("reading by part number").into());
        }
        let conditions = convert::conditions(
            input.if_match,
            input.if_none_match,
            input.if_modified_since,
            input.if_unmodified_since,
        );
        let range = input.range.map(convert::range);
        let at = Location::new(input.bucket, input.key);
        let (meta, body) = match self.gateway.get(&who, &at, range, &conditions).await? {
            Reading::Here(here) => here,
            Reading::NotModified(meta) => return Err(not_modified(&meta)),
        };
        let (start, end) = range.and_then(|r| r.within(meta.size)).unwrap_or((0, meta.size));
        let (kept, metadata) = convert::split_metadata(&meta);
        Ok(S3Response::new(dto::GetObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            body: Some(body::outgoing(body, end - start)),
            content_length: count(end - start),
            content_range: range.map(|_| format!("bytes {start}-{}/{}", end.saturating_sub(1), meta.size)),
            content_type: Some(meta.content_type.unwrap_or_else(|| UNNAMED_TYPE.to_owned())),
            e_tag: etag(&meta.etag),
            last_modified: Some(meta.last_modified.into()),
            metadata,
            cache_control: kept.cache_control,
            content_disposition: kept.content_disposition,
            content_encoding: kept.content_encoding,
            content_language: kept.content_language,
            ..dto::GetObjectOutput::default()
        }))
    }

    pub(super) async fn head(&self, request: S3Request<dto::HeadObjectInput>) -> Answer<dto::HeadObjectOutput> {
        let who = caller(&request);
        let input = request.input;
        if input.version_id.is_some() {
            return Err(Error::NotOffered("versioning").into());
        }
        let conditions = convert::conditions(
            input.if_match,
            input.if_none_match,
            input.if_modified_since,
            input.if_unmodified_since,
        );
        let at = Location::new(input.bucket, input.key);
        let meta = match self.gateway.head(&who, &at, &conditions).await? {
            Reading::Here(meta) => meta,
            Reading::NotModified(meta) => return Err(not_modified(&meta)),
        };
        let (kept, metadata) = convert::split_metadata(&meta);
        Ok(S3Response::new(dto::HeadObjectOutput {
            accept_ranges: Some("bytes".to_owned()),
            content_length: count(meta.size),
            content_type: Some(meta.content_type.unwrap_or_else(|| UNNAMED_TYPE.to_owned())),
            e_tag: etag(&meta.etag),
            last_modified: Some(meta.last_modified.into()),
            metadata,
            cache_control: kept.cache_control,
            content_disposition: kept.content_disposition,
            content_encoding: kept.content_encoding,
            content_language: kept.content_language,
            ..dto::HeadObjectOutput::default()
        }))
    }

    pub(super) async fn delete(&self, request: S3Request<dto::DeleteObjectInput>) -> Answer<dto::DeleteObjectOutput> {
        let who = caller(&request);
        let input = request.input;
        if input.version_id.is_some() {
            return Err(Error::NotOffered("versioning").into());
        }
        if input.if_match.is_some() || input.if_match_size.is_some() || input.if_match_last_modified_time.is_some() {
            return Err(Error::NotOffered("a condition on a removal").into());
        }
        self.gateway.delete(&who, Location::new(input.bucket, input.key)).await?;
        Ok(S3Response::new(dto::DeleteObjectOutput::default()))
    }

    pub(super) async fn delete_many(
        &self,
        request: S3Request<dto::DeleteObjectsInput>,
    ) -> Answer<dto::DeleteObjectsOutput> {
        let who = caller(&request);
        let dto::Delete { objects, quiet } = request.input.delete;
        if objects.is_empty() || objects.len() > KEYS_MAX {
            return Err(S3Error::with_message(S3ErrorCode::MalformedXML, "1 to 1000 keys are expected"));
        }
        if objects.iter().any(|o| o.version_id.is_some()) {
            return Err(Error::NotOffered("versioning").into());
        }
        let keys = objects.into_iter().map(|o| o.key).collect();
        let removals = self.gateway.delete_many(&who, &request.input.bucket, keys).await?;
        let (mut deleted, mut errors) = (Vec::new(), Vec::new());
        for removal in removals {
            match removal.outcome {
                Ok(()) if quiet.unwrap_or_default() => {}
                Ok(()) => deleted.push(dto::DeletedObject { key: Some(removal.key), ..dto::DeletedObject::default() }),
                Err(error) => {
                    let error = S3Error::from(error);
                    errors.push(dto::Error {
                        key: Some(removal.key),
                        code: Some(error.code().as_str().to_owned()),
                        message: error.message().map(str::to_owned),
                        ..dto::Error::default()
                    });
                }
            }
        }
        Ok(S3Response::new(dto::DeleteObjectsOutput {
            deleted: Some(deleted),
            errors: (!errors.is_empty()).then_some(errors),
            ..dto::DeleteObjectsOutput::default()
        }))
    }

    pub(super) async fn copy(&self, request: S3Request<dto::CopyObjectInput>) -> Answer<dto::CopyObjectOutput> {
        let who = caller(&request);
        let input = request.input;
        let from = convert::source(input.copy_source)?;
        let conditions = convert::conditions(
            input.copy_source_if_match,
            input.copy_source_if_none_match,
            input.copy_source_if_modified_since,
            input.copy_source_if_unmodified_since,
        );
        let replaces = input.metadata_directive.is_some_and(|d| d.as_str() == dto::MetadataDirective::REPLACE);
        let kept = KeptHeaders {
            cache_control: input.cache_control,
            content_disposition: input.content_disposition,
            content_encoding: input.content_encoding,
            content_language: input.content_language,
        };
        let always = okeanos_blob::Condition::Always;
        let options = convert::options(input.content_type, input.metadata, kept, always)?;
        let to = Location::new(input.bucket, input.key);
        let meta = self.gateway.copy(&who, from, to, conditions, replaces.then_some(options)).await?;
        let result = dto::CopyObjectResult {
            e_tag: etag(&meta.etag),
            last_modified: Some(meta.last_modified.into()),
            ..dto::CopyObjectResult::default()
        };
        let copy_object_result = Some(result);
        Ok(S3Response::new(dto::CopyObjectOutput { copy_object_result, ..dto::CopyObjectOutput::default() }))
    }
}
