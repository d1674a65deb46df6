//! The explorer: the portal, pictures of catalogued data as map tiles, and values at a position.
//!
//! Reading order:
//! - [`config`]: what can be set.
//! - [`domain`]: pure rules: projections, grids and their indices, colours, CoverageJSON, what parameters mean.
//! - [`ports`]: what is needed of the catalog; [`catalog`] is the catalog over gRPC.
//! - [`app`]: the use-cases: authorize through the catalog, open the data, draw or read it on a bounded pool.
//! - [`api`]: the HTTP interface; [`api::http::routes`] is the only route table. `web/` is the portal's TypeScript.

pub mod api;
pub mod app;
pub mod catalog;
pub mod config;
pub mod domain;
pub mod ports;

use std::sync::Arc;

use okeanos_runtime::{Ctx, Parts, Service};

use crate::{
    api::http::{pages::Portal, routes},
    app::{Explorer as App, layer::Layers, metrics::Metrics, pool::Pool},
    catalog::CatalogPeer,
    config::ExplorerConfig,
};

/// The explorer service.
#[derive(Debug)]
pub struct Explorer;

impl Service for Explorer {
    const NAME: &'static str = "explorer";
    type Config = ExplorerConfig;

    async fn build(config: Self::Config, ctx: &Ctx) -> anyhow::Result<Parts> {
        let metrics = Metrics::register(&ctx.metrics)?;
        let runtime = tokio::runtime::Handle::current();
        let layers = Layers::new(Arc::clone(&ctx.blobs), runtime, &config, &metrics);
        let pool = |threads| Pool::new(threads, config.render_queue, metrics.render.clone());
        let pools = [pool(config.render_threads), pool(config.series_threads)];
        let catalog = Arc::new(CatalogPeer::new(ctx.peer("catalog")?));
        let app = Arc::new(App::new(catalog, ctx.names.clone(), layers, pools, metrics, ctx.clock.clone()));
        let portal = Portal { ctx: ctx.clone(), s3_public_url: config.s3_public_url };
        Ok(Parts::new()
            .openapi(api::openapi::fragment())
            .http(move |cfg| routes::mount(cfg, Arc::clone(&app), portal.clone())))
    }
}
