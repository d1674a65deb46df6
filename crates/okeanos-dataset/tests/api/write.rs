//! What is written is read back, by us; that netCDF4, xarray and zarr read it too was seen when the writers were made.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use okeanos_dataset::{
    Dataset, Error, Limits, LocalStore, Selection, Store, Window,
    decode::default_fill_value,
    store::Entry,
    write::{self, zarr::Version},
};
use serde_json::json;

use crate::support::{array, classic, open, open_in};

fn same(a: &Dataset, b: &Dataset, name: &str) {
    let (old, new) = (a.variable(name).unwrap(), b.variable(name).unwrap());
    assert_eq!((&old.shape, old.dtype), (&new.shape, new.dtype), "{name}");
    let read = |dataset: &Dataset| dataset.read_raw(name, &Window::all(&old.shape)).unwrap().values;
    if old.dtype.is_numeric() {
        assert_eq!(read(a).to_le_bytes(), read(b).to_le_bytes(), "{name}");
    } else {
        assert_eq!(a.read_text(name).unwrap(), b.read_text(name).unwrap(), "{name}");
    }
    for attribute in ["units", "standard_name", "calendar", "long_name"] {
        assert_eq!(old.attributes.text(attribute), new.attributes.text(attribute), "{name}");
    }
    for attribute in ["scale_factor", "add_offset", "_FillValue", "missing_value"] {
        let numbers = (old.attributes.number(attribute), new.attributes.number(attribute));
        let is_nan = |number: Option<f64>| number.is_some_and(f64::is_nan);
        let same = numbers.0 == numbers.1 || (is_nan(numbers.0) && is_nan(numbers.1));
        // What NetCDF takes as missing unsaid is said in Zarr.
        let said = numbers.0.is_none() && attribute == "_FillValue" && numbers.1 == default_fill_value(old.dtype);
        assert!(same || (said && b.format().is_store()), "{name} {attribute} {numbers:?}");
    }
}

#[test]
fn netcdf_copies_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["packed.nc", "classic.nc", "curvilinear.nc", "ostia.nc", "v2.zarr", "v3.zarr", "groups.nc"] {
        let dataset = open(file);
        let target = std::fs::File::create(folder.path().join("copy.nc")).unwrap();
        let mut told = (0, 0);
        let progress = &mut |done, total| told = (done, total);
        write::netcdf::write(&dataset, &Selection::all(&dataset), Some("copied"), target, progress).unwrap();
        assert!(told.0 > 0 && told.0 <= told.1, "{file} {told:?}");
        let copy = open_in(folder.path(), "copy.nc");
        assert!(copy.header().attributes.text("history").unwrap().starts_with("copied"));
        for variable in dataset.header().variables.iter().filter(|v| v.dtype != okeanos_cf::model::DataType::Other) {
            same(&dataset, &copy, &variable.name);
        }
    }
}

#[test]
fn zarr_copies_are_the_same() {
    for (file, version) in ["packed.nc", "curvilinear.nc", "ostia.nc", "v2walk.zarr"]
        .into_iter()
        .flat_map(|file| [(file, Version::V2), (file, Version::V3)])
    {
        let folder = tempfile::tempdir().unwrap();
        let dataset = open(file);
        let target = folder.path().join("copy.zarr");
        write::zarr::write(&dataset, &Selection::all(&dataset), None, &target, version, &mut |_, _| {}).unwrap();
        let copy = open_in(folder.path(), "copy.zarr");
        assert_eq!(copy.format(), version.into());
        for variable in &dataset.header().variables {
            same(&dataset, &copy, &variable.name);
        }
    }
}

