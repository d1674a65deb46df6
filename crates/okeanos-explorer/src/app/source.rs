//! From an item of the catalog to the object that its data is in, if the caller may read it.

use okeanos_auth::{Action, Namespaces, Principal, Resource, authorize};
use okeanos_blob::{BlobError, Location};
use okeanos_fault::Fault;
use serde_json::Value;

use super::{Explorer, layer::DataRef};
use crate::{domain::error::Error, ports::CataloguedItem};

/// Objects that a Zarr store has one of at its root, whose ETag tells one version of it from the next.
const ZARR_ROOTS: [&str; 3] = ["zarr.json", ".zmetadata", ".zgroup"];

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
        let etag = self.etag(&asset).await?;
        let id = format!("{}@{etag}@{updated}", asset.location).into();
        Ok(Source { data: DataRef { location: asset.location, id }, variable: asset.variable, public: item.public })
    }

    async fn etag(&self, asset: &Asset) -> Result<String, Fault> {
        let Location { bucket, key } = &asset.location;
        let candidates = if asset.zarr {
            ZARR_ROOTS.iter().map(|name| Location::new(bucket, format!("{key}/{name}"))).collect()
        } else {
            vec![asset.location.clone()]
        };
        for candidate in candidates {
            match self.layers.blobs().head(&candidate).await {
                Ok(meta) => return Ok(meta.etag),
                Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Unreadable(format!("there is no object {}", asset.location)).into())
    }
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
