//! Bounds on headers, coordinates and codecs.

use std::sync::Arc;

use okeanos_dataset::{Dataset, Error, Limits, LocalStore, Window};
use serde_json::{Value, json};

use crate::support::{classic, open_in};

#[test]
fn headers_of_classic_files_may_be_long() {
    let folder = tempfile::tempdir().unwrap();
    let write = |lengths: &[usize]| std::fs::write(folder.path().join("f.nc"), classic(lengths)).unwrap();
    for lengths in [vec![10], vec![70_000], vec![100_000, 200_000, 300_000, 400_001]] {
        write(&lengths);
        let dataset = open_in(folder.path(), "f.nc");
        let found: Vec<_> = dataset.header().attributes.0.iter().map(|(_, v)| v.as_text().unwrap().len()).collect();
        assert_eq!(found, lengths);
        assert_eq!(dataset.read("v", &Window::all(&[4])).unwrap().values, [1.5, 2.5, 3.5, 4.5]);
    }
    write(&[2 << 20]);
    let long = Dataset::open(Arc::new(LocalStore::new(folder.path())), "f.nc", &Limits::default());
    assert!(matches!(long, Err(Error::TooLarge { .. })), "{long:?}");
    let cut = &classic(&[100_000, 200_000])[..150_000];
    std::fs::write(folder.path().join("f.nc"), cut).unwrap();
    let cut = Dataset::open(Arc::new(LocalStore::new(folder.path())), "f.nc", &Limits::default());
    assert!(matches!(cut, Err(Error::Truncated(_))), "{cut:?}");
}

fn v2(compressor: Value, filters: Value) -> Value {
    json!({ "zarr_format": 2, "shape": [4], "chunks": [4], "dtype": "<f8", "compressor": compressor, "fill_value": 0,
        "order": "C", "filters": filters })
}

fn v3(chunk: u64, codecs: Value) -> Value {
    json!({ "zarr_format": 3, "node_type": "array", "shape": [4, 4], "data_type": "int16", "fill_value": 0,
        "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": [chunk, chunk] } },
        "chunk_key_encoding": { "name": "default" }, "dimension_names": ["y", "x"], "attributes": {}, "codecs": codecs })
}

fn sharded(codecs: Value, index_codecs: Value) -> Value {
    json!({ "name": "sharding_indexed", "configuration": { "chunk_shape": [4, 4], "index_location": "end",
        "codecs": codecs, "index_codecs": index_codecs } })
}

fn open_array(folder: &std::path::Path, document: &Value) -> Dataset {
    let (file, other) = if document["zarr_format"] == 2 { (".zarray", "zarr.json") } else { ("zarr.json", ".zarray") };
    let _ = std::fs::remove_file(folder.join(other));
    std::fs::write(folder.join(file), document.to_string()).unwrap();
    open_in(folder, "")
}

#[test]
fn codecs_that_may_decompress_without_a_bound_are_not_supported() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = json!({ "name": "bytes", "configuration": { "endian": "little" } });
    let gzip = json!({ "name": "gzip", "configuration": { "level": 1 } });
    let blosc = json!({ "name": "blosc", "configuration": { "cname": "zstd", "clevel": 1, "shuffle": "noshuffle", "blocksize": 0 } });
    let transpose = json!({ "name": "transpose", "configuration": { "order": [1, 0] } });
    let index = json!([bytes, { "name": "crc32c" }]);
    let mut refused: Vec<Value> = ["gzip", "zlib", "zstd", "bz2", "blosc", "lzma"]
        .iter()
        .map(|id| v2(Value::Null, json!([{ "id": id, "level": 1 }])))
        .collect();
    refused.push(v2(json!({ "id": "lz4", "acceleration": 1 }), Value::Null));
    refused.extend([
        v3(4, json!([transpose, sharded(json!([bytes, gzip]), index.clone())])),
        v3(4, json!([sharded(json!([bytes]), index.clone()), gzip])),
        v3(4, json!([sharded(json!([bytes]), json!([bytes, gzip]))])),
        v3(4, json!([sharded(json!([bytes, gzip, gzip]), index.clone())])),
        v3(4, json!([bytes, blosc, { "name": "crc32c" }])),
        v3(4, json!([bytes, gzip, gzip])),
        v3(4, json!([bytes, { "name": "bz2", "configuration": { "level": 1 } }])),
    ]);
    for document in refused {
        let dataset = open_array(folder.path(), &document);
        let shape = dataset.variable("data").unwrap().shape.clone();
        let read = dataset.read("data", &Window::all(&shape));
        assert!(matches!(read, Err(Error::Unsupported(_))), "{document} {read:?}");
        assert_eq!(dataset.notes().len(), 1, "{document}");
    }
    let read = [
        v2(json!({ "id": "zlib", "level": 1 }), json!([])),
        v3(4, json!([bytes, { "name": "crc32c" }])),
        v3(4, json!([transpose, bytes, gzip])),
        v3(4, json!([sharded(json!([transpose, bytes, blosc, { "name": "crc32c" }]), index)])),
    ];
    for document in read {
        let dataset = open_array(folder.path(), &document);
        let shape = dataset.variable("data").unwrap().shape.clone();
        assert!(dataset.read_raw("data", &Window::all(&shape)).is_ok(), "{document} {:?}", dataset.notes());
    }
}

