//! Records as they are kept: a document's text without links, and what it is found by.

use okeanos_auth::{Owner, Visibility};
use okeanos_stac::{Catalog, Collection, Extent, Footprint, Instant, Interval, Item, item_uuid, splice::joined};
use serde_json::{Map, Value};

use super::{CatalogPath, Key};

/// The member of `properties` that says who sees an item.
pub(crate) const VISIBILITY: &str = "okeanos:visibility";
/// The member of `properties` that says whose an item is.
pub(crate) const OWNER: &str = "okeanos:owner";
/// Links that follow from where a record is: never stored, always made.
const OWN_RELS: [&str; 13] = [
    "self",
    "root",
    "parent",
    "collection",
    "child",
    "items",
    "next",
    "prev",
    "search",
    "data",
    "conformance",
    "service-desc",
    "service-doc",
];

/// The stored object that items were made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) bucket: String,
    pub(crate) key: String,
}

/// An item as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ItemRecord {
    /// Its place in the order of items; holds its id and its collection.
    pub(crate) key: Key,
    pub(crate) uuid: String,
    pub(crate) owner: Owner,
    pub(crate) visibility: Visibility,
    pub(crate) interval: Interval,
    pub(crate) footprint: Option<Footprint>,
    /// The document's text without `links`.
    pub(crate) document: String,
    /// Texts of its own links with commas between.
    pub(crate) links: String,
    pub(crate) source: Option<Source>,
    pub(crate) created: Instant,
    pub(crate) updated: Instant,
    /// Counts the changes.
    pub(crate) version: i64,
}

/// What is known of an item besides its document.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) collection: String,
    pub(crate) owner: Owner,
    pub(crate) visibility: Visibility,
    pub(crate) source: Option<Source>,
    pub(crate) now: Instant,
}

impl ItemRecord {
    /// A new record of a checked item.
    pub(crate) fn new(item: Item, standing: Standing) -> Self {
        let Standing { collection, owner, visibility, source, now } = standing;
        let (footprint, interval) = (item.footprint(), item.interval());
        // The rules see to it that an item has a time.
        let time = item.datetime().or(interval.start).unwrap_or(now);
        let key = Key { rank: Key::rank(time), id: item.id().to_owned(), collection };
        let mut doc = item.into_document();
        let links = take_links(&mut doc, &OWN_RELS);
        doc.insert("collection".to_owned(), key.collection.clone().into());
        if let Some(properties) = doc.get_mut("properties").and_then(Value::as_object_mut) {
            properties.entry("productIdentifier").or_insert_with(|| key.id.clone().into());
            properties.insert(OWNER.to_owned(), owner.to_string().into());
            properties.insert(VISIBILITY.to_owned(), visibility.to_string().into());
            properties.insert("created".to_owned(), now.to_string().into());
            properties.insert("updated".to_owned(), now.to_string().into());
        }
        Self {
            uuid: item_uuid(&key.id).to_string(),
            key,
            owner,
            visibility,
            interval,
            footprint,
            document: Value::Object(doc).to_string(),
            links,
            source,
            created: now,
            updated: now,
            version: 1,
        }
    }

    /// This record in the place of an earlier one: it keeps the time of creation. `None` when nothing has changed.
    pub(crate) fn replacing(mut self, old: &Self) -> Option<Self> {
        let old_doc = parse(&old.document);
        let mut doc = parse(&self.document);
        set_property(&mut doc, "created", old.created);
        set_property(&mut doc, "updated", old.updated);
        if doc == old_doc && self.links == old.links && self.source == old.source {
            return None;
        }
        set_property(&mut doc, "updated", self.updated);
        self.document = doc.to_string();
        self.created = old.created;
        self.version = old.version + 1;
        Some(self)
    }

    /// The same record, seen by others.
    pub(crate) fn shown_as(mut self, visibility: &Visibility) -> Self {
        let mut doc = parse(&self.document);
        if let Some(properties) = doc.get_mut("properties").and_then(Value::as_object_mut) {
            properties.insert(VISIBILITY.to_owned(), visibility.to_string().into());
        }
        self.document = doc.to_string();
        self.visibility = visibility.clone();
        self
    }

    /// The document with its own links, as a client would post it again.
    pub(crate) fn whole(&self) -> Value {
        let mut doc = parse(&self.document);
        let links = parse(&format!("[{}]", self.links));
        if let Some(doc) = doc.as_object_mut() {
            doc.insert("links".to_owned(), links);
        }
        doc
    }

    /// How long its text is.
    pub(crate) fn bytes(&self) -> usize {
        self.document.len() + self.links.len()
    }

    /// The entity tag: changes with every change of the record.
    pub(crate) fn etag(&self) -> String {
        format!("{}-{}", self.version, self.updated.micros())
    }
}

