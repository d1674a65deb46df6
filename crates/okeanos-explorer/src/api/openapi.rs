//! The service's share of the OpenAPI document.

use serde_json::{Value, json};

use crate::domain::palette::PALETTES;

/// Paths under `/tiles` and `/edr`.
pub fn fragment() -> Value {
    let item = "/tiles/collections/{collectionId}/items/{itemId}";
    json!({
        "tags": [{ "name": "explorer", "description": "Pictures and values of catalogued data" }],
        "paths": {
            (format!("{item}/tiles")): { "get": tileset() },
            (format!("{item}/legend")): { "get": legend() },
            (format!("{item}/WebMercatorQuad/{{tileMatrix}}/{{tileRow}}/{{tileCol}}")): { "get": tile() },
            "/edr/collections/{collectionId}/instances/{instanceId}/position": { "get": position() },
        },
    })
}

fn path(name: &str, about: &str, schema: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "description": about, "schema": { "type": schema } })
}

fn query(name: &str, about: &str, schema: &Value) -> Value {
    json!({ "name": name, "in": "query", "description": about, "schema": schema })
}

fn item() -> Vec<Value> {
    vec![path("collectionId", "Collection of the item.", "string"), path("itemId", "The item.", "string")]
}

fn look() -> Vec<Value> {
    let names: Vec<_> = PALETTES.iter().map(|p| p.name).collect();
    vec![
        query(
            "variable",
            "Variable of the data set; default: the one that the item is about.",
            &json!({ "type": "string" }),
        ),
        query(
            "datetime",
            "Instant; the nearest time step is shown. Default: the last one.",
            &json!({ "type": "string" }),
        ),
        query("depth", "Depth; the nearest level is shown. Default: the surface.", &json!({ "type": "number" })),
        query("range", "`min,max`: values of the first and last colour.", &json!({ "type": "string" })),
        query("palette", "Colours; default: what suits the quantity.", &json!({ "type": "string", "enum": names })),
    ]
}

fn answers(media_type: &str, about: &str) -> Value {
    let problem = |about: &str| json!({ "description": about, "content": { "application/problem+json": { "schema": { "type": "object" } } } });
    let schema =
        if media_type == "application/json" { json!({ "type": "object" }) } else { json!({ "type": "string" }) };
    json!({
        "200": { "description": about, "content": { (media_type): { "schema": schema } } },
        "400": problem("A parameter is wrong; `field` names it."),
        "401": problem("The credential is not good."),
        "403": problem("The item points to an object that its owner may not show."),
        "404": problem("There is no such item, none that the caller may see, or nothing that can be shown of it."),
        "503": problem("Too many requests are being drawn; try again after `Retry-After`."),
    })
}

fn operation(id: &str, summary: &str, parameters: &[Value], responses: &Value) -> Value {
    json!({ "operationId": id, "summary": summary, "tags": ["explorer"], "parameters": parameters, "responses": responses })
}

fn tileset() -> Value {
    let parameters = [item(), look()].concat();
    let answers =
        answers("application/json", "Tile set metadata: bounds, times, depths, unit, default range and palette.");
    operation("getItemTileSet", "What there is to see of an item", &parameters, &answers)
}

fn legend() -> Value {
    let answers = answers("image/svg+xml", "A colour ramp with its ends.");
    operation("getItemLegend", "The legend of an item's tiles", &[item(), look()].concat(), &answers)
}

fn tile() -> Value {
    let matrix = vec![
        path("tileMatrix", "Zoom, 0 to 22.", "integer"),
        path("tileRow", "Row from the north.", "integer"),
        path("tileCol", "Column from the west.", "integer"),
    ];
    let answers = answers("image/png", "256 × 256 pixels, transparent where there is no data.");
    operation("getItemTile", "A map tile of an item's data", &[item(), matrix, look()].concat(), &answers)
}

fn position() -> Value {
    let parameters = vec![
        path("collectionId", "Collection of the item.", "string"),
        path("instanceId", "The item.", "string"),
        json!({
            "name": "coords", "in": "query", "required": true, "schema": { "type": "string" },
            "description": "`POINT(longitude latitude)` in degrees.",
        }),
        query(
            "datetime",
            "Instant (nearest step) or interval `a/b`; default: all times.",
            &json!({ "type": "string" }),
        ),
        query(
            "z",
            "Depth (nearest level) or `min/max`, either end of which may be `..`; default: all levels.",
            &json!({ "type": "string" }),
        ),
        query("parameter-name", "Variables of the data set, separated by commas.", &json!({ "type": "string" })),
        query("crs", "Only CRS84.", &json!({ "type": "string" })),
        query("f", "Format.", &json!({ "type": "string", "enum": ["CoverageJSON", "csv"], "default": "CoverageJSON" })),
    ];
    let mut answers = answers(
        "application/prs.coverage+json",
        "Values of the cell that covers the position, or of the nearest station within 0.25 degrees.",
    );
    answers["200"]["content"]["text/csv"] = json!({ "schema": { "type": "string" } });
    answers["413"] =
        json!({ "description": "Too many values, or too much to read for them: narrow `datetime` or `z`." });
    answers["504"] = json!({ "description": "Reading took too long: narrow `datetime` or `z`." });
    operation("getItemPosition", "Values at a position", &parameters, &answers)
}
