//! Small Zarr v2 stores, written by hand: uncompressed, one chunk per array.

use serde_json::{Value, json};

/// Keys below the store's root, with their bytes.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

fn array(name: &str, dtype: &str, dimensions: &[(&str, usize)], bytes: Vec<u8>, mut attributes: Value) -> Files {
    let shape: Vec<_> = dimensions.iter().map(|(_, n)| *n).collect();
    attributes["_ARRAY_DIMENSIONS"] = dimensions.iter().map(|(d, _)| *d).collect();
    let zarray = json!({
        "zarr_format": 2, "shape": shape, "chunks": shape, "dtype": dtype, "compressor": null, "fill_value": null,
        "order": "C", "filters": null,
    });
    let chunk = vec!["0"; shape.len().max(1)].join(".");
    vec![
        (format!("{name}/.zarray"), zarray.to_string().into_bytes()),
        (format!("{name}/.zattrs"), attributes.to_string().into_bytes()),
        (format!("{name}/{chunk}"), bytes),
    ]
}

fn doubles(name: &str, dimensions: &[(&str, usize)], values: &[f64], attributes: Value) -> Files {
    array(name, "<f8", dimensions, values.iter().flat_map(|v| v.to_le_bytes()).collect(), attributes)
}

fn group() -> Files {
    vec![
        (".zgroup".into(), b"{\"zarr_format\":2}".to_vec()),
        (".zattrs".into(), b"{\"Conventions\":\"CF-1.8\"}".to_vec()),
    ]
}

/// Raw value for a missing one.
const FILL: i16 = -9_999;

/// Temperatures on 3 times × 2 depths × 4 latitudes (from the north) × 4 longitudes (0 to 270), packed: 0.1 × raw + 10.
/// At time 2, depth 0: 0 °C in the northernmost row, 25 °C in the southernmost, missing at 60° N 180°. A value grows by
/// 1 per time step back and by 5 per level.
pub(crate) fn regular() -> Files {
    let mut raw = Vec::new();
    for t in 0..3_i16 {
        for z in 0..2_i16 {
            for j in 0..4_i16 {
                for i in 0..4_i16 {
                    let packed = [-100, 0, 50, 150][j as usize] + 10 * (2 - t) + 50 * z;
                    raw.push(if (j, i) == (0, 2) { FILL } else { packed });
                }
            }
        }
    }
    let bytes = raw.iter().flat_map(|v| v.to_le_bytes()).collect();
    let about = json!({
        "standard_name": "sea_water_temperature", "long_name": "Temperature", "units": "degC",
        "scale_factor": 0.1, "add_offset": 10.0, "_FillValue": FILL,
    });
    let time = json!({ "units": "days since 2020-01-01", "calendar": "standard", "axis": "T" });
    let depth = json!({ "units": "m", "positive": "down", "axis": "Z", "standard_name": "depth" });
    [
        group(),
        array("thetao", "<i2", &[("time", 3), ("depth", 2), ("lat", 4), ("lon", 4)], bytes, about),
        doubles("time", &[("time", 3)], &[0.0, 1.0, 2.0], time),
        doubles("depth", &[("depth", 2)], &[0.0, 100.0], depth),
        doubles("lat", &[("lat", 4)], &[60.0, 30.0, 0.0, -30.0], json!({ "units": "degrees_north" })),
        doubles("lon", &[("lon", 4)], &[0.0, 90.0, 180.0, 270.0], json!({ "units": "degrees_east" })),
    ]
    .concat()
}

/// Values 0 to 11 on a curvilinear grid of 3 × 4 cells around 0° N 180°, 10 degrees apart; the last row is the north.
pub(crate) fn curvilinear() -> Files {
    let cells: Vec<(f64, f64)> =
        (0..3).flat_map(|j| (0..4).map(move |i| (10.0 * f64::from(j) - 10.0, 165.0 + 10.0 * f64::from(i)))).collect();
    let lat: Vec<f64> = cells.iter().map(|c| c.0).collect();
    let lon: Vec<f64> = cells.iter().map(|c| if c.1 > 180.0 { c.1 - 360.0 } else { c.1 }).collect();
    let values: Vec<f64> = (0..12).map(f64::from).collect();
    let grid = [("y", 3), ("x", 4)];
    let about = json!({ "long_name": "Sea level", "units": "m", "coordinates": "nav_lat nav_lon" });
    [
        group(),
        doubles("zos", &grid, &values, about),
        doubles("nav_lat", &grid, &lat, json!({ "units": "degrees_north", "standard_name": "latitude" })),
        doubles("nav_lon", &grid, &lon, json!({ "units": "degrees_east", "standard_name": "longitude" })),
    ]
    .concat()
}

/// A series at one station.
pub(crate) fn station() -> Files {
    [
        group(),
        doubles("wave", &[("time", 2)], &[1.5, 2.5], json!({ "units": "m", "coordinates": "lat lon" })),
        doubles("time", &[("time", 2)], &[0.0, 1.0], json!({ "units": "hours since 2020-01-01", "axis": "T" })),
        array("lat", "<f8", &[], 48.0_f64.to_le_bytes().to_vec(), json!({ "units": "degrees_north" })),
        array("lon", "<f8", &[], (-5.0_f64).to_le_bytes().to_vec(), json!({ "units": "degrees_east" })),
    ]
    .concat()
}
