//! The chunks of an array as `zarrs` wants them, decompressed here where `zarrs` would do it without a bound.

use std::{
    io::Read,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use okeanos_cf::model::Variable;
use zarrs::storage::{
    MaybeBytes, MaybeBytesIterator, ReadableStorageTraits, StorageError, StoreKey,
    byte_range::{ByteRange, ByteRangeIterator},
};

use super::shard::Shard;
use crate::{
    Cached, Error, Limits, Store,
    array::size_of_dtype,
    store::{join, lru::Lru},
};

/// Bytes of a block of the cache of parts of objects.
const BLOCK: u64 = 64 << 10;

/// What is done to a chunk's bytes before `zarrs` sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Squeeze {
    /// Nothing: not compressed, or compressed inside a shard.
    None,
    /// gzip is undone.
    Gzip,
    /// zlib is undone.
    Zlib,
    /// zstd is undone.
    Zstd,
    /// Blosc says how large it becomes; that is checked.
    Blosc,
}

/// The objects of a store, with what was read of them last: a chunk is needed again for the next row of a window.
#[derive(Clone)]
pub(crate) struct Objects {
    store: Arc<dyn Store>,
    /// The same, for parts of objects.
    parts: Arc<Cached>,
    root: String,
    /// Chunks as `zarrs` gets them, by key.
    chunks: Arc<Mutex<Lru<String>>>,
}

impl Objects {
    pub(crate) fn new(store: Arc<dyn Store>, root: &str, limits: &Limits) -> Self {
        let capacity = usize::try_from(limits.cache_bytes).unwrap_or(usize::MAX);
        let parts = Arc::new(Cached::with_sizes(Arc::clone(&store), BLOCK, capacity));
        Self { store, parts, root: root.to_owned(), chunks: Arc::new(Mutex::new(Lru::new(capacity))) }
    }

