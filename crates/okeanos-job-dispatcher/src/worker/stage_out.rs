//! What becomes of what a process leaves behind: it is stored in the owner's bucket, through the S3 gateway and with the
//! owner's delegated credentials, like any upload.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use futures::{StreamExt, TryStreamExt, stream};
use okeanos_blob::{
    BlobError, Blobs, List, Location, PutOptions,
    s3::{S3Blobs, S3Config},
};
use tokio_util::io::ReaderStream;

use super::stage_in::{REGION, derived_from, json_value};
use crate::{
    domain::{
        error::failure,
        job::{Failure, Job},
        output::{Output, OutputFile, entry_of, media_type},
        plan::{Plan, Wanted},
    },
    ports::Delegated,
};

/// How many files of data are stored at once.
pub(super) const AT_ONCE: usize = 4;
/// How deep folders are followed.
const DEPTH_MAX: usize = 32;

/// Where a job's outputs are stored.
pub(super) struct Shelf {
    store: S3Blobs,
    bucket: String,
    prefix: String,
    /// What every object says of the job that it is of.
    metadata: BTreeMap<String, String>,
}

impl Shelf {
    /// `s3://<bucket>/jobs/<job id>/`, through the gateway at `endpoint`.
    pub(super) fn new(endpoint: &str, secrets: &Delegated, bucket: String, job: &Job, plan: &Plan) -> Self {
        let config = S3Config {
            session_token: Some(secrets.session_token.clone()).filter(|t| !t.is_empty()),
            ..S3Config::new(endpoint, REGION, &secrets.access_key_id, &secrets.secret_access_key)
        };
        let process = format!("{}:{}", job.process_id, job.version);
        let mut metadata =
            BTreeMap::from([("okeanos-job".to_owned(), job.id.to_string()), ("okeanos-process".to_owned(), process)]);
        let sources = derived_from(plan);
        if !sources.is_empty() {
            metadata.insert("okeanos-derived-from".to_owned(), sources);
        }
        Self { store: S3Blobs::new(config), bucket, prefix: format!("jobs/{}/", job.id), metadata }
    }

    /// Stores files, so many at once, in their order.
    pub(super) async fn put_all(&self, files: Vec<OutputFile>, at_once: usize) -> Result<(), BlobError> {
        let puts = stream::iter(files).map(|file| async move { self.put(&file).await });
        puts.buffer_unordered(at_once).try_collect().await
    }

