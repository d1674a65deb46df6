//! Configuration: section `catalog`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The catalog.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CatalogConfig {
    /// Title of the landing page.
    pub title: String,
    /// Items on a page when the client does not say.
    pub page_size: u32,
    /// Items on a page at most; a larger `limit` is taken for this.
    pub page_size_max: u32,
    /// Largest body of a request that creates or changes records, in bytes.
    pub body_bytes_max: usize,
    /// Whether anyone who is signed in may create collections; otherwise administrators only.
    pub open_collections: bool,
}

impl Default for CatalogConfig {
    fn default() -> Self {
        Self {
            title: "Okeanos".to_owned(),
            page_size: 20,
            page_size_max: 1_000,
            body_bytes_max: 32 * 1024 * 1024,
            open_collections: true,
        }
    }
}
