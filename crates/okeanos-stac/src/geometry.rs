//! GeoJSON geometries (RFC 7946): read within bounds, and compared anywhere on the globe.

use geo::{BoundingRect, Coord, Intersects, MapCoords};
use geo::{Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde_json::{Value, json};

use crate::{Invalid, bbox::Rect};

/// Most positions in the geometry of an item.
pub const ITEM_VERTICES_MAX: usize = 50_000;
/// Most positions in the geometry of a search: it is compared with many items.
pub const SEARCH_VERTICES_MAX: usize = 2_000;
/// How deep geometry collections may lie in each other.
const DEPTH_MAX: usize = 4;

/// Reads a GeoJSON geometry of at most so many positions. Longitudes may run from -360 to 360; heights are dropped.
///
/// # Errors
/// Names the place by a JSON pointer below `at` (`/geometry`).
pub fn parse(value: &Value, at: &str, most: usize) -> Result<Geometry, Invalid> {
    let mut reader = Reader { most, left: most };
    reader.geometry(value, at, DEPTH_MAX)
}

/// Whether two geometries meet. Each may cross the antimeridian by longitudes beyond 180, or be cut there in two.
pub fn intersects(a: &Geometry, b: &Geometry) -> bool {
    let (Some(a_rect), Some(b_rect)) = (a.bounding_rect(), b.bounding_rect()) else { return false };
    // The same place has longitudes that differ by whole turns: b is tried at each turn where it could meet a.
    [0.0, 360.0, -360.0, 720.0, -720.0].into_iter().any(|turn| {
        let moved = Rect::new((b_rect.min().x + turn, b_rect.min().y), (b_rect.max().x + turn, b_rect.max().y));
        if !a_rect.intersects(&moved) {
            return false;
        }
        if turn == 0.0 { a.intersects(b) } else { a.intersects(&shifted(b, turn)) }
    })
}

/// A rectangle as a GeoJSON polygon.
pub fn rectangle(west: f64, south: f64, east: f64, north: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]})
}

pub(crate) fn shifted(geometry: &Geometry, by: f64) -> Geometry {
    geometry.map_coords(|c| Coord { x: c.x + by, y: c.y })
}

struct Reader {
    most: usize,
    left: usize,
}

impl Reader {
    fn geometry(&mut self, value: &Value, at: &str, depth: usize) -> Result<Geometry, Invalid> {
        let kind = value.get("type").and_then(Value::as_str);
        let kind = kind.ok_or_else(|| Invalid::at(format!("{at}/type"), "a GeoJSON geometry has a type"))?;
        if kind == "GeometryCollection" {
            return self.collection(value, at, depth);
        }
        let place = format!("{at}/coordinates");
        let coordinates = value.get("coordinates").ok_or_else(|| Invalid::at(&place, "coordinates are missing"))?;
        let geometry = match kind {
            "Point" => Geometry::Point(Point(self.position(coordinates, &place)?)),
            "MultiPoint" => Geometry::MultiPoint(MultiPoint::from(self.line(coordinates, &place, 1)?)),
            "LineString" => Geometry::LineString(LineString(self.line(coordinates, &place, 2)?)),
            "MultiLineString" => {
                let lines = self.each(coordinates, &place, |r, v, p| r.line(v, p, 2).map(LineString))?;
                Geometry::MultiLineString(MultiLineString(lines))
            }
            "Polygon" => Geometry::Polygon(self.polygon(coordinates, &place)?),
            "MultiPolygon" => Geometry::MultiPolygon(MultiPolygon(self.each(coordinates, &place, Self::polygon)?)),
            other => {
                let other: String = other.chars().take(30).collect();
                return Err(Invalid::at(format!("{at}/type"), format!("{other:?} is not a type of GeoJSON geometry")));
            }
        };
        Ok(geometry)
    }

    fn collection(&mut self, value: &Value, at: &str, depth: usize) -> Result<Geometry, Invalid> {
        let place = format!("{at}/geometries");
        if depth == 0 {
            return Err(Invalid::at(&place, "geometry collections lie too deep in each other"));
        }
        let geometries = value.get("geometries").ok_or_else(|| Invalid::at(&place, "geometries are missing"))?;
        let parts = self.each(geometries, &place, |r, v, p| r.geometry(v, p, depth - 1))?;
        Ok(Geometry::GeometryCollection(GeometryCollection(parts)))
    }

