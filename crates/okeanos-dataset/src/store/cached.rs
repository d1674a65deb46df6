//! A block cache with read-ahead: format libraries read headers in hundreds of tiny pieces.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::{Bytes, BytesMut};

use super::{Entry, Store, lru::Lru};
use crate::Error;

/// What was read, and where reading is.
struct Blocks {
    kept: Lru<(String, u64)>,
    sizes: HashMap<String, Option<u64>>,
    /// The block after the last one read, to notice reading in order.
    next: Option<(String, u64)>,
}

/// A store whose reads are rounded out to blocks that are kept for a while.
pub struct Cached {
    inner: Arc<dyn Store>,
    block: u64,
    capacity: usize,
    blocks: Mutex<Blocks>,
}

impl Cached {
    /// Blocks of 256 KiB, at most 32 MiB of them.
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self::with_sizes(inner, 256 << 10, 32 << 20)
    }

    /// Blocks of so many bytes, and at most so many bytes of them.
    pub fn with_sizes(inner: Arc<dyn Store>, block: u64, capacity: usize) -> Self {
        let blocks = Blocks { kept: Lru::new(capacity), sizes: HashMap::new(), next: None };
        Self { inner, block: block.max(1), capacity, blocks: Mutex::new(blocks) }
    }

    fn with_blocks<T>(&self, work: impl FnOnce(&mut Blocks) -> T) -> T {
        work(&mut self.blocks.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The blocks `first..=last`: those missing are fetched in one request.
    fn fetch(&self, key: &str, first: u64, last: u64, size: u64) -> Result<Vec<Bytes>, Error> {
        let (mut found, in_order) = self.with_blocks(|blocks| {
            let found: Vec<_> = (first..=last).map(|index| blocks.kept.get(&(key.to_owned(), index))).collect();
            let in_order = blocks.next.as_ref().is_some_and(|(k, next)| k == key && *next == first);
            blocks.next = Some((key.to_owned(), last + 1));
            (found, in_order)
        });
        let missing = |found: &[Option<Bytes>]| {
            let from = found.iter().position(Option::is_none)?;
            Some((first + from as u64, first + found.iter().rposition(Option::is_none)? as u64))
        };
        if let Some((from, mut to)) = missing(&found) {
            let end_block = size.div_ceil(self.block).saturating_sub(1);
            if in_order && to == last {
                // Read in order so far: as much again, it will be asked for next.
                to = (last + (last - first) + 1).min(end_block);
            }
            let bytes = self.inner.read(key, from * self.block..((to + 1) * self.block).min(size))?;
            self.with_blocks(|blocks| {
                for index in from..=to {
                    let start = usize::try_from((index - from) * self.block).unwrap_or(usize::MAX).min(bytes.len());
                    let end = start.saturating_add(usize::try_from(self.block).unwrap_or(usize::MAX)).min(bytes.len());
                    // A copy, so that a block does not keep its whole request in memory.
                    let block = Bytes::copy_from_slice(&bytes[start..end]);
                    if let Some(slot) = usize::try_from(index - first).ok().and_then(|slot| found.get_mut(slot)) {
                        *slot = Some(block.clone());
                    }
                    blocks.kept.put((key.to_owned(), index), block);
                }
            });
        }
        Ok(found.into_iter().flatten().collect())
    }
}

impl Store for Cached {
    fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        if let Some(size) = self.with_blocks(|blocks| blocks.sizes.get(key).copied()) {
            return Ok(size);
        }
        let size = self.inner.size(key)?;
        self.with_blocks(|blocks| {
            // A handful of keys in practice; a listing's worth at most.
            if blocks.sizes.len() < 10_000 {
                blocks.sizes.insert(key.to_owned(), size);
            }
        });
        Ok(size)
    }

    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        let size = self.size(key)?.ok_or_else(|| Error::NoSuchObject(key.to_owned()))?;
        if range.end > size {
            return Err(Error::Truncated(format!("{key} has {size} bytes, byte {} is needed", range.end)));
        }
        if range.start >= range.end {
            return Ok(Bytes::new());
        }
        let length = range.end - range.start;
        if length > (self.capacity as u64) / 4 {
            return self.inner.read(key, range);
        }
        let (first, last) = (range.start / self.block, (range.end - 1) / self.block);
        let blocks = self.fetch(key, first, last, size)?;
        let skip = usize::try_from(range.start % self.block).unwrap_or(0);
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if let [block] = blocks.as_slice()
            && skip + length <= block.len()
        {
            return Ok(block.slice(skip..skip + length));
        }
        let mut joined = BytesMut::with_capacity(length + skip);
        blocks.iter().for_each(|block| joined.extend_from_slice(block));
        if joined.len() < skip + length {
            return Err(Error::Truncated(format!("{key} became shorter while it was read")));
        }
        Ok(joined.freeze().slice(skip..skip + length))
    }

    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<Entry>, Error> {
        self.inner.list(prefix, limit)
    }

    fn folders(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        self.inner.folders(prefix, limit)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    struct Counting {
        bytes: Vec<u8>,
        requests: AtomicU64,
    }

    impl Store for Counting {
        fn size(&self, _: &str) -> Result<Option<u64>, Error> {
            Ok(Some(self.bytes.len() as u64))
        }
        fn read(&self, _: &str, range: Range<u64>) -> Result<Bytes, Error> {
            self.requests.fetch_add(1, Ordering::Relaxed);
            Ok(Bytes::copy_from_slice(&self.bytes[range.start as usize..range.end as usize]))
        }
        fn list(&self, _: &str, _: usize) -> Result<Vec<Entry>, Error> {
            Ok(Vec::new())
        }
        fn folders(&self, _: &str, _: usize) -> Result<Vec<String>, Error> {
            Ok(Vec::new())
        }
    }

    #[test]
    fn gives_the_same_bytes_with_few_requests() {
        let bytes: Vec<u8> = (0..10_000_u32).map(|i| (i * 7 % 251) as u8).collect();
        let inner = Arc::new(Counting { bytes: bytes.clone(), requests: AtomicU64::new(0) });
        let cached = Cached::with_sizes(inner.clone(), 100, 2_000);
        for start in (0..9_990).step_by(7) {
            let read = cached.read("k", start..start + 10).unwrap();
            assert_eq!(read.as_ref(), &bytes[start as usize..start as usize + 10]);
        }
        assert!(inner.requests.load(Ordering::Relaxed) <= 101);
        assert_eq!(cached.read("k", 50..450).unwrap().as_ref(), &bytes[50..450]);
        assert_eq!(cached.read("k", 9_900..10_000).unwrap().as_ref(), &bytes[9_900..]);
        assert!(matches!(cached.read("k", 9_900..10_001), Err(Error::Truncated(_))));
    }
}
