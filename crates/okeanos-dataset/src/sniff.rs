//! Which format something is, from its first bytes or the names in its folder.

use crate::{Error, Store, store::join};

const HDF5: &[u8] = b"\x89HDF\r\n\x1a\n";

/// What was found at a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// NetCDF classic, 64-bit offset or CDF-5.
    Classic,
    /// HDF5.
    Hdf5,
    /// A Zarr store, told by this file.
    Zarr(Marker),
}

/// The file that tells a Zarr store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    /// `zarr.json`: version 3.
    V3,
    /// `.zmetadata`: version 2, consolidated.
    V2Consolidated,
    /// `.zgroup`: version 2.
    V2Group,
    /// `.zarray`: version 2, one array.
    V2Array,
}

impl Marker {
    /// Its file name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::V3 => "zarr.json",
            Self::V2Consolidated => ".zmetadata",
            Self::V2Group => ".zgroup",
            Self::V2Array => ".zarray",
        }
    }
}

/// Tells the format at a key.
pub(crate) fn kind(store: &dyn Store, key: &str) -> Result<Kind, Error> {
    if let Some(size) = store.size(key)? {
        return file_kind(store, key, size);
    }
    for marker in [Marker::V3, Marker::V2Consolidated, Marker::V2Group, Marker::V2Array] {
        if store.exists(&join(key, marker.name()))? {
            return Ok(Kind::Zarr(marker));
        }
    }
    if store.list(&join(key, ""), 1)?.is_empty() {
        return Err(Error::NoSuchObject(key.to_owned()));
    }
    Err(Error::NotADataset { found: "a folder without zarr.json, .zmetadata, .zgroup or .zarray".to_owned() })
}

fn file_kind(store: &dyn Store, key: &str, size: u64) -> Result<Kind, Error> {
    let first = store.read(key, 0..size.min(16))?;
    match first.as_ref() {
        [b'C', b'D', b'F', 1 | 2 | 5, ..] => return Ok(Kind::Classic),
        [b'C', b'D', b'F', version, ..] => return Err(Error::Unsupported(format!("NetCDF classic version {version}"))),
        bytes if bytes.starts_with(HDF5) => return Ok(Kind::Hdf5),
        _ => {}
    }
    // HDF5 may follow a user block of 512 bytes or any doubling of that.
    let mut offset = 512_u64;
    while offset.saturating_add(8) <= size && offset <= 1 << 30 {
        if store.read(key, offset..offset + 8)?.as_ref() == HDF5 {
            return Ok(Kind::Hdf5);
        }
        offset *= 2;
    }
    Err(Error::NotADataset { found: described(&first, size) })
}

/// What the first bytes say it is instead, for the person who uploaded it.
fn described(first: &[u8], size: u64) -> String {
    let known: [(&[u8], &str); 12] = [
        (b"GRIB", "a GRIB file"),
        (b"\x0e\x03\x13\x01", "an HDF4 file"),
        (b"\x89PNG", "a PNG image"),
        (b"II*\0", "a TIFF image"),
        (b"MM\0*", "a TIFF image"),
        (b"PAR1", "a Parquet file"),
        (b"PK\x03\x04", "a zip archive"),
        (b"\x1f\x8b", "a gzip file"),
        (b"%PDF", "a PDF document"),
        (b"BUFR", "a BUFR file"),
        (b"SQLite format 3", "an SQLite database"),
        (b"netcdf ", "a CDL text (the source of a NetCDF file, not the file)"),
    ];
    if size == 0 {
        return "an empty file".to_owned();
    }
    if let Some((_, name)) = known.iter().find(|(magic, _)| first.starts_with(magic)) {
        return (*name).to_owned();
    }
    if first.iter().all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) {
        return "a text file".to_owned();
    }
    let hex: Vec<_> = first.iter().take(8).map(|b| format!("{b:02x}")).collect();
    format!("a file that begins with bytes {}", hex.join(" "))
}
