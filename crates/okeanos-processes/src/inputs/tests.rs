use proptest::prelude::*;
use serde_json::json;
use time::macros::datetime;

use super::*;

fn fields(function: Function, inputs: &Value) -> Vec<String> {
    match function.validate(inputs) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.field).collect(),
    }
}

#[test]
fn everything_is_understood() {
    let inputs = json!({
        "source": "https://sea.example/data/collections/c/items/i",
        "variables": ["thetao", "so", "thetao"],
        "bbox": { "bbox": [170, -10, -170, 10], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84" },
        "datetime": "2020-01-01/2020-01-31T12:00:00Z",
        "depth": [0, 100],
        "format": "zarr",
    });
    let request = Function::Subset.validate(&inputs).unwrap();
    assert_eq!(request.source, "https://sea.example/data/collections/c/items/i");
    assert_eq!(request.variables, ["thetao", "so"]);
    assert_eq!(request.bbox, Some(BBox { west: 170.0, south: -10.0, east: -170.0, north: 10.0 }));
    let (from, to) = (datetime!(2020-01-01 00:00 UTC), datetime!(2020-01-31 12:00 UTC));
    assert_eq!(request.datetime, Some(Interval { from: Some(from), to: Some(to) }));
    assert_eq!((request.depth, request.format), (Some((0.0, 100.0)), FileFormat::Zarr));
}

#[test]
fn defaults_and_short_forms() {
    let request = Function::Statistics.validate(&json!({ "source": "s3://b/k.nc", "datetime": "2020-02-29" })).unwrap();
    assert_eq!((request.format, request.variables.len(), request.depth), (FileFormat::Json, 0, None));
    let interval = request.datetime.unwrap();
    assert_eq!(interval.from.unwrap(), datetime!(2020-02-29 00:00 UTC));
    assert_eq!(interval.to.unwrap(), datetime!(2020-02-29 23:59:59.999_999_999 UTC));
    let six = Function::ToZarr.validate(&json!({ "source": "s3://b/k", "bbox": [0, 0, -50, 1, 1, 0] })).unwrap();
    assert_eq!((six.depth, six.format), (Some((0.0, 50.0)), FileFormat::Zarr));
}

#[test]
fn each_wrong_input_is_named() {
    let wrong = json!({
        "source": "file:///etc/passwd", "variables": [1], "bbox": [0, 50, 10, 40], "datetime": "2020-02-01/2020-01-01",
        "depth": [5], "format": "grib", "colour": "red",
    });
    let all = ["source", "variables", "bbox", "datetime", "depth", "format", "colour"];
    assert_eq!(fields(Function::Subset, &wrong), all);
    assert_eq!(fields(Function::Subset, &json!({})), ["source"]);
    assert_eq!(fields(Function::Subset, &json!([])), ["inputs"]);
    let with = |name: &str, value: Value| {
        let mut inputs = json!({ "source": "s3://b/k" });
        inputs[name] = value;
        fields(Function::ToZarr, &inputs)
    };
    assert_eq!(with("format", json!("zarr")), ["format"]);
    assert_eq!(with("bbox", json!([0, 0, "1", 1])), ["bbox"]);
    assert_eq!(with("bbox", json!({ "bbox": [0, 0, 1, 1], "crs": "EPSG:3857" })), ["bbox"]);
    assert_eq!(with("datetime", json!("../..")), ["datetime"]);
    assert_eq!(with("datetime", json!("yesterday")), ["datetime"]);
    assert!(with("variables", json!(null)).is_empty());
}

proptest! {
    #[test]
    fn no_text_is_a_panic(text in "\\PC{0,40}") {
        let inputs = json!({ "source": text, "datetime": text, "variables": text, "format": text, "bbox": text });
        let _ = Function::Subset.validate(&inputs);
    }
}
