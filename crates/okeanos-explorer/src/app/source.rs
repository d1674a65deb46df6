//! From an item of the catalog to the object that its data is in, if the caller may read it.

use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Mutex, PoisonError},
};

use okeanos_auth::{Action, Namespaces, Principal, Resource, authorize};
use okeanos_blob::{BlobError, Blobs, List, Location};
use okeanos_fault::Fault;
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::{Explorer, layer::DataRef};
use crate::{domain::error::Error, ports::CataloguedItem};

/// Objects that a Zarr store has one of at its root.
const ZARR_ROOTS: [&str; 3] = ["zarr.json", ".zmetadata", ".zgroup"];
/// Objects below a variable of a store that are looked at to tell one version of it from the next.
const OBJECTS_MAX: usize = 1_000;
/// How long the version of a store is believed, so that the tiles of one view ask for it once.
const VERSION_KEPT: Duration = Duration::seconds(5);
/// How many versions are remembered.
const VERSIONS_MAX: usize = 1_000;

/// The data of an item.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is, and which version.
    pub data: DataRef,
    /// The variable that the item is about, when it says.
    pub variable: Option<String>,
    /// Whether anyone may see it.
    pub public: bool,
}

impl Explorer {
    /// The data of an item that this principal may see.
    ///
    /// # Errors
    /// Those of the catalog, [`Error::NoReadableAsset`], [`Error::AssetNotAllowed`], [`Error::Unreadable`].
    pub async fn source(&self, who: &Principal, collection: &str, item: &str) -> Result<Source, Fault> {
        let item = self.catalog.item(who, collection, item).await?;
        let asset = asset(&item.document).ok_or(Error::NoReadableAsset)?;
        if !may_read(who, &item, &asset.location, &self.names) {
            return Err(Error::AssetNotAllowed.into());
        }
        let updated = item.document.pointer("/properties/updated").and_then(Value::as_str).unwrap_or_default();
        let version = self.versions.of(self.layers.blobs().as_ref(), &asset, self.clock.now()).await?;
        let id = format!("{}@{version}@{updated}", asset.location).into();
        Ok(Source { data: DataRef { location: asset.location, id }, variable: asset.variable, public: item.public })
    }
}

/// Versions of Zarr stores, as they were a moment ago.
#[derive(Debug, Default)]
pub struct Versions(Mutex<HashMap<Looked, (String, OffsetDateTime)>>);

/// A store and its variable.
type Looked = (Location, Option<String>);

impl Versions {
    /// What changes when the data does: the ETag of an object; of a store, those of its root and of the objects of the
    /// variable, as far as they are looked at.
    async fn of(&self, blobs: &dyn Blobs, asset: &Asset, now: OffsetDateTime) -> Result<String, Fault> {
        if !asset.zarr {
            return first_etag(blobs, asset, vec![asset.location.clone()]).await;
        }
        let key = (asset.location.clone(), asset.variable.clone());
        let fresh = |found: OffsetDateTime| now >= found && now - found < VERSION_KEPT;
        let locked = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((version, _)) = locked().get(&key).filter(|(_, found)| fresh(*found)) {
            return Ok(version.clone());
        }
        let version = store_version(blobs, asset).await?;
        let mut versions = locked();
        if versions.len() >= VERSIONS_MAX {
            versions.retain(|_, (_, found)| fresh(*found));
        }
        if versions.len() < VERSIONS_MAX {
            versions.insert(key, (version.clone(), now));
        }
        Ok(version)
    }
}

async fn store_version(blobs: &dyn Blobs, asset: &Asset) -> Result<String, Fault> {
    let Location { bucket, key } = &asset.location;
    let roots = ZARR_ROOTS.iter().map(|name| Location::new(bucket, format!("{key}/{name}"))).collect();
    let root = first_etag(blobs, asset, roots).await?;
    let prefix = asset.variable.as_ref().map_or_else(|| format!("{key}/"), |name| format!("{key}/{name}/"));
    let list = List { prefix, limit: OBJECTS_MAX, ..List::default() };
    let mut hasher = DefaultHasher::new();
    for object in blobs.list(bucket, list).await?.objects {
        (object.key, object.meta.etag).hash(&mut hasher);
    }
    Ok(format!("{root}-{:016x}", hasher.finish()))
}

