//! Collections.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::{Base, read_json};
use okeanos_stac::{Link, Search, splice};

use super::{
    json,
    links::{Site, query, with_query},
    only,
};
use crate::{
    app::App,
    domain::{CollectionRecord, Error},
};

/// Collections on a page when the client does not say.
pub(super) const PAGE_SIZE: u32 = 100;

type Pairs = web::Query<Vec<(String, String)>>;

/// `GET /data/collections`
pub(super) async fn list(app: web::Data<App>, base: Base, _: Caller, pairs: Pairs) -> Result<HttpResponse, Fault> {
    only(&pairs, &["limit", "token"])?;
    let page = Search::from_query(&pairs).map_err(Error::from)?;
    let (collections, more, all) = app.collections(page.token.as_deref(), page.limit.unwrap_or(PAGE_SIZE)).await?;
    let site = Site(&base);
    let url = site.url("/collections");
    let mut links = vec![Link::json("self", with_query(&url, &query(&pairs, &[]))), site.root_link()];
    if let Some(last) = collections.last().filter(|_| more) {
        links.push(Link::json("next", with_query(&url, &query(&pairs, &[("token", &last.id)]))));
    }
    let texts: Vec<String> = collections.iter().map(|collection| text(site, collection)).collect();
    let links = serde_json::to_string(&links).map_err(Fault::internal)?;
    let body = format!(
        "{{\"collections\":[{}],\"links\":{links},\"numberMatched\":{all},\"numberReturned\":{}}}",
        texts.join(","),
        texts.len()
    );
    Ok(json(StatusCode::OK, body))
}

/// `GET /data/collections/{collection}`
pub(super) async fn one(
    app: web::Data<App>,
    base: Base,
    _: Caller,
    id: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let collection = app.collection(&id).await?;
    Ok(json(StatusCode::OK, text(Site(&base), &collection)))
}

/// `POST /data/collections`
pub(super) async fn create(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let document = read_json(payload, app.config().body_bytes_max).await?;
    let collection = app.create_collection(&caller.0, document).await?;
    let mut response = json(StatusCode::CREATED, text(Site(&base), &collection));
    if let Ok(location) = header::HeaderValue::from_str(&Site(&base).collection(&collection.id)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `PUT /data/collections/{collection}`
pub(super) async fn replace(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    id: web::Path<String>,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let document = read_json(payload, app.config().body_bytes_max).await?;
    let collection = app.replace_collection(&caller.0, &id, document).await?;
    Ok(json(StatusCode::OK, text(Site(&base), &collection)))
}

/// `DELETE /data/collections/{collection}`
pub(super) async fn delete(app: web::Data<App>, caller: Caller, id: web::Path<String>) -> Result<HttpResponse, Fault> {
    app.delete_collection(&caller.0, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn text(site: Site<'_>, collection: &CollectionRecord) -> String {
    splice::with_links(&collection.text(), &site.collection_links(&collection.id), &collection.links)
}
