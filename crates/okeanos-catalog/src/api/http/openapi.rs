//! What the OpenAPI document says of these routes.

use serde_json::{Map, Value, json};

/// A route: path below `/data`, method, summary, query parameters, body, media type of the answer.
type Route = (&'static str, &'static str, &'static str, &'static [&'static str], Option<&'static str>, &'static str);

const JSON: &str = "application/json";
const GEOJSON: &str = "application/geo+json";
const SEARCH: &[&str] = &["collections", "ids", "bbox", "intersects", "datetime", "limit", "owner", "token"];
const ITEMS: &[&str] = &["ids", "bbox", "intersects", "datetime", "limit", "owner", "token"];
const SAID: &[&str] = &["owner", "visibility"];

const ROUTES: [Route; 28] = [
    ("", "get", "Landing page", &[], None, JSON),
    ("/conformance", "get", "Conformance classes", &[], None, JSON),
    ("/queryables", "get", "What items are searched by", &[], None, "application/schema+json"),
    ("/children", "get", "Children of the landing page", &[], None, JSON),
    ("/search", "get", "Search items", SEARCH, None, GEOJSON),
    ("/search", "post", "Search items", &[], Some("A search"), GEOJSON),
    ("/collections", "get", "Collections", &["limit", "token"], None, JSON),
    ("/collections", "post", "Create a collection", &[], Some("A STAC Collection"), JSON),
    ("/collections/{collection}", "get", "A collection", &[], None, JSON),
    ("/collections/{collection}", "put", "Replace a collection", &[], Some("A STAC Collection"), JSON),
    ("/collections/{collection}", "delete", "Delete a collection without items", &[], None, JSON),
    ("/collections/{collection}/items", "get", "Items of a collection", ITEMS, None, GEOJSON),
    ("/collections/{collection}/items", "post", "Create items", SAID, Some("A Feature or FeatureCollection"), GEOJSON),
    ("/collections/{collection}/items/{item}", "get", "An item", &[], None, GEOJSON),
    ("/collections/{collection}/items/{item}", "put", "Replace an item", SAID, Some("A STAC Item"), GEOJSON),
    ("/collections/{collection}/items/{item}", "patch", "Change an item", SAID, Some("A merge patch"), GEOJSON),
    ("/collections/{collection}/items/{item}", "delete", "Delete an item", &[], None, GEOJSON),
    ("/items/{item}", "get", "An item, by id or UUID", &[], None, GEOJSON),
    ("/items/{item}", "put", "Replace an item", SAID, Some("A STAC Item"), GEOJSON),
    ("/items/{item}", "patch", "Change an item", SAID, Some("A merge patch"), GEOJSON),
    ("/items/{item}", "delete", "Delete an item", &[], None, GEOJSON),
    ("/catalogs", "get", "The root of all catalogs", &[], None, JSON),
    ("/catalogs", "post", "Create a catalog", &["visibility"], Some("A STAC Catalog"), JSON),
    ("/catalogs/{path}", "get", "A catalog", &[], None, JSON),
    (
        "/catalogs/{path}",
        "post",
        "Create a catalog in a catalog, or refer to a collection",
        &["visibility"],
        Some("A STAC Catalog or Collection"),
        JSON,
    ),
    ("/catalogs/{path}", "put", "Replace a catalog", &["visibility"], Some("A STAC Catalog"), JSON),
    ("/catalogs/{path}", "delete", "Delete a catalog or a reference", &["_force"], None, JSON),
    ("/catalogs/collections/{collection}", "get", "All items of a collection, to walk", &["token"], None, JSON),
];

/// The catalog's share of the OpenAPI document.
pub(crate) fn fragment() -> Value {
    let mut paths = Map::new();
    for (path, method, summary, query, body, media) in ROUTES {
        let full = format!("{}{path}", super::ROOT);
        let item = paths.entry(full).or_insert_with(|| json!({}));
        item[method] = operation(path, method, summary, query, body, media);
    }
    json!({"paths": paths, "tags": [{"name": "catalog", "description": "STAC API: search and keep ocean metadata"}]})
}

fn operation(path: &str, method: &str, summary: &str, query: &[&str], body: Option<&str>, media: &str) -> Value {
    let in_path = path.split('/').filter_map(|s| s.strip_prefix('{')?.strip_suffix('}'));
    let text = |name: &str, place: &str| {
        let schema = if name == "limit" { json!({"type": "integer", "minimum": 1}) } else { json!({"type": "string"}) };
        json!({"name": name, "in": place, "required": place == "path", "schema": schema})
    };
    let parameters: Vec<Value> =
        in_path.map(|name| text(name, "path")).chain(query.iter().map(|name| text(name, "query"))).collect();
    let done = match (method, body) {
        ("delete", _) => ("204", json!({"description": "Deleted"})),
        ("post", Some(_)) if path != "/search" => ("201", json!({"description": "Created"})),
        _ => ("200", json!({"description": summary, "content": {media: {"schema": {"type": "object"}}}})),
    };
    let problem = json!({"description": "What is wrong", "content": {"application/problem+json": {"schema": {"type": "object"}}}});
    let mut operation = json!({
        "summary": summary,
        "tags": ["catalog"],
        "parameters": parameters,
        "responses": {done.0: done.1, "4XX": problem},
    });
    if let Some(description) = body {
        operation["requestBody"] = json!({
            "required": true, "description": description, "content": {JSON: {"schema": {"type": "object"}}},
        });
    }
    if method != "get" && path != "/search" {
        operation["security"] = json!([{"bearer": []}]);
    }
    operation
}
