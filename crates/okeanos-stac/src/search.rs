//! The parameters of item search.

use geo::Geometry;
use serde_json::{Map, Value};

use crate::{
    Bbox, Interval, Invalid,
    geometry::{self, SEARCH_VERTICES_MAX},
};

/// The largest page; a larger `limit` is taken for this.
pub const LIMIT_MAX: u32 = 10_000;
/// Most ids or collections in one search.
const NAMES_MAX: usize = 1_000;
/// Longest id, collection, owner or token, in bytes.
const NAME_BYTES_MAX: usize = 2_048;
/// What a search may say, beside `bbox` and `intersects`, which exclude each other.
const KNOWN: &str = "collections, ids, bbox, intersects, datetime, limit, owner and token";

/// What to search for. All parameters count together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// Only items of these collections; empty is all.
    pub collections: Vec<String>,
    /// Only items of these ids; empty is all.
    pub ids: Vec<String>,
    /// Only items that meet this box.
    pub bbox: Option<Bbox>,
    /// Only items that meet this geometry.
    pub intersects: Option<Geometry>,
    /// Only items that overlap this interval.
    pub datetime: Option<Interval>,
    /// Size of a page, 1 to [`LIMIT_MAX`].
    pub limit: Option<u32>,
    /// Only items of this owner; `me` is the caller.
    pub owner: Option<String>,
    /// Where the page starts, from the link of another page.
    pub token: Option<String>,
}

impl Search {
    /// From the decoded pairs of a query string.
    ///
    /// # Errors
    /// Names the parameter that is wrong, unknown or given twice.
    pub fn from_query(pairs: &[(String, String)]) -> Result<Self, Invalid> {
        let mut search = Self::default();
        for (n, (name, text)) in pairs.iter().enumerate() {
            if pairs[..n].iter().any(|(earlier, _)| earlier == name) {
                return Err(Invalid::at(name, "it is given twice"));
            }
            if text.is_empty() {
                continue;
            }
            let list = || names(name, text.split(',').map(Some));
            match name.as_str() {
                "collections" => search.collections = list()?,
                "ids" => search.ids = list()?,
                "bbox" => search.bbox = Some(Bbox::parse(text)?),
                "intersects" => {
                    let value = serde_json::from_str(text).map_err(|e| Invalid::at("intersects", e.to_string()))?;
                    search.intersects = Some(intersects(&value)?);
                }
                "datetime" => search.datetime = Some(text.parse()?),
                "limit" => search.limit = Some(limit(text.parse::<i64>().ok().or_else(|| huge(text)))?),
                "owner" => search.owner = Some(self::name(name, text)?),
                "token" => search.token = Some(self::name(name, text)?),
                _ => return Err(unknown(name)),
            }
        }
        search.checked()
    }

    /// From the JSON body of a POST.
    ///
    /// # Errors
    /// Names the member that is wrong or unknown.
    pub fn from_json(body: &Map<String, Value>) -> Result<Self, Invalid> {
        let mut search = Self::default();
        for (name, value) in body.iter().filter(|(_, v)| !v.is_null()) {
            let list = || {
                let array = value.as_array().ok_or_else(|| Invalid::at(name, "an array of strings is expected"))?;
                names(name, array.iter().map(Value::as_str))
            };
            let text = || value.as_str().ok_or_else(|| Invalid::at(name, "a string is expected"));
            match name.as_str() {
                "collections" => search.collections = list()?,
                "ids" => search.ids = list()?,
                "bbox" => search.bbox = Some(Bbox::from_json(value)?),
                "intersects" => search.intersects = Some(intersects(value)?),
                "datetime" => search.datetime = Some(text()?.parse()?),
                "limit" => search.limit = Some(limit(value.as_i64().or_else(|| value.as_u64().map(|_| i64::MAX)))?),
                "owner" => search.owner = Some(self::name(name, text()?)?),
                "token" => search.token = Some(self::name(name, text()?)?),
                _ => return Err(unknown(name)),
            }
        }
        search.checked()
    }

    fn checked(self) -> Result<Self, Invalid> {
        if self.bbox.is_some() && self.intersects.is_some() {
            return Err(Invalid::at("intersects", "bbox and intersects exclude each other"));
        }
        Ok(self)
    }
}

fn unknown(name: &str) -> Invalid {
    let name: String = name.chars().take(60).collect();
    Invalid::at(name, format!("no such parameter: a search has {KNOWN}"))
}

