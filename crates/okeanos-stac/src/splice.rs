//! Puts members into stored JSON text without parsing it: what is stored is given out byte for byte.

use serde::Serialize;

use crate::Link;

/// Writes links as the `links` member of an object's text, after what it has. `more` is the text of further links with
/// commas between, without brackets; it may be empty.
///
/// The text must be a JSON object without `links`, as the catalog stores it.
pub fn with_links(object: &str, links: &[Link], more: &str) -> String {
    let body = object.trim_end().strip_suffix('}').unwrap_or(object).trim_end();
    let mut out = String::with_capacity(object.len() + more.len() + links.len() * 160 + 16);
    out.push_str(body);
    if !body.ends_with('{') {
        out.push(',');
    }
    out.push_str("\"links\":[");
    push_each(&mut out, links);
    if !more.is_empty() {
        if !links.is_empty() {
            out.push(',');
        }
        out.push_str(more);
    }
    out.push_str("]}");
    out
}

/// Writes an ItemCollection of features that are JSON text already.
pub fn item_collection(features: &[String], links: &[Link], matched: Option<u64>) -> String {
    let size: usize = features.iter().map(String::len).sum();
    let mut out = String::with_capacity(size + features.len() + 1024);
    out.push_str("{\"type\":\"FeatureCollection\",\"features\":[");
    for (n, feature) in features.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        out.push_str(feature);
    }
    out.push_str("],\"links\":[");
    push_each(&mut out, links);
    out.push(']');
    if let Some(matched) = matched {
        out.push_str(&format!(",\"numberMatched\":{matched}"));
    }
    out.push_str(&format!(",\"numberReturned\":{}}}", features.len()));
    out
}

/// Serialises values with commas between.
pub fn joined<T: Serialize>(values: &[T]) -> String {
    let mut out = String::new();
    push_each(&mut out, values);
    out
}

fn push_each<T: Serialize>(out: &mut String, values: &[T]) {
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            out.push(',');
        }
        // Links and JSON values have string keys only and always serialise.
        out.push_str(&serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn links_come_last_and_the_rest_is_untouched() {
        let link = Link::json("self", "http://x/data");
        let text = with_links(r#"{"id":"a","n":1.50}"#, std::slice::from_ref(&link), "");
        assert!(text.starts_with(r#"{"id":"a","n":1.50,"links":["#));
        let more = joined(&[json!({"rel": "via", "href": "y"})]);
        let value: Value = serde_json::from_str(&with_links("{}", &[link], &more)).unwrap();
        assert_eq!(value["links"].as_array().unwrap().len(), 2);
        assert_eq!(with_links("{ }", &[], ""), r#"{"links":[]}"#);
    }

    #[test]
    fn an_item_collection_counts() {
        let features = vec![r#"{"a":1}"#.to_owned(), r#"{"a":2}"#.to_owned()];
        let value: Value = serde_json::from_str(&item_collection(&features, &[], Some(7))).unwrap();
        assert_eq!(value["numberMatched"], 7);
        assert_eq!(value["numberReturned"], 2);
        let value: Value = serde_json::from_str(&item_collection(&[], &[], None)).unwrap();
        assert!(value.get("numberMatched").is_none());
    }
}
