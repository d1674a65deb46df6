//! The catalog and iam over real gRPC: a catalog that keeps items by object, and tokens that are names.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use okeanos_auth::{Principal, Scope};
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
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, transport::server::TcpIncoming};

/// What the catalog was told.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    /// Items by object.
    pub(crate) items: BTreeMap<String, Vec<Value>>,
    /// Owner and visibility by object.
    pub(crate) rights: BTreeMap<String, (String, String)>,
    pub(crate) collections: BTreeSet<String>,
    /// How often items were put, by object.
    pub(crate) puts: BTreeMap<String, u32>,
    /// Whether every call is answered with UNAVAILABLE.
    pub(crate) away: bool,
    /// Whether every call is answered with INTERNAL.
    pub(crate) broken: bool,
    /// Whether calls are taken and never answered.
    pub(crate) mute: bool,
    /// How often it was away or broken when it was called.
    pub(crate) missed: u32,
}

/// Both peers, at one address.
#[derive(Clone, Debug)]
pub(crate) struct Peers {
    pub(crate) url: String,
    kept: Arc<Mutex<Kept>>,
    _stop: Arc<tokio_util::sync::DropGuard>,
}

impl Peers {
    pub(crate) async fn start() -> Self {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", socket.local_addr().unwrap());
        let stop = CancellationToken::new();
        let kept = Arc::new(Mutex::new(Kept::default()));
        let server = tonic::transport::Server::builder()
            .add_service(CatalogServiceServer::new(Catalog(Arc::clone(&kept))))
            .add_service(IamServiceServer::new(Iam));
        let served = server.serve_with_incoming_shutdown(TcpIncoming::from(socket), stop.clone().cancelled_owned());
        tokio::spawn(served);
        Self { url, kept, _stop: Arc::new(stop.drop_guard()) }
    }

    pub(crate) fn kept<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.kept.lock().unwrap())
    }

    /// The items of an object.
    pub(crate) fn items(&self, object: &str) -> Vec<Value> {
        self.kept(|kept| kept.items.get(object).cloned().unwrap_or_default())
    }
}

struct Catalog(Arc<Mutex<Kept>>);

impl Catalog {
    async fn here<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> Result<Response<T>, Status> {
        if self.count_if_mute() {
            std::future::pending::<()>().await;
        }
        let mut kept = self.0.lock().unwrap();
        if kept.away {
            kept.missed += 1;
            return Err(Status::unavailable("away"));
        }
        if kept.broken {
            kept.missed += 1;
            return Err(Status::internal("broken"));
        }
        Ok(Response::new(work(&mut kept)))
    }

    fn count_if_mute(&self) -> bool {
        let mut kept = self.0.lock().unwrap();
        kept.missed += u32::from(kept.mute);
        kept.mute
    }
}

fn name(object: Option<okeanos_proto::catalog::v1::ObjectRef>) -> String {
    let object = object.unwrap();
    format!("{}/{}", object.bucket, object.key)
}

#[tonic::async_trait]
impl CatalogService for Catalog {
    async fn ensure_collection(
        &self,
        request: Request<EnsureCollectionRequest>,
    ) -> Result<Response<EnsureCollectionResponse>, Status> {
        let document: Value = serde_json::from_str(&request.into_inner().collection_json).unwrap();
        let collection =
            okeanos_stac::Collection::new(document).map_err(|p| Status::invalid_argument(format!("{:?}", p.all())))?;
        self.here(|kept| EnsureCollectionResponse { created: kept.collections.insert(collection.id().to_owned()) })
            .await
    }

    async fn put_object_items(
        &self,
        request: Request<PutObjectItemsRequest>,
    ) -> Result<Response<PutObjectItemsResponse>, Status> {
        let request = request.into_inner();
        let mut items = Vec::new();
        for record in &request.items {
            let document: Value = serde_json::from_str(&record.item_json).unwrap();
            okeanos_stac::Item::new(document.clone())
                .map_err(|p| Status::invalid_argument(format!("{:?}", p.all())))?;
            assert_eq!(document["collection"], record.collection_id.as_str());
            items.push(document);
        }
        let object = name(request.object);
        self.here(|kept| {
            *kept.puts.entry(object.clone()).or_default() += 1;
            kept.rights.insert(object.clone(), (request.owner, request.visibility));
            let created = items.len() as u32;
            kept.items.insert(object, items);
            PutObjectItemsResponse { created, updated: 0, removed: 0 }
        })
        .await
    }

    async fn remove_object_items(
        &self,
        request: Request<RemoveObjectItemsRequest>,
    ) -> Result<Response<RemoveObjectItemsResponse>, Status> {
        let object = name(request.into_inner().object);
        self.here(|kept| RemoveObjectItemsResponse {
            removed: kept.items.remove(&object).map_or(0, |items| items.len() as u32),
        })
        .await
    }

    async fn get_item(&self, _: Request<GetItemRequest>) -> Result<Response<GetItemResponse>, Status> {
        Err(Status::unimplemented("the cataloguer reads no items"))
    }
}

struct Iam;

#[tonic::async_trait]
impl IamService for Iam {
    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        let Some(Credential::Bearer(name)) = request.into_inner().credential else {
            return Err(Status::unauthenticated("a bearer token is needed"));
        };
        let person = match name.as_str() {
            "root" => Principal::administrator(name),
            // A token of ann's that only writes.
            "writer" => Principal { scopes: [Scope::Write].into(), ..Principal::person("ann", []) },
            _ => Principal::person(name, ["reef".to_owned()]),
        };
        Ok(Response::new(AuthenticateResponse { principal: Some(person.into()), cache_s: 0 }))
    }

    async fn get_s3_key(&self, _: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        Err(Status::unimplemented("the cataloguer needs no keys"))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Err(Status::unimplemented("the cataloguer verifies no tokens"))
    }

    async fn issue_delegation(
        &self,
        _: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        Err(Status::unimplemented("the cataloguer starts no jobs"))
    }
}
