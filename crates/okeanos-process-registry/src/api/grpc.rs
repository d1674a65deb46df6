//! `processes.v1.ProcessService`, for other services of the platform.

use std::sync::Arc;

use okeanos_auth::node;
use okeanos_fault::Fault;
use okeanos_proto::processes::v1::{GetProcessRequest, GetProcessResponse, process_service_server::ProcessService};
use serde::Serialize;
use tonic::{Request, Response, Status};

use crate::app::Registry;

/// The calls.
pub(crate) struct Rpc {
    registry: Arc<Registry>,
}

impl Rpc {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry }
    }
}

#[tonic::async_trait]
impl ProcessService for Rpc {
    async fn get_process(&self, request: Request<GetProcessRequest>) -> Result<Response<GetProcessResponse>, Status> {
        let who = node::principal(&request);
        let process = self.registry.find(&who, &request.into_inner().process_id)?;
        Ok(Response::new(GetProcessResponse {
            id: process.id().to_owned(),
            version: process.description.summary.version.clone(),
            description_json: json(&process.description)?,
            execution_unit_json: json(&process.unit)?,
        }))
    }
}

fn json(document: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(document).map_err(Fault::internal)
}
