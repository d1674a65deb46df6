//! Where data are: the box and the footprint of their longitudes and latitudes.

use okeanos_stac::geometry::rectangle;
use serde_json::{Value, json};

/// The circle of longitudes in bins of a tenth of a degree: the resolution at which gaps are seen.
const BINS: usize = 3_600;
/// How much wider than any other, that at the antimeridian included, a gap must be for the data to be taken to cross it.
const WIDER: f64 = 2.0;

/// A box on the globe, in degrees. `west > east` crosses the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) west: f64,
    pub(crate) south: f64,
    pub(crate) east: f64,
    pub(crate) north: f64,
}

impl Place {
    /// The smallest box around the values; missing ones are left aside. `None` when there are none, or no latitudes.
    ///
    /// Longitudes may be of any turn (0 to 360, -180 to 180). Data on both sides of the antimeridian cross it when there is one
    /// wide gap elsewhere; longitudes of a whole turn from 0 to 360 are -180 to 180.
    pub(crate) fn of(longitudes: &[f64], latitudes: &[f64]) -> Option<Self> {
        let (south, north) = extent(latitudes.iter().copied())?;
        if south < -90.001 || north > 90.001 {
            return None;
        }
        // The meridians 180 and -180 are one line: what only touches it does not cross it.
        let (west, east) = match arc(longitudes)? {
            (180.0, east) if east < 180.0 => (-180.0, east),
            (west, -180.0) if west > -180.0 => (west, 180.0),
            arc => arc,
        };
        Some(Self { west, south: south.max(-90.0), east, north: north.min(90.0) })
    }

    /// West, south, east, north: STAC's and GeoJSON's `bbox`.
    pub(crate) fn bbox(&self) -> [f64; 4] {
        [self.west, self.south, self.east, self.north]
    }

    /// The box as a GeoJSON geometry, cut in two at the antimeridian (RFC 7946, 3.1.9); a point or a line when it has no area.
    pub(crate) fn geometry(&self) -> Value {
        if self.west <= self.east {
            return part(self.west, self.south, self.east, self.north);
        }
        let parts = [part(self.west, self.south, 180.0, self.north), part(-180.0, self.south, self.east, self.north)];
        // Neither side has no width, so that both are polygons, or both lines.
        let kind = parts[0]["type"].as_str().unwrap_or_default().to_owned();
        json!({"type": format!("Multi{kind}"), "coordinates": parts.map(|p| p["coordinates"].clone())})
    }
}

fn part(west: f64, south: f64, east: f64, north: f64) -> Value {
    match (west == east, south == north) {
        (true, true) => json!({"type": "Point", "coordinates": [west, south]}),
        (false, false) => rectangle(west, south, east, north),
        _ => json!({"type": "LineString", "coordinates": [[west, south], [east, north]]}),
    }
}

/// Least and greatest of the finite values.
pub(crate) fn extent(values: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    values
        .filter(|v| v.is_finite())
        .fold(None, |found, v| Some(found.map_or((v, v), |(a, b): (f64, f64)| (a.min(v), b.max(v)))))
}

/// A longitude brought to -180…180; both ends stay as they are.
fn wrap(longitude: f64) -> f64 {
    if (-180.0..=180.0).contains(&longitude) {
        return longitude;
    }
    let wrapped = (longitude + 180.0).rem_euclid(360.0) - 180.0;
    // 359.9 - 360 is not quite -0.1: no instrument sees a billionth of a degree.
    (wrapped * 1e9).round() / 1e9
}

/// The shortest arc that holds all longitudes, as west and east in -180…180.
fn arc(longitudes: &[f64]) -> Option<(f64, f64)> {
    let mut bins: Vec<Option<(f64, f64)>> = vec![None; BINS];
    let mut wrapped = false;
    for longitude in longitudes.iter().copied().filter(|l| l.abs() <= 720.0) {
        let place = wrap(longitude);
        wrapped |= place != longitude;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 3600, then bounded")]
        let index = (((place + 180.0) * 10.0) as usize).min(BINS - 1);
        let bin = &mut bins[index];
        *bin = Some(bin.map_or((place, place), |(a, b)| (a.min(place), b.max(place))));
    }
    let filled: Vec<(f64, f64)> = bins.into_iter().flatten().collect();
    let (first, last) = (filled.first()?.0, filled.last()?.1);
    let at_antimeridian = first + 360.0 - last;
    let mut gaps: Vec<_> = filled.windows(2).map(|pair| (pair[1].0 - pair[0].1, pair[0].1, pair[1].0)).collect();
    gaps.sort_by(|a, b| b.0.total_cmp(&a.0));
    let others = gaps.get(1).map_or(at_antimeridian, |(gap, ..)| gap.max(at_antimeridian));
    match gaps.first().copied() {
        Some((gap, east, west)) if gap > WIDER * others => Some((west, east)),
        // A whole turn that starts elsewhere than at -180: its cells meet at the antimeridian.
        Some((gap, ..)) if wrapped && at_antimeridian <= WIDER * gap && at_antimeridian < 30.0 => Some((-180.0, 180.0)),
        _ => Some((first, last)),
    }
}

