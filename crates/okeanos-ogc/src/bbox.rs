//! Bounding boxes as inputs: the format `ogc-bbox`.

use serde_json::Value;

use crate::Invalid;

/// Longitude and latitude in degrees, WGS 84: what a box has when it names no reference system.
pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
/// The same, short.
const CRS84_SHORT: &str = "OGC:CRS84";
/// CRS84 with ellipsoidal height.
pub const CRS84H: &str = "http://www.opengis.net/def/crs/OGC/0/CRS84h";

/// A box in degrees, from west eastward to east: it crosses the antimeridian, or the meridian where the longitudes of the
/// data set begin, when `west > east`. Longitudes from -180 to 180 and from 0 to 360 are both in use.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    /// Western edge, -180 to 360.
    pub west: f64,
    /// Southern edge, -90 to 90.
    pub south: f64,
    /// Eastern edge, -180 to 360.
    pub east: f64,
    /// Northern edge, -90 to 90.
    pub north: f64,
    /// Lowest and highest height in metres, when it has six numbers.
    pub height: Option<(f64, f64)>,
}

impl Bbox {
    /// From `[west, south, east, north]`, from six numbers with heights, or from `{"bbox": […], "crs": …}`.
    ///
    /// # Errors
    /// [`Invalid`], at the pointer `/bbox`, `/crs` or the whole.
    pub fn from_json(value: &Value) -> Result<Self, Invalid> {
        let (numbers, pointer) = match value {
            Value::Object(members) => {
                let crs = members.get("crs").map(|c| c.as_str().unwrap_or_default().trim_matches(['[', ']']));
                if crs.is_some_and(|crs| ![CRS84, CRS84_SHORT, CRS84H].contains(&crs)) {
                    return Err(Invalid::new("/crs", format!("the only reference system is {CRS84}")));
                }
                (members.get("bbox").unwrap_or(&Value::Null), "/bbox")
            }
            other => (other, ""),
        };
        let numbers = numbers.as_array().filter(|a| a.len() <= 6);
        let numbers: Option<Vec<f64>> = numbers.and_then(|a| a.iter().map(Value::as_f64).collect());
        Self::from_numbers(&numbers.unwrap_or_default()).map_err(|message| Invalid::new(pointer, message))
    }

    fn from_numbers(numbers: &[f64]) -> Result<Self, &'static str> {
        let (west, south, east, north, height) = match *numbers {
            [west, south, east, north] => (west, south, east, north, None),
            [west, south, low, east, north, high] => (west, south, east, north, Some((low, high))),
            _ => return Err("four numbers (west, south, east, north) are expected, or six with heights"),
        };
        if !numbers.iter().all(|n| n.is_finite()) {
            return Err("numbers are expected, not infinity");
        }
        if ![west, east].iter().all(|l| (-180.0..=360.0).contains(l)) {
            return Err("longitudes are between -180 and 360");
        }
        if south > north || south < -90.0 || north > 90.0 {
            return Err("latitudes are between -90 and 90, the southern one first");
        }
        if height.is_some_and(|(low, high)| low > high) {
            return Err("the lower height comes first");
        }
        Ok(Self { west, south, east, north, height })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn boxes() {
        let plain = Bbox { west: -10.0, south: -5.0, east: 10.0, north: 5.0, height: None };
        assert_eq!(Bbox::from_json(&json!([-10, -5, 10, 5])), Ok(plain));
        assert_eq!(Bbox::from_json(&json!({"bbox": [-10, -5, 10, 5], "crs": CRS84})), Ok(plain));
        assert_eq!(Bbox::from_json(&json!({"bbox": [-10, -5, 10, 5], "crs": "[OGC:CRS84]"})), Ok(plain));
        assert_eq!(Bbox::from_json(&json!([170, -5, 190, 5])).map(|b| (b.west, b.east)), Ok((170.0, 190.0)));
        assert_eq!(Bbox::from_json(&json!([170, -5, -20, -170, 5, 0])).unwrap().height, Some((-20.0, 0.0)));
    }

    #[test]
    fn what_is_not_a_box() {
        for (value, pointer) in [
            (json!([1, 2, 3]), ""),
            (json!([1, 2, 3, "4"]), ""),
            (json!([0, 50, 10, 40]), ""),
            (json!([0, -91, 10, 40]), ""),
            (json!([-181, 0, 10, 40]), ""),
            (json!([0, 0, 361, 40]), ""),
            (json!([0, 0, 10, 10, 10, 0]), ""),
            (json!("0,0,1,1"), ""),
            (json!({"crs": CRS84}), "/bbox"),
            (json!({"bbox": [0, 0, 1, 1], "crs": "EPSG:3857"}), "/crs"),
            (json!({"bbox": [0, 0, 1, 1], "crs": 4326}), "/crs"),
        ] {
            assert_eq!(Bbox::from_json(&value).unwrap_err().pointer, pointer, "{value}");
        }
    }
}
