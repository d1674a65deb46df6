//! Where bytes come from: a folder, an object store, and a block cache over either.

mod blob;
mod cached;
mod local;
pub(crate) mod lru;

use std::ops::Range;

use bytes::Bytes;

pub use self::{blob::BlobStore, cached::Cached, local::LocalStore};
use crate::{Error, Limits};

/// A key that was listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key, whole.
    pub key: String,
    /// Bytes.
    pub size: u64,
}

/// Objects by key, read by ranges. Calls block.
pub trait Store: Send + Sync {
    /// An object's size; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::Io`].
    fn size(&self, key: &str) -> Result<Option<u64>, Error>;

    /// Exactly the bytes of a range.
    ///
    /// # Errors
    /// [`Error::NoSuchObject`], [`Error::Truncated`] when the object ends before the range does, [`Error::Io`].
    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error>;

    /// The objects whose key starts with a prefix, in byte order, at most so many.
    ///
    /// # Errors
    /// [`Error::Io`].
    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<Entry>, Error>;

    /// The names of the folders directly below a prefix (which is empty or ends with `/`), at most so many.
    ///
    /// # Errors
    /// [`Error::Io`].
    fn folders(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error>;

    /// Whether there is an object.
    ///
    /// # Errors
    /// [`Error::Io`].
    fn exists(&self, key: &str) -> Result<bool, Error> {
        Ok(self.size(key)?.is_some())
    }

    /// A whole object of at most so many bytes; `None` when there is none.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Io`].
    fn get(&self, key: &str, limit: u64) -> Result<Option<Bytes>, Error> {
        let Some(size) = self.size(key)? else { return Ok(None) };
        Limits::check(&format!("object {key} in bytes"), size, limit)?;
        self.read(key, 0..size).map(Some)
    }
}

/// A key below a root taken as a folder.
pub(crate) fn join(root: &str, name: &str) -> String {
    let root = root.trim_end_matches('/');
    if root.is_empty() { name.to_owned() } else { format!("{root}/{name}") }
}
