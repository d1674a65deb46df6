//! Configuration: section `explorer`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The portal and viewer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExplorerConfig {
    /// How many pictures are drawn and data sets read at the same time.
    pub render_threads: usize,
    /// How many more requests may wait for that; above it they are answered with 503.
    pub render_queue: usize,
    /// Memory for decoded values, in megabytes.
    pub values_cache_mb: usize,
    /// Memory for coordinates, their indices, and where tiles lie in them, in megabytes.
    pub grids_cache_mb: usize,
    /// How many data sets are kept open.
    pub open_datasets: usize,
    /// Where people reach the S3 interface; shown by the portal. Default: where this platform itself reaches it.
    pub s3_public_url: Option<String>,
}

impl Default for ExplorerConfig {
    fn default() -> Self {
        Self {
            render_threads: 4,
            render_queue: 200,
            values_cache_mb: 128,
            grids_cache_mb: 192,
            open_datasets: 32,
            s3_public_url: None,
        }
    }
}
