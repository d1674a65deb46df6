//! Profiles, trajectories and other data whose coordinates are not axes of a grid.

use std::path::Path;

use okeanos_processes::Function;
use serde_json::{Value, json};

use crate::support::{MADE, array, open, run_on};

/// Three profiles of four levels; each has depths and times of its own.
fn profiles(folder: &Path) {
    let (one, two) = ([("profile", 3)], [("profile", 3), ("level", 4)]);
    array(folder, "lon", &one, &[-10.0, 0.0, 10.0], json!({ "units": "degrees_east" }));
    array(folder, "lat", &one, &[0.0, 60.0, 60.0], json!({ "units": "degrees_north" }));
    let depths = [0.0, 10.0, 20.0, 30.0, 5.0, 15.0, 25.0, 35.0, 100.0, 110.0, 120.0, 130.0];
    array(folder, "depth", &two, &depths, json!({ "units": "m", "positive": "down", "standard_name": "depth" }));
    let days = [0.0, 1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 4.0, 9.0, 9.0, 9.0, 9.0];
    array(folder, "time", &two, &days, json!({ "units": "days since 2020-01-01", "standard_name": "time" }));
    let values: Vec<f64> = (0..12).map(f64::from).collect();
    array(folder, "temp", &two, &values, json!({ "units": "degC", "coordinates": "lon lat depth time" }));
}

fn statistics(source: &Path, mut inputs: Value) -> Value {
    let folder = tempfile::tempdir().unwrap();
    inputs["variables"] = json!(["temp"]);
    let result = run_on(Function::Statistics, source, MADE, inputs, folder.path()).unwrap();
    let document: Value = serde_json::from_slice(&std::fs::read(result).unwrap()).unwrap();
    document["variables"]["temp"].clone()
}

fn csv(source: &Path, mut inputs: Value) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    (inputs["variables"], inputs["format"]) = (json!(["temp"]), json!("csv"));
    let result = run_on(Function::Subset, source, MADE, inputs, folder.path()).unwrap();
    std::fs::read_to_string(result).unwrap().lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn depths_and_times_that_differ_from_profile_to_profile_select_cells() {
    let source = tempfile::tempdir().unwrap();
    profiles(source.path());
    // 10 and 20 m of the first profile, 15 m of the second.
    let found = statistics(source.path(), json!({ "depth": [8, 22] }));
    assert_eq!((&found["count"], &found["mean"], &found["weights"]), (&json!(3), &json!(8.0 / 3.0), &json!("none")));
    let both = json!({ "depth": [8, 22], "datetime": "2020-01-03/2020-01-05" });
    assert_eq!(csv(source.path(), both), ["2020-01-03T00:00:00Z,20,0,-10,2", "2020-01-03T00:00:00Z,15,60,0,5"]);
    let folder = tempfile::tempdir().unwrap();
    let inputs = json!({ "variables": ["temp"], "depth": [8, 22] });
    run_on(Function::Subset, source.path(), MADE, inputs, folder.path()).unwrap();
    // The rectangle of profiles and levels around them.
    assert_eq!(open(folder.path(), "result.nc").variable("temp").unwrap().shape, [2, 2]);
    for (name, value) in [("depth", json!([40, 90])), ("datetime", json!("2020-01-07/2020-01-08"))] {
        let error = run_on(Function::Subset, source.path(), MADE, json!({ name: value }), folder.path()).unwrap_err();
        assert_eq!(error.field(), Some(name));
    }
}

#[test]
fn places_along_a_line_are_kept_run_by_run_and_cut_by_box_and_time_together() {
    let source = tempfile::tempdir().unwrap();
    let one = [("obs", 6)];
    // Out of the box and in again.
    array(source.path(), "lon", &one, &[0.0, 1.0, 8.0, 9.0, 2.0, 3.0], json!({ "units": "degrees_east" }));
    array(source.path(), "lat", &one, &[0.0; 6], json!({ "units": "degrees_north" }));
    let days = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    array(source.path(), "time", &one, &days, json!({ "units": "days since 2020-01-01" }));
    array(source.path(), "temp", &one, &days, json!({ "units": "degC" }));
    let lines = csv(source.path(), json!({ "bbox": [0, -1, 5, 1] }));
    let temps: Vec<_> = lines.iter().filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(temps, ["0", "1", "4", "5"]);
    let folder = tempfile::tempdir().unwrap();
    let inputs = json!({ "variables": ["temp"], "bbox": [0, -1, 5, 1], "datetime": "2020-01-02/2020-01-05" });
    run_on(Function::Subset, source.path(), MADE, inputs, folder.path()).unwrap();
    let copy = open(folder.path(), "result.nc");
    assert_eq!(copy.coordinate("temp").unwrap().values, [1.0, 4.0]);
    assert_eq!(copy.coordinate("lon").unwrap().values, [1.0, 2.0], "they are no longitudes that ascend");
    let neither = json!({ "variables": ["temp"], "bbox": [7, -1, 10, 1], "datetime": "2020-01-05/2020-01-06" });
    let error = run_on(Function::Subset, source.path(), MADE, neither, folder.path()).unwrap_err();
    assert_eq!(error.field(), Some("datetime"));
}

#[test]
fn levels_that_are_no_depths_are_not_cut_by_metres() {
    let source = tempfile::tempdir().unwrap();
    array(source.path(), "lev", &[("lev", 2)], &[0.1, 0.9], json!({ "axis": "Z", "units": "1", "positive": "down" }));
    array(source.path(), "temp", &[("lev", 2)], &[1.0, 2.0], json!({ "units": "degC" }));
    let folder = tempfile::tempdir().unwrap();
    let inputs = json!({ "variables": ["temp"], "depth": [0, 1] });
    let error = run_on(Function::Subset, source.path(), MADE, inputs, folder.path()).unwrap_err();
    assert_eq!(error.field(), Some("depth"));
    assert!(error.to_string().contains("counts 1, not metres"), "{error}");
}
