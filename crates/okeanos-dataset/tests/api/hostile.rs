//! Broken, cut and forged files: an error or other values, never a panic, a hang or much memory.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use okeanos_dataset::{Dataset, Error, Limits, LocalStore, Store, Window, store::Entry};
use proptest::prelude::*;

use crate::support::data;

/// One object in memory that counts what is read of it.
struct Memory {
    bytes: Vec<u8>,
    served: AtomicU64,
}

impl Store for Memory {
    fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        Ok((key == "f").then_some(self.bytes.len() as u64))
    }
    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        self.served.fetch_add(range.end - range.start, Ordering::Relaxed);
        let part = self.bytes.get(range.start as usize..range.end as usize);
        part.map(Bytes::copy_from_slice).ok_or_else(|| Error::Truncated(key.to_owned()))
    }
    fn list(&self, _: &str, _: usize) -> Result<Vec<Entry>, Error> {
        Ok(Vec::new())
    }
    fn folders(&self, _: &str, _: usize) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}

/// A fixed sequence of numbers without a pattern, so that a failure can be repeated.
fn noise() -> impl FnMut() -> u64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    }
}

fn tight() -> Limits {
    Limits { header_bytes: 4 << 20, chunk_bytes: 4 << 20, read_bytes: 4 << 20, ..Limits::default() }
}

/// Opens bytes and reads every variable.
fn exercise(bytes: Vec<u8>) -> Result<(), Error> {
    let store = Arc::new(Memory { bytes, served: AtomicU64::new(0) });
    read_all(&Dataset::open(store, "f", &tight())?)
}

fn read_all(dataset: &Dataset) -> Result<(), Error> {
    let mut first = Ok(());
    for variable in &dataset.header().variables {
        let window = Window::all(&variable.shape);
        let outcome = match variable.dtype.is_numeric() {
            true => dataset.read(&variable.name, &window).map(|_| ()),
            false => dataset.read_text(&variable.name).map(|_| ()),
        };
        first = first.and(outcome);
    }
    first
}

#[test]
fn describing_a_file_and_reading_a_corner_of_it_reads_little() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("source");
    std::fs::create_dir_all(&root).unwrap();
    // Eight megabytes that do not compress.
    let mut next = noise();
    let noise: Vec<u8> = (0..8 << 20).map(|_| next() as u8).collect();
    let array = r#"{"zarr_format":2,"shape":[8,1024,1024],"chunks":[8,1024,1024],"dtype":"|u1","compressor":null,
        "fill_value":null,"order":"C","filters":null}"#;
    std::fs::write(root.join(".zarray"), array).unwrap();
    std::fs::write(root.join("0.0.0"), noise).unwrap();
    let source = Dataset::open(Arc::new(LocalStore::new(&root)), "", &Limits::default()).unwrap();
    let mut bytes = Vec::new();
    let all = okeanos_dataset::Selection::all(&source);
    okeanos_dataset::write::netcdf::write(&source, &all, None, &mut bytes, &mut |_, _| {}).unwrap();
    assert!(bytes.len() > 7 << 20);
    let store = Arc::new(Memory { bytes, served: AtomicU64::new(0) });
    let dataset = Dataset::open(store.clone(), "f", &Limits::default()).unwrap();
    assert_eq!(dataset.variable("data").unwrap().shape, [8, 1024, 1024]);
    assert!(store.served.load(Ordering::Relaxed) < 1 << 20, "{:?}", store.served);
    dataset.read("data", &Window::new(vec![0; 3], vec![1, 2, 2])).unwrap();
    assert!(store.served.load(Ordering::Relaxed) < 4 << 20, "{:?}", store.served);
}

const FILES: [&str; 6] = ["packed.nc", "classic.nc", "cdf5.nc", "groups.nc", "curvilinear.nc", "ostia.nc"];