    fn polygon(&mut self, value: &Value, at: &str) -> Result<Polygon, Invalid> {
        let mut rings = self.each(value, at, Self::ring)?.into_iter();
        let outer = rings.next().ok_or_else(|| Invalid::at(at, "a polygon has at least one ring"))?;
        Ok(Polygon::new(outer, rings.collect()))
    }

    fn ring(&mut self, value: &Value, at: &str) -> Result<LineString, Invalid> {
        let ring = LineString(self.line(value, at, 4)?);
        if ring.0.first() != ring.0.last() {
            return Err(Invalid::at(at, "a ring ends where it starts"));
        }
        Ok(ring)
    }

    fn line(&mut self, value: &Value, at: &str, least: usize) -> Result<Vec<Coord>, Invalid> {
        let line = self.each(value, at, Self::position)?;
        if line.len() < least {
            return Err(Invalid::at(at, format!("at least {least} positions are expected")));
        }
        Ok(line)
    }

    /// Every element of an array, counted against the bound.
    fn each<T>(
        &mut self,
        value: &Value,
        at: &str,
        mut read: impl FnMut(&mut Self, &Value, &str) -> Result<T, Invalid>,
    ) -> Result<Vec<T>, Invalid> {
        let array = value.as_array().ok_or_else(|| Invalid::at(at, "an array is expected"))?;
        if array.is_empty() {
            return Err(Invalid::at(at, "it is empty"));
        }
        if array.len() > self.left {
            return Err(self.too_many(at));
        }
        array.iter().enumerate().map(|(n, value)| read(self, value, at).map_err(|e| below(e, at, n))).collect()
    }

    fn position(&mut self, value: &Value, at: &str) -> Result<Coord, Invalid> {
        self.left = self.left.checked_sub(1).ok_or_else(|| self.too_many(at))?;
        let numbers = value.as_array().filter(|a| (2..=4).contains(&a.len()) && a.iter().all(Value::is_number));
        let (Some(x), Some(y)) = (numbers.and_then(|n| n[0].as_f64()), numbers.and_then(|n| n[1].as_f64())) else {
            return Err(Invalid::at(at, "a position is two or three numbers: longitude, latitude, height"));
        };
        if !(x.abs() <= 360.0 && y.abs() <= 90.0) {
            return Err(Invalid::at(at, format!("[{x}, {y}] is not on the globe: longitude first, then latitude")));
        }
        Ok(Coord { x, y })
    }

    fn too_many(&self, at: &str) -> Invalid {
        Invalid::at(at, format!("this geometry may have at most {} positions", self.most))
    }
}

/// Puts the index of an element into the pointer of what went wrong in it.
fn below(mut invalid: Invalid, at: &str, n: usize) -> Invalid {
    if let Some(rest) = invalid.field.strip_prefix(at) {
        invalid.field = format!("{at}/{n}{rest}");
    }
    invalid
}

/// The atomic parts of a geometry.
pub(crate) fn parts(geometry: &Geometry, out: &mut Vec<Geometry>) {
    match geometry {
        Geometry::MultiPoint(g) => out.extend(g.iter().map(|p| Geometry::Point(*p))),
        Geometry::MultiLineString(g) => out.extend(g.iter().map(|l| Geometry::LineString(l.clone()))),
        Geometry::MultiPolygon(g) => out.extend(g.iter().map(|p| Geometry::Polygon(p.clone()))),
        Geometry::GeometryCollection(g) => g.iter().for_each(|part| parts(part, out)),
        other => out.push(other.clone()),
    }
}

