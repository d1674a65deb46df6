//! What can be run: the processes of the platform, as OGC API Processes describes them.
//!
//! - `config`: the configuration.
//! - `domain`: processes by id and version, pages of them.
//! - `app`: the use-cases.
//! - `api`: HTTP under `/processes`, and `processes.v1.ProcessService` for other services.
//!
//! The processes are the functions of `okeanos-processes`, so there is nothing to store. Executions and jobs, under the
//! same path, belong to the job dispatcher.

mod api;
mod app;
mod config;
mod domain;

use std::sync::Arc;

use okeanos_proto::processes::v1::process_service_server::ProcessServiceServer;
use okeanos_runtime::{Ctx, Parts, Service};

use self::app::Registry;
pub use self::config::Config;

/// The process registry.
#[derive(Debug)]
pub struct ProcessRegistry;

impl Service for ProcessRegistry {
    const NAME: &'static str = "process-registry";
    type Config = Config;

    async fn build(config: Config, _: &Ctx) -> anyhow::Result<Parts> {
        let registry = Arc::new(Registry::open(config)?);
        let rpc = Arc::clone(&registry);
        Ok(Parts::new()
            .grpc(move |routes| {
                routes.add_service(ProcessServiceServer::new(api::grpc::Rpc::new(rpc)));
            })
            .http(move |cfg| api::http::routes::mount(cfg, &registry))
            .openapi(api::http::openapi()?))
    }
}
