//! The catalog: STAC API over what people and the platform know of ocean data.
//!
//! In reading order: `domain` (records, page tokens, what somebody sees), `store` (tables and queries), `app` (use-cases),
//! `events` (what is told), `api` (HTTP under `/data`, gRPC `catalog.v1.CatalogService`), `config`.

mod api;
mod app;
mod config;
mod domain;
mod events;
mod store;

use std::sync::Arc;

use actix_web::web;
use okeanos_events::relay;
use okeanos_runtime::{Ctx, Parts, Service};

pub use self::config::CatalogConfig;
use self::{
    api::{grpc, http},
    app::App,
};

/// The catalog service.
#[derive(Debug)]
pub struct Catalog;

impl Service for Catalog {
    const NAME: &'static str = "catalog";
    type Config = CatalogConfig;

    async fn build(config: CatalogConfig, ctx: &Ctx) -> anyhow::Result<Parts> {
        let db = ctx.database().await?;
        db.migrate(store::migration::migrations).await?;
        let body_bytes_max = config.body_bytes_max;
        let app = Arc::new(App::new(db.clone(), ctx.clock.clone(), config));
        let rpc = grpc::service(Arc::clone(&app), body_bytes_max);
        let data = web::Data::from(app);
        Ok(Parts::new()
            .grpc(move |routes| _ = routes.add_service(rpc))
            .http(move |cfg| http::routes::mount(cfg, data.clone()))
            .task("catalog-relay", relay::run(db, Arc::clone(&ctx.bus), ctx.stop.clone()))
            .openapi(http::openapi::fragment()))
    }
}