#[test]
fn texts_are_kept_in_zarr() {
    for (file, name, texts) in [
        ("groups.nc", "names", vec!["a", "été", "", "long name"]),
        ("classic.nc", "station", vec!["brest", "le havr", "x"]),
    ] {
        for version in [Version::V2, Version::V3] {
            let folder = tempfile::tempdir().unwrap();
            let dataset = open(file);
            write::zarr::write(&dataset, &Selection::all(&dataset), None, folder.path(), version, &mut |_, _| {})
                .unwrap();
            assert_eq!(open_in(folder.path(), "").read_text(name).unwrap(), texts);
        }
    }
}

#[test]
fn a_cut_over_the_edge_of_the_grid_is_put_together_with_ascending_longitudes() {
    let folder = tempfile::tempdir().unwrap();
    let dataset = open("packed.nc");
    let mut selection = Selection::of(&dataset, &["thetao".to_owned()]).unwrap();
    assert_eq!(selection.variables(), ["time", "depth", "lat", "lon", "thetao"]);
    selection.cut("lon", vec![34..36, 0..2]);
    selection.cut("depth", std::iter::once(1..2).collect());
    selection.shift_longitude(&dataset, "lon", -360.0, true);
    let target = std::fs::File::create(folder.path().join("cut.nc")).unwrap();
    write::netcdf::write(&dataset, &selection, None, target, &mut |_, _| {}).unwrap();
    let cut = open_in(folder.path(), "cut.nc");
    assert_eq!(cut.coordinate("lon").unwrap().values, [-20.0, -10.0, 0.0, 10.0]);
    assert_eq!(cut.coordinate("depth").unwrap().values, [10.0]);
    let got = cut.read("thetao", &Window::new(vec![2, 0, 4, 0], vec![1, 1, 1, 4])).unwrap().values;
    let west = dataset.read("thetao", &Window::new(vec![2, 1, 4, 34], vec![1, 1, 1, 2])).unwrap().values;
    let east = dataset.read("thetao", &Window::new(vec![2, 1, 4, 0], vec![1, 1, 1, 2])).unwrap().values;
    assert_eq!(got, [west, east].concat());
}

fn shorts(values: impl Iterator<Item = i16>) -> Vec<u8> {
    values.flat_map(i16::to_le_bytes).collect()
}

#[test]
fn longitudes_over_the_edge_move_with_their_bounds_and_out_of_their_valid_range() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("source");
    let packed = json!({ "units": "degrees_east", "scale_factor": 0.1, "bounds": "lon_bnds", "valid_min": 0.0, "valid_max": 360.0 });
    array(&source, "lon", &[("lon", 36)], "<i2", &shorts((0..36).map(|i| i * 100)), packed);
    let edges = (0..36).flat_map(|i| [i * 100 - 50, i * 100 + 50]);
    array(&source, "lon_bnds", &[("lon", 36), ("nv", 2)], "<i2", &shorts(edges), json!({ "scale_factor": 0.1 }));
    array(&source, "v", &[("lon", 36)], "<i2", &shorts(0..36), json!({ "units": "K", "ancillary_variables": "v_qc" }));
    array(&source, "v_qc", &[("lon", 36)], "<i2", &shorts(0..36), json!({ "flag_values": [0, 1] }));
    let dataset = open_in(&source, "");
    let mut selection = Selection::of(&dataset, &["v".to_owned()]).unwrap();
    assert_eq!(selection.variables(), ["lon", "lon_bnds", "v", "v_qc"]);
    assert!(selection.cut("lon", vec![34..36, 0..5]));
    assert!(selection.cut("lon", vec![34..36, 0..2]));
    assert!(!selection.clone().cut("lon", std::iter::once(10..12).collect()));
    for (by, in_first, wanted) in
        [(-360.0, true, [-20.0, -10.0, 0.0, 10.0]), (360.0, false, [340.0, 350.0, 360.0, 370.0])]
    {
        let mut selection = selection.clone();
        // What the stored type cannot hold is not added.
        selection.shift_longitude(&dataset, "lon", 360_000.0, true);
        selection.shift_longitude(&dataset, "lon", by, in_first);
        let target = folder.path().join(format!("{in_first}"));
        write::zarr::write(&dataset, &selection, None, &target, Version::V2, &mut |_, _| {}).unwrap();
        let netcdf = std::fs::File::create(target.join("f.nc")).unwrap();
        write::netcdf::write(&dataset, &selection, None, netcdf, &mut |_, _| {}).unwrap();
        for copy in [open_in(&target, ""), open_in(&target, "f.nc")] {
            let close = |name: &str, wanted: &[f64]| {
                let found = copy.coordinate(name).unwrap().values;
                assert!(
                    found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-9),
                    "{found:?}"
                );
            };
            close("lon", &wanted);
            close("lon_bnds", &wanted.iter().flat_map(|lon| [lon - 5.0, lon + 5.0]).collect::<Vec<_>>());
            close("v", &[34.0, 35.0, 0.0, 1.0]);
        }
    }
}

