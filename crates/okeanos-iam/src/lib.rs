//! Identity and access: who somebody is, what they may do, and the credentials that say so.
//!
//! - `config`: the configuration.
//! - `domain`: names, scopes, secrets, key terms, pages; no I/O.
//! - `app`: the use-cases, a file per noun.
//! - `api`: HTTP under `/iam`, and `iam.v1.IamService` for other services.
//! - `store`: the tables.

mod api;
mod app;
mod config;
mod domain;
mod store;

use std::sync::Arc;

use okeanos_proto::iam::v1::iam_service_server::IamServiceServer;
use okeanos_runtime::{Ctx, Parts, Service};

use self::app::Iam;
pub use self::config::{Bootstrap, Config};

/// The iam service.
#[derive(Debug)]
pub struct IamService;

impl Service for IamService {
    const NAME: &'static str = "iam";
    type Config = Config;

    async fn build(config: Config, ctx: &Ctx) -> anyhow::Result<Parts> {
        config.check()?;
        let db = ctx.database().await?;
        db.migrate(store::migration::all).await?;
        let iam = Arc::new(Iam::open(&config, db, ctx).await?);
        if let Some(files) = &config.bootstrap {
            iam.bootstrap(files).await?;
        }
        let (rpc, http, house, stop) = (Arc::clone(&iam), Arc::clone(&iam), iam, ctx.stop.clone());
        Ok(Parts::new()
            .grpc(move |routes| {
                routes.add_service(IamServiceServer::new(api::grpc::Rpc::new(rpc)));
            })
            .http(move |cfg| api::http::routes::mount(cfg, &http))
            .task("iam housekeeping", async move {
                house.keep_house(stop).await;
                Ok(())
            })
            .openapi(api::http::openapi()?))
    }
}