#[cfg(test)]
mod tests {
    use okeanos_stac::{Bbox, geometry::ITEM_VERTICES_MAX};
    use proptest::prelude::{prop, prop_assert, proptest};

    use super::Place;

    fn bbox(longitudes: &[f64]) -> [f64; 4] {
        Place::of(longitudes, &[-10.0, 10.0]).expect("a place").bbox()
    }

    fn range(from: f64, step: f64, count: u32) -> Vec<f64> {
        (0..count).map(|i| from + f64::from(i) * step).collect()
    }

    #[test]
    fn boxes() {
        assert_eq!(bbox(&range(-179.875, 0.25, 1440)), [-179.875, -10.0, 179.875, 10.0]);
        assert_eq!(bbox(&range(0.0, 0.25, 1440)), [-180.0, -10.0, 180.0, 10.0]);
        assert_eq!(bbox(&range(20.5, 1.0, 360)), [-180.0, -10.0, 180.0, 10.0]);
        assert_eq!(bbox(&range(350.0, 0.5, 41)), [-10.0, -10.0, 10.0, 10.0]);
        assert_eq!(bbox(&range(170.0, 1.0, 21)), [170.0, -10.0, -170.0, 10.0]);
        assert_eq!(bbox(&[170.0, 175.0, -175.0, -170.0]), [170.0, -10.0, -170.0, 10.0]);
        assert_eq!(bbox(&range(-10.0, 1.0, 21)), [-10.0, -10.0, 10.0, 10.0]);
        assert_eq!(bbox(&[359.9]), [-0.1, -10.0, -0.1, 10.0]);
        assert_eq!(bbox(&[f64::NAN, 5.0, 6.0]), [5.0, -10.0, 6.0, 10.0]);
        assert_eq!(bbox(&range(100.0, 1.0, 150))[..3], [100.0, -10.0, -111.0]);
        assert_eq!(bbox(&[-180.0, 0.0, 180.0]), [-180.0, -10.0, 180.0, 10.0]);
        assert_eq!(Place::of(&[f64::NAN], &[1.0]), None);
        assert_eq!(Place::of(&[1.0], &[]), None);
        assert_eq!(Place::of(&[1.0], &[91.0]), None);
    }

    #[test]
    fn geometries() {
        let kind = |longitudes: &[f64], latitudes: &[f64]| {
            Place::of(longitudes, latitudes).expect("a place").geometry()["type"].as_str().expect("a type").to_owned()
        };
        assert_eq!(kind(&[1.0, 2.0], &[1.0, 2.0]), "Polygon");
        assert_eq!(kind(&[1.0], &[2.0]), "Point");
        assert_eq!(kind(&[1.0, 2.0], &[2.0]), "LineString");
        assert_eq!(kind(&[179.0, 181.0], &[1.0, 2.0]), "MultiPolygon");
        assert_eq!(kind(&[179.0, 181.0], &[1.0]), "MultiLineString");
        assert_eq!(kind(&[180.0, 181.0, 182.0], &[1.0, 2.0]), "Polygon");
        assert_eq!(kind(&[178.0, 179.0, -180.0], &[1.0, 2.0]), "Polygon");
        assert_eq!(bbox(&[180.0, 181.0, 182.0]), [-180.0, -10.0, -178.0, 10.0]);
        assert_eq!(bbox(&[178.0, 179.0, -180.0]), [178.0, -10.0, 180.0, 10.0]);
    }

    proptest! {
        #[test]
        fn the_box_holds_every_value_and_touches_its_ends(
            longitudes in prop::collection::vec(-180.0..360.0_f64, 1..60),
            latitudes in prop::collection::vec(-90.0..90.0_f64, 1..20),
        ) {
            let place = Place::of(&longitudes, &latitudes).expect("a place");
            let inside = |lon: f64| {
                let lon = super::wrap(lon);
                // The meridians 180 and -180 are one.
                if lon.abs() == 180.0 && (place.west == -180.0 || place.east == 180.0) { return true; }
                if place.west <= place.east { (place.west..=place.east).contains(&lon) } else { lon >= place.west || lon <= place.east }
            };
            prop_assert!(longitudes.iter().all(|lon| inside(*lon)), "{place:?} {longitudes:?}");
            let is_end = |end: f64| end.abs() == 180.0 || longitudes.iter().any(|lon| super::wrap(*lon) == end);
            prop_assert!(is_end(place.west) && is_end(place.east), "{place:?}");
            prop_assert!(latitudes.contains(&place.south) && latitudes.contains(&place.north));
            prop_assert!(Bbox::from_numbers(&place.bbox()).is_ok());
            let parsed = okeanos_stac::geometry::parse(&place.geometry(), "/geometry", ITEM_VERTICES_MAX);
            prop_assert!(parsed.is_ok(), "{parsed:?}");
        }

        #[test]
        fn a_regular_grid_keeps_its_ends_whatever_its_turn(first in -180.0..180.0_f64, step in 0.01..2.0_f64, count in 2_u32..90) {
            let place = Place::of(&range(first, step, count), &[0.0]).expect("a place");
            let last = super::wrap(first + f64::from(count - 1) * step);
            prop_assert!((place.west - first).abs() < 1e-6 && (place.east - last).abs() < 1e-6, "{place:?}");
        }
    }
}
