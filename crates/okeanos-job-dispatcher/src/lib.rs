//! Runs processes: OGC API Processes execution and jobs.
//!
//! In reading order:
//! - `domain`: the job and its state machine, requests, inputs, sources, whose turn it is; no input or output.
//! - `ports`: what is needed of others; `peers`: the same over gRPC; `executor`: attempts as processes of this machine.
//! - `store`: jobs, leases and logs in the database, which is the queue. - `events`: what is told.
//! - `app`: a request becomes a job; jobs are listed, looked at, called off. - `worker`: takes jobs and runs them.
//! - `api`: HTTP under `/processes`. - `run_process`: the sub-command that an attempt is.

mod api;
mod app;
mod config;
mod domain;
mod events;
mod executor;
mod metrics;
mod peers;
mod ports;
mod run_process;
mod store;
mod worker;

use std::sync::Arc;

use okeanos_events::relay;
use okeanos_runtime::{Ctx, Parts, Service};

use self::{
    app::App,
    executor::LocalExecutor,
    metrics::Metrics,
    peers::{CatalogPeer, IamPeer, RegistryPeer},
    store::Jobs,
    worker::{Signals, Workshop},
};
pub use self::{
    config::{JobDispatcherConfig, Sandbox},
    run_process::{RunProcess, run_process},
};

/// The service's name.
const NAME: &str = "job-dispatcher";

/// The job-dispatcher service.
#[derive(Debug)]
pub struct JobDispatcher;

impl Service for JobDispatcher {
    const NAME: &'static str = NAME;
    type Config = JobDispatcherConfig;

    async fn build(config: JobDispatcherConfig, ctx: &Ctx) -> anyhow::Result<Parts> {
        config.check()?;
        let db = ctx.database().await?;
        db.migrate(store::migration::all).await?;
        let (jobs, signals) = (Jobs::new(db.clone()), Arc::new(Signals::default()));
        let app = Arc::new(App {
            jobs: jobs.clone(),
            registry: Box::new(RegistryPeer(ctx.peer("process-registry")?)),
            catalog: Box::new(CatalogPeer(ctx.peer("catalog")?)),
            blobs: Arc::clone(&ctx.blobs),
            names: ctx.names.clone(),
            clock: ctx.clock.clone(),
            config: config.clone(),
            signals: Arc::clone(&signals),
            ctx: ctx.clone(),
        });
        let workshop = Arc::new(Workshop {
            jobs,
            delegations: Box::new(IamPeer(ctx.peer("iam")?)),
            executor: Box::new(LocalExecutor::new(&config.runner, config.grace())?),
            names: ctx.names.clone(),
            clock: ctx.clock.clone(),
            metrics: Metrics::register(&ctx.metrics)?,
            config,
            signals,
            ctx: ctx.clone(),
        });
        Ok(Parts::new()
            .http(move |cfg| api::http::routes::mount(cfg, &app))
            .task("job worker", Arc::clone(&workshop).run(ctx.stop.clone()))
            .task("job housekeeping", workshop.keep_house(ctx.stop.clone()))
            .task("job events", relay::run(db, Arc::clone(&ctx.bus), ctx.stop.clone()))
            .openapi(api::http::openapi::fragment()?))
    }
}
