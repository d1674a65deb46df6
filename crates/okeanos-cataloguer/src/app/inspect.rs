//! Reads of a data set what describing it needs, within a budget of time.

use std::{
    fmt, io,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use okeanos_blob::{Blobs, Location};
use okeanos_cf::{checks::Severity, model::Variable};
use okeanos_dataset::{BlobStore, Dataset, Error, Limits, Store, store::Entry};
use okeanos_fault::Fault;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::domain::{
    describe::{Inspection, Values, needed},
    rules::{COMPLETE, COORDINATES, UNDERSTOOD, finding},
    unit::is_metadata,
};

/// Folders of a store whose metadata are looked for.
const FOLDERS_MAX: usize = 2_000;
/// Objects of a store that are counted.
const OBJECTS_MAX: usize = 100_000;

/// What reading came to.
#[derive(Debug)]
pub(crate) enum Inspected {
    /// It was read; for a Zarr store, with what is not there yet.
    Read { inspection: Box<Inspection>, missing: Missing },
    /// There is nothing at all.
    Absent,
    /// It is of another format: what was found, in words.
    Foreign(String),
    /// It is data, but broken or beyond what is read.
    Broken(Error),
}

/// What a Zarr store lacks, in words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Missing {
    /// Metadata of the root or of folders.
    pub(crate) metadata: Vec<String>,
    /// Chunks of coordinates.
    pub(crate) chunks: Vec<String>,
}

impl Missing {
    /// Whether nothing is missing.
    pub(crate) fn is_empty(&self) -> bool {
        self.metadata.is_empty() && self.chunks.is_empty()
    }
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<_> = self.metadata.iter().chain(&self.chunks).map(String::as_str).collect();
        write!(f, "missing: {}", all.join(", "))
    }
}

/// Opens data sets.
#[derive(Debug)]
pub(crate) struct Inspector {
    blobs: Arc<dyn Blobs>,
    budget: Duration,
    items_max: usize,
    stop: CancellationToken,
}

impl Inspector {
    pub(crate) fn new(blobs: Arc<dyn Blobs>, budget: Duration, items_max: usize, stop: CancellationToken) -> Self {
        Self { blobs, budget, items_max, stop }
    }

    /// Reads the data set at an object, or at a prefix.
    ///
    /// # Errors
    /// When the object store is away, or the node is stopping.
    pub(crate) async fn inspect(&self, at: &Location) -> Result<Inspected, Fault> {
        let store = Bounded {
            inner: BlobStore::new(Arc::clone(&self.blobs), &at.bucket, Handle::current()),
            ends: Instant::now() + self.budget,
            stop: self.stop.clone(),
        };
        let (key, items_max) = (at.key.clone(), self.items_max);
        let read = tokio::task::spawn_blocking(move || read(&Arc::new(store), &key, items_max)).await;
        match read.map_err(Fault::internal)? {
            Ok((inspection, missing)) => Ok(Inspected::Read { inspection: Box::new(inspection), missing }),
            Err(Error::NoSuchObject(_)) => Ok(Inspected::Absent),
            Err(Error::NotADataset { found }) => Ok(Inspected::Foreign(found)),
            Err(Error::Io(error)) => Err(Fault::unavailable(error)),
            Err(error) => Ok(Inspected::Broken(error)),
        }
    }

    /// How many objects a store has, and their bytes; counted up to a bound.
    pub(crate) async fn measure(&self, root: &Location) -> Result<u64, Fault> {
        let store = BlobStore::new(Arc::clone(&self.blobs), &root.bucket, Handle::current());
        let prefix = format!("{}/", root.key);
        let entries = tokio::task::spawn_blocking(move || store.list(&prefix, OBJECTS_MAX)).await;
        let entries = entries.map_err(Fault::internal)?.map_err(Fault::unavailable)?;
        Ok(entries.iter().map(|entry| entry.size).sum())
    }
}

/// A store that gives up when the time is over or the node stops.
struct Bounded {
    inner: BlobStore,
    ends: Instant,
    stop: CancellationToken,
}

impl Bounded {
    fn check(&self) -> Result<(), Error> {
        if self.stop.is_cancelled() {
            return Err(Error::Io(io::Error::other("the service is stopping")));
        }
        if Instant::now() >= self.ends {
            // As a fact about the data, not the store: trying again would take as long.
            return Err(Error::Unsupported("reading it takes longer than a check may take".to_owned()));
        }
        Ok(())
    }
}

