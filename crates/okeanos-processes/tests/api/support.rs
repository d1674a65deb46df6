//! Fixtures: those of okeanos-dataset.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use okeanos_dataset::{Dataset, Limits, LocalStore};
use okeanos_processes::{Error, Function, execute};
use serde_json::Value;
use time::macros::datetime;

/// The folder of the fixtures.
pub(crate) fn data() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../okeanos-dataset/tests/data")
}

/// What numpy computed.
pub(crate) fn golden() -> Value {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Opens a data set in a folder.
pub(crate) fn open(folder: &Path, name: &str) -> Dataset {
    Dataset::open(Arc::new(LocalStore::new(folder)), name, &Limits::default()).unwrap()
}

/// Runs a function on a fixture; the source is added to the inputs.
pub(crate) fn run(function: Function, file: &str, mut inputs: Value, folder: &Path) -> Result<PathBuf, Error> {
    inputs["source"] = Value::String(format!("s3://fixtures/{file}"));
    let request = function.validate(&inputs).map_err(Error::Inputs)?;
    let dataset = open(&data(), file);
    let mut last = 0.0;
    let mut progress = |done: f64| {
        assert!(done >= last && done <= 1.0, "{done} after {last}");
        last = done;
    };
    let result = execute(function, &dataset, &request, folder, datetime!(2026-01-02 03:04:05 UTC), &mut progress);
    assert!(result.is_err() || last > 0.99, "progress ended at {last}");
    result
}

/// Whether two numbers are the same but for rounding.
pub(crate) fn close(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-6 * b.abs().max(1.0),
        _ => false,
    }
}
