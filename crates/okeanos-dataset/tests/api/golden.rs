//! Headers and decoded values.

use okeanos_cf::model::DataType;
use okeanos_dataset::{Error, Format, RawValues, Window};
use serde_json::Value;

use crate::support::{data, open};

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-5 * b.abs().max(1e-3)
}

#[test]
fn every_value_is_what_netcdf4_and_xarray_read() {
    let golden: Value = serde_json::from_slice(&std::fs::read(data().join("golden.json")).unwrap()).unwrap();
    let mut compared = 0;
    for (file, entries) in golden.as_object().unwrap() {
        let dataset = open(file);
        assert_eq!(dataset.notes(), &[] as &[String], "{file}");
        for (name, wanted) in entries.as_object().unwrap() {
            let at = format!("{file} {name}");
            let variable = dataset.variable(name).unwrap_or_else(|error| panic!("{at}: {error}"));
            let array = dataset.read(name, &Window::all(&variable.shape)).unwrap_or_else(|e| panic!("{at}: {e}"));
            assert_eq!(serde_json::json!(array.shape), wanted["shape"], "{at}");
            let missing = array.values.iter().filter(|value| value.is_nan()).count() as u64;
            assert_eq!(Some(missing), wanted["missing"].as_u64(), "{at}: missing");
            let sum: f64 = array.values.iter().filter(|value| !value.is_nan()).sum();
            assert!(close(sum, wanted["sum"].as_f64().unwrap()), "{at}: sum {sum} {}", wanted["sum"]);
            let every = wanted["every"].as_u64().unwrap() as usize;
            for (value, sample) in array.values.iter().step_by(every).zip(wanted["samples"].as_array().unwrap()) {
                match sample.as_f64() {
                    Some(sample) => assert!(close(*value, sample), "{at}: {value} {sample}"),
                    None => assert!(value.is_nan(), "{at}: {value} is not missing"),
                }
            }
            compared += 1;
        }
    }
    assert!(compared > 50, "only {compared} variables");
}

#[test]
fn headers_are_true_to_the_files() {
    let packed = open("packed.nc");
    assert_eq!(packed.format(), Format::NetCdf4);
    let thetao = packed.variable("thetao").unwrap();
    assert_eq!((thetao.dtype, thetao.shape.as_slice()), (DataType::I16, [4, 3, 10, 36].as_slice()));
    assert_eq!(thetao.dimensions, ["time", "depth", "lat", "lon"]);
    assert_eq!(thetao.chunks.as_deref(), Some([1, 2, 5, 18].as_slice()));
    assert_eq!(thetao.attributes.number("_FillValue"), Some(-32768.0));
    assert_eq!(packed.header().attributes.text("title"), Some("A computed sea"));
    assert!(
        packed.header().dimension("time").unwrap().unlimited && !packed.header().dimension("lat").unwrap().unlimited
    );

    assert_eq!(open("classic.nc").format(), Format::NetCdf3);
    assert!(open("classic.nc").header().dimension("time").unwrap().unlimited);

    for (name, format) in [("v2.zarr", Format::ZarrV2), ("v2walk.zarr", Format::ZarrV2), ("v3.zarr", Format::ZarrV3)] {
        let zarr = open(name);
        let thetao = zarr.variable("thetao").unwrap();
        assert_eq!((zarr.format(), thetao.dtype, thetao.dimensions.len()), (format, DataType::I16, 4), "{name}");
        assert_eq!(thetao.attributes.number("_FillValue"), Some(-32768.0), "{name}");
        assert_eq!(thetao.attributes.number("scale_factor"), Some(0.001), "{name}");
        assert!(thetao.attributes.get("_ARRAY_DIMENSIONS").is_none(), "{name}");
    }
}

