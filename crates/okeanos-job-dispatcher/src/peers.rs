//! The ports over gRPC.

use std::time::Duration;

use async_trait::async_trait;
use okeanos_auth::{Principal, node::on_behalf_of};
use okeanos_fault::{Fault, Kind};
use okeanos_ogc::process::ProcessDescription;
use okeanos_proto::{
    catalog::v1::{GetItemRequest, catalog_service_client::CatalogServiceClient},
    iam::v1::{IssueDelegationRequest, iam_service_client::IamServiceClient},
    processes::v1::{GetProcessRequest, process_service_client::ProcessServiceClient},
};
use okeanos_runtime::RpcChannel;
use serde_json::Value;

use crate::ports::{Catalog, Delegated, Delegations, Process, Registry};

pub(crate) struct RegistryPeer(pub(crate) RpcChannel);
pub(crate) struct CatalogPeer(pub(crate) RpcChannel);
pub(crate) struct IamPeer(pub(crate) RpcChannel);

#[async_trait]
impl Registry for RegistryPeer {
    async fn process(&self, who: &Principal, id: &str) -> Result<Option<Process>, Fault> {
        let request = on_behalf_of(who, GetProcessRequest { process_id: id.to_owned() });
        let Some(answer) = found(ProcessServiceClient::new(self.0.clone()).get_process(request).await)? else {
            return Ok(None);
        };
        let parse = |text: &str| serde_json::from_str::<Value>(text).map_err(Fault::internal);
        let description = ProcessDescription::read(parse(&answer.description_json)?).map_err(Fault::internal)?;
        let unit = parse(&answer.execution_unit_json)?;
        Ok(Some(Process { id: answer.id, version: answer.version, description, unit }))
    }
}

#[async_trait]
impl Catalog for CatalogPeer {
    async fn item(&self, who: &Principal, collection: Option<&str>, item: &str) -> Result<Option<Value>, Fault> {
        let message =
            GetItemRequest { collection_id: collection.unwrap_or_default().to_owned(), item_id: item.to_owned() };
        let answer = CatalogServiceClient::new(self.0.clone()).get_item(on_behalf_of(who, message)).await;
        let Some(answer) = found(answer)? else { return Ok(None) };
        serde_json::from_str(&answer.item_json).map(Some).map_err(Fault::internal)
    }
}

#[async_trait]
impl Delegations for IamPeer {
    async fn delegate(&self, user: &str, lifetime: Duration) -> Result<Delegated, Fault> {
        let lifetime_s = u32::try_from(lifetime.as_secs()).unwrap_or(u32::MAX);
        let message = IssueDelegationRequest { user: user.to_owned(), lifetime_s };
        let answer = IamServiceClient::new(self.0.clone()).issue_delegation(message).await?.into_inner();
        Ok(Delegated {
            access_key_id: answer.access_key_id,
            secret_access_key: answer.secret_access_key,
            session_token: answer.session_token,
            access_token: answer.access_token,
        })
    }
}

fn found<T>(answer: Result<tonic::Response<T>, tonic::Status>) -> Result<Option<T>, Fault> {
    match answer {
        Ok(answer) => Ok(Some(answer.into_inner())),
        Err(status) if status.code() == tonic::Code::NotFound => Ok(None),
        Err(status) => match Fault::from(status) {
            fault if matches!(fault.kind(), Kind::Unauthenticated) => Err(Fault::internal(fault)),
            fault => Err(fault),
        },
    }
}
