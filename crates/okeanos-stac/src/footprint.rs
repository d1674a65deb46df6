//! The boxes by which an item is found.

use geo::{BoundingRect, Geometry};

use crate::{
    bbox::{Bbox, Rect},
    geometry::{is_rectangle, parts},
};

/// One or two boxes within -180…180 that hold a geometry: two when it lies on both sides of the antimeridian.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// The box, or that of the eastern hemisphere.
    pub first: Bbox,
    /// The box of the western hemisphere.
    pub second: Option<Bbox>,
    /// Whether the boxes are the geometry: nothing more exact is to be learned from the geometry itself.
    pub exact: bool,
}

impl Footprint {
    /// Of a geometry; `crosses` says that its document's bbox crosses the antimeridian. Nothing for an empty geometry.
    pub fn of(geometry: &Geometry, crosses: bool) -> Option<Self> {
        let mut all = Vec::new();
        parts(geometry, &mut all);
        let mut exact = true;
        let mut pieces: Vec<Rect> = Vec::new();
        let mut cut = crosses;
        for part in &all {
            exact &= match part {
                Geometry::Polygon(polygon) => is_rectangle(polygon),
                Geometry::Point(_) => true,
                _ => false,
            };
            cut |= on_globe(part.bounding_rect()?, &mut pieces);
        }
        let in_east = |rect: &Rect| rect.center().x > 0.0;
        let (first, second) = if cut && pieces.iter().any(in_east) && !pieces.iter().all(in_east) {
            (union(pieces.iter().filter(|r| in_east(r)))?, union(pieces.iter().filter(|r| !in_east(r))))
        } else {
            (union(pieces.iter())?, None)
        };
        // More pieces than boxes: a box holds places that are in none of its pieces.
        exact &= pieces.len() == 1 + usize::from(second.is_some());
        Some(Self { first: bbox(first), second: second.map(bbox), exact })
    }

    /// The bounding box, crossing the antimeridian if there are two boxes.
    pub fn bbox(&self) -> Bbox {
        match self.second {
            Some(west) => Bbox {
                west: self.first.west,
                south: self.first.south.min(west.south),
                east: west.east,
                north: self.first.north.max(west.north),
            },
            None => self.first,
        }
    }
}

/// Brings a rectangle to -180…180, in two pieces if it must be cut; says whether it had to be.
fn on_globe(rect: Rect, pieces: &mut Vec<Rect>) -> bool {
    let (min, max) = (rect.min(), rect.max());
    let piece = |west: f64, east: f64| Rect::new((west, min.y), (east, max.y));
    if max.x - min.x >= 360.0 {
        pieces.push(piece(-180.0, 180.0));
        return false;
    }
    // One turn brings the western edge to -180…180.
    let turn = if min.x >= 180.0 {
        -360.0
    } else if min.x < -180.0 {
        360.0
    } else {
        0.0
    };
    let (west, east) = (min.x + turn, max.x + turn);
    if east > 180.0 {
        pieces.push(piece(west, 180.0));
        pieces.push(piece(-180.0, east - 360.0));
        return true;
    }
    pieces.push(piece(west, east));
    false
}

fn union<'a>(rects: impl Iterator<Item = &'a Rect>) -> Option<Rect> {
    rects.copied().reduce(|a, b| {
        Rect::new(
            (a.min().x.min(b.min().x), a.min().y.min(b.min().y)),
            (a.max().x.max(b.max().x), a.max().y.max(b.max().y)),
        )
    })
}

fn bbox(rect: Rect) -> Bbox {
    Bbox { west: rect.min().x, south: rect.min().y, east: rect.max().x, north: rect.max().y }
}

/// The geometry of a box: what a search by bbox is compared with where boxes are not exact.
impl From<Bbox> for Geometry {
    fn from(bbox: Bbox) -> Self {
        let (first, second) = bbox.rects();
        match second {
            None => Self::Polygon(first.to_polygon()),
            Some(west) => {
                let joined = Rect::new((first.min().x, first.min().y), (west.max().x + 360.0, first.max().y));
                Self::Polygon(joined.to_polygon())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::geometry::{ITEM_VERTICES_MAX, intersects, parse, rectangle};

    fn footprint(value: &serde_json::Value, crosses: bool) -> Footprint {
        Footprint::of(&parse(value, "/geometry", ITEM_VERTICES_MAX).unwrap(), crosses).unwrap()
    }

    #[test]
    fn a_rectangle_is_its_box() {
        let f = footprint(&rectangle(0.0, 1.0, 2.0, 3.0), false);
        assert_eq!((f.first.numbers(), f.second, f.exact), ([0.0, 1.0, 2.0, 3.0], None, true));
        assert!(!footprint(&json!({"type": "Polygon", "coordinates": [[[0,0],[1,0],[0,1],[0,0]]]}), false).exact);
    }

    #[test]
    fn a_footprint_over_the_antimeridian_has_two_boxes() {
        let beyond = footprint(&rectangle(170.0, -10.0, 190.0, 10.0), false);
        let cut = json!({"type": "MultiPolygon", "coordinates": [
            rectangle(170.0, -10.0, 180.0, 10.0)["coordinates"], rectangle(-180.0, -10.0, -170.0, 10.0)["coordinates"]]});
        let cut = footprint(&cut, true);
        assert_eq!(beyond, cut);
        assert_eq!(beyond.first.numbers(), [170.0, -10.0, 180.0, 10.0]);
        assert_eq!(beyond.second.unwrap().numbers(), [-180.0, -10.0, -170.0, 10.0]);
        assert_eq!(beyond.bbox().numbers(), [170.0, -10.0, -170.0, 10.0]);
    }

    #[test]
    fn a_grid_of_0_to_360_is_the_globe() {
        assert_eq!(footprint(&rectangle(0.0, -80.0, 360.0, 90.0), false).first.numbers(), [-180.0, -80.0, 180.0, 90.0]);
    }

    proptest! {
        #[test]
        fn the_boxes_hold_every_point(w in -360.0..300.0_f64, width in 0.1..300.0_f64, along in 0.0..1.0_f64) {
            let east = (w + width).min(360.0);
            let area = parse(&rectangle(w, -1.0, east, 1.0), "/g", ITEM_VERTICES_MAX).unwrap();
            let point = Geometry::Point(geo::Point::new(w + (east - w) * along, 0.0));
            let f = Footprint::of(&area, false).unwrap();
            let within = |b: Bbox| intersects(&Geometry::from(b), &point);
            prop_assert!(within(f.first) || f.second.is_some_and(within), "{f:?}");
            prop_assert!(within(f.bbox()));
        }
    }
}
