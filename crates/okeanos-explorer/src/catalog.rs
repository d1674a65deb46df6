//! The catalog over gRPC.

use async_trait::async_trait;
use okeanos_auth::{Principal, Visibility, node::on_behalf_of};
use okeanos_fault::Fault;
use okeanos_proto::catalog::v1::{GetItemRequest, catalog_service_client::CatalogServiceClient};
use okeanos_runtime::RpcChannel;

use crate::ports::{Catalog, CataloguedItem};

/// The catalog service.
#[derive(Clone, Debug)]
pub struct CatalogPeer(CatalogServiceClient<RpcChannel>);

impl CatalogPeer {
    /// Over a channel to it.
    pub fn new(channel: RpcChannel) -> Self {
        Self(CatalogServiceClient::new(channel))
    }
}

#[async_trait]
impl Catalog for CatalogPeer {
    async fn item(&self, who: &Principal, collection: &str, item: &str) -> Result<CataloguedItem, Fault> {
        let request = GetItemRequest { collection_id: collection.to_owned(), item_id: item.to_owned() };
        let answer = self.0.clone().get_item(on_behalf_of(who, request)).await?.into_inner();
        Ok(CataloguedItem {
            document: serde_json::from_str(&answer.item_json).map_err(Fault::internal)?,
            owner: answer.owner.parse()?,
            public: answer.visibility.parse::<Visibility>()? == Visibility::Public,
        })
    }
}