async fn first_etag(blobs: &dyn Blobs, asset: &Asset, candidates: Vec<Location>) -> Result<String, Fault> {
    for candidate in candidates {
        match blobs.head(&candidate).await {
            Ok(meta) => return Ok(meta.etag),
            Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Error::Unreadable(format!("there is no object {}", asset.location)).into())
}

/// An asset in a bucket of this platform.
#[derive(Debug, PartialEq, Eq)]
struct Asset {
    location: Location,
    zarr: bool,
    variable: Option<String>,
}

/// The asset `data`, else the first one that is NetCDF or Zarr.
fn asset(item: &Value) -> Option<Asset> {
    let assets = item.get("assets")?.as_object()?;
    let readable = |asset: &Value| {
        let media_type = asset.get("type").and_then(Value::as_str).unwrap_or_default();
        let href = asset.get("href").and_then(Value::as_str)?.trim_end_matches('/');
        let zarr = media_type.contains("zarr") || (media_type.is_empty() && href.ends_with(".zarr"));
        let known = zarr || media_type.contains("netcdf") || media_type.is_empty();
        let variable = variable(item, asset);
        Location::parse(href).filter(|_| known).map(|location| Asset { location, zarr, variable })
    };
    assets.get("data").and_then(readable).or_else(|| assets.values().find_map(readable))
}

/// The first variable of type `data` in `cube:variables` of the asset or of the item.
fn variable(item: &Value, asset: &Value) -> Option<String> {
    let places = [asset.get("cube:variables"), item.pointer("/properties/cube:variables")];
    let variables = places.into_iter().flatten().find_map(Value::as_object)?;
    let is_data = |about: &Value| about.get("type").and_then(Value::as_str).unwrap_or("data") == "data";
    variables.iter().find(|(_, about)| is_data(about)).map(|(name, _)| name.clone())
}

/// Whether somebody may read the object behind an item that he may see: the item's owner owns the object too, and so has
/// shared it, or the object itself is for the caller. An item that points at a stranger's object opens nothing.
fn may_read(who: &Principal, item: &CataloguedItem, at: &Location, names: &Namespaces) -> bool {
    let owner = names.owner(&at.bucket);
    let visibility = Namespaces::visibility(&at.key);
    owner == item.owner || authorize(who, Action::Read, &Resource { owner: &owner, visibility: &visibility }).is_ok()
}

#[cfg(test)]
mod tests {
    use okeanos_auth::Owner;
    use serde_json::json;

    use super::*;

    #[tokio::test]
    async fn a_store_with_other_chunks_is_another_version() {
        let blobs = okeanos_blob::memory::MemoryBlobs::new();
        blobs.create_bucket("user-ann").await.unwrap();
        let put = async |key: &str, bytes: &'static [u8]| {
            let body = Box::pin(futures::stream::iter([Ok(bytes::Bytes::from_static(bytes))]));
            blobs.put(&Location::new("user-ann", key), body, okeanos_blob::PutOptions::default()).await.unwrap();
        };
        put("s.zarr/.zgroup", b"{}").await;
        put("s.zarr/sst/0.0", b"old").await;
        let store =
            Asset { location: Location::new("user-ann", "s.zarr"), zarr: true, variable: Some("sst".to_owned()) };
        let (versions, now) = (Versions::default(), OffsetDateTime::UNIX_EPOCH);
        let before = versions.of(&blobs, &store, now).await.unwrap();
        put("s.zarr/sst/0.0", b"new").await;
        assert_eq!(versions.of(&blobs, &store, now + Duration::SECOND).await.unwrap(), before, "for a moment");
        assert_ne!(versions.of(&blobs, &store, now + VERSION_KEPT).await.unwrap(), before);
        let object = Asset { location: Location::new("user-ann", "s.zarr/sst/0.0"), zarr: false, variable: None };
        let before = versions.of(&blobs, &object, now).await.unwrap();
        put("s.zarr/sst/0.0", b"newer").await;
        assert_ne!(versions.of(&blobs, &object, now).await.unwrap(), before, "an object at once");
    }

    #[test]
    fn the_data_asset_and_its_variable() {
        let item = json!({
            "properties": { "cube:variables": { "lat": { "type": "auxiliary" }, "sst": { "type": "data" } } },
            "assets": {
                "thumbnail": { "href": "s3://b/x.png", "type": "image/png" },
                "data": { "href": "s3://b/store.zarr/", "type": "application/vnd+zarr" },
            },
        });
        let found = asset(&item).unwrap();
        assert_eq!((found.location, found.zarr), (Location::new("b", "store.zarr"), true));
        assert_eq!(found.variable.as_deref(), Some("sst"));
        let elsewhere =
            json!({ "assets": { "data": { "href": "https://x.example/a.nc", "type": "application/x-netcdf" } } });
        assert_eq!(asset(&elsewhere), None);
    }

    #[test]
    fn an_item_that_points_at_a_strangers_object_opens_nothing() {
        let names = Namespaces::default();
        let item =
            |owner: &str| CataloguedItem { document: json!({}), owner: owner.parse::<Owner>().unwrap(), public: true };
        let private = Location::new("user-bob", "private/x.nc");
        let (ann, bob) = (Principal::person("ann", []), Principal::person("bob", []));
        assert!(!may_read(&ann, &item("user-ann"), &private, &names));
        assert!(may_read(&ann, &item("user-bob"), &private, &names), "bob has shared his own");
        assert!(may_read(&bob, &item("user-ann"), &private, &names), "bob may read his own anyway");
        assert!(may_read(
            &Principal::anonymous(),
            &item("user-ann"),
            &Location::new("user-bob", "public/x.nc"),
            &names
        ));
    }
}
