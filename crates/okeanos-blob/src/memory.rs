//! Objects in memory: for tests and examples. Nothing outlives the value.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures::{TryStreamExt, stream};
use md5::{Digest, Md5};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    BlobError, Blobs, ByteRange, ByteStream, Condition, List, Location, Meta, Page, Part, PutOptions, Upload,
    listing::{Filling, Next},
    rules,
};

/// A store in memory.
#[derive(Debug, Default)]
pub struct MemoryBlobs {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    buckets: BTreeMap<String, Bucket>,
    uploads: BTreeMap<String, Begun>,
}

#[derive(Debug)]
struct Bucket {
    created: OffsetDateTime,
    objects: BTreeMap<String, (Meta, Bytes)>,
}

#[derive(Debug)]
struct Begun {
    at: Location,
    options: PutOptions,
    initiated: OffsetDateTime,
    parts: BTreeMap<u32, (Part, Bytes)>,
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn bucket(&mut self, name: &str) -> Result<&mut Bucket, BlobError> {
        self.buckets.get_mut(name).ok_or_else(|| BlobError::NoSuchBucket(name.to_owned()))
    }

    fn object(&mut self, at: &Location) -> Result<&(Meta, Bytes), BlobError> {
        self.bucket(&at.bucket)?.objects.get(&at.key).ok_or_else(|| BlobError::NoSuchKey(at.clone()))
    }

    fn upload(&mut self, at: &Location, id: &str) -> Result<&mut Begun, BlobError> {
        self.uploads.get_mut(id).filter(|u| u.at == *at).ok_or_else(|| BlobError::NoSuchUpload(id.to_owned()))
    }

    fn write(&mut self, at: &Location, bytes: Bytes, etag: String, options: PutOptions) -> Result<Meta, BlobError> {
        let objects = &mut self.bucket(&at.bucket)?.objects;
        rules::check_condition(&options.condition, objects.get(&at.key).map(|(m, _)| m.etag.as_str()), at)?;
        let meta = Meta {
            size: bytes.len() as u64,
            etag,
            last_modified: now(),
            content_type: options.content_type,
            metadata: options.metadata,
        };
        objects.insert(at.key.clone(), (meta.clone(), bytes));
        Ok(meta)
    }
}

fn now() -> OffsetDateTime {
    SystemTime::now().into()
}

async fn whole(body: ByteStream) -> Result<Bytes, BlobError> {
    let buffer = body.try_fold(BytesMut::new(), |mut buffer, chunk| async move {
        buffer.extend_from_slice(&chunk);
        Ok(buffer)
    });
    Ok(buffer.await.map_err(BlobError::BodyBroken)?.freeze())
}

fn md5(bytes: &[u8]) -> String {
    hex::encode(Md5::digest(bytes))
}

#[async_trait]
impl Blobs for MemoryBlobs {
    async fn create_bucket(&self, bucket: &str) -> Result<bool, BlobError> {
        rules::check_bucket(bucket)?;
        let mut state = self.state();
        let new = !state.buckets.contains_key(bucket);
        state.buckets.entry(bucket.to_owned()).or_insert_with(|| Bucket { created: now(), objects: BTreeMap::new() });
        Ok(new)
    }

    async fn delete_bucket(&self, bucket: &str) -> Result<(), BlobError> {
        let mut state = self.state();
        if !state.bucket(bucket)?.objects.is_empty() {
            return Err(BlobError::BucketNotEmpty(bucket.to_owned()));
        }
        state.buckets.remove(bucket);
        state.uploads.retain(|_, upload| upload.at.bucket != bucket);
        Ok(())
    }

    async fn buckets(&self) -> Result<Vec<(String, OffsetDateTime)>, BlobError> {
        Ok(self.state().buckets.iter().map(|(name, bucket)| (name.clone(), bucket.created)).collect())
    }

    async fn has_bucket(&self, bucket: &str) -> Result<bool, BlobError> {
        Ok(self.state().buckets.contains_key(bucket))
    }

    async fn put(&self, at: &Location, body: ByteStream, options: PutOptions) -> Result<Meta, BlobError> {
        rules::check_location(at)?;
        self.state().bucket(&at.bucket)?;
        let bytes = whole(body).await?;
        let etag = md5(&bytes);
        self.state().write(at, bytes, etag, options)
    }

    async fn head(&self, at: &Location) -> Result<Meta, BlobError> {
        Ok(self.state().object(at)?.0.clone())
    }