#[test]
fn groups_texts_and_types_without_numbers() {
    let groups = open("groups.nc");
    let below = groups.variable("deep/below").unwrap();
    assert_eq!(below.dimensions, ["deep/y", "x"]);
    assert_eq!(groups.read_text("names").unwrap(), ["a", "été", "", "long name"]);
    assert_eq!(groups.variable("colour").unwrap().dtype, DataType::Other);
    assert!(matches!(groups.read_raw("colour", &Window::all(&[4])), Err(Error::Unsupported(_))));
    assert!(matches!(groups.read("names", &Window::all(&[4])), Err(Error::Unfit { .. })));
    assert_eq!(groups.read("scalar", &Window::all(&[])).unwrap().values, [7.0]);
    for name in ["classic.nc", "cdf5.nc"] {
        assert_eq!(open(name).read_text("station").unwrap(), ["brest", "le havr", "x"], "{name}");
    }
    let texts = open("v3shard.zarr").read_text("name").unwrap();
    assert_eq!(texts.concat(), "abcdefghi");
}

#[test]
fn windows_with_steps_pick_the_same_values_in_every_format() {
    for name in ["packed.nc", "classic.nc", "v2.zarr", "v3.zarr", "ostia.nc"] {
        let dataset = open(name);
        let variable = dataset.header().variables.iter().find(|variable| variable.shape.len() > 2).unwrap();
        let whole = dataset.read(&variable.name, &Window::all(&variable.shape)).unwrap();
        let rank = variable.shape.len();
        let start: Vec<u64> = (0..rank as u64).map(|d| d % 2).collect();
        let step: Vec<u64> = (0..rank as u64).map(|d| 1 + d % 3).collect();
        let count = (0..rank).map(|d| (variable.shape[d] - start[d]).div_ceil(step[d])).collect();
        let window = Window::new(start, count).with_step(step);
        let picked = dataset.read(&variable.name, &window).unwrap();
        let mut expected = Vec::new();
        let mut index = vec![0; rank];
        'all: loop {
            let position =
                (0..rank).fold(0, |at, d| at * variable.shape[d] + window.start[d] + index[d] * window.step[d]);
            expected.push(whole.values[position as usize]);
            for d in (0..rank).rev() {
                index[d] += 1;
                if index[d] < window.count[d] {
                    continue 'all;
                }
                index[d] = 0;
            }
            break;
        }
        let same = picked.values.iter().zip(&expected).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()));
        assert!(same && picked.values.len() == expected.len(), "{name}");
    }
}

#[test]
fn windows_that_do_not_fit_are_refused() {
    let dataset = open("packed.nc");
    let read = |window: &Window| dataset.read("thetao", window);
    assert!(matches!(read(&Window::new(vec![0], vec![1])), Err(Error::Window { .. })));
    assert!(matches!(read(&Window::new(vec![0, 0, 9, 0], vec![1, 1, 2, 1])), Err(Error::Window { .. })));
    assert!(matches!(read(&Window::new(vec![u64::MAX; 4], vec![1; 4])), Err(Error::Window { .. })));
    assert!(matches!(read(&Window::new(vec![0; 4], vec![1; 4]).with_step(vec![0; 4])), Err(Error::Window { .. })));
    assert!(matches!(dataset.read("nothing", &Window::all(&[])), Err(Error::NoSuchVariable(_))));
    assert!(read(&Window::new(vec![0; 4], vec![0; 4])).unwrap().values.is_empty());
}

#[test]
fn packed_values_stay_packed_when_read_raw() {
    for name in ["packed.nc", "v2.zarr", "v3.zarr"] {
        let raw = open(name).read_raw("thetao", &Window::new(vec![0, 0, 0, 2], vec![1, 1, 1, 2])).unwrap();
        // 15 + 3 cos(3/2) of the first row, packed with 0.001 and 20; the one before is missing.
        assert_eq!(raw.values, RawValues::I16(vec![-32768, -4788]), "{name}");
    }
}

#[test]
fn missing_chunks_are_fill_values() {
    // v3: the array's fill value 0 is not the attribute _FillValue -1, so what was never written is 0, not missing.
    let array = open("v3shard.zarr").read("sparse", &Window::all(&[6, 4])).unwrap();
    assert_eq!(array.values[..4], [0.0; 4]);
    assert!(array.values[10].is_nan());
    assert_eq!(array.values[11], 2.0);
}
