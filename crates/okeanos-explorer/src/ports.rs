//! What the use-cases need from the outside.

use async_trait::async_trait;
use okeanos_auth::{Owner, Principal};
use okeanos_fault::Fault;
use serde_json::Value;

/// An item of the catalog that somebody may see.
#[derive(Clone, Debug)]
pub struct CataloguedItem {
    /// The STAC document.
    pub document: Value,
    /// Who owns it.
    pub owner: Owner,
    /// Whether anyone may see it, signed in or not.
    pub public: bool,
}

/// The catalog.
#[async_trait]
pub trait Catalog: Send + Sync {
    /// An item, if this principal may see it.
    ///
    /// # Errors
    /// The catalog's own, `catalog/no-such-item` among them.
    async fn item(&self, who: &Principal, collection: &str, item: &str) -> Result<CataloguedItem, Fault>;
}
