//! Objects as files under a folder, for one machine. A crash at any moment loses nothing that was acknowledged.
//!
//! ```text
//! data/<xx>/<uuid>                     bytes, written once and never changed
//! buckets/<bucket>/<segments>/<last>%o a pointer: which data, its ETag, metadata (JSON), replaced atomically
//! uploads/<uuid>/                      a multipart upload and a record per part
//! temp/                                pointers that are being written
//! lock                                 held shared by every process that has the store open
//! ```
//!
//! - [`names`]: keys as paths. - [`store`]: pointers, locks, durability. - [`data`]: the bytes. - [`walk`]: listing.
//! - [`uploads`]: multipart. - [`collect`]: what a crash leaves behind.
//!
//! One process writes; others may read the same folder.

mod collect;
mod data;
mod names;
mod store;
mod uploads;
mod walk;

use std::{fs, io, path::PathBuf, sync::Arc};

use async_trait::async_trait;
use time::OffsetDateTime;
use tokio::task::spawn_blocking;

use self::store::{Pointer, Store, broken, now};
use crate::{BlobError, Blobs, ByteRange, ByteStream, Condition, List, Location, Meta, Page, Part, PutOptions, Upload};

/// How often an object may be replaced while somebody tries to open it.
const OPEN_TRIES: usize = 16;

/// A store of files under a folder.
#[derive(Clone, Debug)]
pub struct FsBlobs {
    store: Arc<Store>,
}

impl FsBlobs {
    /// Opens the store in a folder, which is made if it is not there. What a crash has left behind is removed in the
    /// background.
    ///
    /// # Errors
    /// When the folder cannot be made or locked.
    pub fn open(root: PathBuf) -> io::Result<Self> {
        Ok(Self { store: collect::open(root)? })
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, BlobError> + Send + 'static,
    ) -> Result<T, BlobError> {
        let store = self.store.clone();
        spawn_blocking(move || work(&store)).await.map_err(|e| BlobError::Store(Box::new(e)))?
    }
}

fn get(store: &Store, at: &Location, range: Option<ByteRange>) -> Result<(Meta, ByteStream), BlobError> {
    let mut gone = None;
    for _ in 0..OPEN_TRIES {
        let pointer = store.pointer(at)?;
        let file = match fs::File::open(store.data(pointer.data)) {
            Ok(file) => file,
            // It was replaced between the look at its pointer and now.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {
                gone = Some(e);
                continue;
            }
            Err(e) => return Err(broken(e)),
        };
        let (start, end) = match range {
            Some(range) => range.within(pointer.size).ok_or(BlobError::RangeNotSatisfiable(pointer.size))?,
            None => (0, pointer.size),
        };
        let body = data::read(file, start, end).map_err(broken)?;
        return Ok((pointer.meta(), body));
    }
    Err(broken(gone.unwrap_or_else(|| io::ErrorKind::NotFound.into())))
}

fn copy(store: &Store, from: &Location, to: &Location, replace: Option<PutOptions>) -> Result<Meta, BlobError> {
    for _ in 0..OPEN_TRIES {
        let source = store.pointer(from)?;
        store.existing_bucket(&to.bucket)?;
        let data = match store.link_data(source.data) {
            Ok(data) => data,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(broken(e)),
        };
        let written = data::Written::of(store, data, source.size);
        let mut pointer = Pointer { data, ..source };
        let mut condition = Condition::Always;
        if let Some(options) = replace {
            (pointer.content_type, pointer.metadata) = (options.content_type, options.metadata);
            condition = options.condition;
        }
        return store.commit(to, &condition, pointer, written).map(|p| p.meta());
    }
    Err(broken(io::ErrorKind::NotFound.into()))
}

fn buckets(store: &Store) -> io::Result<Vec<(String, OffsetDateTime)>> {
    let mut buckets = Vec::new();
    for entry in fs::read_dir(store.buckets())? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        if let (true, Ok(name)) = (metadata.is_dir(), entry.file_name().into_string()) {
            // Not every file system knows when a folder was made.
            buckets.push((name, metadata.created().or_else(|_| metadata.modified())?.into()));
        }
    }
    buckets.sort_unstable();
    Ok(buckets)
}

#[async_trait]
impl Blobs for FsBlobs {
    async fn create_bucket(&self, bucket: &str) -> Result<bool, BlobError> {
        let bucket = bucket.to_owned();
        self.run(move |store| store.create_bucket(&bucket)).await
    }