    async fn get(&self, at: &Location, range: Option<ByteRange>) -> Result<(Meta, ByteStream), BlobError> {
        let (meta, mut bytes) = self.state().object(at)?.clone();
        if let Some(range) = range {
            let (start, end) = range.within(meta.size).ok_or(BlobError::RangeNotSatisfiable(meta.size))?;
            let offset = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
            bytes = bytes.slice(offset(start)..offset(end));
        }
        Ok((meta, Box::pin(stream::iter([Ok(bytes)]))))
    }

    async fn delete(&self, at: &Location) -> Result<bool, BlobError> {
        Ok(self.state().bucket(&at.bucket)?.objects.remove(&at.key).is_some())
    }

    async fn copy(&self, from: &Location, to: &Location, replace: Option<PutOptions>) -> Result<Meta, BlobError> {
        rules::check_location(to)?;
        let mut state = self.state();
        let (meta, bytes) = state.object(from)?.clone();
        let (content_type, metadata) = (meta.content_type, meta.metadata);
        let options = replace.unwrap_or(PutOptions { content_type, metadata, condition: Condition::Always });
        state.write(to, bytes, meta.etag, options)
    }

    async fn list(&self, bucket: &str, list: List) -> Result<Page, BlobError> {
        let mut state = self.state();
        let objects = &state.bucket(bucket)?.objects;
        let start = list.after.clone().unwrap_or_default().max(list.prefix.clone());
        let mut filling = Filling::new(list);
        for (key, (meta, _)) in objects.range(start..) {
            if filling.nothing_asked() || !key.starts_with(filling.prefix()) {
                break;
            }
            if !filling.wants(key.as_bytes()) {
                continue;
            }
            let next = match filling.group(key.as_bytes()) {
                Some(group) => filling.push_group(&group),
                None => filling.push(key.clone(), meta.clone()),
            };
            if next == Next::Stop {
                break;
            }
        }
        Ok(filling.page())
    }

    async fn begin_upload(&self, at: &Location, options: PutOptions) -> Result<String, BlobError> {
        rules::check_location(at)?;
        let mut state = self.state();
        state.bucket(&at.bucket)?;
        let id = Uuid::now_v7().to_string();
        let begun = Begun { at: at.clone(), options, initiated: now(), parts: BTreeMap::new() };
        state.uploads.insert(id.clone(), begun);
        Ok(id)
    }

    async fn put_part(&self, at: &Location, upload: &str, number: u32, body: ByteStream) -> Result<Part, BlobError> {
        rules::check_number(number)?;
        self.state().upload(at, upload)?;
        let bytes = whole(body).await?;
        let part = Part { number, etag: md5(&bytes), size: bytes.len() as u64 };
        self.state().upload(at, upload)?.parts.insert(number, (part.clone(), bytes));
        Ok(part)
    }

    async fn parts(&self, at: &Location, upload: &str) -> Result<Vec<Part>, BlobError> {
        Ok(self.state().upload(at, upload)?.parts.values().map(|(part, _)| part.clone()).collect())
    }

    async fn complete_upload(
        &self,
        at: &Location,
        upload: &str,
        parts: &[(u32, String)],
        condition: Condition,
    ) -> Result<Meta, BlobError> {
        let mut state = self.state();
        let begun = state.upload(at, upload)?;
        let written = begun.parts.iter().map(|(number, (part, _))| (*number, part.clone())).collect();
        rules::check_parts(&written, parts)?;
        let mut bytes = BytesMut::new();
        for (number, _) in parts {
            bytes.extend_from_slice(begun.parts.get(number).map_or(&[], |(_, bytes)| bytes));
        }
        let options = PutOptions { condition, ..begun.options.clone() };
        let meta = state.write(at, bytes.freeze(), rules::combined_etag(parts), options)?;
        state.uploads.remove(upload);
        Ok(meta)
    }

    async fn abort_upload(&self, at: &Location, upload: &str) -> Result<(), BlobError> {
        let mut state = self.state();
        state.upload(at, upload)?;
        state.uploads.remove(upload);
        Ok(())
    }

    async fn uploads(&self, bucket: &str) -> Result<Vec<Upload>, BlobError> {
        let mut state = self.state();
        state.bucket(bucket)?;
        let of_bucket = state.uploads.iter().filter(|(_, begun)| begun.at.bucket == bucket);
        let mut uploads: Vec<_> = of_bucket
            .map(|(id, begun)| Upload { id: id.clone(), key: begun.at.key.clone(), initiated: begun.initiated })
            .collect();
        uploads.sort_by(|a, b| (&a.key, a.initiated).cmp(&(&b.key, b.initiated)));
        Ok(uploads)
    }
}