#[test]
fn a_valid_range_of_packed_values_in_zarr_is_of_unpacked_ones_or_not_believed() {
    let folder = tempfile::tempdir().unwrap();
    let values = shorts([0, 5, 10, 15].into_iter());
    let masked = |range: serde_json::Value| {
        let attributes = json!({ "scale_factor": 2.0, "valid_range": range });
        array(folder.path(), "v", &[("x", 4)], "<i2", &values, attributes);
        let found = open_in(folder.path(), "").read("v", &Window::all(&[4])).unwrap().values;
        found.into_iter().map(f64::is_nan).collect::<Vec<_>>()
    };
    assert_eq!(masked(json!([9.0, 21.0])), [true, false, false, true]);
    assert_eq!(masked(json!([4, 11])), [false; 4]);
}

#[test]
fn what_netcdf_takes_as_missing_unsaid_is_said_of_data_of_any_rank() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("f.nc"), classic(&[10])).unwrap();
    let dataset = open_in(folder.path(), "f.nc");
    let target = folder.path().join("copy");
    write::zarr::write(&dataset, &Selection::all(&dataset), None, &target, Version::V2, &mut |_, _| {}).unwrap();
    let fill = open_in(&target, "").variable("v").unwrap().attributes.number("_FillValue").unwrap();
    assert!((fill - 9.969_209_968_386_869e36).abs() < 1e30);
}

