use std::collections::BTreeMap;

use okeanos_cf::{
    checks::Severity,
    model::{AttrValue, Attributes, DataType, Dimension, Header, Variable},
};
use okeanos_dataset::Format;
use serde_json::{Value, json};
use time::{OffsetDateTime, macros::datetime};

use super::{Inspection, Source, Values, describe, needed};
use crate::domain::report::Status;

const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);

fn attributes(pairs: &[(&str, &str)]) -> Attributes {
    Attributes(pairs.iter().map(|(n, v)| ((*n).to_owned(), AttrValue::Text((*v).to_owned()))).collect())
}

fn variable(name: &str, dimensions: &[(&str, u64)], pairs: &[(&str, &str)]) -> Variable {
    Variable {
        name: name.to_owned(),
        dtype: DataType::F32,
        dimensions: dimensions.iter().map(|(d, _)| (*d).to_owned()).collect(),
        shape: dimensions.iter().map(|(_, size)| *size).collect(),
        chunks: None,
        attributes: attributes(pairs),
    }
}

/// A daily sea surface temperature on a 0…360 grid around the antimeridian, with a depth.
fn inspection() -> Inspection {
    let (time, depth, lat, lon) = (("time", 3), ("depth", 2), ("lat", 3), ("lon", 5));
    let variables = vec![
        variable(
            "time",
            &[time],
            &[("units", "days since 2020-01-01"), ("calendar", "standard"), ("standard_name", "time")],
        ),
        variable("depth", &[depth], &[("units", "m"), ("positive", "down"), ("standard_name", "depth")]),
        variable("lat", &[lat], &[("units", "degrees_north"), ("standard_name", "latitude")]),
        variable("lon", &[lon], &[("units", "degrees_east"), ("standard_name", "longitude")]),
        variable(
            "temp",
            &[time, depth, lat, lon],
            &[("units", "degC"), ("standard_name", "sea_water_temperature"), ("long_name", "Temperature")],
        ),
    ];
    let coordinates: [(&str, &[f64]); 4] = [
        ("time", &[0.0, 1.0, 2.0]),
        ("depth", &[0.5, 10.0]),
        ("lat", &[-1.0, 0.0, 0.100_000_001_490_116_12]),
        ("lon", &[178.0, 179.0, 180.0, 181.0, 182.0]),
    ];
    Inspection {
        format: Format::NetCdf4,
        header: Header {
            dimensions: [time, depth, lat, lon]
                .map(|(n, size)| Dimension { name: n.to_owned(), size, unlimited: false })
                .to_vec(),
            variables,
            attributes: attributes(&[
                ("Conventions", "CF-1.8"),
                ("institution", "Institute of the Sea"),
                ("license", "CC-BY-4.0"),
                ("history", "made by a model"),
                ("keywords", "ocean, temperature"),
                ("summary", "A test of the sea."),
            ]),
        },
        coordinates: coordinates
            .into_iter()
            .map(|(name, values)| (name.to_owned(), Values { values: values.to_vec() }))
            .collect(),
        findings: Vec::new(),
    }
}

fn source() -> Source {
    Source {
        bucket: "user-ann".into(),
        key: "public/sst.nc".into(),
        size: Some(1234),
        modified: datetime!(2026-01-01 00:00 UTC),
        metadata: BTreeMap::new(),
    }
}

fn item_of(inspection: &Inspection, source: &Source) -> Value {
    let (outcome, described) = describe(inspection, source, 10, NOW);
    assert_eq!(outcome.items.len(), described.len());
    let item = described.into_iter().next().expect("an item").item;
    okeanos_stac::Item::new(item.clone()).unwrap_or_else(|problems| panic!("{:?}", problems.all()));
    item
}

