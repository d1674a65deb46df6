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
    /// Largest text of one item, collection or catalog, in bytes.
    pub document_bytes_max: usize,
    /// Text of the records on a page, in bytes: about there the page ends early, with a link to the next.
    pub page_bytes_max: usize,
    /// How many items one search by geometry looks at; then it answers with what it has and a link to go on. When it has
    /// nothing yet, it looks at ten times as many.
    pub candidates_max: usize,
    /// How many pairs of positions one search compares, with a byte of text that it reads for it counting as one.
    pub pairs_max: usize,
    /// Searches that compare geometries at once; of the others some wait, and the rest are asked to come back.
    pub comparisons_at_once: usize,
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
            document_bytes_max: 1024 * 1024,
            page_bytes_max: 16 * 1024 * 1024,
            candidates_max: 5_000,
            pairs_max: 200_000_000,
            comparisons_at_once: 2,
            open_collections: true,
        }
    }
}
