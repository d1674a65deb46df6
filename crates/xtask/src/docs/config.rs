//! The configuration reference, from the JSON schema that `okeanos config schema` prints.

use std::fmt::Write;

use serde_json::{Map, Value};

/// Deepest nesting of sections that is shown.
const DEPTH_MAX: usize = 4;

/// The page: a section of it for every section of the file, a row for every field.
pub(super) fn page(schema: &Value) -> String {
    let mut page = String::from(
        "# Configuration\n\nA TOML file (`--config`) < environment < flags. Field `bind` of section `storage-gateway` is \
         `OKEANOS_STORAGE_GATEWAY__BIND` in\nthe environment; a nested field has one more `__`. An unknown field is an error. \
         This page is made from the code by\n`cargo xtask docs`.\n",
    );
    for (section, schema) in schema.as_object().into_iter().flatten() {
        let _ = write!(page, "\n## `{section}`\n\n");
        if let Some(text) = schema.get("description").and_then(Value::as_str) {
            let _ = write!(page, "{}\n\n", one_line(text));
        }
        let mut rows = String::new();
        let defs = schema.get("$defs").and_then(Value::as_object).cloned().unwrap_or_default();
        fields(&mut rows, "", schema, &defs, 0);
        if rows.is_empty() {
            page += "No fields.\n";
        } else {
            page += "| field | type | default | meaning |\n|---|---|---|---|\n";
            page += &rows;
        }
    }
    page
}

fn fields(rows: &mut String, prefix: &str, schema: &Value, defs: &Map<String, Value>, depth: usize) {
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let target = resolved(field, defs);
        let name = format!("{prefix}{name}");
        let text = [field, target].into_iter().find_map(|s| s.get("description").and_then(Value::as_str));
        let default = field.get("default").filter(|value| !value.is_null() && !value.is_object());
        let _ = writeln!(
            rows,
            "| `{name}` | {} | {} | {} |",
            kind(target),
            default.map(|value| format!("`{value}`")).unwrap_or_default(),
            one_line(text.unwrap_or_default())
        );
        if depth < DEPTH_MAX {
            fields(rows, &format!("{name}."), target, defs, depth + 1);
            for choice in target.get("oneOf").and_then(Value::as_array).into_iter().flatten() {
                fields(rows, &format!("{name}."), &without_tag(choice), defs, depth + 1);
            }
        }
    }
}

/// A field's own schema, behind references and "or nothing".
fn resolved<'s>(field: &'s Value, defs: &'s Map<String, Value>) -> &'s Value {
    if let Some(name) = field.get("$ref").and_then(Value::as_str).and_then(|at| at.strip_prefix("#/$defs/")) {
        return defs.get(name).unwrap_or(field);
    }
    let choices = field.get("anyOf").and_then(Value::as_array);
    let some = choices.and_then(|choices| choices.iter().find(|choice| choice.get("type") != Some(&"null".into())));
    some.map_or(field, |choice| resolved(choice, defs))
}

/// A variant of a choice without the field that names it: that is told by the type of the choice.
fn without_tag(choice: &Value) -> Value {
    let mut choice = choice.clone();
    if let Some(properties) = choice.get_mut("properties").and_then(Value::as_object_mut) {
        properties.retain(|_, field| field.get("const").is_none());
    }
    choice
}

fn kind(schema: &Value) -> String {
    let constant = |choice: &Value| {
        let tag = || {
            choice.get("properties")?.as_object()?.iter().find_map(|(name, field)| Some((name, field.get("const")?)))
        };
        match (choice.get("const"), tag()) {
            (Some(value), _) => Some(value.to_string()),
            (None, Some((name, value))) => Some(format!("{name} = {value}")),
            (None, None) => None,
        }
    };
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        let choices: Vec<_> = choices.iter().filter_map(constant).map(|choice| format!("`{choice}`")).collect();
        return choices.join(" or ");
    }
    if let Some(choices) = schema.get("enum").and_then(Value::as_array) {
        return choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(" or ");
    }
    match schema.get("type") {
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect::<Vec<_>>().join(" or ")
        }
        Some(Value::String(kind)) => kind.clone(),
        _ => String::new(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_are_rows_with_type_default_and_meaning() {
        let schema = json!({"platform": {
            "description": "What all\nshare.",
            "properties": {
                "http": {"type": "string", "default": "127.0.0.1:8080", "description": "Where HTTP listens."},
                "grpc": {"type": ["string", "null"], "default": null, "description": "Where gRPC listens."},
                "bus": {"$ref": "#/$defs/Bus", "description": "The bus."},
            },
            "$defs": {"Bus": {"oneOf": [
                {"type": "object", "properties": {"kind": {"const": "local"}}},
                {"type": "object", "properties": {"kind": {"const": "nats"}, "url": {"type": "string", "description": "Where."}}},
            ]}},
        }});
        let page = page(&schema);
        for line in [
            "## `platform`",
            "What all share.",
            "| `http` | string | `\"127.0.0.1:8080\"` | Where HTTP listens. |",
            "| `grpc` | string |  | Where gRPC listens. |",
            "| `bus` | `kind = \"local\"` or `kind = \"nats\"` |  | The bus. |",
            "| `bus.url` | string |  | Where. |",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\nin\n{page}");
        }
    }
}
