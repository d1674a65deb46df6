//! The folder where attempts run, `<data folder>/job-dispatcher`: a folder per job, and the worker's name.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Write},
    path::{Path, PathBuf},
};

use anyhow::Context;
use rustix::fs::{FlockOperation, flock};
use uuid::Uuid;

use crate::executor::strays;

/// The folder where attempts run.
#[derive(Debug)]
pub(super) struct Bench {
    folder: PathBuf,
    worker: String,
    /// Locked for as long as this process lives, so that no two workers have one name.
    _lock: File,
}

impl Bench {
    /// Opens the folder under the worker's name from the last run, and clears away what was left: processes and files of
    /// attempts whose worker was killed.
    ///
    /// # Errors
    /// When the folder cannot be made, or another process works in it.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        let path = folder.join("worker");
        let mut lock = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)
            .with_context(|| format!("another process works in {}", folder.display()))?;
        let mut worker = String::new();
        lock.read_to_string(&mut worker)?;
        if worker.is_empty() {
            worker = Uuid::new_v4().to_string();
            lock.write_all(worker.as_bytes())?;
            lock.sync_all()?;
        }
        let left: Vec<String> = fs::read_dir(folder)?
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| Uuid::try_parse(name).is_ok())
            .collect();
        let killed = strays::kill(&left);
        for job in &left {
            fs::remove_dir_all(folder.join(job)).with_context(|| format!("clearing {job}"))?;
        }
        if !left.is_empty() {
            tracing::warn!(jobs = left.len(), killed, "attempts of the last run were cleared away");
        }
        Ok(Self { folder: folder.to_owned(), worker, _lock: lock })
    }

    /// This worker's name.
    pub(super) fn worker(&self) -> &str {
        &self.worker
    }

    /// An empty folder for an attempt.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn clear(&self, job: Uuid) -> std::io::Result<Place> {
        let folder = self.folder.join(job.to_string());
        let place = Place { folder };
        place.remove()?;
        for folder in [place.input(), place.output(), place.temporary()] {
            fs::create_dir_all(folder)?;
        }
        Ok(place)
    }
}

/// The folder of an attempt; dropped, it is removed.
#[derive(Debug)]
pub(super) struct Place {
    folder: PathBuf,
}

impl Place {
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn inputs_file(&self) -> PathBuf {
        self.folder.join("inputs.json")
    }

    pub(super) fn input(&self) -> PathBuf {
        self.folder.join("input")
    }

    pub(super) fn output(&self) -> PathBuf {
        self.folder.join("output")
    }

    pub(super) fn temporary(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    fn remove(&self) -> std::io::Result<()> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            tracing::warn!(%error, folder = %self.folder.display(), "an attempt's folder is left behind");
        }
    }
}
