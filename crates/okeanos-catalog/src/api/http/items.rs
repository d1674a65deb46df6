//! Items, one by one: by collection and id, or by id alone.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, EntityTag, Header, IfMatch, IfNoneMatch},
    },
    web,
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::{Base, read_json};
use okeanos_stac::{Invalid, splice};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{geojson, json, links::Site, only, param};
use crate::{
    app::{
        App,
        items::{Inserted, Said},
    },
    domain::{Error, ItemRecord},
};

type Pairs = web::Query<Vec<(String, String)>>;

/// Which item: `/collections/{collection}/items/{item}` or `/items/{item}`.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    collection: Option<String>,
    item: String,
}

/// `GET …/items/{item}`
pub(super) async fn one(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    which: web::Path<Which>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let item = app.item(&caller.0, which.collection.as_deref(), &which.item).await?;
    let etag = EntityTag::new_strong(item.etag());
    let known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&etag)),
        Err(_) => false,
    };
    if known {
        return Ok(HttpResponse::NotModified().insert_header(header::ETag(etag)).finish());
    }
    Ok(answer(StatusCode::OK, Site(&base), &item))
}

/// `POST /data/collections/{collection}/items`: a Feature or a FeatureCollection.
pub(super) async fn create(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    collection: web::Path<String>,
    pairs: Pairs,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let said = said(&pairs, &request)?;
    let mut document: Value = read_json(payload, app.config().body_bytes_max).await?;
    if document.get("type").and_then(Value::as_str) != Some("FeatureCollection") {
        let item = app.create_item(&caller.0, &collection, document, &said).await?;
        return Ok(answer(StatusCode::CREATED, Site(&base), &item));
    }
    let features = document.get_mut("features").map(Value::take);
    let Some(Value::Array(features)) = features else {
        return Err(Error::from(Invalid::at("/features", "an array is expected")).into());
    };
    let inserted = app.create_items(&caller.0, &collection, features, &said).await?;
    report(Site(&base), &inserted)
}

/// `PUT …/items/{item}`
pub(super) async fn replace(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    which: web::Path<Which>,
    pairs: Pairs,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let said = said(&pairs, &request)?;
    let document = read_json(payload, app.config().body_bytes_max).await?;
    let item = app.replace_item(&caller.0, which.collection.as_deref(), &which.item, document, &said).await?;
    Ok(answer(StatusCode::OK, Site(&base), &item))
}

/// `PATCH …/items/{item}`
pub(super) async fn patch(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    which: web::Path<Which>,
    pairs: Pairs,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let said = said(&pairs, &request)?;
    let patch = read_json(payload, app.config().body_bytes_max).await?;
    let item = app.patch_item(&caller.0, which.collection.as_deref(), &which.item, &patch, &said).await?;
    Ok(answer(StatusCode::OK, Site(&base), &item))
}

/// `DELETE …/items/{item}`
pub(super) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    which: web::Path<Which>,
    pairs: Pairs,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let said = said(&pairs, &request)?;
    app.delete_item(&caller.0, which.collection.as_deref(), &which.item, &said).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn said(pairs: &[(String, String)], request: &HttpRequest) -> Result<Said, Fault> {
    only(pairs, &["owner", "visibility"])?;
    Ok(Said {
        owner: param(pairs, "owner").map(str::to_owned),
        visibility: param(pairs, "visibility").map(str::to_owned),
        if_match: if_match(request)?,
    })
}

/// The strong tags of `If-Match`; `*` is any, as no header is, since there must be an item in any case. A weak tag is that of
/// no version (RFC 9110, 13.1.1).
fn if_match(request: &HttpRequest) -> Result<Option<Vec<String>>, Fault> {
    if !request.headers().contains_key(header::IF_MATCH) {
        return Ok(None);
    }
    match IfMatch::parse(request) {
        Ok(IfMatch::Any) => Ok(None),
        Ok(IfMatch::Items(tags)) if !tags.is_empty() => {
            Ok(Some(tags.into_iter().filter(|tag| !tag.weak).map(|tag| tag.tag().to_owned()).collect()))
        }
        _ => Err(Error::from(Invalid::at("If-Match", "entity tags in quotes or * are expected")).into()),
    }
}

fn answer(status: StatusCode, site: Site<'_>, item: &ItemRecord) -> HttpResponse {
    let (collection, id) = (&item.key.collection, &item.key.id);
    let text = splice::with_links(&item.document, &site.item_links(collection, id), &item.links);
    let mut response = geojson(status, text);
    // A header that cannot be written, for an id beyond all reason, is left out.
    if let Ok(etag) = header::HeaderValue::from_str(&format!("\"{}\"", item.etag())) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    if status == StatusCode::CREATED
        && let Ok(location) = header::HeaderValue::from_str(&site.item(collection, id))
    {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}

/// What became of many features, as EDITO's clients read it.
fn report(site: Site<'_>, inserted: &Inserted) -> Result<HttpResponse, Fault> {
    let features: Vec<Value> = inserted
        .items
        .iter()
        .map(|item| {
            let href = site.item(&item.key.collection, &item.key.id);
            json!({"featureId": item.uuid, "productIdentifier": item.key.id, "href": href})
        })
        .collect();
    let errors: Vec<Value> = inserted
        .errors
        .iter()
        .map(|(id, fault)| {
            json!({"id": id, "code": fault.code(), "error": fault.message(), "field": fault.field_name()})
        })
        .collect();
    let body = json!({
        "status": if errors.is_empty() { "success" } else { "error" },
        "message": format!("{} inserted, {} refused", features.len(), errors.len()),
        "inserted": features.len(),
        "inError": errors.len(),
        "features": features,
        "errors": errors,
    });
    // Nothing at all came of it: that is an error of the request.
    let nothing = inserted.items.is_empty() && !inserted.errors.is_empty();
    let status = if nothing { StatusCode::BAD_REQUEST } else { StatusCode::CREATED };
    Ok(json(status, body.to_string()))
}
