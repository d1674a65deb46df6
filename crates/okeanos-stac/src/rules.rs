//! The core rules of STAC 1.0 and 1.1, as readable errors.

use std::str::FromStr;

use serde_json::{Map, Value};

use crate::{Bbox, Instant, Invalid, Problems};

type Object = Map<String, Value>;

/// Longest id, in bytes.
const ID_BYTES_MAX: usize = 512;
/// Most extensions, links or assets of one document.
const MEMBERS_MAX: usize = 10_000;
const PROVIDER_ROLES: [&str; 4] = ["licensor", "producer", "processor", "host"];

/// Checks the id of a document: 1 to 512 bytes without a slash, a control character or a dot alone.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_id(id: &str, at: &str) -> Result<(), Invalid> {
    if id.is_empty() || id.len() > ID_BYTES_MAX {
        return Err(Invalid::at(at, format!("an id has 1 to {ID_BYTES_MAX} bytes")));
    }
    if id == "." || id == ".." || id.chars().any(|c| c == '/' || c == '\\' || c.is_control()) {
        return Err(Invalid::at(at, "an id has no slash and no control character, and is not . or .."));
    }
    Ok(())
}

/// The rules that all three kinds of document share.
pub(crate) fn document(doc: &Object, kind: &str, problems: &mut Problems) {
    if doc.get("type").and_then(Value::as_str) != Some(kind) {
        problems.add("/type", format!("\"{kind}\" is expected"));
    }
    let version = doc.get("stac_version").and_then(Value::as_str).unwrap_or_default();
    if !is_version(version) {
        problems.add("/stac_version", "1.0.x or 1.1.x is expected");
    }
    match doc.get("id") {
        Some(Value::String(id)) => {
            if let Err(invalid) = check_id(id, "/id") {
                problems.push(invalid);
            }
        }
        _ => problems.add("/id", "a string is expected"),
    }
    let is_line = |v: &Value| v.as_str().is_some_and(|text| !text.chars().any(char::is_control));
    optional(doc, "title", is_line, "a string without control characters is expected", problems);
    strings(doc, "", "stac_extensions", problems);
    links(doc, problems);
}

fn is_version(version: &str) -> bool {
    let patch = version.strip_prefix("1.0.").or_else(|| version.strip_prefix("1.1."));
    patch.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
}

fn optional(doc: &Object, name: &str, is: impl Fn(&Value) -> bool, expected: &str, problems: &mut Problems) {
    if doc.get(name).is_some_and(|v| !is(v)) {
        problems.add(format!("/{name}"), expected);
    }
}

fn strings(doc: &Object, at: &str, name: &str, problems: &mut Problems) {
    let Some(value) = doc.get(name) else { return };
    let place = format!("{at}/{name}");
    match value.as_array() {
        Some(array) if array.len() > MEMBERS_MAX => problems.add(place, "there are too many"),
        Some(array) => {
            for (n, _) in array.iter().enumerate().filter(|(_, v)| !v.is_string()) {
                problems.add(format!("{place}/{n}"), "a string is expected");
            }
        }
        None => problems.add(place, "an array of strings is expected"),
    }
}

fn links(doc: &Object, problems: &mut Problems) {
    let Some(value) = doc.get("links") else { return };
    let Some(links) = value.as_array().filter(|l| l.len() <= MEMBERS_MAX) else {
        return problems.add("/links", format!("an array of at most {MEMBERS_MAX} links is expected"));
    };
    for (n, link) in links.iter().enumerate() {
        for name in ["href", "rel"] {
            if link.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
                problems.add(format!("/links/{n}/{name}"), "a string is expected");
            }
        }
        for name in ["type", "title"] {
            if link.get(name).is_some_and(|v| !v.is_string()) {
                problems.add(format!("/links/{n}/{name}"), "a string is expected");
            }
        }
    }
}

pub(crate) fn assets(doc: &Object, problems: &mut Problems) {
    let Some(value) = doc.get("assets") else { return };
    let Some(assets) = value.as_object().filter(|a| a.len() <= MEMBERS_MAX) else {
        return problems.add("/assets", format!("an object of at most {MEMBERS_MAX} assets is expected"));
    };
    for (key, asset) in assets {
        let at = format!("/assets/{}", escape(key));
        let Some(asset) = asset.as_object() else {
            problems.add(at, "an object is expected");
            continue;
        };
        if asset.get("href").and_then(Value::as_str).is_none_or(str::is_empty) {
            problems.add(format!("{at}/href"), "a string is expected");
        }
        for name in ["title", "description", "type"] {
            if asset.get(name).is_some_and(|v| !v.is_string()) {
                problems.add(format!("{at}/{name}"), "a string is expected");
            }
        }
        strings(asset, &at, "roles", problems);
    }
}

