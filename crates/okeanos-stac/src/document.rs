//! Documents that have been checked.

use geo::Geometry;
use serde_json::{Map, Value, json};

use crate::{
    Bbox, Extent, Footprint, Instant, Interval, Problems, STAC_VERSION,
    geometry::{self, ITEM_VERTICES_MAX},
    rules,
};

type Object = Map<String, Value>;

/// An Item that keeps the rules of STAC 1.0 or 1.1. Members that it has beyond them are kept as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    doc: Object,
    geometry: Option<Geometry>,
    interval: Interval,
}

impl Item {
    /// Checks a document. A missing `bbox` is made from the geometry, missing `links` and `stac_extensions` are empty.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(value: Value) -> Result<Self, Problems> {
        let mut doc = object(value)?;
        let mut problems = Problems::default();
        rules::document(&doc, "Feature", &mut problems);
        rules::properties(&doc, &mut problems);
        if !doc.contains_key("assets") {
            problems.add("/assets", "an object is expected; it may be empty");
        }
        rules::assets(&doc, &mut problems);
        if doc.get("collection").is_some_and(|c| !c.is_string()) {
            problems.add("/collection", "a string is expected");
        }
        let bbox = doc.get("bbox").filter(|b| !b.is_null()).map(Bbox::from_json).transpose();
        let bbox = bbox.unwrap_or_else(|invalid| {
            problems.add("/bbox", invalid.message);
            None
        });
        let geometry = match doc.get("geometry") {
            Some(Value::Null) => None,
            // The schema of STAC refers to the one of GeoJSON's other geometries.
            Some(value) if value.get("type").and_then(Value::as_str) == Some("GeometryCollection") => {
                problems.add("/geometry/type", "an item has one geometry, not a GeometryCollection");
                None
            }
            Some(value) => geometry::parse(value, "/geometry", ITEM_VERTICES_MAX).map_err(|i| problems.push(i)).ok(),
            None => {
                problems.add("/geometry", "it is needed; null when there is none");
                None
            }
        };
        let mut item = problems.or(Self { interval: interval(&doc), doc: Object::new(), geometry })?;
        match (&item.geometry, bbox) {
            (Some(geometry), None) => {
                if let Some(footprint) = Footprint::of(geometry, false) {
                    doc.insert("bbox".to_owned(), json!(footprint.bbox().numbers()));
                }
            }
            // A null geometry has no bbox (RFC 7946, STAC 1.1).
            (None, _) => _ = doc.shift_remove("bbox"),
            _ => {}
        }
        doc.entry("links").or_insert_with(|| json!([]));
        item.doc = doc;
        Ok(item)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        text(&self.doc, "id")
    }

    /// The collection that it says it is in.
    pub fn collection(&self) -> Option<&str> {
        self.doc.get("collection").and_then(Value::as_str)
    }

    /// Its geometry.
    pub fn geometry(&self) -> Option<&Geometry> {
        self.geometry.as_ref()
    }

    /// The boxes by which it is found; `None` when it has no geometry.
    pub fn footprint(&self) -> Option<Footprint> {
        let crosses = self.doc.get("bbox").and_then(|b| Bbox::from_json(b).ok()).is_some_and(|b| b.crosses());
        Footprint::of(self.geometry.as_ref()?, crosses)
    }

    /// The interval that it covers: `start_datetime` to `end_datetime`, else the instant of `datetime`.
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// The `datetime` property; `None` when it is null.
    pub fn datetime(&self) -> Option<Instant> {
        instant(&self.doc, "datetime")
    }

    /// The document.
    pub fn document(&self) -> &Object {
        &self.doc
    }

    /// The document, to change members that no rule is about.
    pub fn into_document(self) -> Object {
        self.doc
    }
}

/// A Collection that keeps the rules of STAC 1.0 or 1.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Collection(Object);

impl Collection {
    /// Checks a document. A missing `extent` is the globe and all time, missing `links` are empty.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(value: Value) -> Result<Self, Problems> {
        let mut doc = object(value)?;
        let mut problems = Problems::default();
        rules::document(&doc, "Collection", &mut problems);
        rules::collection(&doc, &mut problems);
        rules::assets(&doc, &mut problems);
        doc.entry("extent").or_insert_with(|| Extent::default().to_json());
        doc.entry("links").or_insert_with(|| json!([]));
        problems.or(Self(doc))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        text(&self.0, "id")
    }

    /// Its title.
    pub fn title(&self) -> Option<&str> {
        self.0.get("title").and_then(Value::as_str)
    }

    /// The document.
    pub fn document(&self) -> &Object {
        &self.0
    }

    /// The document, to change members that no rule is about.
    pub fn into_document(self) -> Object {
        self.0
    }
}

/// A Catalog that keeps the rules of STAC 1.0 or 1.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Catalog(Object);

impl Catalog {
    /// Checks a document. A missing `stac_version` is the newest.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn new(value: Value) -> Result<Self, Problems> {
        let mut doc = object(value)?;
        doc.entry("stac_version").or_insert_with(|| STAC_VERSION.into());
        let mut problems = Problems::default();
        rules::document(&doc, "Catalog", &mut problems);
        if doc.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
            problems.add("/description", "a string is expected");
        }
        problems.or(Self(doc))
    }

    /// Its id.
    pub fn id(&self) -> &str {
        text(&self.0, "id")
    }

    /// Its title.
    pub fn title(&self) -> Option<&str> {
        self.0.get("title").and_then(Value::as_str)
    }

    /// The document.
    pub fn document(&self) -> &Object {
        &self.0
    }

    /// The document, to change members that no rule is about.
    pub fn into_document(self) -> Object {
        self.0
    }
}

