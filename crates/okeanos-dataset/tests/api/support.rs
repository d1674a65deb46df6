//! The fixtures.

use std::{path::PathBuf, sync::Arc};

use okeanos_dataset::{Dataset, Limits, LocalStore};

/// The folder of the fixtures.
pub(crate) fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// Opens a fixture.
pub(crate) fn open(name: &str) -> Dataset {
    Dataset::open(Arc::new(LocalStore::new(data())), name, &Limits::default()).unwrap()
}

/// Opens what a test wrote.
pub(crate) fn open_in(folder: &std::path::Path, name: &str) -> Dataset {
    Dataset::open(Arc::new(LocalStore::new(folder)), name, &Limits::default()).unwrap()
}
