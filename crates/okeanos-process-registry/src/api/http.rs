//! HTTP under `/processes`.

mod landing;
mod processes;
pub(crate) mod routes;

/// Our share of the OpenAPI document.
pub(crate) fn openapi() -> anyhow::Result<serde_json::Value> {
    Ok(serde_json::from_str(include_str!("http/openapi.json"))?)
}
