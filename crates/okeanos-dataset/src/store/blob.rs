//! A bucket of an object store.

use std::{future::Future, io, ops::Range, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use okeanos_blob::{BlobError, Blobs, ByteRange, ByteStream, List, Location};
use tokio::runtime::Handle;

use super::{Entry, Store};
use crate::{Error, Limits};

/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(120);
/// Keys asked for at a time.
const PAGE: usize = 1_000;

/// A bucket of an object store. Its calls block on the runtime of the handle: use it in `spawn_blocking`.
#[derive(Clone, Debug)]
pub struct BlobStore {
    blobs: Arc<dyn Blobs>,
    bucket: String,
    runtime: Handle,
}

impl BlobStore {
    /// The objects of a bucket.
    pub fn new(blobs: Arc<dyn Blobs>, bucket: impl Into<String>, runtime: Handle) -> Self {
        Self { blobs, bucket: bucket.into(), runtime }
    }

    fn at(&self, key: &str) -> Location {
        Location::new(&self.bucket, key)
    }

    fn wait<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        self.runtime.block_on(async {
            tokio::time::timeout(PATIENCE, work).await.unwrap_or_else(|_| {
                Err(Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the object store is too slow")))
            })
        })
    }
}

impl Store for BlobStore {
    fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        if key.is_empty() {
            return Ok(None);
        }
        self.wait(async { absent_as_none(self.blobs.head(&self.at(key)).await.map(|meta| meta.size).map_err(told)) })
    }

    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        let length = range.end.saturating_sub(range.start);
        if length == 0 {
            return Ok(Bytes::new());
        }
        self.wait(async {
            let wanted = ByteRange::From(range.start, Some(range.end));
            let (_, stream) = self.blobs.get(&self.at(key), Some(wanted)).await.map_err(told)?;
            let bytes = collect(key, stream, length).await?;
            if (bytes.len() as u64) < length {
                return Err(Error::Truncated(format!("{key} ends before byte {}", range.end)));
            }
            Ok(bytes)
        })
    }

    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<Entry>, Error> {
        self.wait(async {
            let mut entries = Vec::new();
            let mut after = None;
            while entries.len() < limit {
                let wanted = PAGE.min(limit - entries.len());
                let list = List { prefix: prefix.to_owned(), delimiter: None, after, limit: wanted };
                let page = self.blobs.list(&self.bucket, list).await.map_err(told)?;
                entries
                    .extend(page.objects.into_iter().map(|object| Entry { key: object.key, size: object.meta.size }));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            Ok(entries)
        })
    }

    fn folders(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        self.wait(async {
            let mut names = Vec::new();
            let mut after = None;
            while names.len() < limit {
                let delimiter = Some("/".to_owned());
                let list = List { prefix: prefix.to_owned(), delimiter, after, limit: PAGE };
                let page = self.blobs.list(&self.bucket, list).await.map_err(told)?;
                let name = |found: String| found.strip_prefix(prefix).map(|rest| rest.trim_end_matches('/').to_owned());
                names.extend(page.prefixes.into_iter().filter_map(name));
                match page.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
            names.truncate(limit);
            Ok(names)
        })
    }

    fn get(&self, key: &str, limit: u64) -> Result<Option<Bytes>, Error> {
        // One request: small objects (chunks, metadata) are most of a Zarr store.
        self.wait(async {
            let got = absent_as_none(self.blobs.get(&self.at(key), None).await.map_err(told))?;
            let Some((meta, stream)) = got else { return Ok(None) };
            Limits::check(&format!("object {key} in bytes"), meta.size, limit)?;
            collect(key, stream, limit).await.map(Some)
        })
    }
}

async fn collect(key: &str, mut stream: ByteStream, limit: u64) -> Result<Bytes, Error> {
    let mut bytes = BytesMut::new();
    while let Some(piece) = stream.next().await {
        bytes.extend_from_slice(&piece.map_err(Error::Io)?);
        Limits::check(&format!("object {key} in bytes"), bytes.len() as u64, limit)?;
    }
    Ok(bytes.freeze())
}

fn absent_as_none<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Error::NoSuchObject(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn told(error: BlobError) -> Error {
    match error {
        BlobError::NoSuchKey(at) => Error::NoSuchObject(at.to_string()),
        BlobError::NoSuchBucket(bucket) => Error::NoSuchObject(format!("s3://{bucket}")),
        BlobError::InvalidName(why) => Error::NoSuchObject(why),
        BlobError::RangeNotSatisfiable(size) => Error::Truncated(format!("it has only {size} bytes")),
        other => Error::Io(io::Error::other(other)),
    }
}
