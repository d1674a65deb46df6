//! Chunks inside shards (Zarr v3, codec `sharding_indexed`): `zarrs` decompresses them, so how large they become is found
//! out before it does.

use std::io::{self, Read};

use serde_json::Value;
use zarrs::storage::byte_range::ByteRange;

use super::{chunks::Squeeze, codecs};
use crate::{Error, Limits};

/// Bytes of an index entry: offset and length.
const ENTRY: usize = 16;
/// The largest block of a zstd frame.
const ZSTD_BLOCK: u64 = 128 << 10;

/// How the chunks lie in a shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    squeeze: Squeeze,
    entries: usize,
    /// Bytes of the index, its checksum included.
    index: usize,
    index_first: bool,
}

impl Shard {
    /// From the codec's configuration, the shape of a shard and that of its chunks.
    pub(super) fn of(configuration: &Value, shard: &[u64], chunk: &[u64]) -> Result<Self, String> {
        let mut inner = codecs::names(configuration, "codecs");
        // A checksum behind the compressed bytes does not change what they become.
        inner.pop_if(|last| last == "crc32c");
        let squeeze =
            codecs::chain(&inner).ok_or_else(|| format!("codecs {inner:?} in its shards are not supported"))?;
        let mut per_axis = shard.iter().zip(chunk).map(|(s, c)| s.checked_div(*c).filter(|n| n * c == *s));
        let entries = per_axis.try_fold(1_u64, |all, n| all.checked_mul(n?));
        let entries = entries.filter(|_| shard.len() == chunk.len()).and_then(|n| usize::try_from(n).ok());
        let entries = entries.ok_or("its chunks do not fit into its shards")?;
        let index_codecs = codecs::names(configuration, "index_codecs");
        let checksum = match index_codecs.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["bytes"] => 0,
            ["bytes", "crc32c"] => 4,
            _ => return Err(format!("codecs {index_codecs:?} of the index of its shards are not supported")),
        };
        let index = entries.checked_mul(ENTRY).and_then(|n| n.checked_add(checksum));
        let index_first = configuration.get("index_location").and_then(Value::as_str) == Some("start");
        Ok(Self { squeeze, entries, index: index.ok_or("its shards have too many chunks")?, index_first })
    }

    /// Whether a range of a shard is its index.
    pub(super) fn is_index(&self, range: ByteRange) -> bool {
        match range {
            ByteRange::Suffix(length) => !self.index_first && length == self.index as u64,
            ByteRange::FromStart(0, Some(length)) => self.index_first && length == self.index as u64,
            ByteRange::FromStart(..) => false,
        }
    }

    /// Refuses a shard with a chunk that becomes larger than the bound.
    pub(super) fn check_all(&self, shard: &[u8], bound: u64) -> Result<(), Error> {
        let from = if self.index_first { Some(0) } else { shard.len().checked_sub(self.index) };
        let index = from.and_then(|from| shard.get(from..from.checked_add(self.entries * ENTRY)?));
        let index = index.ok_or_else(|| Error::Truncated("a shard ends in its index".to_owned()))?;
        for entry in index.chunks_exact(ENTRY) {
            let number = |at: usize| entry.get(at..at + 8).and_then(|b| b.try_into().ok()).map(u64::from_le_bytes);
            let start = number(0).and_then(|n| usize::try_from(n).ok());
            let length = number(8).and_then(|n| usize::try_from(n).ok());
            // A chunk that is not there has the largest number for both; what lies outside is for `zarrs` to refuse.
            let chunk = start.zip(length).and_then(|(start, length)| shard.get(start..start.checked_add(length)?));
            self.check(chunk.unwrap_or_default(), bound)?;
        }
        Ok(())
    }

    /// Refuses a chunk that becomes larger than the bound. What cannot be decompressed at all is for `zarrs` to tell.
    pub(super) fn check(&self, chunk: &[u8], bound: u64) -> Result<(), Error> {
        let size = match self.squeeze {
            Squeeze::None | Squeeze::Zlib => chunk.len() as u64,
            Squeeze::Gzip => counted(flate2::read::MultiGzDecoder::new(chunk), bound),
            // `zarrs` takes as much memory as the frames announce, whatever they hold. Frames that announce nothing may
            // be said to hold one more block than they do.
            Squeeze::Zstd => match zstd::bulk::Decompressor::upper_bound(chunk) {
                Some(announced) => (announced as u64).saturating_sub(ZSTD_BLOCK),
                None => zstd::stream::read::Decoder::with_buffer(chunk).map_or(0, |reader| counted(reader, bound)),
            },
            Squeeze::Blosc => {
                chunk.get(4..8).and_then(|field| field.try_into().ok()).map_or(0, |n| u64::from(u32::from_le_bytes(n)))
            }
        };
        Limits::check("a decompressed chunk of a shard in bytes", size, bound)
    }
}

/// How many bytes a reader gives before it ends, fails or passes the bound.
fn counted(reader: impl Read, bound: u64) -> u64 {
    let mut count = Counter(0);
    // Where it fails, so will `zarrs`; what came before counts.
    let _ = io::copy(&mut reader.take(bound.saturating_add(1)), &mut count);
    count.0
}

struct Counter(u64);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
