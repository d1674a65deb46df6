//! Reads of a data set what describing it needs, within a budget of time.

use std::{
    fmt, io,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use okeanos_blob::{Blobs, Location};
use okeanos_cf::{axes::geophysical, checks::Severity, model::Variable};
use okeanos_dataset::{BlobStore, Dataset, Error, Limits, Store, store::Entry};
use okeanos_fault::Fault;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::domain::{
    describe::{Described, Inspection, Source, Values, describe, needed},
    report::Outcome,
    rules::{COMPLETE, COORDINATES, UNDERSTOOD, finding},
    unit::{MARKERS, is_metadata},
};

/// Folders of a store whose metadata are looked for.
const FOLDERS_MAX: usize = 2_000;
/// Objects of a store that are counted.
const OBJECTS_MAX: usize = 100_000;
/// Largest metadata file of an array.
const METADATA_MAX: u64 = 4 << 20;

/// What reading came to.
#[derive(Debug)]
pub(crate) enum Inspected {
    /// It was read; for a Zarr store, with what is not there yet and the bytes of its objects, if they can be counted.
    Read { inspection: Box<Inspection>, missing: Missing, size: Option<u64> },
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
    /// Metadata of the root or of folders, arrays.
    pub(crate) metadata: Vec<String>,
    /// Chunks of coordinates and of variables.
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
            Ok(Look { inspection, missing, size }) => {
                Ok(Inspected::Read { inspection: Box::new(inspection), missing, size })
            }
            Err(Error::NoSuchObject(_)) => Ok(Inspected::Absent),
            Err(Error::NotADataset { found }) => Ok(Inspected::Foreign(found)),
            Err(Error::Io(error)) => Err(Fault::unavailable(error)),
            Err(error) => Ok(Inspected::Broken(error)),
        }
    }

    /// Checks and describes what was read. Beside the workers too: coordinates can have millions of values.
    ///
    /// # Errors
    /// When the node is stopping.
    pub(crate) async fn describe(
        &self,
        inspection: Box<Inspection>,
        source: Source,
        now: OffsetDateTime,
    ) -> Result<(Outcome, Vec<Described>), Fault> {
        let items_max = self.items_max;
        let described = tokio::task::spawn_blocking(move || describe(&inspection, &source, items_max, now)).await;
        described.map_err(Fault::internal)
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

/// What reading gives.
struct Look {
    inspection: Inspection,
    missing: Missing,
    size: Option<u64>,
}

fn read(store: &Arc<Bounded>, key: &str, items_max: usize) -> Result<Look, Error> {
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
    let (mut missing, mut size) = (Missing::default(), None);
    if dataset.format().is_store() {
        let objects = Objects::of(store.as_ref(), key)?;
        size = objects.size();
        missing = incomplete(&objects, &dataset, &names, items_max)?;
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
        let sound = missing.metadata.is_empty() && inspection.has_sound_coordinates();
        let (severity, fix) = if sound {
            (Severity::Info, "Nothing, if they hold only the fill value: then Zarr leaves them out.")
        } else {
            (Severity::Warning, "Upload what is missing.")
        };
        inspection.findings.push(finding(COMPLETE, severity, "", missing.to_string(), fix));
    }
    Ok(Look { inspection, missing, size })
}

/// The objects of a Zarr store.
struct Objects<'a> {
    store: &'a dyn Store,
    root: &'a str,
    /// All of them; `None` when there are too many to count.
    all: Option<Vec<Entry>>,
}

impl<'a> Objects<'a> {
    fn of(store: &'a dyn Store, root: &'a str) -> Result<Self, Error> {
        let all = store.list(&format!("{root}/"), OBJECTS_MAX)?;
        Ok(Self { store, root, all: Some(all).filter(|all| all.len() < OBJECTS_MAX) })
    }

    /// Their bytes.
    fn size(&self) -> Option<u64> {
        self.all.as_ref().map(|all| all.iter().map(|entry| entry.size).sum())
    }

