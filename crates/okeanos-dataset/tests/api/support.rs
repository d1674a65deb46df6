//! The fixtures.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use okeanos_dataset::{Dataset, Limits, LocalStore};
use serde_json::{Value, json};

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

/// A classic file with attributes of so many bytes, and a variable of four floats.
pub(crate) fn classic(attributes: &[usize]) -> Vec<u8> {
    let mut bytes = b"CDF\x01".to_vec();
    let word = |bytes: &mut Vec<u8>, n: usize| bytes.extend(u32::try_from(n).unwrap().to_be_bytes());
    let text = |bytes: &mut Vec<u8>, text: &str| {
        word(bytes, text.len());
        bytes.extend(text.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
    };
    [0, 10, 1].into_iter().for_each(|n| word(&mut bytes, n));
    text(&mut bytes, "x");
    [4, 12, attributes.len()].into_iter().for_each(|n| word(&mut bytes, n));
    for (number, length) in attributes.iter().enumerate() {
        text(&mut bytes, &format!("a{number}"));
        word(&mut bytes, 2);
        text(&mut bytes, &"y".repeat(*length));
    }
    [11, 1].into_iter().for_each(|n| word(&mut bytes, n));
    text(&mut bytes, "v");
    let begin = bytes.len() + 28;
    [1, 0, 0, 0, 5, 16, begin].into_iter().for_each(|n| word(&mut bytes, n));
    [1.5_f32, 2.5, 3.5, 4.5].into_iter().for_each(|v| bytes.extend(v.to_be_bytes()));
    bytes
}

/// Writes an array of a Zarr store, version 2, as it is.
pub(crate) fn array(
    folder: &Path,
    name: &str,
    dimensions: &[(&str, u64)],
    dtype: &str,
    bytes: &[u8],
    mut attributes: Value,
) {
    let shape: Vec<u64> = dimensions.iter().map(|(_, size)| *size).collect();
    let document = json!({ "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": dtype, "compressor": null,
        "fill_value": null, "order": "C", "filters": null });
    attributes["_ARRAY_DIMENSIONS"] = json!(dimensions.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    let place = folder.join(name);
    std::fs::create_dir_all(&place).unwrap();
    std::fs::write(folder.join(".zgroup"), r#"{"zarr_format":2}"#).unwrap();
    std::fs::write(place.join(".zarray"), document.to_string()).unwrap();
    std::fs::write(place.join(".zattrs"), attributes.to_string()).unwrap();
    let chunk = if shape.is_empty() { "0".to_owned() } else { vec!["0"; shape.len()].join(".") };
    std::fs::write(place.join(chunk), bytes).unwrap();
}
