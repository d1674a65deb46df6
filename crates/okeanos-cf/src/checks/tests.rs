use proptest::prelude::{Just, Strategy, any, prop, prop_assert, prop_oneof, proptest};

use super::{AttributeTypes, Coordinate, Severity, check, check_coordinate, rules};
use crate::axes::tests::header;
use crate::model::{AttrValue, Attributes, DataType, Header, Variable};

const SOUND: [&str; 6] = [
    "lon(lon) units=degrees_east; standard_name=longitude",
    "lat(lat) units=degrees_north; standard_name=latitude",
    "depth(depth) units=m; positive=down; standard_name=depth",
    "time(time) units=days since 1950-01-01; calendar=standard; bounds=time_bnds",
    "time_bnds(time, nv)",
    "temp(time, depth, lat, lon) standard_name=sea_water_temperature; units=degC; cell_methods=time: mean; grid_mapping=crs",
];
const CRS: &str = "crs() grid_mapping_name=latitude_longitude";

fn sound(others: &[&str]) -> Header {
    let variables: Vec<_> = SOUND.iter().chain(&[CRS]).chain(others).copied().collect();
    let mut header = header(&variables);
    header.attributes = Attributes(vec![("Conventions".to_owned(), AttrValue::Text("CF-1.8, ACDD-1.3".to_owned()))]);
    header
}

fn found(header: &Header) -> Vec<(&'static str, Severity, String)> {
    check(header, AttributeTypes::Stored).into_iter().map(|f| (f.rule, f.severity, f.subject)).collect()
}

fn set(header: &mut Header, variable: &str, attribute: &str, value: AttrValue) {
    let variable = header.variables.iter_mut().find(|v| v.name == variable).expect("the variable");
    variable.attributes.0.push((attribute.to_owned(), value));
}

#[test]
fn a_sound_header_has_no_findings() {
    assert_eq!(check(&sound(&[]), AttributeTypes::Stored), []);
}

#[test]
fn each_fault_is_found_by_its_rule() {
    use Severity::{Error, Info, Warning};
    for (extra, rule, severity) in [
        ("bad(lat, lon) standard_name=sea_temperature; units=K", "cf/standard-name", Error),
        ("bad(lat, lon) units=K", "cf/standard-name", Warning),
        ("bad(lat, lon) standard_name=air_pressure_at_sea_level; units=hPa", "cf/standard-name", Info),
        ("bad(lat, lon) standard_name=sea_water_temperature", "cf/units-present", Warning),
        ("bad(lat, lon) standard_name=sea_water_salinity; units=wombats", "cf/units-parse", Error),
        ("bad(lat, lon) standard_name=sea_water_salinity; units=PSU", "cf/units-parse", Warning),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=m", "cf/units-canonical", Error),
        ("bad(a, b) standard_name=sea_water_temperature; units=K", "cf/axes", Warning),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=K; coordinates=nowhere", "cf/coordinates", Error),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=K; grid_mapping=none", "cf/grid-mapping", Error),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=K; cell_methods=mean", "cf/cell-methods", Warning),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=K; _FillValue=x", "cf/fill-value", Error),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=K; scale_factor=x", "cf/packing", Error),
        ("bad(lat, lon) standard_name=sea_water_temperature; units=K; valid_range=x", "cf/valid-range", Error),
        ("bad(bad) axis=T; units=days", "cf/time-units", Error),
        ("bad(bad) units=days since 2000-02-30", "cf/time-units", Error),
        ("bad(bad) units=months since 2000-01-01", "cf/time-units", Warning),
        ("bad(bad) units=days since 0-1-1", "cf/time-units", Info),
        ("bad(bad) axis=Z; units=m", "cf/vertical-positive", Warning),
        ("bad(bad) axis=Z; units=m; positive=sideways", "cf/vertical-positive", Error),
        ("bad(bad) axis=Z; units=m; positive=up; bounds=none", "cf/bounds", Error),
        ("bad(bad) standard_name=latitude; units=degrees", "cf/lat-lon-units", Warning),
    ] {
        let found = found(&sound(&[extra]));
        assert!(found.contains(&(rule, severity, "bad".to_owned())), "{extra}: {found:?}");
    }
    assert!(found(&header(&SOUND)).contains(&("cf/conventions", Warning, String::new())));
    assert!(found(&header(&["lon(lon) units=degrees_east"])).contains(&("cf/has-data", Error, String::new())));
}

#[test]
fn types_of_attributes_are_compared_where_they_are_stored() {
    let mut header = sound(&[]);
    set(&mut header, "temp", "_FillValue", AttrValue::Numbers(DataType::F64, vec![-999.0]));
    assert_eq!(found(&header), [("cf/fill-value", Severity::Error, "temp".to_owned())]);
    assert_eq!(check(&header, AttributeTypes::Json), []);

    let mut header = sound(&[]);
    set(&mut header, "temp", "_FillValue", AttrValue::Numbers(DataType::F32, vec![-999.0]));
    set(&mut header, "temp", "missing_value", AttrValue::Numbers(DataType::F32, vec![-1.0]));
    assert_eq!(found(&header), [("cf/fill-value", Severity::Warning, "temp".to_owned())]);

    let mut header = sound(&[]);
    set(&mut header, "temp", "scale_factor", AttrValue::Numbers(DataType::F32, vec![0.0]));
    set(&mut header, "temp", "valid_range", AttrValue::Numbers(DataType::F32, vec![2.0, 1.0]));
    let rules: Vec<_> = found(&header).into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(rules, ["cf/packing", "cf/valid-range"]);

    let mut header = sound(&[]);
    header.variables.iter_mut().for_each(|v| v.dtype = if v.name == "temp" { DataType::I16 } else { v.dtype });
    set(&mut header, "temp", "_FillValue", AttrValue::Numbers(DataType::F64, vec![1e20]));
    assert_eq!(check(&header, AttributeTypes::Json).len(), 1);
}