#[test]
fn what_a_zstd_frame_announces_is_checked_before_memory_is_taken() {
    // A frame of nothing that announces 2^50 bytes: magic, eight bytes of size and a window of 1 KiB, an empty last block.
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xc0, 0];
    frame.extend((1_u64 << 50).to_le_bytes());
    frame.extend([1, 0, 0]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("c/0")).unwrap();
    let codecs = json!([{ "name": "bytes", "configuration": { "endian": "little" } },
        { "name": "zstd", "configuration": { "level": 1, "checksum": false } }]);
    let index = json!([{ "name": "bytes", "configuration": { "endian": "little" } }]);
    let mut shard = frame.clone();
    [0, frame.len() as u64].into_iter().for_each(|number| shard.extend(number.to_le_bytes()));
    for (document, object) in [(v3(4, json!([sharded(codecs.clone(), index)])), shard), (v3(4, codecs), frame)] {
        std::fs::write(folder.path().join("c/0/0"), object).unwrap();
        let dataset = open_array(folder.path(), &document);
        for window in [Window::all(&[4, 4]), Window::new(vec![1, 1], vec![2, 2])] {
            let read = dataset.read("data", &window);
            assert!(matches!(read, Err(Error::TooLarge { .. } | Error::Corrupt(_))), "{read:?}");
        }
    }
}

#[test]
fn damaged_chunks_are_errors_or_other_values() {
    use std::io::Write;

    let values: Vec<u8> = (0..16_i16).flat_map(i16::to_le_bytes).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&values).unwrap();
    // Blosc 1 with values as they are (flag 2): versions, flags, width of a value, three lengths, values.
    let mut blosc = vec![2, 1, 2, 2];
    [32_u32, 32, 48].into_iter().for_each(|length| blosc.extend(length.to_le_bytes()));
    blosc.extend(&values);
    let chunks = [
        (json!({ "name": "gzip", "configuration": { "level": 1 } }), gzip.finish().unwrap()),
        (
            json!({ "name": "zstd", "configuration": { "level": 1, "checksum": false } }),
            zstd::bulk::compress(&values, 1).unwrap(),
        ),
        (
            json!({ "name": "blosc", "configuration": { "cname": "lz4", "clevel": 1, "shuffle": "noshuffle", "typesize": 2, "blocksize": 0 } }),
            blosc,
        ),
    ];
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("c/0")).unwrap();
    for (codec, chunk) in chunks {
        let bytes = json!({ "name": "bytes", "configuration": { "endian": "little" } });
        let read = |chunk: &[u8]| {
            std::fs::write(folder.path().join("c/0/0"), chunk).unwrap();
            open_array(folder.path(), &v3(4, json!([bytes, codec]))).read("data", &Window::all(&[4, 4]))
        };
        assert_eq!(read(&chunk).unwrap().values[15], 15.0, "{codec}");
        for at in 0..chunk.len() {
            assert!(read(&chunk[..at]).is_err(), "{codec} cut at {at}");
            for flip in [1_u8, 0x80, 0xff] {
                let mut damaged = chunk.clone();
                damaged[at] ^= flip;
                let _ = read(&damaged);
            }
        }
    }
}

