//! Automatic cataloguing and data check: storage events in, catalog items and check reports out.
//!
//! - `config`: the configuration.
//! - `domain`: which objects are one data set, how it is described as STAC items, what a report says; no I/O.
//! - `ports`, `peers`: what is needed of the catalog, and the catalog over gRPC.
//! - `app`: an event is noticed; a unit is worked on; reports and checks on demand.
//! - `events`: what is consumed and published.
//! - `api`: HTTP under `/checks`.
//! - `store`: the tables.

mod api;
mod app;
mod config;
mod domain;
mod events;
mod peers;
mod ports;
mod store;

use std::sync::Arc;

use okeanos_events::relay;
use okeanos_runtime::{Ctx, Parts, Service};

pub use self::config::Config;
use self::{app::Cataloguer, peers::CatalogPeer};

/// The cataloguer service.
#[derive(Debug)]
pub struct CataloguerService;

impl Service for CataloguerService {
    const NAME: &'static str = "cataloguer";
    type Config = Config;

    async fn build(config: Config, ctx: &Ctx) -> anyhow::Result<Parts> {
        config.check()?;
        let db = ctx.database().await?;
        db.migrate(store::migration::all).await?;
        let catalog = Arc::new(CatalogPeer::new(ctx.peer("catalog")?));
        let app = Arc::new(Cataloguer::open(config, db.clone(), catalog, ctx).await?);
        let (http, listener, stop) = (Arc::clone(&app), Arc::clone(&app), ctx.stop.clone());
        Ok(Parts::new()
            .http(move |cfg| api::http::routes::mount(cfg, &http))
            .task("cataloguer events", events::listen(listener, Arc::clone(&ctx.bus), stop.clone()))
            .task("cataloguer workers", app.run(stop.clone()))
            .task("cataloguer outbox", relay::run(db, Arc::clone(&ctx.bus), stop))
            .openapi(api::http::openapi()?))
    }
}
