//! An iam service that knows two people by their tokens.

use okeanos_auth::{Principal, Scope, bad_credential};
use okeanos_proto::iam::v1::{
    AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
    IssueDelegationRequest, IssueDelegationResponse,
    authenticate_request::Credential,
    iam_service_server::{IamService, IamServiceServer},
};
use okeanos_runtime::{Ctx, Parts, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tonic::{Request, Response, Status};

/// The token of somebody who may write, but not read.
pub(crate) const REEF_WITHOUT_READ: &str = "reef";

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Config {}

pub(crate) struct KnowsAnn;

impl Service for KnowsAnn {
    const NAME: &'static str = "iam";
    type Config = Config;

    async fn build(_: Config, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| {
            routes.add_service(IamServiceServer::new(Self));
        }))
    }
}

#[tonic::async_trait]
impl IamService for KnowsAnn {
    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        let principal = match request.into_inner().credential {
            Some(Credential::Bearer(token)) if token == "ann" => Principal::person("ann", []),
            Some(Credential::Bearer(token)) if token == REEF_WITHOUT_READ => {
                Principal { scopes: [Scope::Write].into(), ..Principal::person("reef", []) }
            }
            _ => return Err(bad_credential("nobody knows it").into()),
        };
        Ok(Response::new(AuthenticateResponse { principal: Some(principal.into()), cache_s: 0 }))
    }

    async fn get_s3_key(&self, _: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }

    async fn issue_delegation(
        &self,
        _: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        Err(Status::unimplemented("not needed here"))
    }
}
