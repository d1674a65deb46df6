//! What is counted.

use prometheus::{Histogram, HistogramOpts, IntCounterVec, Opts, Registry};

/// Counters of the viewer.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Seconds that drawing or reading took on the pool, waiting left out.
    pub render: Histogram,
    /// Requests by what they asked for: `tile`, `legend`, `tileset`, `position`.
    pub requests: IntCounterVec,
    /// Look-ups by cache (`dataset`, `layer`, `index`, `sample`, `block`, `range`) and result (`hit`, `miss`).
    pub cache: IntCounterVec,
}

impl Metrics {
    /// Registers them.
    ///
    /// # Errors
    /// When they are registered already.
    pub fn register(registry: &Registry) -> prometheus::Result<Self> {
        let metrics = Self {
            render: Histogram::with_opts(HistogramOpts::new(
                "okeanos_explorer_render_duration_seconds",
                "How long drawing a picture or reading values took.",
            ))?,
            requests: IntCounterVec::new(
                Opts::new("okeanos_explorer_requests_total", "Requests for data, by what they asked for."),
                &["what"],
            )?,
            cache: IntCounterVec::new(
                Opts::new("okeanos_explorer_cache_lookups_total", "Look-ups in the caches, by cache and result."),
                &["cache", "result"],
            )?,
        };
        registry.register(Box::new(metrics.render.clone()))?;
        registry.register(Box::new(metrics.requests.clone()))?;
        registry.register(Box::new(metrics.cache.clone()))?;
        Ok(metrics)
    }
}
