//! Use-cases: authorize, open, draw or read.

pub mod cache;
pub mod layer;
pub mod metrics;
pub mod picture;
pub mod pool;
pub mod position;
pub mod source;

use std::sync::Arc;

use okeanos_auth::Namespaces;

use self::{layer::Layers, metrics::Metrics, pool::Pool};
use crate::ports::Catalog;

/// The viewer.
pub struct Explorer {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) names: Namespaces,
    pub(crate) layers: Arc<Layers>,
    pub(crate) pool: Pool,
    pub(crate) metrics: Metrics,
}

impl std::fmt::Debug for Explorer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Explorer")
    }
}

impl Explorer {
    /// Over a catalog and open data sets.
    pub fn new(catalog: Arc<dyn Catalog>, names: Namespaces, layers: Layers, pool: Pool, metrics: Metrics) -> Self {
        Self { catalog, names, layers: Arc::new(layers), pool, metrics }
    }
}
