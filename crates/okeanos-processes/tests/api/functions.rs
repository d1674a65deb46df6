//! Subset, statistics and to-zarr.

use okeanos_dataset::{Format, Window};
use okeanos_processes::{Error, Function};
use serde_json::{Value, json};

use crate::support::{close, data, golden, open, run};

fn part() -> Value {
    // The second and third day of the fixture; a box over its edge in longitude.
    json!({ "variables": ["thetao"], "bbox": [-20, 40, 10, 50], "depth": [5, 100], "datetime": "2024-02-26/2024-02-27T12:00:00Z" })
}

fn statistics(file: &str, inputs: Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let result = run(Function::Statistics, file, inputs, folder.path()).unwrap();
    serde_json::from_slice(&std::fs::read(result).unwrap()).unwrap()
}

fn same_numbers(found: &Value, wanted: &Value) {
    for name in ["count", "missing", "min", "max", "mean", "std"] {
        assert!(close(&found[name], &wanted[name]), "{name}: {} {}", found[name], wanted[name]);
    }
}

#[test]
fn statistics_are_those_of_numpy() {
    let golden = golden();
    for file in ["packed.nc", "v2.zarr", "v3.zarr"] {
        let found = statistics(file, json!({ "variables": ["thetao"] }));
        let thetao = &found["variables"]["thetao"];
        same_numbers(thetao, &golden["packed whole"]);
        assert_eq!(thetao["weights"], "cos(latitude)");
        assert_eq!(thetao["standard_name"], "sea_water_potential_temperature");
        let series = thetao["series"]["mean"].as_array().unwrap();
        assert!(series.iter().zip(golden["packed series"].as_array().unwrap()).all(|(a, b)| close(a, b)), "{series:?}");
        assert_eq!(thetao["series"]["time"].as_array().unwrap().len(), 4);
    }
    let found = statistics("packed.nc", part());
    same_numbers(&found["variables"]["thetao"], &golden["packed part"]);
    let ostia = statistics("ostia.nc", json!({}));
    same_numbers(&ostia["variables"]["surface_temperature"], &golden["ostia whole"]);
    let curvilinear = statistics("curvilinear.nc", json!({ "bbox": [-18, 41, -6, 47] }));
    same_numbers(&curvilinear["variables"]["zos"], &golden["curvilinear part"]);
    assert!(curvilinear["variables"]["zos"]["series"].is_null());
}

#[test]
fn statistics_as_csv_have_a_line_per_variable() {
    let folder = tempfile::tempdir().unwrap();
    let inputs = json!({ "variables": ["so", "turbidity"], "format": "csv" });
    let result = run(Function::Statistics, "classic.nc", inputs, folder.path()).unwrap();
    let text = std::fs::read_to_string(&result).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1].starts_with("so,sea_water_salinity,1e-3,1416,24,"), "{}", lines[1]);
    assert!(lines[2].starts_with("turbidity,,1,360,0,0.0,127.5,"), "{}", lines[2]);
}