fn names<'a>(field: &str, all: impl Iterator<Item = Option<&'a str>>) -> Result<Vec<String>, Invalid> {
    let mut names = Vec::new();
    for text in all {
        let text = text.ok_or_else(|| Invalid::at(field, "an array of strings is expected"))?.trim();
        if text.is_empty() {
            continue;
        }
        if names.len() == NAMES_MAX {
            return Err(Invalid::at(field, format!("at most {NAMES_MAX} are allowed")));
        }
        names.push(name(field, text)?);
    }
    Ok(names)
}

fn name(field: &str, text: &str) -> Result<String, Invalid> {
    if text.len() > NAME_BYTES_MAX {
        return Err(Invalid::at(field, format!("it is longer than {NAME_BYTES_MAX} bytes")));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::at(field, "it has a control character"));
    }
    Ok(text.to_owned())
}

fn intersects(value: &Value) -> Result<Geometry, Invalid> {
    geometry::parse(value, "/intersects", SEARCH_VERTICES_MAX)
}

/// A number of nothing but digits that is too large for the type.
fn huge(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then_some(i64::MAX)
}

/// A limit that is too large is not an error: the page is as large as a page may be.
fn limit(number: Option<i64>) -> Result<u32, Invalid> {
    match number {
        Some(n) if n >= 1 => Ok(u32::try_from(n).unwrap_or(LIMIT_MAX).min(LIMIT_MAX)),
        _ => Err(Invalid::at("limit", format!("a whole number from 1 to {LIMIT_MAX} is expected"))),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn query(pairs: &[(&str, &str)]) -> Result<Search, Invalid> {
        let pairs: Vec<_> = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Search::from_query(&pairs)
    }

    fn body(value: &Value) -> Result<Search, Invalid> {
        Search::from_json(value.as_object().unwrap())
    }

    #[test]
    fn both_forms_say_the_same() {
        let point = r#"{"type":"Point","coordinates":[1,2]}"#;
        let get = query(&[
            ("collections", "a,b"),
            ("ids", "x"),
            ("intersects", point),
            ("datetime", "2020-01-01T00:00:00Z/.."),
            ("limit", "7"),
            ("token", "t"),
        ]);
        let post = body(&json!({
            "collections": ["a", "b"], "ids": ["x"], "intersects": {"type": "Point", "coordinates": [1, 2]},
            "datetime": "2020-01-01T00:00:00Z/..", "limit": 7, "token": "t",
        }));
        assert_eq!(get.unwrap(), post.unwrap());
        assert_eq!(query(&[("bbox", "0,1,2,3")]).unwrap(), body(&json!({"bbox": [0, 1, 2, 3]})).unwrap());
    }

    #[test]
    fn a_limit_is_clamped_above_and_refused_below() {
        for text in ["10001", "100000", "99999999999999999999999"] {
            assert_eq!(query(&[("limit", text)]).unwrap().limit, Some(LIMIT_MAX), "{text}");
        }
        for text in ["0", "-1", "1.5", "ten"] {
            assert_eq!(query(&[("limit", text)]).unwrap_err().field, "limit", "{text}");
        }
        assert_eq!(body(&json!({"limit": u64::MAX})).unwrap().limit, Some(LIMIT_MAX));
        assert!(body(&json!({"limit": -1})).is_err() && body(&json!({"limit": 1.5})).is_err());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let field = |value: Value| body(&value).unwrap_err().field;
        assert_eq!(field(json!({"colections": ["a"]})), "colections");
        assert_eq!(field(json!({"collections": "a"})), "collections");
        assert_eq!(field(json!({"ids": [1]})), "ids");
        assert_eq!(field(json!({"ids": ["a\0"]})), "ids");
        assert_eq!(query(&[("owner", "a\0")]).unwrap_err().field, "owner");
        assert_eq!(field(json!({"bbox": "1,2,3,4"})), "bbox");
        assert_eq!(field(json!({"datetime": 2020})), "datetime");
        assert_eq!(field(json!({"intersects": {"type": "Point"}})), "/intersects/coordinates");
        assert_eq!(
            field(json!({"bbox": [0, 0, 1, 1], "intersects": {"type": "Point", "coordinates": [0, 0]}})),
            "intersects"
        );
        assert_eq!(query(&[("page", "2")]).unwrap_err().field, "page");
        assert_eq!(query(&[("limit", "2"), ("limit", "3")]).unwrap_err().field, "limit");
    }

    proptest! {
        #[test]
        fn no_query_breaks_it(name in "collections|ids|bbox|intersects|datetime|limit|owner|token|x", text in ".{0,80}") {
            let _ = Search::from_query(&[(name, text)]);
        }
    }
}
