//! What is written is read back, by us; that netCDF4, xarray and zarr read it too was seen when the writers were made.

use okeanos_dataset::{
    Dataset, Selection, Window,
    decode::default_fill_value,
    write::{self, zarr::Version},
};

use crate::support::{open, open_in};

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
        let same = numbers.0 == numbers.1 || numbers.0.is_some_and(f64::is_nan);
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
    selection.shift_longitude("lon", -360.0, true);
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
