//! Use-cases: authorize, open, draw or read.

pub mod cache;
pub mod layer;
pub mod metrics;
pub mod picture;
pub mod pool;
pub mod position;
pub mod reading;
pub mod source;

use std::sync::Arc;

use okeanos_auth::Namespaces;
use okeanos_runtime::Clock;

use self::{layer::Layers, metrics::Metrics, pool::Pool, source::Versions};
use crate::ports::Catalog;

/// The viewer.
pub struct Explorer {
    pub(crate) catalog: Arc<dyn Catalog>,
    pub(crate) names: Namespaces,
    pub(crate) layers: Arc<Layers>,
    /// Where pictures and single values are made.
    pub(crate) pool: Pool,
    /// Where series are read, so that pictures need not wait for them.
    pub(crate) series: Pool,
    pub(crate) metrics: Metrics,
    pub(crate) clock: Clock,
    pub(crate) versions: Versions,
}

impl std::fmt::Debug for Explorer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Explorer")
    }
}

impl Explorer {
    /// Over a catalog and open data sets, with a pool for pictures and one for series.
    pub fn new(
        catalog: Arc<dyn Catalog>,
        names: Namespaces,
        layers: Layers,
        [pool, series]: [Pool; 2],
        metrics: Metrics,
        clock: Clock,
    ) -> Self {
        let versions = Versions::default();
        Self { catalog, names, layers: Arc::new(layers), pool, series, metrics, clock, versions }
    }
}