/// The properties of an item: its time above all.
pub(crate) fn properties(doc: &Object, problems: &mut Problems) {
    let Some(properties) = doc.get("properties").and_then(Value::as_object) else {
        return problems.add("/properties", "an object is expected");
    };
    for name in ["created", "updated", "start_datetime", "end_datetime"] {
        time(properties, name, false, problems);
    }
    match properties.get("datetime") {
        Some(Value::Null) => {
            for name in ["start_datetime", "end_datetime"] {
                if !properties.contains_key(name) {
                    problems.add(format!("/properties/{name}"), "it is needed when datetime is null");
                }
            }
        }
        Some(_) => time(properties, "datetime", true, problems),
        None => {
            problems.add("/properties/datetime", "it is needed; null when there are start_datetime and end_datetime");
        }
    }
    if properties.contains_key("start_datetime") != properties.contains_key("end_datetime") {
        problems.add("/properties", "start_datetime and end_datetime come together");
    }
    let instant = |name: &str| properties.get(name)?.as_str()?.parse::<Instant>().ok();
    if let (Some(start), Some(end)) = (instant("start_datetime"), instant("end_datetime"))
        && start > end
    {
        problems.add("/properties/end_datetime", "it is before start_datetime");
    }
    for name in ["title", "description", "license", "platform", "mission", "constellation"] {
        if properties.get(name).is_some_and(|v| !v.is_string()) {
            problems.add(format!("/properties/{name}"), "a string is expected");
        }
    }
    for name in ["instruments", "keywords"] {
        strings(properties, "/properties", name, problems);
    }
    providers(properties, "/properties", problems);
}

fn time(properties: &Object, name: &str, needed: bool, problems: &mut Problems) {
    let at = || format!("/properties/{name}");
    match properties.get(name) {
        None if !needed => {}
        Some(Value::String(text)) => {
            if let Err(invalid) = Instant::from_str(text) {
                problems.add(at(), invalid.message);
            }
        }
        _ => problems.add(at(), "a string with an RFC 3339 time is expected"),
    }
}

fn providers(doc: &Object, at: &str, problems: &mut Problems) {
    let Some(value) = doc.get("providers") else { return };
    let Some(providers) = value.as_array() else {
        return problems.add(format!("{at}/providers"), "an array is expected");
    };
    for (n, provider) in providers.iter().enumerate().take(MEMBERS_MAX) {
        let place = format!("{at}/providers/{n}");
        if provider.get("name").and_then(Value::as_str).is_none_or(str::is_empty) {
            problems.add(format!("{place}/name"), "a string is expected");
        }
        let roles = provider.get("roles");
        let known = |role: &Value| role.as_str().is_some_and(|r| PROVIDER_ROLES.contains(&r));
        if roles.is_some_and(|r| !r.as_array().is_some_and(|roles| roles.iter().all(known))) {
            problems.add(format!("{place}/roles"), "an array of licensor, producer, processor and host is expected");
        }
    }
}

/// What a collection has and an item has not.
pub(crate) fn collection(doc: &Object, problems: &mut Problems) {
    for name in ["description", "license"] {
        if doc.get(name).and_then(Value::as_str).is_none_or(str::is_empty) {
            problems.add(format!("/{name}"), "a string is expected");
        }
    }
    strings(doc, "", "keywords", problems);
    providers(doc, "", problems);
    optional(doc, "summaries", Value::is_object, "an object is expected", problems);
    optional(doc, "item_assets", Value::is_object, "an object is expected", problems);
    if let Some(extent) = doc.get("extent") {
        spatial(extent, problems);
        temporal(extent, problems);
    }
}

fn spatial(extent: &Value, problems: &mut Problems) {
    let boxes = extent.pointer("/spatial/bbox").and_then(Value::as_array).filter(|b| !b.is_empty());
    let Some(boxes) = boxes else {
        return problems.add("/extent/spatial/bbox", "an array of at least one bbox is expected");
    };
    for (n, bbox) in boxes.iter().enumerate() {
        if let Err(invalid) = Bbox::from_json(bbox) {
            problems.add(format!("/extent/spatial/bbox/{n}"), invalid.message);
        }
    }
}

fn temporal(extent: &Value, problems: &mut Problems) {
    let intervals = extent.pointer("/temporal/interval").and_then(Value::as_array).filter(|b| !b.is_empty());
    let Some(intervals) = intervals else {
        return problems.add("/extent/temporal/interval", "an array of at least one interval is expected");
    };
    for (n, interval) in intervals.iter().enumerate() {
        let good = |side: &Value| side.is_null() || side.as_str().is_some_and(|t| t.parse::<Instant>().is_ok());
        if !interval.as_array().is_some_and(|sides| sides.len() == 2 && sides.iter().all(good)) {
            problems.add(format!("/extent/temporal/interval/{n}"), "two RFC 3339 times are expected; null is open");
        }
    }
}

/// A name as part of a JSON pointer (RFC 6901).
fn escape(name: &str) -> String {
    let short: String = name.chars().take(100).collect();
    short.replace('~', "~0").replace('/', "~1")
}
