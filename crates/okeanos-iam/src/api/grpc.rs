//! `iam.v1.IamService`, for other services of the platform.

use std::sync::Arc;

use okeanos_auth::{Credential, bad_credential, node};
use okeanos_proto::iam::v1::{
    AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
    IssueDelegationRequest, IssueDelegationResponse, authenticate_request, iam_service_server::IamService,
};
use tonic::{Request, Response, Status};

use crate::app::Iam;

/// The calls.
pub(crate) struct Rpc {
    iam: Arc<Iam>,
}

impl Rpc {
    pub(crate) fn new(iam: Arc<Iam>) -> Self {
        Self { iam }
    }
}

#[tonic::async_trait]
impl IamService for Rpc {
    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        let who = node::principal(&request);
        let credential = match request.into_inner().credential {
            Some(authenticate_request::Credential::Bearer(token)) => Credential::Bearer(token),
            Some(authenticate_request::Credential::Session(id)) => Credential::Session(id),
            None => return Err(bad_credential("there is none").into()),
        };
        let principal = self.iam.authenticate(&who, credential).await?;
        let cache_s = self.iam.settings.cache_s;
        Ok(Response::new(AuthenticateResponse { principal: Some(principal.into()), cache_s }))
    }

    async fn get_s3_key(&self, request: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        let who = node::principal(&request);
        let secret = self.iam.s3_secret(&who, &request.into_inner().access_key_id).await?;
        Ok(Response::new(GetS3KeyResponse {
            secret_access_key: secret.credentials.secret_access_key,
            session_token: secret.credentials.session_token,
            principal: Some(secret.principal.into()),
            expires_at: secret.credentials.expires_at.unix_timestamp(),
            cache_s: self.iam.settings.cache_s,
        }))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Ok(Response::new(GetJwksResponse { jwks_json: self.iam.jwks()?.to_string() }))
    }

    async fn issue_delegation(
        &self,
        request: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        let who = node::principal(&request);
        let IssueDelegationRequest { user, lifetime_s } = request.into_inner();
        let delegation = self.iam.delegate(&who, &user, lifetime_s).await?;
        Ok(Response::new(IssueDelegationResponse {
            access_key_id: delegation.s3.access_key_id,
            secret_access_key: delegation.s3.secret_access_key,
            session_token: delegation.s3.session_token,
            access_token: delegation.access_token,
            expires_at: delegation.s3.expires_at.unix_timestamp(),
        }))
    }
}