#[test]
fn subsets_have_the_values_of_the_source_in_every_format() {
    let golden = golden();
    let wanted: Vec<f64> =
        golden["packed part values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect();
    for (file, format, name) in [
        ("packed.nc", "netcdf", "result.nc"),
        ("packed.nc", "zarr", "result.zarr"),
        ("v2.zarr", "netcdf", "result.nc"),
        ("v3.zarr", "zarr", "result.zarr"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut inputs = part();
        inputs["format"] = json!(format);
        let result = run(Function::Subset, file, inputs, folder.path()).unwrap();
        assert_eq!(result, folder.path().join(name));
        let subset = open(folder.path(), name);
        let thetao = subset.variable("thetao").unwrap();
        assert_eq!(thetao.shape, [2, 2, 3, 4]);
        assert_eq!(thetao.dtype.name(), "int16", "packing is kept");
        let found = subset.read("thetao", &Window::all(&thetao.shape)).unwrap().values;
        assert!(found.iter().zip(&wanted).all(|(a, b)| (a - b).abs() < 1e-9), "{file} {format}");
        assert_eq!(subset.coordinate("lon").unwrap().values, [-20.0, -10.0, 0.0, 10.0]);
        assert_eq!(subset.coordinate("lat").unwrap().values.len(), 3);
        assert!(subset.header().variable("mask").is_none());
        let history = subset.header().attributes.text("history").unwrap();
        assert!(history.starts_with("2026-01-02T03:04:05Z: okeanos subset:1.0.0 of s3://fixtures/"), "{history}");
        let units = subset.variable("time").unwrap().attributes.text("units");
        assert_eq!(units, open(&data(), file).variable("time").unwrap().attributes.text("units"));
    }
}

#[test]
fn a_subset_as_csv_has_a_line_per_cell() {
    let folder = tempfile::tempdir().unwrap();
    let mut inputs = part();
    inputs["format"] = json!("csv");
    let result = run(Function::Subset, "packed.nc", inputs, folder.path()).unwrap();
    let text = std::fs::read_to_string(result).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines[0], "time,depth,latitude,longitude,thetao");
    assert_eq!(lines.len(), 1 + 48);
    let wanted = golden()["packed part values"][5].as_f64().unwrap();
    let cells: Vec<_> = lines[6].split(',').collect();
    assert_eq!(cells[..4], ["2024-02-26T08:00:00Z", "10", "45", "350"]);
    assert!((cells[4].parse::<f64>().unwrap() - wanted).abs() < 1e-6);
    let mixed = run(Function::Subset, "classic.nc", json!({ "format": "csv" }), folder.path());
    assert_eq!(mixed.unwrap_err().field(), Some("variables"));
}

#[test]
fn to_zarr_copies_all_or_a_part() {
    let folder = tempfile::tempdir().unwrap();
    let result = run(Function::ToZarr, "ostia.nc", json!({}), folder.path()).unwrap();
    assert!(result.join(".zmetadata").exists());
    let (source, copy) = (open(&data(), "ostia.nc"), open(folder.path(), "result.zarr"));
    assert_eq!((copy.format(), copy.header().variables.len()), (Format::ZarrV2, source.header().variables.len()));
    let all = Window::all(&source.variable("surface_temperature").unwrap().shape);
    let read = |dataset: &okeanos_dataset::Dataset| dataset.read("surface_temperature", &all).unwrap().values;
    assert!(read(&source).iter().zip(&read(&copy)).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())));

    let folder = tempfile::tempdir().unwrap();
    run(Function::ToZarr, "packed.nc", part(), folder.path()).unwrap();
    assert_eq!(open(folder.path(), "result.zarr").variable("thetao").unwrap().shape, [2, 2, 3, 4]);
}

#[test]
fn inputs_that_select_nothing_are_named() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value, says) in [
        ("bbox", json!([0, -60, 10, -50]), "latitudes 33 to 60"),
        ("datetime", json!("1990-01-01/1991-01-01"), "from 2024-02-25T08:00:00Z to 2024-02-28"),
        ("depth", json!([1000, 2000]), "0.5 to 50 m"),
        ("variables", json!(["salinity"]), "there are thetao"),
        ("variables", json!(["mask", "nothing"]), "no variable nothing"),
    ] {
        for function in Function::ALL {
            let error = run(function, "packed.nc", json!({ name: value }), folder.path()).unwrap_err();
            assert_eq!(error.field(), Some(name));
            assert_eq!(error.code(), "processes/input-does-not-fit");
            assert!(error.to_string().contains(says), "{error}");
            assert!(!error.is_transient());
        }
    }
    let depthless = run(Function::Subset, "ostia.nc", json!({ "depth": [0, 10] }), folder.path()).unwrap_err();
    assert!(matches!(depthless, Error::Input(ref error) if error.field == "depth"));
}

#[test]
fn a_full_disk_is_not_the_source_s_fault() {
    for (format, name) in [("netcdf", "result.nc"), ("csv", "result.csv")] {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/dev/full", folder.path().join(name)).unwrap();
        let error = run(Function::Subset, "ostia.nc", json!({ "format": format }), folder.path()).unwrap_err();
        assert_eq!((error.code(), error.field()), ("processes/input-output", None), "{error}");
    }
}