/// Whether a polygon is a rectangle along the axes: four edges that run east-west and north-south by turns.
pub(crate) fn is_rectangle(polygon: &Polygon) -> bool {
    let ring = &polygon.exterior().0;
    let along = |n: usize| ring[n].y == ring[n + 1].y && ring[n].x != ring[n + 1].x;
    let across = |n: usize| ring[n].x == ring[n + 1].x && ring[n].y != ring[n + 1].y;
    polygon.interiors().is_empty()
        && ring.len() == 5
        && ((along(0) && across(1) && along(2) && across(3)) || (across(0) && along(1) && across(2) && along(3)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn polygon(west: f64, south: f64, east: f64, north: f64) -> Geometry {
        parse(&rectangle(west, south, east, north), "/geometry", ITEM_VERTICES_MAX).unwrap()
    }

    #[test]
    fn every_type_is_read_and_heights_are_dropped() {
        for value in [
            json!({"type": "Point", "coordinates": [1, 2, 3]}),
            json!({"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}),
            json!({"type": "LineString", "coordinates": [[1, 2], [3, 4]]}),
            json!({"type": "MultiLineString", "coordinates": [[[1, 2], [3, 4]]]}),
            json!({"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}),
            json!({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [1, 2]}]}),
        ] {
            assert!(parse(&value, "/geometry", ITEM_VERTICES_MAX).is_ok(), "{value}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_place() {
        let place = |value: Value| parse(&value, "/geometry", ITEM_VERTICES_MAX).unwrap_err().field;
        assert_eq!(place(json!({"coordinates": []})), "/geometry/type");
        assert_eq!(place(json!({"type": "Circle", "coordinates": []})), "/geometry/type");
        let ring = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 100], [0, 0]]]});
        assert_eq!(place(ring), "/geometry/coordinates/0/2");
        let open = json!({"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]});
        assert_eq!(place(open), "/geometry/coordinates/0");
        let mut deep = json!({"type": "Point", "coordinates": [0, 0]});
        for _ in 0..6 {
            deep = json!({"type": "GeometryCollection", "geometries": [deep]});
        }
        assert!(parse(&deep, "/geometry", ITEM_VERTICES_MAX).is_err());
    }

    #[test]
    fn too_many_positions_are_refused() {
        let many: Vec<_> = (0..=ITEM_VERTICES_MAX).map(|_| json!([0, 0])).collect();
        assert!(parse(&json!({"type": "MultiPoint", "coordinates": many}), "/g", ITEM_VERTICES_MAX).is_err());
    }

    #[test]
    fn geometries_meet_over_the_antimeridian() {
        let beyond = polygon(170.0, -10.0, 190.0, 10.0);
        let east = polygon(-179.0, -5.0, -175.0, 5.0);
        let far = polygon(-160.0, -5.0, -150.0, 5.0);
        let edge = parse(&json!({"type": "Point", "coordinates": [180, 0]}), "/g", ITEM_VERTICES_MAX).unwrap();
        let begins_there = polygon(-180.0, -5.0, -170.0, 5.0);
        assert!(intersects(&beyond, &east) && intersects(&east, &beyond));
        assert!(!intersects(&beyond, &far));
        assert!(intersects(&edge, &begins_there));
    }

    #[test]
    fn a_rectangle_is_told_from_other_polygons() {
        let is = |coordinates: Value| match parse(
            &json!({"type": "Polygon", "coordinates": coordinates}),
            "/g",
            ITEM_VERTICES_MAX,
        ) {
            Ok(Geometry::Polygon(p)) => is_rectangle(&p),
            other => panic!("{other:?}"),
        };
        assert!(is(json!([[[0, 0], [0, 1], [2, 1], [2, 0], [0, 0]]])));
        assert!(!is(json!([[[0, 0], [0, 1], [2, 2], [2, 0], [0, 0]]])));
        assert!(!is(json!([[[0, 0], [2, 0], [2, 1], [2, 0], [0, 0]]])));
    }

    fn json_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            (-200.0..200.0_f64).prop_map(Value::from),
            Just(json!("Polygon")),
        ];
        leaf.prop_recursive(5, 64, 5, |inner| proptest::collection::vec(inner, 0..5).prop_map(Value::from))
    }

    proptest! {
        #[test]
        fn no_json_breaks_it(coordinates in json_value(), kind in "Point|Polygon|MultiPolygon|LineString|MultiPoint") {
            let _ = parse(&json!({"type": kind, "coordinates": coordinates}), "/geometry", ITEM_VERTICES_MAX);
        }

        #[test]
        fn a_whole_turn_changes_nothing(w in -180.0..170.0_f64, s in -80.0..70.0_f64, x in -180.0..180.0_f64, y in -80.0..80.0_f64) {
            let area = polygon(w, s, w + 10.0, s + 10.0);
            let point = Geometry::Point(Point::new(x, y));
            let expected = intersects(&area, &point);
            prop_assert_eq!(intersects(&shifted(&area, 360.0), &point), expected);
            prop_assert_eq!(intersects(&area, &shifted(&point, -360.0)), expected);
            prop_assert_eq!(intersects(&point, &area), expected);
        }
    }
}
