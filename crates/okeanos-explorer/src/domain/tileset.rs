//! The metadata of an item's tile set (OGC API Tiles 1, class tileset), with what is needed to choose a picture.

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{
    coverage::{Levels, Parameter},
    mercator::{TILE_MATRIX_SET_URI, TILE_SIZE},
    palette::{PALETTES, Palette},
    params::time_text,
    raster::Range,
};

/// Longest list of times; a longer axis is told as a step when it is regular, else as its two ends.
const TIMES_MAX: usize = 10_000;
/// A regular axis longer than this is told as a step.
const TIMES_SPELLED_OUT: usize = 100;

/// A dimension of which one index is shown, as there is no one coordinate to choose by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// Its name.
    pub dimension: String,
    /// The index that is shown, from 0.
    pub index: u64,
    /// How many there are.
    pub size: u64,
}

/// What the metadata is made of.
#[derive(Clone, Debug)]
pub struct TileSet<'a> {
    /// What is shown.
    pub parameter: &'a Parameter,
    /// Times; empty without a time axis.
    pub times: &'a [OffsetDateTime],
    /// The vertical axis.
    pub levels: Option<&'a Levels>,
    /// Dimensions that nothing chooses along: name, index shown, length.
    pub fixed: &'a [Fixed],
    /// West, south, east, north of the grid.
    pub bounds: [f64; 4],
    /// The default palette.
    pub palette: &'a Palette,
    /// The default range.
    pub range: Range,
    /// The absolute URL of the item's pictures, without a trailing slash.
    pub base: &'a str,
}

impl TileSet<'_> {
    /// The document.
    pub fn to_json(&self) -> Value {
        let [west, south, east, north] = self.bounds;
        json!({
            "title": self.parameter.title,
            "dataType": "map",
            "crs": "http://www.opengis.net/def/crs/EPSG/0/3857",
            "tileMatrixSetURI": TILE_MATRIX_SET_URI,
            "boundingBox": {
                "lowerLeft": [west, south],
                "upperRight": [east, north],
                "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            },
            "style": { "id": self.palette.name, "title": self.palette.name },
            "mediaTypes": ["image/png"],
            "tileSize": TILE_SIZE,
            "rendering": self.rendering(),
            "links": self.links(),
        })
    }

    fn rendering(&self) -> Value {
        let mut rendering = Map::new();
        rendering.insert("variable".to_owned(), json!(self.parameter.name));
        if let Some(name) = &self.parameter.standard_name {
            rendering.insert("standard_name".to_owned(), json!(name));
        }
        if !self.parameter.unit.is_empty() {
            rendering.insert("unit".to_owned(), json!(self.parameter.unit));
        }
        rendering.insert("range".to_owned(), json!([self.range.0, self.range.1]));
        rendering.insert("palette".to_owned(), json!(self.palette.name));
        rendering.insert("palettes".to_owned(), PALETTES.iter().map(|p| p.name).collect());
        if !self.times.is_empty() {
            rendering.insert("times".to_owned(), times(self.times));
        }
        if let Some(levels) = self.levels {
            let depths = json!({ "values": levels.values, "unit": levels.unit, "positive": "down" });
            rendering.insert("depths".to_owned(), depths);
        }
        if !self.fixed.is_empty() {
            let told = |f: &Fixed| json!({ "dimension": f.dimension, "index": f.index, "size": f.size });
            rendering.insert("fixed".to_owned(), self.fixed.iter().map(told).collect());
        }
        Value::Object(rendering)
    }

    fn links(&self) -> Value {
        let base = self.base;
        json!([
            { "rel": "self", "href": format!("{base}/tiles"), "type": "application/json" },
            { "rel": "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme", "href": TILE_MATRIX_SET_URI },
            {
                "rel": "item",
                "href": format!("{base}/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"),
                "type": "image/png",
                "templated": true,
            },
            { "rel": "legend", "href": format!("{base}/legend"), "type": "image/svg+xml" },
        ])
    }
}

fn times(times: &[OffsetDateTime]) -> Value {
    let ends = |mut told: Value| {
        told["start"] = json!(times.first().map(|t| time_text(*t)));
        told["end"] = json!(times.last().map(|t| time_text(*t)));
        told["count"] = json!(times.len());
        told
    };
    let step = regular_step(times);
    match step {
        Some(seconds) if times.len() > TIMES_SPELLED_OUT => ends(json!({ "step_s": seconds })),
        _ if times.len() > TIMES_MAX => ends(json!({})),
        _ => json!({ "count": times.len(), "values": times.iter().map(|t| time_text(*t)).collect::<Vec<_>>() }),
    }
}

fn regular_step(times: &[OffsetDateTime]) -> Option<i64> {
    let steps: Vec<_> = times.windows(2).map(|w| w[1] - w[0]).collect();
    let first = *steps.first()?;
    (steps.iter().all(|s| *s == first) && first.subsec_nanoseconds() == 0).then_some(first.whole_seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(count: i64) -> Vec<OffsetDateTime> {
        (0..count).map(|h| OffsetDateTime::from_unix_timestamp(h * 3600).unwrap()).collect()
    }

    #[test]
    fn few_times_are_listed_and_many_are_told_as_a_step() {
        assert_eq!(times(&hours(2)), json!({ "count": 2, "values": ["1970-01-01T00:00:00Z", "1970-01-01T01:00:00Z"] }));
        let many = times(&hours(500));
        assert_eq!((many["step_s"].as_i64(), many["count"].as_i64()), (Some(3600), Some(500)));
        let mut uneven = hours(500);
        uneven.pop();
        uneven.push(OffsetDateTime::from_unix_timestamp(9_999_999).unwrap());
        assert_eq!(times(&uneven)["values"].as_array().map(Vec::len), Some(500));
    }
}
