//! Objects in any S3: AWS, Ceph, Swift, SeaweedFS….
//!
//! - [`body`]: bodies of unknown length in bounded memory. - [`refusal`]: errors. - [`multipart`]: uploads in parts.

mod body;
mod multipart;
mod refusal;

use std::{
    collections::BTreeMap,
    fmt,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
        retry::RetryConfig, timeout::TimeoutConfig,
    },
    primitives::DateTime,
    types::{EncodingType, MetadataDirective},
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use time::OffsetDateTime;

use crate::{
    BlobError, Blobs, ByteRange, ByteStream, Condition, List, Location, Meta, Object, Page, Part, PutOptions, Upload,
};

/// S3 copies an object of at most this size in one request.
const COPY_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;
/// What a copy's source is written with.
const SOURCE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where an S3 is and who we are there.
#[derive(Clone)]
pub struct S3Config {
    /// Its address: `https://s3.example.org`.
    pub endpoint: String,
    /// The region that requests are signed for.
    pub region: String,
    /// Access key.
    pub access_key_id: String,
    /// Secret of the key.
    pub secret_access_key: String,
    /// Session token of a temporary key.
    pub session_token: Option<String>,
    /// Whether the bucket is the first segment of the path (most own installations) or part of the host name.
    pub path_style: bool,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long to wait for the beginning of an answer.
    pub read_timeout: Duration,
    /// How often a request is tried.
    pub attempts: u32,
}

impl S3Config {
    /// With path style, 5 s to connect, 60 s to answer, 3 attempts.
    pub fn new(
        endpoint: impl Into<String>,
        region: impl Into<String>,
        access_key_id: impl Into<String>,
        secret_access_key: impl Into<String>,
    ) -> Self {
        Self {
            endpoint: endpoint.into(),
            region: region.into(),
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            path_style: true,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(60),
            attempts: 3,
        }
    }
}

impl fmt::Debug for S3Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { endpoint, region, access_key_id, .. } = self;
        f.debug_struct("S3Config")
            .field("endpoint", endpoint)
            .field("region", region)
            .field("access_key_id", access_key_id)
            .finish_non_exhaustive()
    }
}

/// A store that is an S3.
#[derive(Clone, Debug)]
pub struct S3Blobs {
    client: Client,
}

impl S3Blobs {
    /// Over an S3; nothing is asked of it yet.
    pub fn new(config: S3Config) -> Self {
        let S3Config { access_key_id, secret_access_key, session_token, .. } = config;
        let credentials = Credentials::new(access_key_id, secret_access_key, session_token, None, "configuration");
        let timeouts =
            TimeoutConfig::builder().connect_timeout(config.connect_timeout).read_timeout(config.read_timeout).build();
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(config.endpoint)
            .region(Region::new(config.region))
            .credentials_provider(credentials)
            .force_path_style(config.path_style)
            .timeout_config(timeouts)
            .retry_config(RetryConfig::standard().with_max_attempts(config.attempts))
            // Many an S3 does not know the checksums that AWS sends by default.
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired)
            .build();
        Self { client: Client::from_conf(config) }
    }

    async fn put_whole(&self, at: &Location, bytes: bytes::Bytes, options: PutOptions) -> Result<Meta, BlobError> {
        let size = bytes.len() as u64;
        let (if_match, if_none_match) = headers(&options.condition);
        let answer = self
            .client
            .put_object()
            .bucket(&at.bucket)
            .key(&at.key)
            .set_content_type(options.content_type.clone())
            .set_metadata(Some(options.metadata.clone().into_iter().collect()))
            .set_if_match(if_match)
            .set_if_none_match(if_none_match)
            .body(bytes.into())
            .send()
            .await
            .map_err(|e| refusal::at(at, "", e))?;
        let etag = answer.e_tag().map(unquoted).unwrap_or_default();
        self.after_write(at, size, etag, Some(options)).await
    }

    /// What is known of an object that was just written; its time is the server's.
    async fn after_write(
        &self,
        at: &Location,
        size: u64,
        etag: String,
        options: Option<PutOptions>,
    ) -> Result<Meta, BlobError> {
        written(self.head(at).await, size, etag, options)
    }
}

