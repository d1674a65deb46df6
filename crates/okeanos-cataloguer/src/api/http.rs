//! HTTP under `/checks`.

mod checks;
pub(crate) mod routes;

use serde_json::Value;

/// Our share of the OpenAPI document.
pub(crate) fn openapi() -> anyhow::Result<Value> {
    Ok(serde_json::from_str(include_str!("http/openapi.json"))?)
}
