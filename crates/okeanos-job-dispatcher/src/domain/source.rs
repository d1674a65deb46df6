//! Where the data of an input are.

use okeanos_blob::Location;
use serde_json::Value;

use super::error::Error;

/// The input whose value says where data are.
pub(crate) const SOURCE_INPUT: &str = "source";
/// Longest reference.
const REFERENCE_BYTES_MAX: usize = 2_048;

/// What a reference to data means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// An item of the platform's catalog.
    Item {
        /// Its collection, unless any will do.
        collection: Option<String>,
        /// Its id.
        item: String,
    },
    /// An object, or the prefix of a Zarr store.
    Object(Location),
}

impl Source {
    /// From a reference: an item URL under one of the platform's own addresses, `s3://bucket/key`, or an item's id.
    /// Nothing else is ever fetched, so that nobody makes us ask other machines.
    ///
    /// # Errors
    /// [`Error::SourceRefused`] naming the input.
    pub(crate) fn parse(input: &str, reference: &str, own_addresses: &[&str]) -> Result<Self, Error> {
        if reference.is_empty() || reference.len() > REFERENCE_BYTES_MAX {
            return Err(Error::source(input, format!("1 to {REFERENCE_BYTES_MAX} bytes are expected")));
        }
        if reference.starts_with("s3://") {
            let location =
                Location::parse(reference).ok_or_else(|| Error::source(input, "s3://<bucket>/<key> is expected"))?;
            let key = location.key.trim_end_matches('/');
            if key.is_empty() || key.split('/').any(|part| part == ".." || part == ".") {
                return Err(Error::source(input, "s3://<bucket>/<key> is expected"));
            }
            return Ok(Self::Object(Location::new(location.bucket, key)));
        }
        if !reference.contains("://") && !reference.contains('/') {
            return Ok(Self::Item { collection: None, item: reference.to_owned() });
        }
        let path = own_addresses
            .iter()
            .find_map(|own| reference.strip_prefix(own.trim_end_matches('/')))
            .filter(|path| path.starts_with('/'))
            .or_else(|| reference.starts_with('/').then_some(reference))
            .ok_or_else(|| {
                Error::source(
                    input,
                    "only items of this platform's catalog and s3:// URLs are read: upload the data first",
                )
            })?;
        let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
        let mut segments = path.strip_prefix("/data/collections/").unwrap_or_default().split('/');
        match (segments.next(), segments.next(), segments.next(), segments.next()) {
            (Some(collection), Some("items"), Some(item), None) if !collection.is_empty() && !item.is_empty() => {
                Ok(Self::Item { collection: Some(decode(input, collection)?), item: decode(input, item)? })
            }
            _ => {
                Err(Error::source(input, "the URL is not of an item: …/data/collections/<collection>/items/<item> is"))
            }
        }
    }
}

fn decode(input: &str, segment: &str) -> Result<String, Error> {
    let decoded = percent_encoding::percent_decode_str(segment).decode_utf8();
    decoded.map(String::from).map_err(|_| Error::source(input, "the URL is not UTF-8"))
}

/// The reference in the value of a source input: a text, or a link object `{"href": …}`.
///
/// # Errors
/// [`Error::Invalid`] when it is neither.
pub(crate) fn reference<'v>(input: &str, value: &'v Value) -> Result<&'v str, Error> {
    let text = value.as_str().or_else(|| value.get("href")?.as_str());
    text.ok_or_else(|| Error::input(input, "a URL, an item's id or a link object with a member href is expected"))
}

/// The object behind an item: its asset `data`, else the first one with the role `data`.
pub(crate) fn data_object(item: &Value) -> Option<Location> {
    let assets = item.get("assets")?.as_object()?;
    let has_role = |asset: &&Value| {
        asset.get("roles").and_then(Value::as_array).is_some_and(|roles| roles.iter().any(|r| r == "data"))
    };
    let asset = assets.get("data").or_else(|| assets.values().find(has_role))?;
    Location::parse(asset.get("href")?.as_str()?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const OWN: [&str; 1] = ["https://ocean.example"];

    #[test]
    fn items_and_objects() {
        let item = |collection: Option<&str>, item: &str| Source::Item {
            collection: collection.map(str::to_owned),
            item: item.to_owned(),
        };
        for (reference, expected) in [
            ("https://ocean.example/data/collections/sst/items/a%20b/", item(Some("sst"), "a b")),
            ("https://ocean.example/data/collections/sst/items/a?f=json#x", item(Some("sst"), "a")),
            ("/data/collections/sst/items/a", item(Some("sst"), "a")),
            ("user-ann-public-a-thetao", item(None, "user-ann-public-a-thetao")),
            ("s3://user-ann/a/b.zarr/", Source::Object(Location::new("user-ann", "a/b.zarr"))),
        ] {
            assert_eq!(Source::parse("source", reference, &OWN).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_elsewhere_is_refused() {
        for reference in [
            "http://169.254.169.254/latest/meta-data",
            "https://ocean.example.evil.org/data/collections/c/items/i",
            "https://ocean.example@evil.org/data/collections/c/items/i",
            "https://ocean.example/iam/me",
            "https://ocean.example/data/collections/c",
            "file:///etc/passwd",
            "//evil.org/data/collections/c/items/i",
            "../etc/passwd",
            "s3://user-ann",
            "s3://user-ann/a/../../b",
            "s3:///key",
            "",
        ] {
            let refused = Source::parse("source", reference, &OWN);
            assert!(matches!(refused, Err(Error::SourceRefused { .. })), "{reference}: {refused:?}");
        }
    }

    #[test]
    fn references_in_either_form() {
        assert_eq!(reference("source", &json!("a")).unwrap(), "a");
        assert_eq!(reference("source", &json!({"href": "a", "type": "application/x-netcdf"})).unwrap(), "a");
        assert!(reference("source", &json!(1)).is_err() && reference("source", &json!({"url": "a"})).is_err());
    }

    #[test]
    fn the_data_of_an_item() {
        let item = json!({"assets": {"thumb": {"href": "s3://b/t"}, "nc": {"href": "s3://b/k", "roles": ["data"]}}});
        assert_eq!(data_object(&item), Some(Location::new("b", "k")));
        assert_eq!(data_object(&json!({"assets": {"data": {"href": "https://elsewhere/k"}}})), None);
    }
}