    fn with_chunks<T>(&self, work: impl FnOnce(&mut Lru<String>) -> T) -> T {
        work(&mut self.chunks.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The chunks of one array.
#[derive(Clone)]
pub(crate) struct Chunks {
    objects: Objects,
    squeeze: Squeeze,
    /// How chunks lie in the array's objects, when these are shards.
    shard: Option<Shard>,
    /// Bytes that a chunk may have once it is decompressed.
    bound: u64,
    /// Bytes that a chunk's object may have.
    stored: u64,
    /// The last error of the store, which `zarrs` can carry only as text.
    error: Arc<Mutex<Option<Error>>>,
}

impl Chunks {
    pub(crate) fn new(
        objects: Objects,
        (squeeze, shard): (Squeeze, Option<Shard>),
        variable: &Variable,
        limits: &Limits,
    ) -> Self {
        let values = variable.chunks.iter().flatten().fold(1, |all: u64, n| all.saturating_mul(*n));
        // Filters may widen values, to 64 bits at most; texts have any length.
        let bound = match variable.dtype.is_numeric() {
            true => values.saturating_mul(size_of_dtype(variable.dtype).max(8)).saturating_add(1024),
            false => limits.chunk_bytes,
        };
        let bound = bound.min(limits.chunk_bytes);
        let stored = match squeeze {
            Squeeze::None => limits.chunk_bytes,
            _ => bound.saturating_add(bound / 8).saturating_add(65_536),
        };
        Self { objects, squeeze, shard, bound, stored, error: Arc::default() }
    }

    /// A failed read as a fact: the store's own error when there was one.
    pub(crate) fn told(&self, variable: &str, text: &str) -> Error {
        let error = self.error.lock().unwrap_or_else(PoisonError::into_inner).take();
        error.unwrap_or_else(|| Error::Corrupt(format!("variable {variable}: {text}")))
    }

    fn kept<T>(&self, result: Result<T, Error>) -> Result<T, StorageError> {
        result.map_err(|error| {
            let text = error.to_string();
            *self.error.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            StorageError::Other(text)
        })
    }

    fn chunk(&self, key: &StoreKey) -> Result<Option<Bytes>, Error> {
        let key = join(&self.objects.root, key.as_str());
        if let Some(bytes) = self.objects.with_chunks(|chunks| chunks.get(&key)) {
            return Ok(Some(bytes));
        }
        let Some(bytes) = self.objects.store.get(&key, self.stored)? else { return Ok(None) };
        let bytes = match self.squeeze {
            Squeeze::None => {
                self.shard.map_or(Ok(()), |shard| shard.check_all(&bytes, self.bound))?;
                bytes
            }
            Squeeze::Gzip => self.decompressed(flate2::read::MultiGzDecoder::new(bytes.as_ref()))?,
            Squeeze::Zlib => self.decompressed(flate2::read::ZlibDecoder::new(bytes.as_ref()))?,
            Squeeze::Zstd => {
                self.decompressed(zstd::stream::read::Decoder::with_buffer(bytes.as_ref()).map_err(broken)?)?
            }
            Squeeze::Blosc => {
                // Blosc 1 header: the decompressed length is bytes 4 to 7.
                let length = bytes.get(4..8).and_then(|field| field.try_into().ok()).map(u32::from_le_bytes);
                let length = length.ok_or_else(|| Error::Truncated(format!("chunk {key} ends in its header")))?;
                Limits::check("a decompressed chunk in bytes", u64::from(length), self.bound)?;
                bytes
            }
        };
        self.objects.with_chunks(|chunks| chunks.put(key, bytes.clone()));
        Ok(Some(bytes))
    }

    fn decompressed(&self, reader: impl Read) -> Result<Bytes, Error> {
        let mut bytes = Vec::new();
        reader.take(self.bound + 1).read_to_end(&mut bytes).map_err(broken)?;
        Limits::check("a decompressed chunk in bytes", bytes.len() as u64, self.bound)?;
        Ok(bytes.into())
    }

    /// A range of an object that is not compressed as a whole.
    fn range(&self, key: &StoreKey, size: u64, range: ByteRange) -> Result<Bytes, Error> {
        let (start, end) = ends(range, size);
        Limits::check("a part of a shard in bytes", end.saturating_sub(start), self.bound.max(self.stored))?;
        let bytes = self.objects.parts.read(&join(&self.objects.root, key.as_str()), start..end)?;
        match self.shard.filter(|shard| !shard.is_index(range)) {
            Some(shard) => shard.check(&bytes, self.bound).map(|()| bytes),
            None => Ok(bytes),
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn broken(error: std::io::Error) -> Error {
    Error::Corrupt(format!("a chunk cannot be decompressed: {error}"))
}

fn ends(range: ByteRange, size: u64) -> (u64, u64) {
    match range {
        ByteRange::FromStart(start, None) => (start.min(size), size),
        ByteRange::FromStart(start, Some(length)) => (start, start.saturating_add(length)),
        ByteRange::Suffix(length) => (size.saturating_sub(length), size),
    }
}

impl ReadableStorageTraits for Chunks {
    fn get(&self, key: &StoreKey) -> Result<MaybeBytes, StorageError> {
        self.kept(self.chunk(key))
    }

    fn get_partial_many<'a>(
        &'a self,
        key: &StoreKey,
        ranges: ByteRangeIterator<'a>,
    ) -> Result<MaybeBytesIterator<'a>, StorageError> {
        if self.squeeze == Squeeze::None {
            let Some(size) = self.kept(self.objects.parts.size(&join(&self.objects.root, key.as_str())))? else {
                return Ok(None);
            };
            let key = key.clone();
            let read = move |range| self.kept(self.range(&key, size, range));
            return Ok(Some(Box::new(ranges.map(read))));
        }
        let Some(bytes) = self.get(key)? else { return Ok(None) };
        let cut = move |range| {
            let (start, end) = ends(range, bytes.len() as u64);
            let within = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            match within.filter(|(start, end)| start <= end && *end <= bytes.len()) {
                Some((start, end)) => Ok(bytes.slice(start..end)),
                None => Err(StorageError::Other("the chunk is too short".to_owned())),
            }
        };
        Ok(Some(Box::new(ranges.map(cut))))
    }

    fn size_key(&self, key: &StoreKey) -> Result<Option<u64>, StorageError> {
        if self.squeeze == Squeeze::None {
            return self.kept(self.objects.parts.size(&join(&self.objects.root, key.as_str())));
        }
        Ok(self.get(key)?.map(|bytes| bytes.len() as u64))
    }

    fn supports_get_partial(&self) -> bool {
        self.squeeze == Squeeze::None
    }
}
