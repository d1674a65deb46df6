//! Addresses and links.

use okeanos_runtime::Base;
use okeanos_stac::Link;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::ROOT;
use crate::domain::CatalogPath;

/// What stands for itself in a segment of a path or in a value of a query.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// Text in a path or a query.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// Addresses of the catalog.
#[derive(Clone, Copy)]
pub(super) struct Site<'a>(pub(super) &'a Base);

impl Site<'_> {
    /// A path below `/data`; empty is the landing page.
    pub(super) fn url(self, path: &str) -> String {
        self.0.url(&format!("{ROOT}{path}"))
    }

    pub(super) fn collection(self, id: &str) -> String {
        self.url(&format!("/collections/{}", encode(id)))
    }

    pub(super) fn item(self, collection: &str, id: &str) -> String {
        self.url(&format!("/collections/{}/items/{}", encode(collection), encode(id)))
    }

    pub(super) fn catalog(self, path: &CatalogPath) -> String {
        let names = path.names().into_iter().map(|name| format!("/{}", encode(name)));
        self.url(&format!("/catalogs{}", names.collect::<String>()))
    }

    /// All collections as a catalog to walk, or all items of one.
    pub(super) fn browse(self, collection: Option<&str>) -> String {
        let collection = collection.map(|id| format!("/{}", encode(id))).unwrap_or_default();
        self.url(&format!("/catalogs/collections{collection}"))
    }

    pub(super) fn root_link(self) -> Link {
        Link::json("root", self.url(""))
    }

    /// The links that an item has for where it is.
    pub(super) fn item_links(self, collection: &str, id: &str) -> [Link; 4] {
        let parent = self.collection(collection);
        [
            Link::geojson("self", self.item(collection, id)),
            Link::json("collection", parent.clone()),
            Link::json("parent", parent),
            self.root_link(),
        ]
    }

    /// The links that a collection has for where it is.
    pub(super) fn collection_links(self, id: &str) -> [Link; 5] {
        let own = self.collection(id);
        [
            Link::geojson("items", format!("{own}/items")).title("Items"),
            Link::json("child", self.browse(Some(id))).title("All items, to walk"),
            Link::json("parent", self.url("")).title("Catalog"),
            self.root_link().title("Catalog"),
            Link::json("self", own).title("This collection"),
        ]
    }
}

/// The query of a link: the same as that of the request, with some parameters in the place of their own.
pub(super) fn query(pairs: &[(String, String)], replaced: &[(&str, &str)]) -> String {
    let kept = pairs.iter().filter(|(name, value)| !value.is_empty() && !replaced.iter().any(|(n, _)| n == name));
    let all = kept.map(|(name, value)| (name.as_str(), value.as_str())).chain(replaced.iter().copied());
    all.map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect::<Vec<_>>().join("&")
}

/// A URL with a query, if there is any.
pub(super) fn with_query(url: &str, query: &str) -> String {
    if query.is_empty() { url.to_owned() } else { format!("{url}?{query}") }
}
