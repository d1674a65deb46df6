//! What a crash leaves behind, and who may remove it.
//!
//! Data is written before a pointer refers to it, and loses its pointer before it is removed: a crash in between leaves
//! data that nobody refers to. It is removed in the background after the store is opened, but only by the first process
//! that opens it, and only what is older than the opening: ids are times (UUIDv7), and those of this process are later.
//!
//! The same process forgets, now and then, uploads that nobody has completed for a long time.

use std::{
    collections::HashSet,
    fs::{self, DirBuilder, File, TryLockError},
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Weak,
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use uuid::Uuid;

use super::{
    store::{Store, now, sync_folder},
    uploads, walk,
};

/// How long an upload is kept that is neither completed nor aborted.
const UPLOADS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How often such uploads are looked for.
const LOOK_EVERY: Duration = Duration::from_secs(60 * 60);

/// Makes the folders, their owner's only, and opens the store; starts the collection if nobody else has it open.
pub(super) fn open(root: PathBuf) -> io::Result<Arc<Store>> {
    DirBuilder::new().recursive(true).mode(0o700).create(&root)?;
    for name in ["buckets", "uploads", "temp", "data"] {
        create(&root.join(name))?;
    }
    for byte in 0..=u8::MAX {
        create(&root.join("data").join(format!("{byte:02x}")))?;
    }
    sync_folder(&root.join("data"))?;
    sync_folder(&root)?;
    let lock = File::create(root.join("lock"))?;
    let alone = match lock.try_lock() {
        Ok(()) => true,
        Err(TryLockError::WouldBlock) => false,
        Err(TryLockError::Error(e)) => return Err(e),
    };
    let opened = Uuid::now_v7();
    lock.lock_shared()?;
    let (closes, closed) = mpsc::channel();
    let store = Arc::new(Store::new(root, lock, closes));
    if alone {
        let store = Arc::downgrade(&store);
        thread::Builder::new().name("blob-collector".to_owned()).spawn(move || run(&store, &closed, opened))?;
    }
    Ok(store)
}

/// Collects what a crash has left behind, then forgets old uploads, until the store is closed.
fn run(store: &Weak<Store>, closed: &Receiver<()>, opened: Uuid) {
    if let Some(store) = store.upgrade() {
        collect_or_warn(&store, opened);
    }
    while let Some(store) = store.upgrade() {
        if let Err(error) = uploads::forget_old(&store, now() - UPLOADS_KEPT) {
            tracing::warn!(%error, "cannot look for abandoned uploads");
        }
        drop(store);
        if closed.recv_timeout(LOOK_EVERY) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
}

fn create(folder: &Path) -> io::Result<()> {
    match fs::create_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        result => result,
    }
}

fn collect_or_warn(store: &Store, opened: Uuid) {
    match collect(store, opened) {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "removed files that a crash had left behind"),
        // When in doubt everything stays.
        Err(error) => tracing::warn!(%error, "cannot tell what a crash has left behind"),
    }
}

fn collect(store: &Store, opened: Uuid) -> io::Result<usize> {
    let mut used = HashSet::new();
    // Uploads first: one that is completed meanwhile has its pointer before it loses its parts.
    uploads::collect(store, opened, |id| {
        used.insert(id);
    })?;
    for bucket in fs::read_dir(store.buckets())? {
        walk::pointers(&bucket?.path(), |pointer| {
            used.insert(pointer.data);
        })?;
    }
    let mut removed = remove_old(&store.root().join("temp"), opened, &used)?;
    for folder in fs::read_dir(store.root().join("data"))? {
        removed += remove_old(&folder?.path(), opened, &used)?;
    }
    Ok(removed)
}

fn remove_old(folder: &Path, opened: Uuid, used: &HashSet<Uuid>) -> io::Result<usize> {
    let mut removed = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let id = entry.file_name().to_str().and_then(|name| Uuid::try_parse(name).ok());
        if id.is_some_and(|id| id < opened && !used.contains(&id)) {
            let path = entry.path();
            let is_folder = entry.file_type()?.is_dir();
            let gone = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            gone?;
            removed += 1;
        }
    }
    Ok(removed)
}
