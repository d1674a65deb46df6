//! The port.

use std::{collections::BTreeMap, fmt, io, pin::Pin};

use async_trait::async_trait;
use bytes::Bytes;
use futures::Stream;
use okeanos_fault::{Fault, Kind};
use time::OffsetDateTime;

/// The bytes of an object as they come.
pub type ByteStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Location {
    /// The bucket's name.
    pub bucket: String,
    /// The key: any UTF-8 of 1 to 1,024 bytes.
    pub key: String,
}

impl Location {
    /// From a bucket and a key.
    pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
        Self { bucket: bucket.into(), key: key.into() }
    }

    /// From `s3://bucket/key`.
    pub fn parse(url: &str) -> Option<Self> {
        let (bucket, key) = url.strip_prefix("s3://")?.split_once('/')?;
        (!bucket.is_empty() && !key.is_empty()).then(|| Self::new(bucket, key))
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.key)
    }
}

/// What is known of an object without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// Bytes.
    pub size: u64,
    /// Without quotes: hex MD5 of the bytes, or of the parts' MD5s with `-<parts>`.
    pub etag: String,
    /// When it was written.
    pub last_modified: OffsetDateTime,
    /// Media type, if the writer gave one.
    pub content_type: Option<String>,
    /// User metadata, lower-case names without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
}

/// A condition on what is at the place now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Condition {
    /// None.
    #[default]
    Always,
    /// Only if nothing is there (`If-None-Match: *`).
    Absent,
    /// Only if the object there has this ETag (`If-Match`).
    Matches(String),
}

/// What to keep with an object that is written.
#[derive(Clone, Debug, Default)]
pub struct PutOptions {
    /// Media type.
    pub content_type: Option<String>,
    /// User metadata.
    pub metadata: BTreeMap<String, String>,
    /// When to refuse.
    pub condition: Condition,
}

/// Which bytes: inclusive-exclusive offsets, clamped to the size, or the last so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteRange {
    /// From an offset to before another (`None`: the end).
    From(u64, Option<u64>),
    /// The last so many.
    Last(u64),
}

impl ByteRange {
    /// The offsets `start..end` in an object of this size; `None` when no byte of it exists.
    pub fn within(self, size: u64) -> Option<(u64, u64)> {
        let (start, end) = match self {
            Self::From(start, end) => (start, end.unwrap_or(size).min(size)),
            Self::Last(count) => (size.saturating_sub(count), size),
        };
        (start < end).then_some((start, end))
    }
}

/// What to list.
#[derive(Clone, Debug, Default)]
pub struct List {
    /// Only keys that start with this.
    pub prefix: String,
    /// Group keys that share what follows the prefix up to the first of this.
    pub delimiter: Option<String>,
    /// Only keys (and common prefixes) after this one, in byte order.
    pub after: Option<String>,
    /// At most so many entries, keys and common prefixes together; at most 1,000.
    pub limit: usize,
}

/// An object in a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its key.
    pub key: String,
    /// What is known of it; `content_type` and `metadata` may be left out.
    pub meta: Meta,
}

/// A page of a listing, in byte order of the keys.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Objects.
    pub objects: Vec<Object>,
    /// Common prefixes, when a delimiter was given.
    pub prefixes: Vec<String>,
    /// The `after` of the next page, when there is one.
    pub next: Option<String>,
}

/// A part of a multipart upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// 1 to 10,000.
    pub number: u32,
    /// Hex MD5 of its bytes.
    pub etag: String,
    /// Bytes.
    pub size: u64,
}

/// A multipart upload that has begun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: String,
    /// The key it is for.
    pub key: String,
    /// When it began.
    pub initiated: OffsetDateTime,
}