#[test]
fn values_of_coordinates() {
    let rules = |kind, of_dimension, values: &[f64]| -> Vec<&str> {
        check_coordinate("c", kind, of_dimension, values).into_iter().map(|f| f.rule).collect()
    };
    use Coordinate::{Latitude, Longitude, Other};
    assert!(rules(Latitude, true, &[90.0, 0.0, -90.0]).is_empty());
    assert!(rules(Longitude, true, &[0.25, 180.0, 359.75]).is_empty());
    assert!(rules(Other, true, &[]).is_empty() && rules(Other, true, &[5.0]).is_empty());
    assert_eq!(rules(Latitude, true, &[-91.0, 0.0]), ["cf/latitude-range"]);
    assert_eq!(rules(Longitude, true, &[20.0, 380.0]), ["cf/longitude-range"]);
    assert_eq!(rules(Longitude, false, &[1e36, 380.0]), ["cf/longitude-range"]);
    assert_eq!(rules(Other, true, &[1.0, 2.0, 2.0]), ["cf/coordinate-monotonic"]);
    assert_eq!(rules(Other, true, &[3.0, 2.0, 4.0]), ["cf/coordinate-monotonic"]);
    assert_eq!(rules(Other, true, &[1.0, f64::NAN, 2.0]), ["cf/coordinate-finite"]);
    assert!(rules(Other, false, &[1.0, f64::NAN, 0.0]).is_empty());
}

#[test]
fn findings_are_bounded() {
    let many: Vec<String> = (0..600).map(|i| format!("v{i}(lat, lon) units=K")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let found = check(&sound(&many), AttributeTypes::Stored);
    assert_eq!(found.len(), super::MAX_FINDINGS + 1);
    assert!(found.last().is_some_and(|f| f.message.starts_with("100 more")));
}

#[test]
fn rules_have_ids_of_their_own() {
    let mut ids: Vec<_> = rules().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), rules().count());
}

fn attribute() -> impl Strategy<Value = (String, AttrValue)> {
    let names = [
        "units",
        "standard_name",
        "coordinates",
        "bounds",
        "axis",
        "positive",
        "calendar",
        "_FillValue",
        "missing_value",
        "scale_factor",
        "valid_range",
        "grid_mapping",
        "cell_methods",
        "ancillary_variables",
        "formula_terms",
        "flag_values",
        "cf_role",
        "long_name",
    ];
    let text = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "a",
            "b/a",
            "a: b",
            "degrees_north",
            "days since 0-0-0",
            "time",
            "K",
            "/",
            "",
            ":",
            "latitude longitude"
        ])
        .prop_map(str::to_owned),
    ];
    let value = prop_oneof![
        text.clone().prop_map(AttrValue::Text),
        (prop_oneof![Just(DataType::F64), Just(DataType::I8)], prop::collection::vec(any::<f64>(), 0..3))
            .prop_map(|(t, v)| AttrValue::Numbers(t, v)),
        prop::collection::vec(text, 0..3).prop_map(AttrValue::Texts),
    ];
    (prop::sample::select(names.to_vec()).prop_map(str::to_owned), value)
}

fn hostile() -> impl Strategy<Value = Variable> {
    let name = prop_oneof![
        any::<String>(),
        prop::sample::select(vec!["a", "b", "b/a", "a_bnds", "lat", "/"]).prop_map(str::to_owned)
    ];
    let dimensions = prop::collection::vec(name.clone(), 0..3);
    let dtype = prop_oneof![Just(DataType::F32), Just(DataType::I8), Just(DataType::Char)];
    (name, dtype, dimensions, any::<u8>(), prop::collection::vec(attribute(), 0..8)).prop_map(
        |(name, dtype, dimensions, size, attributes)| Variable {
            name,
            dtype,
            shape: vec![u64::from(size); dimensions.len()],
            dimensions,
            chunks: None,
            attributes: Attributes(attributes),
        },
    )
}

proptest! {
    #[test]
    fn hostile_headers_do_not_panic(variables in prop::collection::vec(hostile(), 0..6)) {
        let header = Header { dimensions: vec![], variables, attributes: Attributes(vec![]) };
        let found = check(&header, AttributeTypes::Stored);
        prop_assert!(found.iter().all(|f| f.message.len() < 1000));
        let _ = check(&header, AttributeTypes::Json);
        for variable in &header.variables {
            let _ = (crate::axes::axes(&header, variable), crate::names::infer(variable), crate::axes::vertical(variable));
        }
    }

    #[test]
    fn hostile_values_do_not_panic(values in prop::collection::vec(any::<f64>(), 0..20)) {
        let _ = check_coordinate("c", Coordinate::Longitude, true, &values);
    }
}
