//! What the use-cases need of the catalog.

use async_trait::async_trait;
use okeanos_auth::{Owner, Visibility};
use okeanos_blob::Location;
use okeanos_fault::Fault;
use serde_json::Value;

/// The items of an object, as the catalog is to have them.
#[derive(Clone, Debug)]
pub(crate) struct ObjectItems {
    /// The object, or the prefix of a Zarr store.
    pub(crate) object: Location,
    pub(crate) owner: Owner,
    pub(crate) visibility: Visibility,
    /// Collection and document of each.
    pub(crate) items: Vec<(String, Value)>,
}

/// The catalog.
#[async_trait]
pub(crate) trait Catalog: Send + Sync {
    /// Creates a collection if it does not exist.
    async fn ensure_collection(&self, collection: &Value) -> Result<(), Fault>;
    /// Makes these the only items of an object.
    async fn put(&self, items: ObjectItems) -> Result<(), Fault>;
    /// Removes all items of an object; that there are none is no fault.
    async fn remove(&self, object: &Location) -> Result<(), Fault>;
}