#[test]
fn a_sound_data_set_becomes_a_true_item() {
    let (outcome, described) = describe(&inspection(), &source(), 10, NOW);
    assert_eq!((outcome.status(), outcome.findings.len()), (Status::Passed, 0), "{:?}", outcome.findings);
    assert_eq!(described[0].parameter.collection_id(), "climate_forecast-sea_water_temperature");
    let item = item_of(&inspection(), &source());
    assert_eq!(item["bbox"], json!([178.0, -1.0, -178.0, 0.1]));
    assert_eq!(item["geometry"]["type"], "MultiPolygon");
    let properties = &item["properties"];
    assert_eq!(properties["datetime"], Value::Null);
    assert_eq!(properties["start_datetime"], "2020-01-01T00:00:00Z");
    assert_eq!(properties["end_datetime"], "2020-01-03T00:00:00Z");
    assert_eq!(
        properties["cube:dimensions"]["time"],
        json!({"type": "temporal", "extent": ["2020-01-01T00:00:00Z", "2020-01-03T00:00:00Z"], "step": "P1D"})
    );
    assert_eq!(properties["cube:dimensions"]["lon"]["extent"], json!([178.0, 182.0]));
    assert_eq!(properties["cube:dimensions"]["lon"]["step"], json!(1.0));
    assert_eq!(properties["cube:dimensions"]["lon"]["reference_system"], json!(4326));
    assert_eq!(properties["cube:dimensions"]["depth"]["values"], json!([0.5, 10.0]));
    assert_eq!(properties["cube:dimensions"]["lat"]["values"], json!([-1.0, 0.0, 0.1]));
    assert_eq!(properties["cube:variables"]["temp"]["dimensions"], json!(["time", "depth", "lat", "lon"]));
    assert_eq!(properties["cube:variables"]["temp"]["data_type"], "float32");
    assert_eq!(properties["cf:parameter"], json!([{"name": "sea_water_temperature", "unit": "degC"}]));
    assert_eq!(properties["license"], "CC-BY-4.0");
    assert_eq!(properties["providers"], json!([{"name": "Institute of the Sea", "roles": ["producer"]}]));
    assert_eq!(properties["processing:lineage"], "made by a model");
    assert_eq!(properties["title"], "Sea water temperature — sst.nc");
    assert_eq!(item["assets"]["data"]["href"], "s3://user-ann/public/sst.nc");
    assert_eq!(item["assets"]["data"]["type"], "application/x-netcdf");
    assert_eq!(item["assets"]["data"]["file:size"], 1234);
    assert_eq!(item["id"], properties["productIdentifier"]);
    assert_eq!(item["stac_extensions"].as_array().map(Vec::len), Some(4));
}

#[test]
fn only_what_is_needed_is_read() {
    assert_eq!(needed(&inspection().header, 10), ["depth", "lat", "lon", "time"]);
    assert!(needed(&inspection().header, 0).is_empty());
}

#[test]
fn results_of_jobs_say_where_they_come_from() {
    let metadata =
        [("okeanos-job", "j1"), ("okeanos-process", "subset:1.0.0"), ("okeanos-derived-from", "s3://user-ann/a.nc")];
    let source =
        Source { metadata: metadata.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect(), ..source() };
    let item = item_of(&inspection(), &source);
    assert_eq!(item["links"], json!([{"rel": "derived_from", "href": "s3://user-ann/a.nc"}]));
    assert_eq!(item["properties"]["processing:software"], json!({"subset": "1.0.0"}));
}

fn found(inspection: &Inspection) -> Vec<(&'static str, Severity)> {
    let (outcome, _) = describe(inspection, &source(), 10, NOW);
    outcome.findings.iter().map(|f| (f.rule, f.severity)).collect()
}

