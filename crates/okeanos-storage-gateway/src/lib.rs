//! S3 for people and programs, over whatever holds the objects.
//!
//! In reading order:
//! - [`config`]: what an operator may set. - [`domain`]: what can be refused, keys, conditions, intents.
//! - [`ports`]: secrets of access keys, the ledger of writes. - [`app`]: authorize, do, tell: a file per noun.
//! - [`s3`]: the S3 operations and who signed them. - [`server`]: the listener, and what surrounds every request.
//! - [`store`]: the ledger in a database. - [`iam`]: secrets from the iam service. - [`events`]: what is published.

mod app;
mod config;
mod domain;
mod events;
mod iam;
mod ports;
mod s3;
mod server;
mod store;

use std::sync::Arc;

use okeanos_events::relay;
use okeanos_runtime::{Ctx, Latch, Listener, Parts, Service};

pub use self::config::Config;
use self::{app::Gateway, iam::IamKeys, server::Front, store::DbLedger};

/// The service.
#[derive(Debug)]
pub struct StorageGateway;

impl Service for StorageGateway {
    const NAME: &'static str = "storage-gateway";
    type Config = Config;

    async fn build(config: Config, ctx: &Ctx) -> anyhow::Result<Parts> {
        let db = ctx.database().await?;
        db.migrate(store::migrations).await?;
        let ledger = Arc::new(DbLedger::new(db.clone()));
        let clock = ctx.clock.clone();
        let gateway =
            Gateway::new(ctx.blobs.clone(), ledger, ctx.names.clone(), clock.clone(), config.max_object_bytes);
        // Before the listener is there: what is begun later is this process's own.
        let left = gateway.untold().await?;
        let keys = Arc::new(IamKeys::new(ctx.peer("iam")?, clock));
        let service = s3::service(gateway.clone(), keys, ctx.clock.clone(), &config);
        let front = Front::new(service, &config, &ctx.metrics)?;
        let latch = Latch::default();
        let recovered = latch.clone();
        let stop = ctx.stop.clone();
        Ok(Parts::new()
            .listener(Listener {
                name: "s3",
                bind: config.bind,
                serve: Box::new(move |socket, stop| Box::pin(server::serve(socket, stop, front))),
            })
            .task("storage-gateway-relay", relay::run(db, ctx.bus.clone(), ctx.stop.clone()))
            .task("storage-gateway-recovery", async move { gateway.recover_until(left, stop, &recovered).await })
            .ready_when("storage-gateway-recovery", &latch))
    }
}
