//! The catalog over gRPC.

use async_trait::async_trait;
use okeanos_blob::Location;
use okeanos_fault::Fault;
use okeanos_proto::catalog::v1::{
    EnsureCollectionRequest, ItemRecord, ObjectRef, PutObjectItemsRequest, RemoveObjectItemsRequest,
    catalog_service_client::CatalogServiceClient,
};
use okeanos_runtime::RpcChannel;
use serde_json::Value;

use crate::ports::{Catalog, ObjectItems};

/// The catalog service.
pub(crate) struct CatalogPeer(CatalogServiceClient<RpcChannel>);

impl CatalogPeer {
    /// Over a channel to it.
    pub(crate) fn new(channel: RpcChannel) -> Self {
        Self(CatalogServiceClient::new(channel))
    }
}

fn object(at: &Location) -> Option<ObjectRef> {
    Some(ObjectRef { bucket: at.bucket.clone(), key: at.key.clone() })
}

#[async_trait]
impl Catalog for CatalogPeer {
    async fn ensure_collection(&self, collection: &Value) -> Result<(), Fault> {
        let request = EnsureCollectionRequest { collection_json: collection.to_string() };
        self.0.clone().ensure_collection(request).await.map(drop).map_err(Fault::from)
    }

    async fn put(&self, items: ObjectItems) -> Result<(), Fault> {
        let record = |(collection_id, item): (String, Value)| ItemRecord { collection_id, item_json: item.to_string() };
        let request = PutObjectItemsRequest {
            object: object(&items.object),
            owner: items.owner.to_string(),
            visibility: items.visibility.to_string(),
            items: items.items.into_iter().map(record).collect(),
        };
        self.0.clone().put_object_items(request).await.map(drop).map_err(Fault::from)
    }

    async fn remove(&self, at: &Location) -> Result<(), Fault> {
        let request = RemoveObjectItemsRequest { object: object(at) };
        self.0.clone().remove_object_items(request).await.map(drop).map_err(Fault::from)
    }
}