#[test]
fn what_is_not_stated_is_guessed_or_left_open() {
    let mut guessed = inspection();
    guessed.header.variables[4].attributes = attributes(&[("units", "degC"), ("long_name", "TEMPERATURE")]);
    assert!(found(&guessed).contains(&("catalog/named", Severity::Warning)));
    assert_eq!(item_of(&guessed, &source())["collection"], "climate_forecast-sea_water_temperature");

    let mut unknown = inspection();
    unknown.header.variables[4].attributes = attributes(&[("standard_name", "warmth"), ("units", "degC")]);
    assert!(found(&unknown).contains(&("catalog/named", Severity::Warning)));
    let item = item_of(&unknown, &source());
    assert_eq!((&item["collection"], item["properties"].get("cf:parameter")), (&json!("uncategorised"), None));

    let mut unitless = inspection();
    unitless.header.variables[4].attributes = attributes(&[("standard_name", "sea_water_temperature")]);
    let item = item_of(&unitless, &Source { size: None, ..source() });
    assert_eq!(item["properties"]["cf:parameter"], json!([{"name": "sea_water_temperature"}]));
    assert_eq!(item["assets"]["data"].get("file:size"), None, "it is not known");

    let mut projected = inspection();
    projected.header.variables[3].attributes =
        attributes(&[("units", "m"), ("standard_name", "projection_x_coordinate")]);
    let lon = item_of(&projected, &source())["properties"]["cube:dimensions"]["lon"].clone();
    assert_eq!((&lon["type"], lon.get("axis")), (&json!("projection_x_coordinate"), None), "metres are no degrees");

    let mut nowhere = inspection();
    nowhere.coordinates.remove("lon");
    assert!(found(&nowhere).contains(&("catalog/placed", Severity::Warning)));
    let item = item_of(&nowhere, &source());
    assert_eq!((&item["geometry"], item.get("bbox")), (&Value::Null, None));
    assert_eq!(item["properties"]["cube:dimensions"]["lon"], json!({"type": "index", "extent": [0, 4], "step": 1}));
}

#[test]
fn sound_coordinates() {
    assert!(inspection().has_sound_coordinates());
    let with = |values: &[f64]| {
        let mut changed = inspection();
        changed.coordinates.insert("lon".to_owned(), Values { values: values.to_vec() });
        (changed.has_coordinates(), changed.has_sound_coordinates())
    };
    assert_eq!(with(&[3.0, 2.0, 1.0]), (true, true));
    assert_eq!(with(&[0.0]), (true, true), "one value that is the fill value");
    assert_eq!(with(&[1.0, 2.0, 0.0, 0.0]), (true, false), "chunks that are not there");
    assert_eq!(with(&[1.0, 2.0, f64::NAN]), (false, false));
}

#[test]
fn times() {
    let mut climatology = inspection();
    climatology.header.variables[0].attributes = attributes(&[("units", "days since 0000-01-01"), ("axis", "T")]);
    assert!(found(&climatology).contains(&("catalog/dated", Severity::Info)));
    let item = item_of(&climatology, &source());
    assert_eq!(item["properties"]["datetime"], "2026-01-01T00:00:00Z");
    assert_eq!(item["properties"]["cube:dimensions"]["time"]["extent"], json!([null, null]));

    let mut broken = inspection();
    broken.header.variables[0].attributes = attributes(&[("units", "days"), ("axis", "T")]);
    broken.header.attributes =
        attributes(&[("time_coverage_start", "2019-01-01"), ("time_coverage_end", "2019-12-31")]);
    assert_eq!(item_of(&broken, &source())["properties"]["start_datetime"], "2019-01-01T00:00:00Z");
    assert!(found(&broken).contains(&("cf/time-units", Severity::Error)));

    let mut one = inspection();
    one.coordinates.insert("time".to_owned(), Values { values: vec![1.0] });
    assert_eq!(item_of(&one, &source())["properties"]["datetime"], "2020-01-02T00:00:00Z");
}

#[test]
fn nothing_to_catalogue_is_a_failure() {
    let mut empty = inspection();
    empty.header.variables.pop();
    let (outcome, described) = describe(&empty, &source(), 10, NOW);
    assert_eq!((outcome.status(), described.len()), (Status::Failed, 0));
    assert!(outcome.findings.iter().any(|f| f.rule == "cf/has-data"));
}

#[test]
fn the_number_of_items_is_bounded() {
    let mut many = inspection();
    let one = many.header.variables[4].clone();
    many.header.variables.extend((0..20).map(|i| Variable { name: format!("temp{i}"), ..one.clone() }));
    let (outcome, described) = describe(&many, &source(), 10, NOW);
    assert_eq!(described.len(), 10);
    assert!(outcome.findings.iter().any(|f| f.rule == "catalog/counted"));
}