/// What a store can refuse.
#[derive(Debug, thiserror::Error)]
pub enum BlobError {
    /// There is no such bucket.
    #[error("there is no bucket {0}")]
    NoSuchBucket(String),
    /// There is no such object.
    #[error("there is no object {0}")]
    NoSuchKey(Location),
    /// There is no such multipart upload.
    #[error("there is no upload {0}")]
    NoSuchUpload(String),
    /// The bucket is not empty.
    #[error("bucket {0} is not empty")]
    BucketNotEmpty(String),
    /// The condition does not hold.
    #[error("the condition on {0} does not hold")]
    ConditionFailed(Location),
    /// A bucket or key that cannot be.
    #[error("{0}")]
    InvalidName(String),
    /// A part that is not there or not as said, out of order, or too small.
    #[error("part {0} of the upload is missing, out of order, too small or different")]
    InvalidPart(u32),
    /// The bytes from the writer broke off; nothing was kept.
    #[error("the body broke off")]
    BodyBroken(#[source] io::Error),
    /// No byte of the range exists.
    #[error("no byte of the range exists; the size is {0}")]
    RangeNotSatisfiable(u64),
    /// The store itself failed.
    #[error("the object store failed")]
    Store(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<BlobError> for Fault {
    fn from(error: BlobError) -> Self {
        let (kind, code) = match &error {
            BlobError::NoSuchBucket(_) => (Kind::NotFound, "blob/no-such-bucket"),
            BlobError::NoSuchKey(_) => (Kind::NotFound, "blob/no-such-key"),
            BlobError::NoSuchUpload(_) => (Kind::NotFound, "blob/no-such-upload"),
            BlobError::BucketNotEmpty(_) => (Kind::Conflict, "blob/bucket-not-empty"),
            BlobError::ConditionFailed(_) => (Kind::Precondition, "blob/condition-failed"),
            BlobError::InvalidName(_) => (Kind::InvalidArgument, "blob/invalid-name"),
            BlobError::InvalidPart(_) => (Kind::InvalidArgument, "blob/invalid-part"),
            BlobError::BodyBroken(_) => (Kind::InvalidArgument, "blob/body-broken"),
            BlobError::RangeNotSatisfiable(_) => (Kind::InvalidArgument, "blob/range-not-satisfiable"),
            BlobError::Store(_) => return Self::unavailable(error),
        };
        Self::new(kind, code, error.to_string())
    }
}

/// A store of objects. What a write has acknowledged is durable; readers see an object whole or not at all.
#[async_trait]
pub trait Blobs: Send + Sync + fmt::Debug {
    /// Creates a bucket; `false` when it exists already.
    async fn create_bucket(&self, bucket: &str) -> Result<bool, BlobError>;
    /// Deletes an empty bucket.
    async fn delete_bucket(&self, bucket: &str) -> Result<(), BlobError>;
    /// All buckets with their creation time, in byte order.
    async fn buckets(&self) -> Result<Vec<(String, OffsetDateTime)>, BlobError>;
    /// Whether a bucket exists.
    async fn has_bucket(&self, bucket: &str) -> Result<bool, BlobError>;

    /// Writes an object, whole and durable, or nothing.
    async fn put(&self, at: &Location, body: ByteStream, options: PutOptions) -> Result<Meta, BlobError>;
    /// What is known of an object.
    async fn head(&self, at: &Location) -> Result<Meta, BlobError>;
    /// An object's bytes, or a range of them.
    async fn get(&self, at: &Location, range: Option<ByteRange>) -> Result<(Meta, ByteStream), BlobError>;
    /// Deletes an object; `false` when there was none.
    async fn delete(&self, at: &Location) -> Result<bool, BlobError>;
    /// Copies an object inside the store; `replace` gives other metadata than the source has.
    async fn copy(&self, from: &Location, to: &Location, replace: Option<PutOptions>) -> Result<Meta, BlobError>;
    /// A page of the objects of a bucket.
    async fn list(&self, bucket: &str, list: List) -> Result<Page, BlobError>;

    /// Begins a multipart upload.
    async fn begin_upload(&self, at: &Location, options: PutOptions) -> Result<String, BlobError>;
    /// Writes a part.
    async fn put_part(&self, at: &Location, upload: &str, number: u32, body: ByteStream) -> Result<Part, BlobError>;
    /// The parts written so far, by number.
    async fn parts(&self, at: &Location, upload: &str) -> Result<Vec<Part>, BlobError>;
    /// Makes the object of the parts (number and ETag, ascending).
    async fn complete_upload(
        &self,
        at: &Location,
        upload: &str,
        parts: &[(u32, String)],
        condition: Condition,
    ) -> Result<Meta, BlobError>;
    /// Forgets an upload and its parts.
    async fn abort_upload(&self, at: &Location, upload: &str) -> Result<(), BlobError>;
    /// Uploads that have begun in a bucket, by key.
    async fn uploads(&self, bucket: &str) -> Result<Vec<Upload>, BlobError>;
}
