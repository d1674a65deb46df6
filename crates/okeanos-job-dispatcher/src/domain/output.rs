//! What a run has left behind.

use std::{cmp::Reverse, path::PathBuf};

use okeanos_ogc::process::Transmission;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// An output of a job, as it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output {
    /// Its name in the process description.
    pub(crate) name: String,
    /// Where it is: `s3://bucket/key`; of a folder, such as a Zarr store, the prefix without a trailing slash.
    pub(crate) href: String,
    /// Its media type.
    pub(crate) media_type: String,
    /// Bytes in all.
    pub(crate) bytes: u64,
    /// Whether it is a folder.
    pub(crate) folder: bool,
    /// How the client wants it handed over, when it said.
    pub(crate) transmission: Option<Transmission>,
    /// The value itself, of a small JSON output.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) value: Option<Value>,
}

/// A file that a run has left in its output folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OutputFile {
    /// Path below the output folder, with `/` between.
    pub(crate) path: String,
    /// Where it is on this machine.
    pub(crate) at: PathBuf,
    /// Bytes.
    pub(crate) bytes: u64,
}

impl OutputFile {
    /// The entry of the output folder that it is or lies in.
    pub(crate) fn entry(&self) -> &str {
        self.path.split('/').next().unwrap_or_default()
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is what makes a reader see a Zarr store or group.
    pub(crate) fn is_zarr_metadata(&self) -> bool {
        matches!(self.name(), "zarr.json" | ".zgroup" | ".zarray" | ".zattrs" | ".zmetadata")
    }
}

/// Puts files in the order in which they are stored: a Zarr store's chunks first, then its metadata from the leaves to the
/// root, so that nobody sees a store that is not whole.
pub(crate) fn in_storing_order(files: &mut [OutputFile]) {
    files.sort_by_cached_key(|file| {
        let depth = file.path.split('/').count();
        (file.is_zarr_metadata(), Reverse(if file.is_zarr_metadata() { depth } else { 0 }), file.path.clone())
    });
}

/// The entry of the output folder that is an output: the one called so, with any extension; the only one there is, when the
/// process has but one output.
pub(crate) fn entry_of<'e>(output: &str, only: bool, entries: &[&'e str]) -> Option<&'e str> {
    let called = |entry: &&&str| entry.split('.').next() == Some(output);
    entries.iter().find(called).or_else(|| entries.first().filter(|_| only && entries.len() == 1)).copied()
}

/// The media type of a file or folder, by its name.
pub(crate) fn media_type(name: &str, folder: bool) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
    match (extension.as_str(), folder) {
        ("zarr", true) => "application/vnd+zarr",
        (_, true) => "application/x-directory",
        ("nc" | "nc4" | "cdf", _) => "application/x-netcdf",
        ("json", _) => "application/json",
        ("geojson", _) => "application/geo+json",
        ("csv", _) => "text/csv",
        ("parquet", _) => "application/vnd.apache.parquet",
        ("tif" | "tiff", _) => "image/tiff; application=geotiff",
        ("grib" | "grb" | "grib2" | "grb2", _) => "application/x-grib",
        ("png", _) => "image/png",
        ("txt" | "log", _) => "text/plain",
        ("zip", _) => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zarr_store_is_seen_when_it_is_whole() {
        let mut files: Vec<_> = ["r.zarr/zarr.json", "r.zarr/t/zarr.json", "r.zarr/t/c/0", ".zattrs", "b.nc"]
            .map(|path| OutputFile { path: path.to_owned(), at: path.into(), bytes: 1 })
            .into();
        in_storing_order(&mut files);
        let order: Vec<_> = files.iter().map(|f| f.path.as_str()).collect();
        assert_eq!(order, ["b.nc", "r.zarr/t/c/0", "r.zarr/t/zarr.json", "r.zarr/zarr.json", ".zattrs"]);
        assert_eq!(files[1].entry(), "r.zarr");
    }

    #[test]
    fn outputs_are_found_by_name() {
        assert_eq!(entry_of("result", true, &["other.txt", "result.nc"]), Some("result.nc"));
        assert_eq!(entry_of("result", true, &["subset.nc"]), Some("subset.nc"));
        assert_eq!(entry_of("result", false, &["subset.nc"]), None);
        assert_eq!(entry_of("result", true, &["a", "b"]), None);
        assert_eq!(media_type("result.zarr", true), "application/vnd+zarr");
        assert_eq!(media_type("RESULT.NC", false), "application/x-netcdf");
    }
}
