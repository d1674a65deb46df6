//! Values against the part of JSON Schema that process descriptions use.
//!
//! Checked: `type` (one or several), `nullable`, `enum`, `const`, `minimum`, `maximum`, `exclusiveMinimum`,
//! `exclusiveMaximum` (a number, or the flag of OpenAPI 3.0), `minLength`, `maxLength`, `items`, `minItems`,
//! `maxItems`, `properties`, `required`, `additionalProperties` (true or false), `oneOf`, `anyOf`, `allOf`, and the formats
//! `date-time`, `ogc-bbox` and `datetime-interval`. [`check_schema`] refuses a schema that says more than this, so that
//! nothing is left unchecked unseen.

use serde_json::{Map, Value};

use crate::{Invalid, bbox::Bbox, interval::Interval, step};

/// How deep schemas and values are followed.
const DEPTH_MAX: usize = 32;
/// Members that say nothing about validity. `$ref` stands beside a `format` that says what it refers to.
const ANNOTATIONS: [&str; 10] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "contentMediaType",
    "contentEncoding",
    "contentSchema",
    "$ref",
    "$comment",
];
const KEYWORDS: [&str; 20] = [
    "type",
    "nullable",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minLength",
    "maxLength",
    "items",
    "minItems",
    "maxItems",
    "properties",
    "required",
    "additionalProperties",
    "oneOf",
    "anyOf",
    "allOf",
    "format",
];
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "array", "object", "null"];

/// Checks that a schema says nothing that [`check`] does not know.
///
/// # Errors
/// [`Invalid`] naming the first member that it does not know, by a pointer that begins with `pointer`.
pub fn check_schema(schema: &Value, pointer: &str) -> Result<(), Invalid> {
    known(schema, pointer, 0)
}

fn known(schema: &Value, pointer: &str, depth: usize) -> Result<(), Invalid> {
    let Value::Object(members) = schema else { return Err(Invalid::new(pointer, "a schema is an object")) };
    if depth > DEPTH_MAX {
        return Err(Invalid::new(pointer, "it is nested too deeply"));
    }
    for (name, value) in members {
        let here = step(pointer, name);
        match (name.as_str(), value) {
            ("oneOf" | "anyOf" | "allOf", Value::Array(schemas)) => {
                for (i, schema) in schemas.iter().enumerate() {
                    known(schema, &step(&here, &i.to_string()), depth + 1)?;
                }
            }
            ("items", schema) => known(schema, &here, depth + 1)?,
            ("properties", Value::Object(properties)) => {
                for (name, schema) in properties {
                    known(schema, &step(&here, name), depth + 1)?;
                }
            }
            ("oneOf" | "anyOf" | "allOf" | "properties", _) => {
                return Err(Invalid::new(here, "schemas are expected here"));
            }
            ("additionalProperties", other) if !other.is_boolean() => {
                return Err(Invalid::new(here, "true or false is expected"));
            }
            ("type", kinds) if !words(kinds).is_some_and(|k| k.iter().all(|k| TYPES.contains(k))) => {
                return Err(Invalid::new(here, "a type of JSON Schema is expected"));
            }
            (name, _) if KEYWORDS.contains(&name) || ANNOTATIONS.contains(&name) || name.starts_with("x-") => {}
            _ => return Err(Invalid::new(here, "this keyword is not known here")),
        }
    }
    Ok(())
}

/// Checks a value.
///
/// # Errors
/// [`Invalid`] naming the first place that does not fit, by a pointer that begins with `pointer`.
pub fn check(schema: &Value, value: &Value, pointer: &str) -> Result<(), Invalid> {
    checked(schema, value, pointer, 0)
}

fn checked(schema: &Value, value: &Value, pointer: &str, depth: usize) -> Result<(), Invalid> {
    if depth > DEPTH_MAX {
        return Err(Invalid::new(pointer, "it is nested too deeply"));
    }
    if value.is_null() && schema.get("nullable").is_some_and(|n| n == true) {
        return Ok(());
    }
    let here = |message| Invalid::new(pointer, message);
    check_format(schema, value).map_err(here)?;
    check_type(schema, value).map_err(here)?;
    check_choice(schema, value).map_err(here)?;
    match value {
        Value::Number(n) => check_number(schema, n.as_f64().unwrap_or(f64::NAN)).map_err(here)?,
        Value::String(s) => {
            check_count(schema, s.chars().count(), "minLength", "maxLength", "characters").map_err(here)?;
        }
        Value::Array(values) => {
            check_count(schema, values.len(), "minItems", "maxItems", "elements").map_err(here)?;
            if let Some(items) = schema.get("items") {
                for (i, one) in values.iter().enumerate() {
                    checked(items, one, &step(pointer, &i.to_string()), depth + 1)?;
                }
            }
        }
        Value::Object(members) => check_members(schema, members, pointer, depth)?,
        _ => {}
    }
    check_branches(schema, value, pointer, depth)
}

