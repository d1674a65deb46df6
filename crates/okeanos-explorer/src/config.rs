//! Configuration: section `explorer`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The portal and viewer.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExplorerConfig {
    /// How many pictures are drawn and data sets read at the same time.
    pub render_threads: usize,
    /// How many time series and profiles are read at the same time, beside that.
    pub series_threads: usize,
    /// How many more requests may wait for either; above it they are answered with 503.
    pub render_queue: usize,
    /// Memory for decoded values, in megabytes.
    pub values_cache_mb: usize,
    /// Memory for coordinates, their indices, and where tiles lie in them, in megabytes.
    pub grids_cache_mb: usize,
    /// How many data sets are kept open, each with up to 8 megabytes of its file in memory.
    pub open_datasets: usize,
    /// Where people reach the S3 interface; shown by the portal. Default: where this platform itself reaches it.
    pub s3_public_url: Option<String>,
}

impl Default for ExplorerConfig {
    fn default() -> Self {
        Self {
            render_threads: 4,
            series_threads: 2,
            render_queue: 200,
            values_cache_mb: 64,
            grids_cache_mb: 96,
            open_datasets: 8,
            s3_public_url: None,
        }
    }
}
