//! The catalog and iam as the explorer sees them: items from a list, and tokens that are names.

use okeanos_auth::{Action, Owner, Principal, Resource, Visibility, authorize, node::principal};
use okeanos_fault::Fault;
use okeanos_proto::{
    catalog::v1::{
        EnsureCollectionRequest, EnsureCollectionResponse, GetItemRequest, GetItemResponse, PutObjectItemsRequest,
        PutObjectItemsResponse, RemoveObjectItemsRequest, RemoveObjectItemsResponse,
        catalog_service_server::{CatalogService, CatalogServiceServer},
    },
    iam::v1::{
        AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
        IssueDelegationRequest, IssueDelegationResponse,
        authenticate_request::Credential,
        iam_service_server::{IamService, IamServiceServer},
    },
};
use okeanos_runtime::{Ctx, Parts, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tonic::{Request, Response, Status};

/// An item and who may see it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Listed {
    pub(crate) collection: String,
    pub(crate) id: String,
    pub(crate) owner: String,
    pub(crate) visibility: String,
    pub(crate) document: String,
}

/// The list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct CatalogConfig {
    pub(crate) items: Vec<Listed>,
}

/// The catalog.
pub(crate) struct Catalog(Vec<Listed>);

impl Service for Catalog {
    const NAME: &'static str = "catalog";
    type Config = CatalogConfig;

    async fn build(config: Self::Config, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(move |routes| _ = routes.add_service(CatalogServiceServer::new(Self(config.items)))))
    }
}

#[tonic::async_trait]
impl CatalogService for Catalog {
    async fn get_item(&self, request: Request<GetItemRequest>) -> Result<Response<GetItemResponse>, Status> {
        let who = principal(&request);
        let asked = request.into_inner();
        let seen = |item: &&Listed| {
            let (owner, visibility) =
                (item.owner.parse::<Owner>().unwrap(), item.visibility.parse::<Visibility>().unwrap());
            let what = Resource { owner: &owner, visibility: &visibility };
            item.id == asked.item_id
                && item.collection == asked.collection_id
                && authorize(&who, Action::Read, &what).is_ok()
        };
        let item = self
            .0
            .iter()
            .find(seen)
            .ok_or_else(|| Fault::not_found("catalog/no-such-item", "there is no such item"))?;
        Ok(Response::new(GetItemResponse {
            item_json: item.document.clone(),
            owner: item.owner.clone(),
            visibility: item.visibility.clone(),
        }))
    }

    async fn ensure_collection(
        &self,
        _: Request<EnsureCollectionRequest>,
    ) -> Result<Response<EnsureCollectionResponse>, Status> {
        Err(Status::unimplemented("the explorer writes nothing"))
    }

    async fn put_object_items(
        &self,
        _: Request<PutObjectItemsRequest>,
    ) -> Result<Response<PutObjectItemsResponse>, Status> {
        Err(Status::unimplemented("the explorer writes nothing"))
    }

    async fn remove_object_items(
        &self,
        _: Request<RemoveObjectItemsRequest>,
    ) -> Result<Response<RemoveObjectItemsResponse>, Status> {
        Err(Status::unimplemented("the explorer writes nothing"))
    }
}

/// What iam is configured with: nothing.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct IamConfig {}

/// Iam.
pub(crate) struct Iam;

impl Service for Iam {
    const NAME: &'static str = "iam";
    type Config = IamConfig;

    async fn build(_: Self::Config, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| _ = routes.add_service(IamServiceServer::new(Self))))
    }
}

#[tonic::async_trait]
impl IamService for Iam {
    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        let Some(Credential::Bearer(name)) = request.into_inner().credential else {
            return Err(Status::unauthenticated("a bearer token is needed"));
        };
        let person = Principal::person(name, []);
        Ok(Response::new(AuthenticateResponse { principal: Some(person.into()), cache_s: 0 }))
    }

    async fn get_s3_key(&self, _: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        Err(Status::unimplemented("the explorer needs no keys"))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Err(Status::unimplemented("the explorer verifies no tokens"))
    }

    async fn issue_delegation(
        &self,
        _: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        Err(Status::unimplemented("the explorer starts no jobs"))
    }
}