#[test]
fn a_file_cut_anywhere_in_the_front_half_is_an_error() {
    for file in FILES {
        let bytes = std::fs::read(data().join(file)).unwrap();
        for cut in (0..bytes.len() / 2).step_by(bytes.len() / 60) {
            assert!(exercise(bytes[..cut].to_vec()).is_err(), "{file} cut at {cut}");
        }
    }
}

#[test]
fn a_cut_upload_is_told_as_truncated() {
    for file in ["packed.nc", "classic.nc", "ostia.nc"] {
        let bytes = std::fs::read(data().join(file)).unwrap();
        let error = exercise(bytes[..bytes.len() * 9 / 10].to_vec()).unwrap_err();
        assert!(matches!(error, Error::Truncated(_)), "{file}: {error:?}");
    }
}

#[test]
fn other_files_are_told_for_what_they_are() {
    let found = |bytes: &[u8]| match exercise(bytes.to_vec()) {
        Err(Error::NotADataset { found }) => found,
        other => panic!("{other:?}"),
    };
    assert_eq!(found(b""), "an empty file");
    assert_eq!(found(b"GRIB\0\0\0\x02 and more"), "a GRIB file");
    assert_eq!(found(b"lon,lat,temp\n1,2,3\n"), "a text file");
    assert_eq!(found(&[0, 1, 2, 3]), "a file that begins with bytes 00 01 02 03");
    let missing = Dataset::open(Arc::new(LocalStore::new(data())), "no.nc", &Limits::default());
    assert!(matches!(missing, Err(Error::NoSuchObject(_))));
}

#[test]
fn a_decompression_bomb_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
    let array = r#"{"zarr_format":3,"node_type":"array","shape":[4,4],"data_type":"int16","fill_value":0,
        "chunk_grid":{"name":"regular","configuration":{"chunk_shape":[4,4]}},
        "chunk_key_encoding":{"name":"default"},"dimension_names":["y","x"],"attributes":{},
        "codecs":[{"name":"bytes","configuration":{"endian":"little"}},{"name":"zstd","configuration":{"level":3,"checksum":false}}]}"#;
    std::fs::create_dir_all(folder.path().join("b/c/0")).unwrap();
    std::fs::write(folder.path().join("b/zarr.json"), array).unwrap();
    std::fs::write(folder.path().join("b/c/0/0"), bomb).unwrap();
    let dataset = Dataset::open(Arc::new(LocalStore::new(folder.path())), "b", &Limits::default()).unwrap();
    assert!(matches!(dataset.read("data", &Window::all(&[4, 4])), Err(Error::TooLarge { .. })));
}

#[test]
fn a_decompression_bomb_inside_a_shard_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut shard = zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap();
    let length = shard.len() as u64;
    // The index: the first chunk is the bomb, the other three are not there.
    for number in [0, length].into_iter().chain([u64::MAX; 6]) {
        shard.extend(number.to_le_bytes());
    }
    let array = r#"{"zarr_format":3,"node_type":"array","shape":[8,8],"data_type":"int16","fill_value":0,
        "chunk_grid":{"name":"regular","configuration":{"chunk_shape":[8,8]}},
        "chunk_key_encoding":{"name":"default"},"dimension_names":["y","x"],"attributes":{},
        "codecs":[{"name":"sharding_indexed","configuration":{"chunk_shape":[4,4],"index_location":"end",
          "codecs":[{"name":"bytes","configuration":{"endian":"little"}},{"name":"zstd","configuration":{"level":3,"checksum":false}}],
          "index_codecs":[{"name":"bytes","configuration":{"endian":"little"}}]}}]}"#;
    std::fs::create_dir_all(folder.path().join("s/c/0")).unwrap();
    std::fs::write(folder.path().join("s/zarr.json"), array).unwrap();
    std::fs::write(folder.path().join("s/c/0/0"), shard).unwrap();
    let dataset = Dataset::open(Arc::new(LocalStore::new(folder.path())), "s", &Limits::default()).unwrap();
    let there = Window::new(vec![1, 1], vec![2, 2]);
    let elsewhere = Window::new(vec![5, 5], vec![2, 2]);
    assert!(matches!(dataset.read("data", &Window::all(&[8, 8])), Err(Error::TooLarge { .. })));
    assert!(matches!(dataset.read("data", &there), Err(Error::TooLarge { .. })));
    assert!(dataset.read("data", &elsewhere).is_ok());
}