#[test]
fn arrays_of_groups_have_the_coordinates_of_the_groups_above() {
    let folder = tempfile::tempdir().unwrap();
    let numbers = shorts(0..4);
    array(folder.path(), "lat", &[("lat", 4)], "<i2", &numbers, json!({ "units": "degrees_north" }));
    array(folder.path(), "g/lon", &[("lon", 4)], "<i2", &numbers, json!({ "units": "degrees_east" }));
    array(
        folder.path(),
        "g/h/v",
        &[("lat", 4), ("lon", 4), ("own", 1)],
        "<i2",
        &shorts(0..16),
        json!({ "units": "K" }),
    );
    std::fs::write(folder.path().join("g/.zgroup"), r#"{"zarr_format":2}"#).unwrap();
    let dataset = open_in(folder.path(), "");
    let v = dataset.variable("g/h/v").unwrap();
    assert_eq!(v.dimensions, ["lat", "g/lon", "g/h/own"]);
    let axes = okeanos_cf::axes::axes(dataset.header(), v);
    assert_eq!((axes.latitude.as_deref(), axes.longitude.as_deref()), (Some("lat"), Some("g/lon")));
}

/// Counts how often each object is fetched.
struct Counting {
    inner: LocalStore,
    fetched: Mutex<HashMap<String, u32>>,
}

impl Store for Counting {
    fn size(&self, key: &str) -> Result<Option<u64>, Error> {
        self.inner.size(key)
    }
    fn read(&self, key: &str, range: Range<u64>) -> Result<Bytes, Error> {
        *self.fetched.lock().unwrap().entry(key.to_owned()).or_default() += 1;
        self.inner.read(key, range)
    }
    fn list(&self, prefix: &str, limit: usize) -> Result<Vec<Entry>, Error> {
        self.inner.list(prefix, limit)
    }
    fn folders(&self, prefix: &str, limit: usize) -> Result<Vec<String>, Error> {
        self.inner.folders(prefix, limit)
    }
}

#[test]
fn chunks_of_the_source_are_fetched_once() {
    // Series of 64 steps, to be copied to maps of 16.
    let folder = tempfile::tempdir().unwrap();
    let document = json!({ "zarr_format": 2, "shape": [64, 256, 256], "chunks": [64, 64, 64], "dtype": "|u1",
        "compressor": { "id": "zstd", "level": 1 }, "fill_value": 0, "order": "C", "filters": null });
    std::fs::write(folder.path().join(".zarray"), document.to_string()).unwrap();
    let chunk = |number: u8| zstd::bulk::compress(&vec![number + 1; 64 * 64 * 64], 1).unwrap();
    for number in 0..16 {
        std::fs::write(folder.path().join(format!("0.{}.{}", number / 4, number % 4)), chunk(number)).unwrap();
    }
    let open = |cache_bytes: u64| {
        let store = Arc::new(Counting { inner: LocalStore::new(folder.path()), fetched: Mutex::default() });
        let limits = Limits { cache_bytes, ..Limits::default() };
        (Dataset::open(store.clone(), "", &limits).unwrap(), store)
    };
    let most = |store: &Counting| {
        let fetched = store.fetched.lock().unwrap();
        assert!(fetched.len() >= 16);
        fetched.iter().filter(|(key, _)| key.starts_with("0.")).map(|(_, times)| *times).max()
    };
    let (source, store) = open(0);
    let target = folder.path().join("copy");
    write::zarr::write(&source, &Selection::all(&source), None, &target, Version::V2, &mut |_, _| {}).unwrap();
    assert_eq!(most(&store), Some(1));
    let copy = open_in(&target, "");
    assert_eq!(copy.variable("data").unwrap().chunks, Some(vec![16, 256, 256]));
    same(&source, &copy, "data");
    let (source, store) = open(0);
    write::netcdf::write(&source, &Selection::all(&source), None, Vec::new(), &mut |_, _| {}).unwrap();
    assert_eq!(most(&store), Some(1));
    // Row by row, what was decompressed is kept for the next.
    let (source, store) = open(32 << 20);
    for row in (0..256).step_by(8) {
        let window = Window::new(vec![3, row, 0], vec![1, 1, 256]);
        assert_eq!(source.read("data", &window).unwrap().values[255], (row / 64 * 4 + 4) as f64);
    }
    assert_eq!(most(&store), Some(1));
}

#[test]
fn a_copy_that_is_too_large_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let document = json!({ "zarr_format": 2, "shape": [2, 1_u64 << 36], "chunks": [1, 1 << 20], "dtype": "|u1",
        "compressor": null, "fill_value": 0, "order": "C", "filters": null });
    std::fs::write(folder.path().join(".zarray"), document.to_string()).unwrap();
    let source = open_in(folder.path(), "");
    let target = folder.path().join("copy");
    let written = write::zarr::write(&source, &Selection::all(&source), None, &target, Version::V2, &mut |_, _| {});
    assert!(matches!(written, Err(Error::TooLarge { .. })), "{written:?}");
    assert!(!target.exists());
}

#[test]
fn a_copy_that_cannot_be_written_is_not_the_source_s_fault() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let source = open("packed.nc");
    let all = Selection::all(&source);
    let netcdf = write::netcdf::write(&source, &all, None, Full, &mut |_, _| {});
    assert!(matches!(netcdf, Err(Error::Unwritten(_))), "{netcdf:?}");
    let zarr = write::zarr::write(&source, &all, None, "/dev/null/copy".as_ref(), Version::V2, &mut |_, _| {});
    assert!(matches!(zarr, Err(Error::Unwritten(_))), "{zarr:?}");
}