fn check_branches(schema: &Value, value: &Value, pointer: &str, depth: usize) -> Result<(), Invalid> {
    let branches = |name: &str| schema.get(name).and_then(Value::as_array);
    for branch in branches("allOf").into_iter().flatten() {
        checked(branch, value, pointer, depth + 1)?;
    }
    for (name, only_one) in [("oneOf", true), ("anyOf", false)] {
        let Some(branches) = branches(name) else { continue };
        let outcomes: Vec<_> = branches.iter().map(|b| checked(b, value, pointer, depth + 1)).collect();
        let fitting = outcomes.iter().filter(|o| o.is_ok()).count();
        if fitting == 0 {
            let all: Vec<_> = outcomes.into_iter().filter_map(Result::err).map(|e| e.message).collect();
            return Err(Invalid::new(pointer, all.join("; or ")));
        }
        if only_one && fitting > 1 {
            return Err(Invalid::new(pointer, "it fits more than one of the choices"));
        }
    }
    Ok(())
}

fn check_members(schema: &Value, members: &Map<String, Value>, pointer: &str, depth: usize) -> Result<(), Invalid> {
    for name in schema.get("required").and_then(words).into_iter().flatten() {
        if !members.contains_key(name) {
            return Err(Invalid::new(step(pointer, name), "it is missing"));
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, value) in members {
        match properties.and_then(|p| p.get(name)) {
            Some(property) => checked(property, value, &step(pointer, name), depth + 1)?,
            None if schema.get("additionalProperties").is_some_and(|a| a == false) => {
                return Err(Invalid::new(step(pointer, name), "it is not known here"));
            }
            None => {}
        }
    }
    Ok(())
}

fn check_format(schema: &Value, value: &Value) -> Result<(), String> {
    let format = schema.get("format").and_then(Value::as_str);
    match (format, value) {
        (Some("ogc-bbox"), value) => Bbox::from_json(value).map(drop).map_err(|e| e.message),
        (Some("datetime-interval"), Value::String(text)) => Interval::parse(text).map(drop).map_err(|e| e.message),
        (Some("date-time"), Value::String(text)) => {
            let parsed = time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339);
            parsed.map(drop).map_err(|_| "a date and time such as 2026-01-31T12:00:00Z is expected".to_owned())
        }
        _ => Ok(()),
    }
}

fn check_type(schema: &Value, value: &Value) -> Result<(), String> {
    let Some(kinds) = schema.get("type").and_then(words) else { return Ok(()) };
    let fits = |kind: &&str| match *kind {
        "string" => value.is_string(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|n| n.fract() == 0.0),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => value.is_null(),
    };
    if kinds.iter().any(fits) { Ok(()) } else { Err(format!("{} is expected", kinds.join(" or "))) }
}

fn check_choice(schema: &Value, value: &Value) -> Result<(), String> {
    let choices = match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(choices)), _) => choices.as_slice(),
        (_, Some(only)) => std::slice::from_ref(only),
        _ => return Ok(()),
    };
    if choices.iter().any(|c| same(c, value)) {
        return Ok(());
    }
    let choices: Vec<_> = choices.iter().map(Value::to_string).collect();
    Err(format!("one of {} is expected", choices.join(", ")))
}

/// JSON knows one kind of number: 1 and 1.0 are the same.
fn same(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

fn check_number(schema: &Value, number: f64) -> Result<(), String> {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let flag = |name: &str| schema.get(name).is_some_and(|f| f == true);
    let least = bound("minimum").map(|b| (b, flag("exclusiveMinimum")));
    let most = bound("maximum").map(|b| (b, flag("exclusiveMaximum")));
    for (bound, exclusive) in least.into_iter().chain(bound("exclusiveMinimum").map(|b| (b, true))) {
        if number < bound || (exclusive && number == bound) {
            return Err(format!("a number {} {bound} is expected", if exclusive { "above" } else { "of at least" }));
        }
    }
    for (bound, exclusive) in most.into_iter().chain(bound("exclusiveMaximum").map(|b| (b, true))) {
        if number > bound || (exclusive && number == bound) {
            return Err(format!("a number {} {bound} is expected", if exclusive { "below" } else { "of at most" }));
        }
    }
    Ok(())
}

fn check_count(schema: &Value, count: usize, least: &str, most: &str, of: &str) -> Result<(), String> {
    let count = count as u64;
    let bound = |name: &str| schema.get(name).and_then(Value::as_u64);
    match (bound(least), bound(most)) {
        (Some(least), _) if count < least => Err(format!("at least {least} {of} are expected")),
        (_, Some(most)) if count > most => Err(format!("at most {most} {of} are expected")),
        _ => Ok(()),
    }
}

/// One word or a list of words.
fn words(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(word) => Some(vec![word]),
        Value::Array(list) => list.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