#[test]
fn announced_sizes_are_checked_before_memory_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    for (shape, chunks) in [("[1000000000,1000000000]", "[1000000000,1000000000]"), ("[4]", "[0]"), ("[4]", "[1,1]")] {
        let array = format!(
            r#"{{"zarr_format":2,"shape":{shape},"chunks":{chunks},"dtype":"<f8","compressor":null,"fill_value":0,"order":"C","filters":null}}"#
        );
        std::fs::write(folder.path().join(".zarray"), array).unwrap();
        let opened = Dataset::open(Arc::new(LocalStore::new(folder.path())), "", &Limits::default());
        if let Ok(dataset) = opened {
            let rank = dataset.variable("data").unwrap().shape.len();
            let one = dataset.read("data", &Window::new(vec![0; rank], vec![1; rank]));
            assert!(matches!(one, Err(Error::TooLarge { .. })), "{one:?}");
        }
    }
}

#[test]
fn a_read_of_countless_chunks_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let array = r#"{"zarr_format":2,"shape":[1000000],"chunks":[1],"dtype":"<f8","compressor":null,"fill_value":0,"order":"C","filters":null}"#;
    std::fs::write(folder.path().join(".zarray"), array).unwrap();
    let dataset = Dataset::open(Arc::new(LocalStore::new(folder.path())), "", &Limits::default()).unwrap();
    assert!(matches!(dataset.read("data", &Window::all(&[1_000_000])), Err(Error::TooLarge { .. })));
    // A few are read: they are absent, and v2's fill value means missing.
    let few = dataset.read("data", &Window::new(vec![7], vec![3])).unwrap().values;
    assert!(few.len() == 3 && few.iter().all(|value| value.is_nan()));
}

#[test]
fn many_flipped_bytes_end_in_an_error_or_in_other_values() {
    let mut next = noise();
    for file in FILES {
        let bytes = std::fs::read(data().join(file)).unwrap();
        for _ in 0..40 {
            let mut broken = bytes.clone();
            for _ in 0..1 + next() % 8 {
                // Mostly in the first bytes, where the structure is.
                let range = if next().is_multiple_of(2) { broken.len() } else { broken.len().min(2048) };
                let at = next() as usize % range;
                broken[at] = next() as u8;
            }
            let _ = exercise(broken);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_after_a_magic_number_are_an_error_or_a_data_set(
        magic in prop::sample::select(vec![b"CDF\x01".to_vec(), b"CDF\x02".to_vec(), b"CDF\x05".to_vec(), b"\x89HDF\r\n\x1a\n".to_vec()]),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let _ = exercise([magic, rest].concat());
    }

    #[test]
    fn any_zarr_metadata_is_an_error_or_a_data_set(
        member in prop::sample::select(vec!["shape", "chunks", "dtype", "compressor", "fill_value", "order", "filters", "attributes"]),
        value in prop::sample::select(vec!["null", "[]", "[0]", "[18446744073709551615]", "\"<U99999999\"", "{\"id\":\"blosc\"}", "-1", "[{\"id\":\"vlen-utf8\"}]", "\"|O\"", "\"NaN\""]),
    ) {
        let mut document: serde_json::Value = serde_json::from_str(
            r#"{"zarr_format":2,"shape":[4],"chunks":[2],"dtype":"<f8","compressor":null,"fill_value":0,"order":"C","filters":null}"#,
        ).unwrap();
        document[member] = serde_json::from_str(value).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(".zarray"), document.to_string()).unwrap();
        std::fs::write(folder.path().join("0"), b"0123456789abcdef").unwrap();
        if let Ok(dataset) = Dataset::open(Arc::new(LocalStore::new(folder.path())), "", &tight()) {
            let _ = read_all(&dataset);
        }
    }
}
