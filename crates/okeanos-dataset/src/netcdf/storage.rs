//! The bytes of a file as `netcdf-reader` wants them, with a budget while the header is read.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use hdf5_reader::{StorageBuffer, error::Error as Hdf5Error};
use netcdf_reader::{Error as NcError, Storage};

use crate::{Error, Limits, Store};

/// What each request counts for beside its bytes, so that endless tiny reads end too.
const REQUEST: u64 = 64;
/// What `netcdf-reader` reads of a classic file first.
const PREFIX: u64 = 64 << 10;

/// A file in a store.
pub(crate) struct FileBytes {
    store: Arc<dyn Store>,
    key: String,
    size: u64,
    /// Bytes served while the header is read.
    spent: AtomicU64,
    header_bytes: u64,
    largest: u64,
    in_header: AtomicBool,
    /// Bytes that a read of the file's beginning gives at least while the header is read.
    prefix: AtomicU64,
}

impl FileBytes {
    pub(crate) fn new(store: Arc<dyn Store>, key: &str, size: u64, limits: &Limits) -> Self {
        Self {
            store,
            key: key.to_owned(),
            size,
            spent: AtomicU64::new(0),
            header_bytes: limits.header_bytes,
            largest: limits.chunk_bytes.max(limits.read_bytes),
            in_header: AtomicBool::new(true),
            prefix: AtomicU64::new(0),
        }
    }

    /// Gives more of the file's beginning at once from now on; `false` when all of it was given already.
    pub(crate) fn grow_prefix(&self) -> bool {
        let before = self.prefix.load(Ordering::Relaxed).max(PREFIX);
        self.prefix.store(before.saturating_mul(4), Ordering::Relaxed);
        before < self.size
    }

    /// From now on reads are for values, which are bounded by what is asked for.
    pub(crate) fn header_is_read(&self) {
        self.in_header.store(false, Ordering::Relaxed);
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The bytes of a range.
    pub(crate) fn bytes(&self, offset: u64, length: u64) -> Result<bytes::Bytes, Error> {
        let end = offset.saturating_add(length);
        if end > self.size {
            return Err(Error::Truncated(format!("the file has {} bytes, byte {end} is needed", self.size)));
        }
        if self.in_header.load(Ordering::Relaxed) {
            let spent = self.spent.fetch_add(length + REQUEST, Ordering::Relaxed).saturating_add(length);
            Limits::check("the header in bytes", spent, self.header_bytes)?;
        }
        Limits::check("one read in bytes", length, self.largest)?;
        self.store.read(&self.key, offset..end)
    }
}

impl Storage for FileBytes {
    fn len(&self) -> u64 {
        self.size
    }

    fn read_range(&self, offset: u64, len: usize) -> hdf5_reader::error::Result<StorageBuffer> {
        let mut length = len as u64;
        if offset == 0 && self.in_header.load(Ordering::Relaxed) {
            length = length.max(self.prefix.load(Ordering::Relaxed).min(self.size));
        }
        let bytes = self.bytes(offset, length).map_err(|error| Hdf5Error::Io(io::Error::other(error)))?;
        let len = bytes.len();
        StorageBuffer::from_shared_owner(Arc::new(bytes), 0, len)
    }
}

/// An error of the reader as a fact; our own errors, wrapped on their way through it, come out as they were.
pub(crate) fn told(error: NcError) -> Error {
    match error {
        NcError::Io(error) | NcError::Hdf5(Hdf5Error::Io(error)) => match error.downcast::<Error>() {
            Ok(ours) => ours,
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Error::Truncated(error.to_string()),
            Err(error) => Error::Io(error),
        },
        NcError::UnexpectedEof { .. } => Error::Truncated(error.to_string()),
        NcError::UnsupportedVersion(_) | NcError::UnsupportedFeature(_) => Error::Unsupported(error.to_string()),
        NcError::InvalidData(why)
            if why.contains("but the file has only") || why.contains("classic attribute claims") =>
        {
            Error::Truncated(why)
        }
        NcError::Hdf5(error) => hdf5_told(error),
        other => Error::Corrupt(other.to_string()),
    }
}

fn hdf5_told(error: Hdf5Error) -> Error {
    match error {
        Hdf5Error::UnexpectedEof { .. } => Error::Truncated(error.to_string()),
        Hdf5Error::ResourceLimit(what) => Error::TooLarge { what, found: 0, limit: 0 },
        Hdf5Error::UnsupportedFilter(_) | Hdf5Error::UnsupportedEncoding(_) => Error::Unsupported(error.to_string()),
        other => {
            let text = other.to_string();
            if text.starts_with("unsupported") { Error::Unsupported(text) } else { Error::Corrupt(text) }
        }
    }
}
