//! `okeanos upload`.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use futures::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use okeanos_blob::{Blobs, Location, PutOptions};
use serde_json::json;
use tokio_util::io::ReaderStream;

use super::{Session, Target, print_json, print_line};

/// How many files are on their way at once.
const UPLOADS: usize = 4;
/// Bytes that are read at once.
const BLOCK: usize = 1 << 20;

/// Upload files or folders (a Zarr store is a folder).
#[derive(Clone, Debug, Args)]
pub struct Upload {
    /// Files and folders.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Where to: s3://bucket/prefix/ [default: your own bucket].
    #[arg(long)]
    to: Option<String>,
    /// Put it under public/, where anyone sees it.
    #[arg(long, conflicts_with = "to")]
    public: bool,
    #[command(flatten)]
    target: Target,
}

/// A file and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    file: PathBuf,
    key: String,
    size: u64,
}

impl Upload {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let session = Session::open(&self.target)?;
        let (bucket, prefix) = match &self.to {
            Some(to) => destination(to)?,
            None => (session.own_bucket().await?, if self.public { "public/" } else { "" }.to_owned()),
        };
        let mut pieces = Vec::new();
        for path in &self.paths {
            let name = path.canonicalize().with_context(|| path.display().to_string())?;
            let name = name.file_name().context("a file or folder with a name is expected")?.to_string_lossy();
            collect(path, &format!("{prefix}{name}"), &mut pieces)?;
        }
        let store = session.storage().await?;
        let bar = progress(pieces.iter().map(|p| p.size).sum(), self.target.json);
        // What is at the root of a folder goes last: a Zarr store is complete when its root metadata is there.
        let (roots, leaves): (Vec<_>, Vec<_>) = pieces.iter().cloned().partition(|p| is_root_metadata(&p.key));
        for batch in [leaves, roots] {
            stream::iter(batch)
                .map(|piece| put(&store, &bucket, piece, &bar))
                .buffer_unordered(UPLOADS)
                .try_collect::<()>()
                .await?;
        }
        bar.finish_and_clear();
        let urls: Vec<_> = pieces.iter().map(|p| format!("s3://{bucket}/{}", p.key)).collect();
        if self.target.json {
            print_json(&json!({"uploaded": urls}));
        } else {
            urls.iter().for_each(|url| print_line(url));
        }
        Ok(())
    }
}

fn destination(to: &str) -> anyhow::Result<(String, String)> {
    let rest = to.strip_prefix("s3://").context("--to starts with s3://")?;
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    ensure!(!bucket.is_empty(), "--to names a bucket: s3://bucket/prefix/");
    let slash = if prefix.is_empty() || prefix.ends_with('/') { "" } else { "/" };
    Ok((bucket.to_owned(), format!("{prefix}{slash}")))
}

fn is_root_metadata(key: &str) -> bool {
    let Some((folder, name)) = key.rsplit_once('/') else { return false };
    matches!(name, "zarr.json" | ".zmetadata" | ".zgroup") && folder.ends_with(".zarr")
}

fn collect(path: &Path, key: &str, pieces: &mut Vec<Piece>) -> anyhow::Result<()> {
    let meta = std::fs::metadata(path).with_context(|| path.display().to_string())?;
    if meta.is_file() {
        pieces.push(Piece { file: path.to_owned(), key: key.to_owned(), size: meta.len() });
        return Ok(());
    }
    let mut entries: Vec<_> = std::fs::read_dir(path)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        collect(&entry.path(), &format!("{key}/{}", entry.file_name().to_string_lossy()), pieces)?;
    }
    Ok(())
}

fn progress(bytes: u64, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {msg}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

async fn put(store: &impl Blobs, bucket: &str, piece: Piece, bar: &ProgressBar) -> anyhow::Result<()> {
    let file = tokio::fs::File::open(&piece.file).await.with_context(|| piece.file.display().to_string())?;
    bar.set_message(piece.key.clone());
    let seen = bar.clone();
    let body = ReaderStream::with_capacity(file, BLOCK)
        .inspect(move |chunk| seen.inc(chunk.as_ref().map_or(0, |c| c.len() as u64)))
        .boxed();
    let options = PutOptions { content_type: content_type(&piece.key), ..PutOptions::default() };
    let at = Location::new(bucket, &piece.key);
    store.put(&at, body, options).await.map(drop).with_context(|| format!("uploading {at}"))
}

/// The media type that a name suggests.
pub fn content_type(name: &str) -> Option<String> {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("nc" | "nc4" | "cdf") => Some("application/x-netcdf".to_owned()),
        _ => mime_guess::from_path(name).first().map(|mime| mime.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations() {
        assert_eq!(destination("s3://b/x").unwrap(), ("b".into(), "x/".into()));
        assert_eq!(destination("s3://b").unwrap(), ("b".into(), String::new()));
        assert!(destination("b/x").is_err() && destination("s3:///x").is_err());
    }

    #[test]
    fn a_folder_is_collected_in_order_and_its_root_metadata_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("a.zarr");
        std::fs::create_dir_all(store.join("t/c")).unwrap();
        std::fs::write(store.join("zarr.json"), "{}").unwrap();
        std::fs::write(store.join("t/c/0"), "x").unwrap();
        let mut pieces = Vec::new();
        collect(&store, "public/a.zarr", &mut pieces).unwrap();
        let keys: Vec<_> = pieces.iter().map(|p| p.key.as_str()).collect();
        assert_eq!(keys, ["public/a.zarr/t/c/0", "public/a.zarr/zarr.json"]);
        assert!(is_root_metadata(keys[1]) && !is_root_metadata(keys[0]) && !is_root_metadata("a.zarr/t/zarr.json"));
    }
}