/// What was written, by what is there now.
fn written(
    there: Result<Meta, BlobError>,
    size: u64,
    etag: String,
    options: Option<PutOptions>,
) -> Result<Meta, BlobError> {
    let (last_modified, options) = match (there, options) {
        (Ok(meta), _) if meta.etag == etag => return Ok(meta),
        // Replaced or removed meanwhile: what was written is still what was written.
        (Ok(Meta { last_modified, .. }), Some(options)) => (last_modified, options),
        (Err(BlobError::NoSuchKey(_)), Some(options)) => (SystemTime::now().into(), options),
        (there, _) => return there,
    };
    Ok(Meta { size, etag, last_modified, content_type: options.content_type, metadata: options.metadata })
}

/// `If-Match` and `If-None-Match`.
fn headers(condition: &Condition) -> (Option<String>, Option<String>) {
    match condition {
        Condition::Always => (None, None),
        Condition::Absent => (None, Some("*".to_owned())),
        Condition::Matches(etag) => (Some(format!("\"{etag}\"")), None),
    }
}

fn unquoted(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

fn size(bytes: Option<i64>) -> u64 {
    bytes.and_then(|b| u64::try_from(b).ok()).unwrap_or_default()
}

fn moment(at: Option<&DateTime>) -> OffsetDateTime {
    at.and_then(|t| OffsetDateTime::from_unix_timestamp_nanos(t.as_nanos()).ok()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn metadata(from: Option<&std::collections::HashMap<String, String>>) -> BTreeMap<String, String> {
    from.into_iter().flatten().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect()
}

/// How the names of a listing are read: decoded only if the server says that it has encoded them.
fn decoded_if(encoding: Option<&EncodingType>) -> fn(&str) -> String {
    if encoding.is_some() { decoded } else { str::to_owned }
}

/// A name out of a listing with `encoding-type=url`.
fn decoded(name: &str) -> String {
    percent_decode_str(&name.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The `Range` header of a range; nothing for the whole; `None` when it is empty whatever the size.
fn range_header(range: Option<ByteRange>) -> Option<Option<String>> {
    match range {
        None | Some(ByteRange::From(0, None)) => Some(None),
        Some(ByteRange::From(start, None)) => Some(Some(format!("bytes={start}-"))),
        Some(ByteRange::From(start, Some(end))) => (start < end).then(|| Some(format!("bytes={start}-{}", end - 1))),
        Some(ByteRange::Last(count)) => (count > 0).then(|| Some(format!("bytes=-{count}"))),
    }
}

#[async_trait]
impl Blobs for S3Blobs {
    async fn create_bucket(&self, bucket: &str) -> Result<bool, BlobError> {
        // Some servers answer a repetition with 200, so it cannot tell whether the bucket is new.
        if self.has_bucket(bucket).await? {
            return Ok(false);
        }
        match self.client.create_bucket().bucket(bucket).send().await {
            Ok(_) => Ok(true),
            Err(e) if e.as_service_error().is_some_and(|e| e.is_bucket_already_owned_by_you()) => Ok(false),
            Err(e) => Err(refusal::bucket(bucket, e)),
        }
    }

    async fn delete_bucket(&self, bucket: &str) -> Result<(), BlobError> {
        // Some servers drop a bucket with all that is in it.
        let page = self.list(bucket, List { limit: 1, ..List::default() }).await?;
        if !page.objects.is_empty() {
            return Err(BlobError::BucketNotEmpty(bucket.to_owned()));
        }
        self.client.delete_bucket().bucket(bucket).send().await.map_err(|e| refusal::bucket(bucket, e))?;
        Ok(())
    }

    async fn buckets(&self) -> Result<Vec<(String, OffsetDateTime)>, BlobError> {
        let mut buckets = Vec::new();
        let mut token = None;
        loop {
            let request = self.client.list_buckets().set_continuation_token(token);
            let answer = request.send().await.map_err(|e| refusal::bucket("", e))?;
            let named = answer.buckets().iter().filter_map(|b| Some((b.name()?.to_owned(), moment(b.creation_date()))));
            buckets.extend(named);
            token = answer.continuation_token().filter(|t| !t.is_empty()).map(str::to_owned);
            if token.is_none() {
                buckets.sort_unstable();
                return Ok(buckets);
            }
        }
    }

    async fn has_bucket(&self, bucket: &str) -> Result<bool, BlobError> {
        match self.client.head_bucket().bucket(bucket).send().await.map_err(|e| refusal::bucket(bucket, e)) {
            Ok(_) => Ok(true),
            Err(BlobError::NoSuchBucket(_)) => Ok(false),
            Err(e) => Err(e),
        }
    }

    async fn put(&self, at: &Location, body: ByteStream, options: PutOptions) -> Result<Meta, BlobError> {
        let mut pieces = body::Pieces::new(body);
        let first = pieces.next().await?;
        if first.len() < body::PART_BYTES {
            return self.put_whole(at, first, options).await;
        }
        self.put_pieces(at, first, pieces, options).await
    }

    async fn head(&self, at: &Location) -> Result<Meta, BlobError> {
        let request = self.client.head_object().bucket(&at.bucket).key(&at.key);
        let answer = request.send().await.map_err(|e| refusal::at(at, "", e))?;
        Ok(Meta {
            size: size(answer.content_length()),
            etag: answer.e_tag().map(unquoted).unwrap_or_default(),
            last_modified: moment(answer.last_modified()),
            content_type: answer.content_type().map(str::to_owned),
            metadata: metadata(answer.metadata()),
        })
    }

    async fn get(&self, at: &Location, range: Option<ByteRange>) -> Result<(Meta, ByteStream), BlobError> {
        let Some(header) = range_header(range) else {
            return Err(BlobError::RangeNotSatisfiable(self.head(at).await?.size));
        };
        let request = self.client.get_object().bucket(&at.bucket).key(&at.key).set_range(header);
        let answer = match request.send().await.map_err(|e| refusal::at(at, "", e)) {
            Ok(answer) => answer,
            Err(BlobError::RangeNotSatisfiable(_)) => {
                return Err(BlobError::RangeNotSatisfiable(self.head(at).await?.size));
            }
            Err(e) => return Err(e),
        };
        // `bytes 0-9/100`
        let whole = answer.content_range().and_then(|r| r.rsplit('/').next()?.parse().ok());
        let meta = Meta {
            size: whole.unwrap_or_else(|| size(answer.content_length())),
            etag: answer.e_tag().map(unquoted).unwrap_or_default(),
            last_modified: moment(answer.last_modified()),
            content_type: answer.content_type().map(str::to_owned),
            metadata: metadata(answer.metadata()),
        };
        Ok((meta, body::stream(answer.body)))
    }

    async fn delete(&self, at: &Location) -> Result<bool, BlobError> {
        let there = match self.head(at).await {
            Ok(_) => true,
            Err(BlobError::NoSuchKey(_)) => false,
            Err(e) => return Err(e),
        };
        let request = self.client.delete_object().bucket(&at.bucket).key(&at.key);
        match request.send().await.map_err(|e| refusal::at(at, "", e)) {
            Ok(_) => Ok(there),
            Err(BlobError::NoSuchKey(_)) => Ok(false),
            Err(e) => Err(e),
        }
    }

    async fn copy(&self, from: &Location, to: &Location, replace: Option<PutOptions>) -> Result<Meta, BlobError> {
        let source = self.head(from).await?;
        let conditional = replace.as_ref().is_some_and(|o| o.condition != Condition::Always);
        if source.size > COPY_BYTES_MAX || conditional {
            let (meta, body) = self.get(from, None).await?;
            let (content_type, metadata) = (meta.content_type, meta.metadata);
            let kept = PutOptions { content_type, metadata, condition: Condition::Always };
            return self.put(to, body, replace.unwrap_or(kept)).await;
        }
        let place = format!("{}/{}", from.bucket, from.key);
        let mut request = self
            .client
            .copy_object()
            .bucket(&to.bucket)
            .key(&to.key)
            .copy_source(utf8_percent_encode(&place, SOURCE).to_string());
        if let Some(options) = replace {
            request = request
                .metadata_directive(MetadataDirective::Replace)
                .set_content_type(options.content_type)
                .set_metadata(Some(options.metadata.into_iter().collect()));
        }
        let answer = request.send().await.map_err(|e| refusal::at(to, "", e))?;
        let etag = answer.copy_object_result().and_then(|r| r.e_tag()).map(unquoted).unwrap_or_default();
        self.after_write(to, source.size, etag, None).await
    }

    async fn list(&self, bucket: &str, list: List) -> Result<Page, BlobError> {
        if list.limit == 0 {
            return if self.has_bucket(bucket).await? {
                Ok(Page::default())
            } else {
                Err(BlobError::NoSuchBucket(bucket.to_owned()))
            };
        }
        let delimiter = list.delimiter.filter(|d| !d.is_empty());
        // After a common prefix comes what is after all of its keys.
        let start = list.after.as_deref().map(|after| match delimiter.as_deref() {
            Some(d) if after.ends_with(d) && after.len() > list.prefix.len() => format!("{after}\u{10FFFF}"),
            _ => after.to_owned(),
        });
        let answer = self
            .client
            .list_objects_v2()
            .bucket(bucket)
            .prefix(&list.prefix)
            .set_delimiter(delimiter)
            .set_start_after(start)
            .max_keys(i32::try_from(list.limit.min(1000)).unwrap_or(1000))
            .encoding_type(EncodingType::Url)
            .send()
            .await
            .map_err(|e| refusal::bucket(bucket, e))?;
        let (mut page, name) = (Page::default(), decoded_if(answer.encoding_type()));
        for object in answer.contents() {
            let meta = Meta {
                size: size(object.size()),
                etag: object.e_tag().map(unquoted).unwrap_or_default(),
                last_modified: moment(object.last_modified()),
                content_type: None,
                metadata: BTreeMap::new(),
            };
            page.objects.push(Object { key: object.key().map(name).unwrap_or_default(), meta });
        }
        page.prefixes.extend(answer.common_prefixes().iter().filter_map(|p| p.prefix()).map(name));
        let last = page.objects.last().map(|o| &o.key).max(page.prefixes.last()).cloned();
        page.next = last.filter(|_| answer.is_truncated().unwrap_or_default());
        page.prefixes.retain(|prefix| list.after.as_ref().is_none_or(|after| prefix > after));
        Ok(page)
    }

    async fn begin_upload(&self, at: &Location, options: PutOptions) -> Result<String, BlobError> {
        self.begin(at, options).await
    }

    async fn put_part(&self, at: &Location, upload: &str, number: u32, body: ByteStream) -> Result<Part, BlobError> {
        let (body, spool) = body::resendable(body).await?;
        let part = self.send_part(at, upload, number, body).await;
        drop(spool);
        part
    }

    async fn parts(&self, at: &Location, upload: &str) -> Result<Vec<Part>, BlobError> {
        self.list_parts(at, upload).await
    }

    async fn complete_upload(
        &self,
        at: &Location,
        upload: &str,
        parts: &[(u32, String)],
        condition: Condition,
    ) -> Result<Meta, BlobError> {
        let etag = self.complete(at, upload, parts, &condition).await?;
        self.after_write(at, 0, etag, None).await
    }

    async fn abort_upload(&self, at: &Location, upload: &str) -> Result<(), BlobError> {
        self.abort(at, upload).await
    }

    async fn uploads(&self, bucket: &str) -> Result<Vec<Upload>, BlobError> {
        self.list_uploads(bucket).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_become_headers() {
        assert_eq!(range_header(None), Some(None));
        assert_eq!(range_header(Some(ByteRange::From(2, Some(5)))), Some(Some("bytes=2-4".into())));
        assert_eq!(range_header(Some(ByteRange::Last(3))), Some(Some("bytes=-3".into())));
        assert_eq!(range_header(Some(ByteRange::From(5, Some(5)))), None);
        assert_eq!(range_header(Some(ByteRange::Last(0))), None);
    }

    #[test]
    fn names_of_a_listing_are_decoded() {
        assert_eq!(decoded("a+b%2Bc%C3%B6"), "a b+cö");
        assert_eq!(decoded_if(Some(&EncodingType::Url))("a+b"), "a b");
        assert_eq!(decoded_if(None)("a+b%2B"), "a+b%2B", "a server that does not encode means what it says");
    }

    #[test]
    fn what_was_written_is_told_though_it_is_gone_again() {
        let meta = |etag: &str| Meta {
            size: 7,
            etag: etag.into(),
            last_modified: OffsetDateTime::UNIX_EPOCH,
            content_type: None,
            metadata: BTreeMap::new(),
        };
        let options = || Some(PutOptions { content_type: Some("text/plain".into()), ..PutOptions::default() });
        let gone = || Err(BlobError::NoSuchKey(Location::new("b", "k")));
        let told = |there, options| written(there, 3, "mine".into(), options).map(|m| (m.size, m.etag));
        assert_eq!(told(Ok(meta("mine")), options()).unwrap(), (7, "mine".into()));
        assert_eq!(told(Ok(meta("other")), options()).unwrap(), (3, "mine".into()));
        assert_eq!(told(gone(), options()).unwrap(), (3, "mine".into()));
        assert_eq!(told(Ok(meta("other")), None).unwrap(), (7, "other".into()));
        assert!(matches!(told(gone(), None), Err(BlobError::NoSuchKey(_))));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let config = S3Config::new("http://localhost", "r", "key", "hush");
        assert!(!format!("{config:?} {:?}", S3Blobs::new(config.clone())).contains("hush"));
    }
}
