//! Between messages and domain.

use okeanos_fault::Fault;
use okeanos_proto::catalog::v1::{ObjectRef, PutObjectItemsRequest};
use okeanos_stac::Invalid;
use serde_json::Value;

use crate::{
    app::objects::ObjectItems,
    domain::{Error, Source},
};

/// JSON text in a message.
pub(crate) fn json(field: &str, text: &str) -> Result<Value, Fault> {
    serde_json::from_str(text).map_err(|e| Error::from(Invalid::at(field, e.to_string())).into())
}

/// Where an object is.
pub(crate) fn source(object: Option<ObjectRef>) -> Result<Source, Fault> {
    let object = object.ok_or_else(|| Error::from(Invalid::at("object", "it is missing")))?;
    Ok(Source { bucket: object.bucket, key: object.key })
}

/// The items of an object.
pub(crate) fn object_items(request: PutObjectItemsRequest) -> Result<ObjectItems, Fault> {
    let items = request.items.into_iter().map(|item| Ok((item.collection_id, json("item_json", &item.item_json)?)));
    Ok(ObjectItems {
        items: items.collect::<Result<_, Fault>>()?,
        source: source(request.object)?,
        owner: request.owner.parse()?,
        visibility: request.visibility.parse()?,
    })
}