fn object(value: Value) -> Result<Object, Problems> {
    match value {
        Value::Object(doc) => Ok(doc),
        _ => {
            let mut problems = Problems::default();
            problems.add("/", "a JSON object is expected");
            Err(problems)
        }
    }
}

/// A string member that the rules have made sure of.
fn text<'a>(doc: &'a Object, name: &str) -> &'a str {
    doc.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn instant(doc: &Object, name: &str) -> Option<Instant> {
    doc.get("properties")?.get(name)?.as_str()?.parse().ok()
}

fn interval(doc: &Object) -> Interval {
    match (instant(doc, "start_datetime"), instant(doc, "end_datetime")) {
        (None, None) => {
            let at = instant(doc, "datetime");
            Interval { start: at, end: at }
        }
        (start, end) => Interval { start, end },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::rectangle;

    fn item() -> Value {
        json!({
            "type": "Feature", "stac_version": "1.1.0", "id": "a", "geometry": rectangle(0.0, 0.0, 1.0, 1.0),
            "bbox": [0, 0, 1, 1], "properties": {"datetime": "2020-01-01T00:00:00Z"}, "links": [], "assets": {},
        })
    }

    fn problems(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut value = item();
        change(&mut value);
        match Item::new(value) {
            Ok(_) => vec![],
            Err(problems) => problems.all().iter().map(|p| p.field.clone()).collect(),
        }
    }

    #[test]
    fn every_problem_is_named_by_its_place() {
        assert!(problems(|_| {}).is_empty());
        assert_eq!(problems(|v| v["stac_version"] = json!("0.9.0")), ["/stac_version"]);
        assert_eq!(problems(|v| v["id"] = json!("a/b")), ["/id"]);
        assert_eq!(problems(|v| v["bbox"] = json!([1, 2, 3])), ["/bbox"]);
        assert_eq!(problems(|v| v["properties"] = json!({})), ["/properties/datetime"]);
        assert_eq!(
            problems(|v| v["properties"] = json!({"datetime": null})),
            ["/properties/start_datetime", "/properties/end_datetime"]
        );
        assert_eq!(problems(|v| v["properties"]["datetime"] = json!("2020-01-01")), ["/properties/datetime"]);
        assert_eq!(problems(|v| v["assets"] = json!({"a/b": {}})), ["/assets/a~1b/href"]);
        assert_eq!(problems(|v| v["links"] = json!([{"rel": "via"}])), ["/links/0/href"]);
        assert_eq!(
            problems(|v| v["geometry"] = json!({"type": "Point", "coordinates": [0, 91]})),
            ["/geometry/coordinates"]
        );
        let collection = json!({"type": "GeometryCollection", "geometries": []});
        assert_eq!(problems(|v| v["geometry"] = collection), ["/geometry/type"]);
    }

    #[test]
    fn a_null_geometry_and_a_null_datetime_are_kept() {
        let mut value = item();
        value["geometry"] = Value::Null;
        value["properties"] = json!({"datetime": null, "start_datetime": "2020-01-01T00:00:00Z",
            "end_datetime": "2021-01-01T00:00:00Z"});
        let item = Item::new(value).unwrap();
        assert!(item.document()["properties"]["datetime"].is_null());
        assert!(item.geometry().is_none() && item.footprint().is_none() && item.datetime().is_none());
        assert!(item.interval().start < item.interval().end);
    }

    #[test]
    fn a_missing_bbox_is_made_from_the_geometry() {
        let mut value = item();
        value.as_object_mut().unwrap().remove("bbox");
        assert_eq!(Item::new(value).unwrap().document()["bbox"], json!([0.0, 0.0, 1.0, 1.0]));
    }

    #[test]
    fn collections_and_catalogs() {
        let collection = json!({"type": "Collection", "stac_version": "1.0.0", "id": "c", "description": "d",
            "license": "CC-BY-4.0+", "providers": [{"name": "x", "roles": ["producer"]}]});
        assert!(Collection::new(collection.clone()).unwrap().document().contains_key("extent"));
        let mut wrong = collection;
        wrong["providers"][0]["roles"] = json!("producer");
        wrong["extent"] = json!({"spatial": {"bbox": [[0, 0]]}, "temporal": {"interval": [["2020", null]]}});
        let fields: Vec<_> = Collection::new(wrong).unwrap_err().all().iter().map(|p| p.field.clone()).collect();
        assert_eq!(fields, ["/providers/0/roles", "/extent/spatial/bbox/0", "/extent/temporal/interval/0"]);
        assert!(Catalog::new(json!({"type": "Catalog", "id": "c", "description": "d"})).is_ok());
        let control = Catalog::new(json!({"type": "Catalog", "id": "c", "description": "d", "title": "a\0b"}));
        assert_eq!(control.unwrap_err().all()[0].field, "/title");
        let problems = Catalog::new(json!({"id": "c"})).unwrap_err();
        assert_eq!(problems.all().iter().map(|p| p.field.as_str()).collect::<Vec<_>>(), ["/type", "/description"]);
    }
}
