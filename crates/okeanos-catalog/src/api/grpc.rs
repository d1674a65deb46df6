//! gRPC: what other services ask of the catalog.

use std::sync::Arc;

use okeanos_auth::node;
use okeanos_proto::catalog::v1::{
    EnsureCollectionRequest, EnsureCollectionResponse, GetItemRequest, GetItemResponse, PutObjectItemsRequest,
    PutObjectItemsResponse, RemoveObjectItemsRequest, RemoveObjectItemsResponse,
    catalog_service_server::{CatalogService, CatalogServiceServer},
};
use okeanos_stac::splice;
use tonic::{Request, Response, Status};

use super::convert;
use crate::app::App;

/// The service, taking messages up to this size.
pub(crate) fn service(app: Arc<App>, bytes_max: usize) -> CatalogServiceServer<impl CatalogService> {
    CatalogServiceServer::new(Rpc { app }).max_decoding_message_size(bytes_max)
}

struct Rpc {
    app: Arc<App>,
}

#[tonic::async_trait]
impl CatalogService for Rpc {
    async fn ensure_collection(
        &self,
        request: Request<EnsureCollectionRequest>,
    ) -> Result<Response<EnsureCollectionResponse>, Status> {
        let who = node::principal(&request);
        let document = convert::json("collection_json", &request.into_inner().collection_json)?;
        let created = self.app.ensure_collection(&who, document).await?;
        Ok(Response::new(EnsureCollectionResponse { created }))
    }

    async fn put_object_items(
        &self,
        request: Request<PutObjectItemsRequest>,
    ) -> Result<Response<PutObjectItemsResponse>, Status> {
        let who = node::principal(&request);
        let changes = self.app.put_object_items(&who, convert::object_items(request.into_inner())?).await?;
        Ok(Response::new(PutObjectItemsResponse {
            created: changes.created,
            updated: changes.updated,
            removed: changes.removed,
        }))
    }

    async fn remove_object_items(
        &self,
        request: Request<RemoveObjectItemsRequest>,
    ) -> Result<Response<RemoveObjectItemsResponse>, Status> {
        let who = node::principal(&request);
        let removed = self.app.remove_object_items(&who, convert::source(request.into_inner().object)?).await?;
        Ok(Response::new(RemoveObjectItemsResponse { removed }))
    }

    async fn get_item(&self, request: Request<GetItemRequest>) -> Result<Response<GetItemResponse>, Status> {
        let who = node::principal(&request);
        let GetItemRequest { collection_id, item_id } = request.into_inner();
        let collection = (!collection_id.is_empty()).then_some(collection_id.as_str());
        let item = self.app.item(&who, collection, &item_id).await?;
        Ok(Response::new(GetItemResponse {
            item_json: splice::with_links(&item.document, &[], &item.links),
            owner: item.owner.to_string(),
            visibility: item.visibility.to_string(),
        }))
    }
}
