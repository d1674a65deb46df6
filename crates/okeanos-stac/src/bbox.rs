//! Bounding boxes.

use serde_json::Value;

use crate::Invalid;

/// A bounding box in degrees (CRS84). `west > east` crosses the antimeridian. Heights are read and not used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bbox {
    /// Western edge.
    pub west: f64,
    /// Southern edge.
    pub south: f64,
    /// Eastern edge.
    pub east: f64,
    /// Northern edge.
    pub north: f64,
}

/// A box that does not cross the antimeridian.
pub(crate) type Rect = geo::Rect<f64>;

impl Bbox {
    /// The whole globe.
    pub const WORLD: Self = Self { west: -180.0, south: -90.0, east: 180.0, north: 90.0 };

    /// From four numbers (west, south, east, north) or six (with heights third and last).
    ///
    /// Longitudes may run from -360 to 360, so that 0…360 grids can be given as they are; they are brought to -180…180,
    /// and a box of 360 degrees or more is the whole globe. Latitudes beyond the poles are allowed: they add nothing.
    ///
    /// # Errors
    /// Another count, a number that is not finite, a southern edge north of the northern, a bottom above the top.
    pub fn from_numbers(numbers: &[f64]) -> Result<Self, Invalid> {
        let invalid = |message: &str| Err(Invalid::at("bbox", message));
        let (west, south, east, north, heights) = match *numbers {
            [west, south, east, north] => (west, south, east, north, None),
            [west, south, bottom, east, north, top] => (west, south, east, north, Some((bottom, top))),
            _ => return invalid("four or six numbers are expected"),
        };
        if numbers.iter().any(|n| !n.is_finite()) {
            return invalid("every number must be finite");
        }
        if [west, east].iter().any(|lon| lon.abs() > 360.0) {
            return invalid("a longitude is between -360 and 360 degrees");
        }
        if south > north {
            return invalid("the southern edge is north of the northern edge");
        }
        if heights.is_some_and(|(bottom, top)| bottom > top) {
            return invalid("the bottom is above the top");
        }
        if east - west >= 360.0 {
            return Ok(Self { west: -180.0, south, east: 180.0, north });
        }
        if [west, east].iter().all(|lon| (-180.0..=180.0).contains(lon)) {
            return Ok(Self { west, south, east, north });
        }
        Ok(Self { west: wrap(west), south, east: wrap(east), north })
    }

    /// From the text of a query parameter: numbers with commas between.
    ///
    /// # Errors
    /// As [`Bbox::from_numbers`], and when a part is not a number.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let mut numbers = Vec::with_capacity(6);
        for part in text.split(',').take(7) {
            let number = part.trim().parse::<f64>();
            numbers.push(number.map_err(|_| Invalid::at("bbox", format!("{:?} is not a number", shorten(part))))?);
        }
        Self::from_numbers(&numbers)
    }

    /// From a JSON array of numbers.
    ///
    /// # Errors
    /// As [`Bbox::from_numbers`], and when it is not an array of numbers.
    pub fn from_json(value: &Value) -> Result<Self, Invalid> {
        let numbers: Option<Vec<f64>> =
            value.as_array().filter(|a| a.len() <= 7).and_then(|a| a.iter().map(Value::as_f64).collect());
        Self::from_numbers(&numbers.ok_or_else(|| Invalid::at("bbox", "an array of four or six numbers is expected"))?)
    }

    /// Whether it crosses the antimeridian.
    pub fn crosses(&self) -> bool {
        self.west > self.east
    }

    /// The box as one rectangle, or two when it crosses the antimeridian: the eastern hemisphere's first.
    pub fn rects(&self) -> (Rect, Option<Rect>) {
        let rect = |west: f64, east: f64| Rect::new((west, self.south), (east, self.north));
        if self.crosses() {
            (rect(self.west, 180.0), Some(rect(-180.0, self.east)))
        } else {
            (rect(self.west, self.east), None)
        }
    }

    /// West, south, east, north.
    pub fn numbers(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }
}

/// A longitude brought to -180…180.
fn wrap(lon: f64) -> f64 {
    if lon > 180.0 {
        lon - 360.0
    } else if lon < -180.0 {
        lon + 360.0
    } else {
        lon
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(30).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn four_or_six_numbers() {
        assert_eq!(Bbox::parse("100.0,0.0,105.0,1.0").unwrap().numbers(), [100.0, 0.0, 105.0, 1.0]);
        assert_eq!(Bbox::parse("100, 0, -5, 105, 1, 1").unwrap().numbers(), [100.0, 0.0, 105.0, 1.0]);
        for text in ["", "0", "0,0", "0,0,0", "0,0,0,1,1", "0,0,0,1,1,1,1", "[100,0,105,1]", "100,1,105,0", "NaN,0,1,1"]
        {
            assert!(Bbox::parse(text).is_err(), "{text}");
        }
        assert!(Bbox::from_json(&json!("100,0,105,1")).is_err());
        assert!(Bbox::from_json(&json!([100, 0, 105, 1])).is_ok());
    }

    #[test]
    fn over_the_antimeridian() {
        let fiji = Bbox::parse("177,-20,-178,-15").unwrap();
        assert!(fiji.crosses());
        assert_eq!(Bbox::parse("177,-20,182,-15").unwrap(), fiji);
        let (east, west) = fiji.rects();
        assert_eq!(
            (east.min().x, east.max().x, west.unwrap().min().x, west.unwrap().max().x),
            (177.0, 180.0, -180.0, -178.0)
        );
        assert_eq!(Bbox::parse("0,-90,360,90").unwrap(), Bbox::WORLD);
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(text in "[-0-9.,eE+ naif]{0,60}") {
            let _ = Bbox::parse(&text);
        }

        #[test]
        fn its_rectangles_are_on_the_globe(west in -360.0..360.0_f64, width in 0.0..400.0_f64, south in -90.0..90.0_f64) {
            if let Ok(bbox) = Bbox::from_numbers(&[west, south, west + width, 90.0]) {
                let (first, second) = bbox.rects();
                let total = first.width() + second.map_or(0.0, |r| r.width());
                prop_assert!(first.min().x >= -180.0 && first.max().x <= 180.0);
                prop_assert!((total - width.min(360.0)).abs() < 1e-9, "{total} {width}");
            }
        }
    }
}
