//! Fixtures: those of okeanos-dataset.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use okeanos_dataset::{Dataset, Limits, LocalStore};
use okeanos_processes::{Error, Function, execute};
use serde_json::{Value, json};
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
pub(crate) fn run(function: Function, file: &str, inputs: Value, folder: &Path) -> Result<PathBuf, Error> {
    run_on(function, &data(), file, inputs, folder)
}

/// Runs a function on a data set in a folder.
pub(crate) fn run_on(
    function: Function,
    source: &Path,
    file: &str,
    mut inputs: Value,
    folder: &Path,
) -> Result<PathBuf, Error> {
    inputs["source"] = Value::String(format!("s3://fixtures/{file}"));
    let request = function.validate(&inputs).map_err(Error::Inputs)?;
    let dataset = open(source, file);
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

/// The Zarr store that a test makes.
pub(crate) const MADE: &str = "made.zarr";

/// Writes an array of 64-bit floats of that store, version 2, in a folder.
pub(crate) fn array(folder: &Path, name: &str, dimensions: &[(&str, u64)], values: &[f64], mut attributes: Value) {
    let shape: Vec<u64> = dimensions.iter().map(|(_, size)| *size).collect();
    let document = json!({ "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": "<f8", "compressor": null,
        "fill_value": null, "order": "C", "filters": null });
    attributes["_ARRAY_DIMENSIONS"] = json!(dimensions.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let folder = folder.join(MADE);
    let place = folder.join(name);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(folder.join(".zgroup"), r#"{"zarr_format":2}"#).unwrap();
    std::fs::write(place.join(".zarray"), document.to_string()).unwrap();
    std::fs::write(place.join(".zattrs"), attributes.to_string()).unwrap();
    let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    std::fs::write(place.join(vec!["0"; shape.len()].join(".")), bytes).unwrap();
}