    async fn delete_bucket(&self, bucket: &str) -> Result<(), BlobError> {
        let bucket = bucket.to_owned();
        self.run(move |store| {
            store.delete_bucket(&bucket, |folder| walk::holds_object(folder).map(|holds| !holds))?;
            uploads::forget_bucket(store, &bucket).map_err(broken)
        })
        .await
    }

    async fn buckets(&self) -> Result<Vec<(String, OffsetDateTime)>, BlobError> {
        self.run(|store| buckets(store).map_err(broken)).await
    }

    async fn has_bucket(&self, bucket: &str) -> Result<bool, BlobError> {
        let bucket = bucket.to_owned();
        self.run(move |store| Ok(store.existing_bucket(&bucket).is_ok())).await
    }

    async fn put(&self, at: &Location, body: ByteStream, options: PutOptions) -> Result<Meta, BlobError> {
        let (place, condition) = (at.clone(), options.condition.clone());
        // Said before the bytes come, and again in `commit`, where it counts.
        self.run(move |store| {
            crate::rules::check_location(&place)?;
            store.existing_bucket(&place.bucket)?;
            let etag = store.find(&place)?.map(|p| p.etag);
            crate::rules::check_condition(&condition, etag.as_deref(), &place)
        })
        .await?;
        let written = data::write(&self.store, body).await?;
        let at = at.clone();
        self.run(move |store| {
            let pointer = Pointer {
                data: written.id,
                size: written.size,
                etag: written.md5.clone(),
                last_modified: now(),
                content_type: options.content_type,
                metadata: options.metadata,
            };
            store.commit(&at, &options.condition, pointer, written).map(|p| p.meta())
        })
        .await
    }

    async fn head(&self, at: &Location) -> Result<Meta, BlobError> {
        let at = at.clone();
        self.run(move |store| store.pointer(&at).map(|p| p.meta())).await
    }

    async fn get(&self, at: &Location, range: Option<ByteRange>) -> Result<(Meta, ByteStream), BlobError> {
        let at = at.clone();
        self.run(move |store| get(store, &at, range)).await
    }

    async fn delete(&self, at: &Location) -> Result<bool, BlobError> {
        let at = at.clone();
        self.run(move |store| store.remove(&at)).await
    }

    async fn copy(&self, from: &Location, to: &Location, replace: Option<PutOptions>) -> Result<Meta, BlobError> {
        let (from, to) = (from.clone(), to.clone());
        self.run(move |store| copy(store, &from, &to, replace)).await
    }

    async fn list(&self, bucket: &str, list: List) -> Result<Page, BlobError> {
        let bucket = bucket.to_owned();
        self.run(move |store| walk::list(&store.existing_bucket(&bucket)?, list)).await
    }

    async fn begin_upload(&self, at: &Location, options: PutOptions) -> Result<String, BlobError> {
        let at = at.clone();
        self.run(move |store| uploads::begin(store, &at, options)).await
    }

    async fn put_part(&self, at: &Location, upload: &str, number: u32, body: ByteStream) -> Result<Part, BlobError> {
        let (at, upload) = (at.clone(), upload.to_owned());
        let (place, id) = (at.clone(), upload.clone());
        self.run(move |store| uploads::check(store, &place, &id, number)).await?;
        let written = data::write(&self.store, body).await?;
        self.run(move |store| uploads::put_part(store, &at, &upload, number, written)).await
    }

    async fn parts(&self, at: &Location, upload: &str) -> Result<Vec<Part>, BlobError> {
        let (at, upload) = (at.clone(), upload.to_owned());
        self.run(move |store| uploads::parts(store, &at, &upload)).await
    }

    async fn complete_upload(
        &self,
        at: &Location,
        upload: &str,
        parts: &[(u32, String)],
        condition: Condition,
    ) -> Result<Meta, BlobError> {
        let (at, upload, parts) = (at.clone(), upload.to_owned(), parts.to_vec());
        self.run(move |store| uploads::complete(store, &at, &upload, &parts, &condition).map(|p| p.meta())).await
    }

    async fn abort_upload(&self, at: &Location, upload: &str) -> Result<(), BlobError> {
        let (at, upload) = (at.clone(), upload.to_owned());
        self.run(move |store| uploads::abort(store, &at, &upload)).await
    }

    async fn uploads(&self, bucket: &str) -> Result<Vec<Upload>, BlobError> {
        let bucket = bucket.to_owned();
        self.run(move |store| uploads::of_bucket(store, &bucket)).await
    }
}