/// A collection as it is kept. Its document is public.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CollectionRecord {
    pub(crate) id: String,
    pub(crate) title: Option<String>,
    pub(crate) owner: Owner,
    /// The document's text without `links` and `extent`.
    pub(crate) document: String,
    pub(crate) links: String,
    /// The text of the extent that came with the document; it is shown until there are public items.
    pub(crate) said_extent: String,
    /// The extent of the public items.
    pub(crate) extent: Extent,
    /// How many public items there are.
    pub(crate) items: i64,
    pub(crate) created: Instant,
    pub(crate) updated: Instant,
}

impl CollectionRecord {
    /// A new record of a checked collection.
    pub(crate) fn new(collection: Collection, owner: Owner, now: Instant) -> Self {
        let (id, title) = (collection.id().to_owned(), collection.title().map(str::to_owned));
        let mut doc = collection.into_document();
        let links = take_links(&mut doc, &OWN_RELS);
        let said_extent = doc.shift_remove("extent").unwrap_or_else(|| Extent::default().to_json()).to_string();
        Self {
            id,
            title,
            owner,
            document: Value::Object(doc).to_string(),
            links,
            said_extent,
            extent: Extent::default(),
            items: 0,
            created: now,
            updated: now,
        }
    }

    /// How long its text is.
    pub(crate) fn bytes(&self) -> usize {
        self.document.len() + self.links.len() + self.said_extent.len()
    }

    /// The text of the document with its extent, without `links`.
    pub(crate) fn text(&self) -> String {
        let body = self.document.strip_suffix('}').unwrap_or(&self.document);
        let extent = if self.items == 0 { self.said_extent.clone() } else { self.extent.to_json().to_string() };
        format!("{body},\"extent\":{extent}}}")
    }
}

/// A catalog as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CatalogRecord {
    pub(crate) path: CatalogPath,
    pub(crate) title: Option<String>,
    pub(crate) owner: Owner,
    pub(crate) visibility: Visibility,
    /// The document's text without `links`.
    pub(crate) document: String,
    /// Texts of its own links with commas between: references to items among them.
    pub(crate) links: String,
    pub(crate) created: Instant,
    pub(crate) updated: Instant,
}

impl CatalogRecord {
    /// A new record of a checked catalog.
    pub(crate) fn new(catalog: Catalog, path: CatalogPath, visibility: Visibility, now: Instant) -> Self {
        let title = catalog.title().map(str::to_owned);
        let mut doc = catalog.into_document();
        let links = take_links(&mut doc, &OWN_RELS);
        doc.insert(VISIBILITY.to_owned(), visibility.to_string().into());
        Self {
            owner: path.owner(),
            path,
            title,
            visibility,
            document: Value::Object(doc).to_string(),
            links,
            created: now,
            updated: now,
        }
    }

    /// How long its text is.
    pub(crate) fn bytes(&self) -> usize {
        self.document.len() + self.links.len()
    }
}

/// Takes the links out of a document: the texts of those that are its own.
fn take_links(doc: &mut Map<String, Value>, made: &[&str]) -> String {
    let links = match doc.shift_remove("links") {
        Some(Value::Array(links)) => links,
        _ => Vec::new(),
    };
    let own = |link: &Value| !link["rel"].as_str().is_some_and(|rel| made.contains(&rel));
    joined(&links.into_iter().filter(own).collect::<Vec<_>>())
}

/// Text that was made from a value is one.
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn set_property(doc: &mut Value, name: &str, at: Instant) {
    if let Some(properties) = doc.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(name.to_owned(), at.to_string().into());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record(change: impl FnOnce(&mut Value), at: i64) -> ItemRecord {
        let mut value = json!({
            "type": "Feature", "stac_version": "1.1.0", "id": "a", "geometry": null,
            "properties": {"datetime": "2020-01-01T00:00:00Z", "x": 1},
            "links": [{"rel": "self", "href": "x"}, {"rel": "derived_from", "href": "y"}], "assets": {},
        });
        change(&mut value);
        let standing = Standing {
            collection: "c".into(),
            owner: Owner::User("ann".into()),
            visibility: Visibility::Private,
            source: None,
            now: Instant::from_micros(at),
        };
        ItemRecord::new(Item::new(value).unwrap(), standing)
    }

    #[test]
    fn only_its_own_links_are_kept() {
        let record = record(|_| {}, 0);
        assert_eq!(record.links, r#"{"rel":"derived_from","href":"y"}"#);
        let doc = parse(&record.document);
        assert!(doc.get("links").is_none());
        assert_eq!(doc["collection"], "c");
        assert_eq!(doc["properties"]["productIdentifier"], "a");
        assert_eq!(doc["properties"][VISIBILITY], "private");
    }

    #[test]
    fn the_same_again_is_no_change() {
        let first = record(|_| {}, 1_000_000);
        assert_eq!(record(|_| {}, 9_000_000).replacing(&first), None);
        let changed = record(|v| v["properties"]["x"] = json!(2), 9_000_000).replacing(&first).unwrap();
        let properties = &parse(&changed.document)["properties"];
        assert_eq!(properties["created"], "1970-01-01T00:00:01Z");
        assert_eq!(properties["updated"], "1970-01-01T00:00:09Z");
        assert_ne!(changed.etag(), first.etag());
    }
}