impl Store for Bounded {
    fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        self.check()?;
        self.inner.size(key)
    }

    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        self.check()?;
        self.inner.read(key, range)
    }

    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<Entry>, Error> {
        self.check()?;
        self.inner.list(prefix, limit)
    }

    fn folders(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        self.check()?;
        self.inner.folders(prefix, limit)
    }

    fn get(&self, key: &str, limit: u64) -> Result<Option<Bytes>, Error> {
        self.check()?;
        self.inner.get(key, limit)
    }
}

fn read(store: &Arc<Bounded>, key: &str, items_max: usize) -> Result<(Inspection, Missing), Error> {
    let dataset = Dataset::open(Arc::<Bounded>::clone(store), key, &Limits::default())?;
    let header = dataset.header();
    let mut inspection = Inspection {
        format: dataset.format(),
        header: header.clone(),
        coordinates: std::collections::BTreeMap::new(),
        findings: Vec::new(),
    };
    for note in dataset.notes().iter().take(100) {
        inspection.findings.push(finding(UNDERSTOOD, Severity::Warning, "", note, "It is left out."));
    }
    let names = needed(header, items_max);
    let mut missing = Missing::default();
    if dataset.format().is_store() {
        missing = incomplete(store.as_ref(), key, &dataset, &names)?;
    }
    for name in names {
        match dataset.coordinate(&name) {
            Ok(array) => {
                inspection.coordinates.insert(name, Values { values: array.values });
            }
            Err(error) if !error.is_permanent() => return Err(error),
            Err(error) => {
                let message = format!("its values cannot be read: {error}");
                inspection.findings.push(finding(
                    COORDINATES,
                    Severity::Error,
                    &name,
                    message,
                    "Write the data set again.",
                ));
            }
        }
    }
    if !missing.is_empty() {
        inspection.findings.push(finding(
            COMPLETE,
            Severity::Warning,
            "",
            missing.to_string(),
            "Upload what is missing.",
        ));
    }
    Ok((inspection, missing))
}

/// What a Zarr store lacks: metadata of folders, chunks of coordinates.
fn incomplete(store: &dyn Store, root: &str, dataset: &Dataset, coordinates: &[String]) -> Result<Missing, Error> {
    let header = dataset.header();
    let mut missing = Missing::default();
    // A store that is one array has only chunks in its folders.
    let array = matches!(header.variables.as_slice(), [only] if only.name == "data")
        && !has_metadata(store, &format!("{root}/data"))?;
    let folders = if array { Vec::new() } else { store.folders(&format!("{root}/"), FOLDERS_MAX)? };
    for folder in folders.iter().filter(|folder| !folder.starts_with('.')) {
        let below = format!("{folder}/");
        let known = header.variables.iter().any(|v| v.name == *folder || v.name.starts_with(&below));
        if !known && !has_metadata(store, &format!("{root}/{folder}"))? {
            missing.metadata.push(format!("the metadata of {folder}"));
        }
    }
    for variable in coordinates.iter().filter_map(|name| header.variable(name)) {
        let wanted = chunks(variable);
        let found = store.list(&format!("{root}/{}/", variable.name), OBJECTS_MAX)?;
        let found =
            found.iter().filter(|entry| !is_metadata(entry.key.rsplit('/').next().unwrap_or_default())).count() as u64;
        if found < wanted.min(OBJECTS_MAX as u64) {
            missing.chunks.push(format!("{} of {wanted} chunks of coordinate {}", wanted - found, variable.name));
        }
    }
    Ok(missing)
}

fn has_metadata(store: &dyn Store, folder: &str) -> Result<bool, Error> {
    for marker in crate::domain::unit::MARKERS {
        if store.exists(&format!("{folder}/{marker}"))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many chunks an array consists of.
fn chunks(variable: &Variable) -> u64 {
    let lengths = variable.chunks.as_deref().unwrap_or(&variable.shape);
    variable
        .shape
        .iter()
        .zip(lengths)
        .fold(1, |all: u64, (size, chunk)| all.saturating_mul(size.div_ceil((*chunk).max(1))))
}
