//! The folder: pointers to data, written so that a crash at any moment leaves each key with its old object or its new one.

use std::{
    fs::{self, File},
    hash::{BuildHasher, RandomState},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, mpsc::Sender},
    time::SystemTime,
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{data::Written, names};
use crate::{BlobError, Condition, Location, Meta, rules};

/// What a pointer says: the data of an object, and what is known of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Pointer {
    pub(super) data: Uuid,
    pub(super) size: u64,
    pub(super) etag: String,
    #[serde(with = "time::serde::rfc3339")]
    pub(super) last_modified: OffsetDateTime,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<String>,
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub(super) metadata: std::collections::BTreeMap<String, String>,
}

impl Pointer {
    pub(super) fn meta(&self) -> Meta {
        Meta {
            size: self.size,
            etag: self.etag.clone(),
            last_modified: self.last_modified,
            content_type: self.content_type.clone(),
            metadata: self.metadata.clone(),
        }
    }
}

/// How many locks the keys share.
const STRIPES: usize = 256;

/// The folder and its locks. Lock order: a key's stripe, then the tree.
#[derive(Debug)]
pub(super) struct Store {
    root: PathBuf,
    /// Held shared by everybody who has the store open; see `collect`.
    _open: File,
    /// Dropped with the store, which ends the collector.
    _closes: Sender<()>,
    hasher: RandomState,
    stripes: Vec<Mutex<()>>,
    /// Shared while a pointer is put into a folder, alone while folders are made or removed.
    tree: RwLock<()>,
}

impl Store {
    pub(super) fn new(root: PathBuf, open: File, closes: Sender<()>) -> Self {
        let stripes = (0..STRIPES).map(|_| Mutex::default()).collect();
        Self { root, _open: open, _closes: closes, hasher: RandomState::new(), stripes, tree: RwLock::default() }
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn buckets(&self) -> PathBuf {
        self.root.join("buckets")
    }

    pub(super) fn bucket(&self, name: &str) -> Result<PathBuf, BlobError> {
        rules::check_bucket(name)?;
        Ok(self.buckets().join(name))
    }

    /// The folder of a bucket that exists.
    pub(super) fn existing_bucket(&self, name: &str) -> Result<PathBuf, BlobError> {
        let folder = self.bucket(name).map_err(|_| BlobError::NoSuchBucket(name.to_owned()))?;
        if folder.is_dir() { Ok(folder) } else { Err(BlobError::NoSuchBucket(name.to_owned())) }
    }

    pub(super) fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }

    pub(super) fn temporary(&self) -> PathBuf {
        self.root.join("temp").join(Uuid::now_v7().to_string())
    }

    pub(super) fn data_folder(&self, id: Uuid) -> PathBuf {
        // The last byte of an id is random, the first ones are a time.
        self.root.join("data").join(format!("{:02x}", id.as_bytes()[15]))
    }

    pub(super) fn data(&self, id: Uuid) -> PathBuf {
        self.data_folder(id).join(id.to_string())
    }

    /// Removes data that nothing refers to any more; what cannot be removed now is removed when the store is next opened.
    pub(super) fn remove_data(&self, id: Uuid) {
        if let Err(error) = fs::remove_file(self.data(id)) {
            tracing::warn!(%id, %error, "data of a replaced object is left behind");
        }
    }

    /// The same bytes under another id.
    pub(super) fn link_data(&self, from: Uuid) -> io::Result<Uuid> {
        let to = Uuid::now_v7();
        fs::hard_link(self.data(from), self.data(to))?;
        sync_folder(&self.data_folder(to))?;
        Ok(to)
    }

    fn lock_key(&self, at: &Location) -> MutexGuard<'_, ()> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash will do")]
        let index = self.hasher.hash_one(at) as usize % self.stripes.len();
        self.stripes[index].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The pointer of a key, if there is an object.
    pub(super) fn find(&self, at: &Location) -> Result<Option<Pointer>, BlobError> {
        let bucket = self.bucket(&at.bucket).map_err(|_| BlobError::NoSuchBucket(at.bucket.clone()))?;
        rules::check_location(at)?;
        read_json(&names::pointer(&bucket, &at.key)).map_err(broken)
    }

    /// The pointer of a key that must exist.
    pub(super) fn pointer(&self, at: &Location) -> Result<Pointer, BlobError> {
        match self.find(at)? {
            Some(pointer) => Ok(pointer),
            None => {
                self.existing_bucket(&at.bucket)?;
                Err(BlobError::NoSuchKey(at.clone()))
            }
        }
    }

