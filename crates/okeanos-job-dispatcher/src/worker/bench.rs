//! The folder where attempts run, `<data folder>/job-dispatcher`: a folder per attempt, and the worker's name. Everything
//! here blocks, and so runs beside the executor's threads.

use std::{
    fs::{self, File, OpenOptions, Permissions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::Context;
use rustix::fs::{FlockOperation, flock};
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::stage_in;
use crate::{
    domain::{job::Job, plan::Plan},
    executor::strays,
};

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
    pub(super) async fn open(folder: PathBuf) -> anyhow::Result<Self> {
        spawn_blocking(move || Self::open_blocking(&folder)).await?
    }

    fn open_blocking(folder: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))?;
        let folder = folder.canonicalize()?;
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
        let left: Vec<Place> = fs::read_dir(&folder)?
            .flatten()
            .filter(|entry| entry.file_name().to_str().is_some_and(is_attempt))
            .map(|entry| Place { folder: entry.path() })
            .collect();
        let outputs: Vec<PathBuf> = left.iter().map(Place::output).collect();
        let killed = if left.is_empty() { 0 } else { strays::kill(&outputs) };
        if !left.is_empty() {
            tracing::warn!(attempts = left.len(), killed, "attempts of the last run are cleared away");
        }
        left.iter().for_each(Place::remove);
        Ok(Self { folder, worker, _lock: lock })
    }

    /// This worker's name.
    pub(super) fn worker(&self) -> &str {
        &self.worker
    }

    /// A folder for an attempt, with what its process finds there.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) async fn set_up(&self, job: &Job, plan: &Plan) -> io::Result<Place> {
        let place = Place { folder: self.folder.join(format!("{}.{}", job.id, job.attempt)) };
        let (id, plan) = (job.id, plan.clone());
        let made = spawn_blocking(move || {
            place.remove();
            for folder in [place.input(), place.output(), place.temporary()] {
                fs::create_dir_all(folder)?;
            }
            stage_in::write(id, &plan, &place).map(|()| place)
        });
        made.await?
    }
}

/// Whether a name is of an attempt's folder: `<job>.<attempt>`.
fn is_attempt(name: &str) -> bool {
    name.split_once('.').is_some_and(|(job, attempt)| Uuid::try_parse(job).is_ok() && attempt.parse::<u32>().is_ok())
}

/// The folder of an attempt. What is not removed, because the platform was killed, the next start clears away.
#[derive(Clone, Debug)]
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

    /// Ends what the attempt has left running, whatever group it went to.
    pub(super) async fn quiet(&self) {
        let outputs = [self.output()];
        match spawn_blocking(move || strays::kill(&outputs)).await {
            Ok(0) => {}
            Ok(killed) => tracing::info!(killed, "processes that an attempt left running were ended"),
            Err(error) => tracing::warn!(%error, "processes of an attempt may be left running"),
        }
    }

    /// How many files there are, and how much of the disk they take.
    pub(super) async fn used(&self) -> (usize, u64) {
        let folder = self.folder.clone();
        // Nothing measured is nothing found: it is measured again, and at the end.
        spawn_blocking(move || used(&folder)).await.unwrap_or_default()
    }

    /// Clears it away.
    pub(super) async fn clear(self) {
        if let Err(error) = spawn_blocking(move || self.remove()).await {
            tracing::warn!(%error, "an attempt's folder is left behind");
        }
    }

    /// Removes it, or at least gets it out of the way: what a process leaves behind must not keep the platform from working.
    fn remove(&self) {
        let gone = |removed: io::Result<()>| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let Err(first) = gone(fs::remove_dir_all(&self.folder)) else { return };
        open_up(&self.folder);
        let Err(error) = gone(fs::remove_dir_all(&self.folder)) else { return };
        let aside = self.folder.with_file_name(format!("left-{}", Uuid::new_v4()));
        let moved = fs::rename(&self.folder, &aside);
        tracing::warn!(%first, %error, ?moved, aside = %aside.display(), "an attempt's folder cannot be removed: remove it by hand");
    }
}

/// Lets us into folders that a process has closed.
fn open_up(folder: &Path) {
    // Whatever cannot be opened is not removed, which is told.
    drop(fs::set_permissions(folder, Permissions::from_mode(0o700)));
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}

fn used(folder: &Path) -> (usize, u64) {
    let (mut files, mut bytes, mut folders) = (0, 0, vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        // What goes away meanwhile takes no space.
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            files += 1;
            bytes += meta.blocks() * 512;
            if meta.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    (files, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_is_cleared_away_and_only_that() {
        let data = tempfile::tempdir().unwrap();
        let (job, stranger) = (Uuid::now_v7(), data.path().join("left-over"));
        let left = data.path().join(format!("{job}.2"));
        fs::create_dir_all(left.join("output/closed/inner")).unwrap();
        fs::create_dir_all(&stranger).unwrap();
        fs::set_permissions(left.join("output/closed"), Permissions::from_mode(0o000)).unwrap();
        let bench = Bench::open_blocking(data.path()).unwrap();
        assert!(!left.exists() && stranger.exists());
        assert!(Bench::open_blocking(data.path()).is_err(), "one process works here");
        let worker = bench.worker().to_owned();
        drop(bench);
        assert_eq!(Bench::open_blocking(data.path()).unwrap().worker(), worker, "a worker keeps its name");
    }

    #[test]
    fn what_cannot_be_removed_is_moved_aside() {
        let data = tempfile::tempdir().unwrap();
        // A file is not a folder that could be removed.
        let left = data.path().join(format!("{}.1", Uuid::now_v7()));
        fs::write(&left, "x").unwrap();
        Bench::open_blocking(data.path()).unwrap();
        assert!(!left.exists());
        let names = fs::read_dir(data.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        assert_eq!(names.filter(|name| name.starts_with("left-")).count(), 1);
    }

    #[test]
    fn use_is_measured_below() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        fs::write(folder.path().join("a/b"), vec![1; 100_000]).unwrap();
        let (files, bytes) = used(folder.path());
        assert!(files == 2 && bytes >= 100_000, "{files} {bytes}");
    }
}