    fn below(&self, folder: &str, name: &str) -> String {
        let root = self.root;
        if folder.is_empty() { format!("{root}/{name}") } else { format!("{root}/{folder}/{name}") }
    }

    /// How many objects below a folder are no metadata, counted up to a bound.
    fn chunks(&self, folder: &str) -> Result<u64, Error> {
        let prefix = self.below(folder, "");
        let is_chunk = |entry: &&Entry| !is_metadata(entry.key.rsplit('/').next().unwrap_or_default());
        Ok(match &self.all {
            Some(all) => all.iter().filter(|entry| entry.key.starts_with(&prefix)).filter(is_chunk).count() as u64,
            None => self.store.list(&prefix, OBJECTS_MAX)?.iter().filter(is_chunk).count() as u64,
        })
    }

    fn has_metadata(&self, folder: &str) -> Result<bool, Error> {
        for marker in MARKERS {
            if self.store.exists(&self.below(folder, marker))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How many objects hold the chunks of an array. In version 3 an object may be a shard of many chunks.
    fn wanted(&self, variable: &Variable, folder: &str) -> Result<u64, Error> {
        let bytes = self.store.get(&self.below(folder, "zarr.json"), METADATA_MAX)?;
        let document: Option<Value> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let shape = document.as_ref().and_then(|d| d.pointer("/chunk_grid/configuration/chunk_shape")?.as_array());
        let shards: Option<Vec<u64>> = shape.and_then(|shape| shape.iter().map(Value::as_u64).collect());
        let lengths = shards.as_ref().or(variable.chunks.as_ref()).unwrap_or(&variable.shape);
        let along = |(size, length): (&u64, &u64)| size.div_ceil((*length).max(1));
        Ok(variable.shape.iter().zip(lengths).map(along).fold(1, u64::saturating_mul))
    }
}

/// What a Zarr store lacks: arrays, metadata of folders, chunks of coordinates and of the variables that are catalogued.
fn incomplete(
    objects: &Objects<'_>,
    dataset: &Dataset,
    coordinates: &[String],
    items_max: usize,
) -> Result<Missing, Error> {
    let header = dataset.header();
    let mut missing = Missing::default();
    if header.variables.is_empty() {
        missing.metadata.push("the metadata of any array".to_owned());
    }
    // A store that is one array has only chunks in its folders.
    let array =
        matches!(header.variables.as_slice(), [only] if only.name == "data") && !objects.has_metadata("data")?;
    let folders = if array { Vec::new() } else { objects.store.folders(&format!("{}/", objects.root), FOLDERS_MAX)? };
    for folder in folders.iter().filter(|folder| !folder.starts_with('.')) {
        let below = format!("{folder}/");
        let known = header.variables.iter().any(|v| v.name == *folder || v.name.starts_with(&below));
        if !known && !objects.has_metadata(folder)? {
            missing.metadata.push(format!("the metadata of {folder}"));
        }
    }
    let mut lacking = |variable: &Variable, what: &str| -> Result<(), Error> {
        let folder = if array { "" } else { variable.name.as_str() };
        let (wanted, found) = (objects.wanted(variable, folder)?, objects.chunks(folder)?);
        if found < wanted.min(OBJECTS_MAX as u64) {
            missing.chunks.push(format!("{} of {wanted} chunks of {what} {}", wanted - found, variable.name));
        }
        Ok(())
    };
    for variable in coordinates.iter().filter_map(|name| header.variable(name)) {
        lacking(variable, "coordinate")?;
    }
    // In a store of too many objects those of variables are not counted.
    let counted = geophysical(header).into_iter().take(if objects.all.is_some() { items_max } else { 0 });
    for variable in counted.filter(|variable| !coordinates.contains(&variable.name)) {
        lacking(variable, "variable")?;
    }
    Ok(missing)
}