    /// Forgets uploads in parts that another attempt has begun and not ended.
    pub(super) async fn forget_uploads(&self) -> Result<(), BlobError> {
        let uploads = match self.store.uploads(&self.bucket).await {
            // The first thing that is stored makes the bucket.
            Err(BlobError::NoSuchBucket(_)) => return Ok(()),
            uploads => uploads?,
        };
        for upload in uploads {
            if upload.key.starts_with(&self.prefix) {
                match self.store.abort_upload(&Location::new(&self.bucket, &upload.key), &upload.id).await {
                    Ok(()) | Err(BlobError::NoSuchUpload(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    /// Removes what another attempt has left there besides these keys.
    pub(super) async fn remove_all_but(&self, keep: &BTreeSet<String>) -> Result<(), BlobError> {
        let mut after = None;
        loop {
            let list = List { prefix: self.prefix.clone(), after, limit: 1_000, ..List::default() };
            let page = self.store.list(&self.bucket, list).await?;
            for object in page.objects.iter().filter(|object| !keep.contains(&object.key)) {
                self.store.delete(&Location::new(&self.bucket, &object.key)).await?;
            }
            if page.next.is_none() {
                return Ok(());
            }
            after = page.next;
        }
    }

    /// Removes all that was stored of a job that has no results.
    pub(super) async fn clear(&self) -> Result<(), BlobError> {
        self.forget_uploads().await?;
        match self.remove_all_but(&BTreeSet::new()).await {
            Err(BlobError::NoSuchBucket(_)) => Ok(()),
            cleared => cleared,
        }
    }

    /// The key under which a path below the output folder is stored.
    pub(super) fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    fn location(&self, path: &str) -> Location {
        Location::new(&self.bucket, self.key(path))
    }

    async fn put(&self, file: &OutputFile) -> Result<(), BlobError> {
        let opened = tokio::fs::File::open(&file.at).await.map_err(|e| BlobError::Store(e.into()))?;
        let options = PutOptions {
            content_type: Some(media_type(&file.path, false).to_owned()),
            metadata: self.metadata.clone(),
            ..PutOptions::default()
        };
        let body = Box::pin(ReaderStream::with_capacity(opened, 256 * 1024));
        self.store.put(&self.location(&file.path), body, options).await.map(drop)
    }

    /// The outputs of a job in what its process has left behind.
    ///
    /// # Errors
    /// `job-dispatcher/no-output` when one is missing.
    pub(super) async fn outputs(
        &self,
        wanted: &[Wanted],
        files: &[OutputFile],
        inline_max: u64,
    ) -> Result<Vec<Output>, Failure> {
        let entries: BTreeSet<&str> = files.iter().map(OutputFile::entry).collect();
        let entries: Vec<&str> = entries.into_iter().collect();
        let mut outputs = Vec::with_capacity(wanted.len());
        for Wanted { name, transmission } in wanted {
            let entry = entry_of(name, wanted.len() == 1, &entries).ok_or_else(|| {
                Failure::new(failure::NO_OUTPUT, format!("the process ended without leaving its output {name}"))
            })?;
            let parts: Vec<_> = files.iter().filter(|file| file.entry() == entry).collect();
            let folder = parts.iter().any(|file| file.path != entry);
            let bytes = parts.iter().map(|file| file.bytes).sum();
            let media_type = media_type(entry, folder).to_owned();
            let small_json = !folder && media_type == "application/json" && bytes <= inline_max;
            let value = match parts.first() {
                Some(file) if small_json => tokio::fs::read(&file.at).await.ok().and_then(|bytes| json_value(&bytes)),
                _ => None,
            };
            outputs.push(Output {
                name: name.clone(),
                href: self.location(entry).to_string(),
                media_type,
                bytes,
                folder,
                transmission: *transmission,
                value,
            });
        }
        Ok(outputs)
    }
}

/// That a process leaves more behind than it may.
pub(super) fn too_large(files_max: usize, bytes_max: u64) -> Failure {
    let message = format!("the process left more than {files_max} files or {bytes_max} bytes behind");
    Failure::new(failure::OUTPUT_TOO_LARGE, message)
}

/// The files below a folder. Links are left aside: they could lead out of it.
///
/// # Errors
/// `job-dispatcher/output-too-large` when they are too many or too big, `job-dispatcher/not-stored` when they are too deep,
/// not called in UTF-8 or cannot be read.
pub(super) fn collect(folder: &Path, files_max: usize, bytes_max: u64) -> Result<Vec<OutputFile>, Failure> {
    let refused = |why: String| Failure::new(failure::NOT_STORED, why);
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new(), 0)];
    let mut bytes = 0_u64;
    while let Some((folder, prefix, depth)) = folders.pop() {
        if depth > DEPTH_MAX {
            return Err(refused(format!("the outputs are nested deeper than {DEPTH_MAX} folders")));
        }
        let unread = |e: std::io::Error| refused(format!("the outputs cannot be read: {e}"));
        for entry in fs::read_dir(&folder).map_err(unread)? {
            let entry = entry.map_err(unread)?;
            let name = entry.file_name().into_string();
            let name = name.map_err(|n| refused(format!("{} is not a name in UTF-8", n.display())))?;
            let meta = entry.metadata().map_err(|e| refused(format!("{name} cannot be read: {e}")))?;
            let path = format!("{prefix}{name}");
            if meta.is_dir() {
                folders.push((entry.path(), format!("{path}/"), depth + 1));
            } else if meta.is_file() {
                bytes += meta.len();
                files.push(OutputFile { path, at: entry.path(), bytes: meta.len() });
            }
            if files.len() > files_max || bytes > bytes_max {
                return Err(too_large(files_max, bytes_max));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::output::in_storing_order;

    #[test]
    fn files_are_found_and_bounded() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("r.zarr/t/c")).unwrap();
        for path in ["r.zarr/zarr.json", "r.zarr/t/c/0", "report.json"] {
            fs::write(folder.path().join(path), "12345").unwrap();
        }
        std::os::unix::fs::symlink("/etc", folder.path().join("etc")).unwrap();
        let mut files = collect(folder.path(), 10, 1_000).unwrap();
        in_storing_order(&mut files);
        let paths: Vec<_> = files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(paths, ["r.zarr/t/c/0", "report.json", "r.zarr/zarr.json"]);
        assert_eq!(collect(folder.path(), 2, 1_000).unwrap_err().code, failure::OUTPUT_TOO_LARGE);
        assert_eq!(collect(folder.path(), 10, 14).unwrap_err().code, failure::OUTPUT_TOO_LARGE);
    }
}
