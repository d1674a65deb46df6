//! Extents of collections.

use serde_json::{Value, json};

use crate::{Bbox, Footprint, Instant, Interval};

/// The extent of a collection: the smallest box and interval that hold all of its items. Nothing known is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Extent {
    /// The box; items on both sides of the antimeridian make it run around the globe.
    pub bbox: Option<Bbox>,
    /// Earliest and latest, each `None` where nothing is known; an item that is open to a side adds nothing there.
    pub interval: Interval,
}

impl Extent {
    /// Makes room for an item.
    pub fn add(&mut self, footprint: Option<&Footprint>, interval: Interval) {
        for bbox in footprint.into_iter().flat_map(|f| [Some(f.first), f.second]).flatten() {
            self.bbox = Some(self.bbox.map_or(bbox, |own| Bbox {
                west: own.west.min(bbox.west),
                south: own.south.min(bbox.south),
                east: own.east.max(bbox.east),
                north: own.north.max(bbox.north),
            }));
        }
        self.interval.start = [self.interval.start, interval.start].into_iter().flatten().min();
        self.interval.end = [self.interval.end, interval.end].into_iter().flatten().max();
    }

    /// The `extent` member of a Collection document; the globe and an open interval where nothing is known.
    pub fn to_json(&self) -> Value {
        let time = |instant: Option<Instant>| instant.map(|i| i.to_string());
        json!({
            "spatial": {"bbox": [self.bbox.unwrap_or(Bbox::WORLD).numbers()]},
            "temporal": {"interval": [[time(self.interval.start), time(self.interval.end)]]},
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_grows_with_every_item_and_is_the_globe_before_the_first() {
        let mut extent = Extent::default();
        assert_eq!(extent.to_json()["spatial"]["bbox"][0], json!([-180.0, -90.0, 180.0, 90.0]));
        let at = |west: f64| {
            let bbox = Bbox { west, south: 0.0, east: west + 1.0, north: 1.0 };
            Footprint { first: bbox, second: None, exact: true }
        };
        extent.add(Some(&at(10.0)), "2020-01-01T00:00:00Z".parse().unwrap());
        extent.add(Some(&at(-5.0)), "2019-01-01T00:00:00Z/..".parse().unwrap());
        extent.add(None, "2021-01-01T00:00:00Z".parse().unwrap());
        let json = extent.to_json();
        assert_eq!(json["spatial"]["bbox"][0], json!([-5.0, 0.0, 11.0, 1.0]));
        assert_eq!(json["temporal"]["interval"][0], json!(["2019-01-01T00:00:00Z", "2021-01-01T00:00:00Z"]));
    }
}
