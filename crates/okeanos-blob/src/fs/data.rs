//! Data files: written once, never changed, read in large blocks.

use std::{
    fs::File,
    io::{self, Write},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures::{StreamExt, stream};
use md5::{Digest, Md5};
use tokio::task::{JoinHandle, spawn_blocking};
use uuid::Uuid;

use super::store::{Store, broken, sync_folder};
use crate::{BlobError, ByteStream};

/// How much is read, or hashed and written, at once.
const BLOCK_BYTES: usize = 512 * 1024;
/// How many pieces of a body are held at most, however small they are.
const PIECES_MAX: usize = 1024;

/// Durable data that nothing refers to yet; dropped like that, it is removed.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) id: Uuid,
    pub(super) size: u64,
    pub(super) md5: String,
    path: Option<PathBuf>,
}

impl Written {
    /// Data that was made in another way.
    pub(super) fn of(store: &Store, id: Uuid, size: u64) -> Self {
        Self { id, size, md5: String::new(), path: Some(store.data(id)) }
    }

    /// Says that something refers to it now.
    pub(super) fn keep(mut self) {
        self.path = None;
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        if let Some(path) = self.path.take() {
            // It may not have been made yet; what stays behind is collected when the store is next opened.
            let _ = std::fs::remove_file(path);
        }
    }
}

/// A file that is being written.
struct Sink {
    file: Option<File>,
    md5: Md5,
    size: u64,
}

impl Sink {
    /// The sink when its last block is written; a new one before the first.
    async fn after(writing: Option<JoinHandle<io::Result<Self>>>) -> Result<Self, BlobError> {
        match writing {
            Some(task) => task.await.map_err(io::Error::other).flatten().map_err(broken),
            None => Ok(Self { file: None, md5: Md5::new(), size: 0 }),
        }
    }

    fn write(mut self, path: &Path, chunks: Vec<Bytes>) -> io::Result<Self> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::create_new(path)?),
        };
        for chunk in chunks {
            self.md5.update(&chunk);
            file.write_all(&chunk)?;
            self.size += chunk.len() as u64;
        }
        Ok(self)
    }
}

/// Writes what a stream brings into a new data file. While a block is hashed and written, the next one is received.
pub(super) async fn write(store: &Arc<Store>, mut body: ByteStream) -> Result<Written, BlobError> {
    let id = Uuid::now_v7();
    let path = store.data(id);
    let mut written = Written { id, size: 0, md5: String::new(), path: Some(path.clone()) };
    let mut chunks = Vec::new();
    let mut pending = 0;
    let mut writing: Option<JoinHandle<io::Result<Sink>>> = None;
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(BlobError::BodyBroken)?;
        pending += chunk.len();
        chunks.push(chunk);
        if pending >= BLOCK_BYTES || chunks.len() >= PIECES_MAX {
            let sink = Sink::after(writing.take()).await?;
            let (block, path) = (std::mem::take(&mut chunks), path.clone());
            writing = Some(spawn_blocking(move || sink.write(&path, block)));
            pending = 0;
        }
    }
    let sink = Sink::after(writing.take()).await?;
    let folder = store.data_folder(id);
    let last = spawn_blocking(move || {
        let sink = sink.write(&path, chunks)?;
        sink.file.as_ref().map_or(Ok(()), File::sync_all)?;
        sync_folder(&folder)?;
        Ok(sink)
    });
    let sink = Sink::after(Some(last)).await?;
    written.size = sink.size;
    written.md5 = hex::encode(sink.md5.finalize());
    Ok(written)
}

/// Joins data files into a new one.
pub(super) fn join(store: &Store, ids: &[Uuid]) -> io::Result<Written> {
    let mut written = Written::of(store, Uuid::now_v7(), 0);
    let mut file = File::create_new(store.data(written.id))?;
    for id in ids {
        // The kernel copies from file to file.
        written.size += io::copy(&mut File::open(store.data(*id))?, &mut file)?;
    }
    file.sync_all()?;
    sync_folder(&store.data_folder(written.id))?;
    Ok(written)
}

/// The bytes `start..end` of an open data file. What fits in one block is read at once; call it where blocking is allowed.
pub(super) fn read(file: File, start: u64, end: u64) -> io::Result<ByteStream> {
    let first = block(&file, start, end)?;
    let next = start + first.len() as u64;
    let head = stream::iter([Ok(first)]);
    if next == end {
        return Ok(Box::pin(head));
    }
    let state = Ahead { file: Arc::new(file), next, end, reading: None };
    Ok(Box::pin(head.chain(stream::unfold(Some(state), Ahead::step))))
}

fn block(file: &File, start: u64, end: u64) -> io::Result<Bytes> {
    let length = usize::try_from(end - start).unwrap_or(BLOCK_BYTES).min(BLOCK_BYTES);
    let mut buffer = vec![0; length];
    file.read_exact_at(&mut buffer, start)?;
    Ok(buffer.into())
}

/// A reader that is one block ahead of whoever takes the bytes.
struct Ahead {
    file: Arc<File>,
    next: u64,
    end: u64,
    reading: Option<JoinHandle<io::Result<Bytes>>>,
}

impl Ahead {
    async fn step(state: Option<Self>) -> Option<(io::Result<Bytes>, Option<Self>)> {
        let mut state = state?;
        let reading = state.reading.take().or_else(|| state.start())?;
        match reading.await.map_err(io::Error::other).flatten() {
            Ok(bytes) => {
                state.reading = state.start();
                Some((Ok(bytes), Some(state)))
            }
            Err(error) => Some((Err(error), None)),
        }
    }

    fn start(&mut self) -> Option<JoinHandle<io::Result<Bytes>>> {
        let (file, start, end) = (self.file.clone(), self.next, self.end);
        self.next = end.min(start + BLOCK_BYTES as u64);
        (start < end).then(|| spawn_blocking(move || block(&file, start, end)))
    }
}