    /// Makes a key point to durable data, if the condition holds; what it pointed to before is removed once that is durable
    /// too.
    pub(super) fn commit(
        &self,
        at: &Location,
        condition: &Condition,
        mut pointer: Pointer,
        written: Written,
    ) -> Result<Pointer, BlobError> {
        rules::check_location(at)?;
        let _key = self.lock_key(at);
        let old = self.find(at)?;
        rules::check_condition(condition, old.as_ref().map(|p| p.etag.as_str()), at)?;
        pointer.last_modified = now();
        self.place(at, &pointer, written)?;
        if let Some(old) = old {
            self.remove_data(old.data);
        }
        Ok(pointer)
    }

    fn place(&self, at: &Location, pointer: &Pointer, written: Written) -> Result<(), BlobError> {
        let bucket = self.bucket(&at.bucket)?;
        let path = names::pointer(&bucket, &at.key);
        let folder = path.parent().unwrap_or(&bucket);
        let temporary = self.temporary();
        write_synced(&temporary, &to_json(pointer)?).map_err(broken)?;
        let placed = self.with_folder(at, &bucket, folder).and_then(|_tree| {
            let folder = File::open(folder).map_err(broken)?;
            fs::rename(&temporary, &path).map_err(broken)?;
            // From here on the key has the new data, whatever becomes of the next line.
            written.keep();
            folder.sync_all().map_err(broken)
        });
        if placed.is_err() {
            // Gone already when the rename was done; the error that counts is the first one.
            let _ = fs::remove_file(&temporary);
        }
        placed
    }

    /// Sees to it that a folder is there, durably, and stays as long as the guard is held.
    fn with_folder(&self, at: &Location, bucket: &Path, folder: &Path) -> Result<RwLockReadGuard<'_, ()>, BlobError> {
        let tree = self.tree.read().unwrap_or_else(PoisonError::into_inner);
        if folder.is_dir() {
            return Ok(tree);
        }
        drop(tree);
        let tree = self.alone();
        if !bucket.is_dir() {
            return Err(BlobError::NoSuchBucket(at.bucket.clone()));
        }
        let mut missing: Vec<_> = folder.ancestors().take_while(|f| *f != bucket && !f.is_dir()).collect();
        while let Some(folder) = missing.pop() {
            fs::create_dir(folder).map_err(broken)?;
            sync_folder(folder.parent().unwrap_or(bucket)).map_err(broken)?;
        }
        Ok(RwLockWriteGuard::downgrade(tree))
    }

    fn alone(&self) -> RwLockWriteGuard<'_, ()> {
        self.tree.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes a key; `false` when there was none.
    pub(super) fn remove(&self, at: &Location) -> Result<bool, BlobError> {
        let bucket = self.existing_bucket(&at.bucket)?;
        let _key = self.lock_key(at);
        let Some(old) = self.find(at)? else { return Ok(false) };
        let path = names::pointer(&bucket, &at.key);
        let folder = path.parent().unwrap_or(&bucket);
        {
            // Nobody may prune the folder before it is synced.
            let _tree = self.tree.read().unwrap_or_else(PoisonError::into_inner);
            fs::remove_file(&path).and_then(|()| sync_folder(folder)).map_err(broken)?;
        }
        self.remove_data(old.data);
        let _tree = self.alone();
        for folder in folder.ancestors().take_while(|f| *f != bucket) {
            // Not empty, or gone with a sibling: either way there is nothing more to prune.
            if fs::remove_dir(folder).is_err() {
                break;
            }
        }
        Ok(true)
    }

    /// Creates a bucket; `false` when it exists.
    pub(super) fn create_bucket(&self, name: &str) -> Result<bool, BlobError> {
        let folder = self.bucket(name)?;
        let _tree = self.alone();
        match fs::create_dir(&folder) {
            Ok(()) => sync_folder(&self.buckets()).map(|()| true).map_err(broken),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(e) => Err(broken(e)),
        }
    }

    /// Deletes a bucket in which `is_empty` finds no object; no object can come while it looks.
    pub(super) fn delete_bucket(
        &self,
        name: &str,
        is_empty: impl FnOnce(&Path) -> io::Result<bool>,
    ) -> Result<(), BlobError> {
        let folder = self.existing_bucket(name)?;
        let _tree = self.alone();
        if !is_empty(&folder).map_err(broken)? {
            return Err(BlobError::BucketNotEmpty(name.to_owned()));
        }
        // Only folders that a crash kept from being pruned are left in it.
        fs::remove_dir_all(&folder).and_then(|()| sync_folder(&self.buckets())).map_err(broken)
    }
}

pub(super) fn broken(error: io::Error) -> BlobError {
    BlobError::Store(Box::new(error))
}

/// The machine's clock, as a file system uses it for its files.
pub(super) fn now() -> OffsetDateTime {
    SystemTime::now().into()
}

pub(super) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, BlobError> {
    serde_json::to_vec(value).map_err(|e| BlobError::Store(Box::new(e)))
}

/// A file's JSON; `None` when there is no such file.
pub(super) fn read_json<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Writes a new file and waits until it is on the disk.
pub(super) fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Waits until a folder's entries are on the disk.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