#[test]
fn members_of_metadata_may_be_anything() {
    let odd = [
        json!(null),
        json!([]),
        json!([0]),
        json!([u64::MAX]),
        json!("x"),
        json!(-1),
        json!({ "name": 3 }),
        json!([[]]),
    ];
    let codecs = json!([{ "name": "bytes", "configuration": { "endian": "little" } }]);
    let folder = tempfile::tempdir().unwrap();
    let store = || Arc::new(LocalStore::new(folder.path()));
    let exercise = || {
        if let Ok(dataset) = Dataset::open(store(), "", &Limits::default()) {
            for variable in &dataset.header().variables {
                let _ = dataset
                    .read(&variable.name, &Window::new(vec![0; variable.shape.len()], vec![1; variable.shape.len()]));
            }
        }
    };
    for value in &odd {
        for member in [
            "shape",
            "data_type",
            "fill_value",
            "chunk_grid",
            "chunk_key_encoding",
            "dimension_names",
            "attributes",
            "codecs",
            "node_type",
            "storage_transformers",
            "consolidated_metadata",
        ] {
            let mut document = v3(4, codecs.clone());
            document[member] = value.clone();
            std::fs::write(folder.path().join("zarr.json"), document.to_string()).unwrap();
            exercise();
        }
    }
    std::fs::remove_file(folder.path().join("zarr.json")).unwrap();
    for value in &odd {
        std::fs::write(folder.path().join(".zarray"), v2(Value::Null, Value::Null).to_string()).unwrap();
        std::fs::write(
            folder.path().join(".zattrs"),
            json!({ "_ARRAY_DIMENSIONS": value, "_FillValue": value }).to_string(),
        )
        .unwrap();
        exercise();
        for name in [".zgroup", ".zattrs", "v/.zarray", "v/.zattrs"] {
            let mut metadata = json!({ ".zgroup": { "zarr_format": 2 }, "v/.zarray": v2(Value::Null, Value::Null) });
            metadata[name] = value.clone();
            let document = json!({ "zarr_consolidated_format": 1, "metadata": metadata });
            std::fs::write(folder.path().join(".zmetadata"), document.to_string()).unwrap();
            exercise();
        }
        std::fs::write(folder.path().join(".zmetadata"), value.to_string()).unwrap();
        exercise();
        std::fs::remove_file(folder.path().join(".zmetadata")).unwrap();
    }
}

#[test]
fn metadata_documents_share_a_budget_and_attributes_have_bounds() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join(".zgroup"), r#"{"zarr_format":2}"#).unwrap();
    for name in ["a", "b", "c"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join(".zarray"), v2(Value::Null, Value::Null).to_string()).unwrap();
        let attributes = json!({ "long_name": "x".repeat(2_000), "levels": vec![0; 100] });
        std::fs::write(folder.path().join(name).join(".zattrs"), attributes.to_string()).unwrap();
    }
    let open = |limits: Limits| Dataset::open(Arc::new(LocalStore::new(folder.path())), "", &limits);
    let usual = Limits::default();
    assert_eq!(open(usual).unwrap().header().variables.len(), 3);
    for limits in [
        Limits { document_bytes: 6_000, ..usual },
        Limits { attribute_bytes: 1_999, ..usual },
        Limits { attribute_values: 99, ..usual },
        Limits { variables: 2, ..usual },
    ] {
        let opened = open(limits);
        assert!(matches!(opened, Err(Error::TooLarge { .. })), "{opened:?}");
    }
    let dataset = open(Limits { all_coordinate_values: 8, ..usual }).unwrap();
    for name in ["a", "b", "a", "b"] {
        assert_eq!(dataset.coordinate(name).unwrap().values.len(), 4, "each counts once");
    }
    assert!(matches!(dataset.coordinate("c"), Err(Error::TooLarge { .. })));
}
