//! Small data sets.

use netcdf_writer::{DimensionId, NcAttrValue, NcFileBuilder, NcWriteFormat, NcWriteOptions};
use serde_json::json;

fn variable(
    file: &mut NcFileBuilder,
    name: &str,
    dimensions: &[DimensionId],
    values: &[f64],
    attributes: &[(&str, &str)],
) {
    let id = file.add_variable::<f64>(name, dimensions).unwrap();
    for (attribute, value) in attributes {
        file.add_variable_attribute(id, *attribute, NcAttrValue::Chars((*value).to_owned())).unwrap();
    }
    file.write_variable(id, values).unwrap();
}

/// A NetCDF-4 file with two days of temperature and salinity on a grid of 2 × 3.
pub(crate) fn netcdf() -> Vec<u8> {
    let mut file = NcFileBuilder::new();
    file.add_attribute("Conventions", NcAttrValue::Chars("CF-1.8".to_owned())).unwrap();
    let (time, lat, lon) = (
        file.add_dimension("time", 2).unwrap(),
        file.add_dimension("lat", 2).unwrap(),
        file.add_dimension("lon", 3).unwrap(),
    );
    variable(
        &mut file,
        "time",
        &[time],
        &[0.0, 1.0],
        &[("units", "days since 2020-01-01"), ("standard_name", "time"), ("calendar", "standard")],
    );
    variable(&mut file, "lat", &[lat], &[40.0, 41.0], &[("units", "degrees_north"), ("standard_name", "latitude")]);
    variable(
        &mut file,
        "lon",
        &[lon],
        &[350.0, 351.0, 352.0],
        &[("units", "degrees_east"), ("standard_name", "longitude")],
    );
    let grid = [time, lat, lon];
    variable(&mut file, "temp", &grid, &[10.0; 12], &[("units", "degC"), ("standard_name", "sea_water_temperature")]);
    variable(&mut file, "salt", &grid, &[35.0; 12], &[("units", "1e-3"), ("standard_name", "sea_water_salinity")]);
    file.to_vec(NcWriteOptions { format: NcWriteFormat::Nc4 }).unwrap().1
}

fn array(
    name: &str,
    dimensions: &[&str],
    shape: &[u64],
    values: &[f64],
    attributes: &[(&str, &str)],
) -> Vec<(String, Vec<u8>)> {
    let metadata = json!({
        "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": "<f8", "compressor": null, "fill_value": "NaN", "order": "C", "filters": null,
    });
    let mut members: serde_json::Map<_, _> = attributes.iter().map(|(n, v)| ((*n).to_owned(), json!(v))).collect();
    members.insert("_ARRAY_DIMENSIONS".to_owned(), json!(dimensions));
    let chunk = vec!["0"; shape.len()].join(".");
    vec![
        (format!("{name}/.zarray"), metadata.to_string().into_bytes()),
        (format!("{name}/.zattrs"), json!(members).to_string().into_bytes()),
        (format!("{name}/{chunk}"), values.iter().flat_map(|v| v.to_le_bytes()).collect()),
    ]
}

/// The objects of an array whose only chunk holds nothing but the fill value, so that Zarr leaves it out.
pub(crate) fn filled(
    name: &str,
    dimensions: &[&str],
    fill: f64,
    attributes: &[(&str, &str)],
) -> Vec<(String, Vec<u8>)> {
    let shape = vec![1; dimensions.len()];
    let mut files = array(name, dimensions, &shape, &[], attributes);
    files.pop();
    let metadata = String::from_utf8(files[0].1.clone()).unwrap().replace("\"NaN\"", &fill.to_string());
    files[0].1 = metadata.into_bytes();
    files
}

/// The objects of a Zarr store (version 2) with a sea surface temperature, in the order that they are written in.
pub(crate) fn zarr() -> Vec<(String, Vec<u8>)> {
    let mut files = vec![
        (".zgroup".to_owned(), br#"{"zarr_format": 2}"#.to_vec()),
        (".zattrs".to_owned(), br#"{"Conventions": "CF-1.8"}"#.to_vec()),
    ];
    files.extend(array(
        "lat",
        &["lat"],
        &[2],
        &[40.0, 41.0],
        &[("units", "degrees_north"), ("standard_name", "latitude")],
    ));
    files.extend(array(
        "lon",
        &["lon"],
        &[3],
        &[-10.0, -9.0, -8.0],
        &[("units", "degrees_east"), ("standard_name", "longitude")],
    ));
    files.extend(array(
        "sst",
        &["lat", "lon"],
        &[2, 3],
        &[290.0; 6],
        &[("units", "K"), ("standard_name", "sea_surface_temperature")],
    ));
    files
}
