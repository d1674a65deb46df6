//! Search, and the items of a collection, which are a search too.

use actix_web::{HttpResponse, http::StatusCode, web};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::{Base, read_json};
use okeanos_stac::{Link, Search, splice};
use serde_json::{Map, Value};

use super::{
    geojson,
    links::{Site, encode, query, with_query},
};
use crate::{
    app::{App, search::ItemPage},
    domain::{Error, PageToken},
};

/// Largest body of a search, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

type Pairs = web::Query<Vec<(String, String)>>;

/// `GET /data/search`
pub(super) async fn get(app: web::Data<App>, base: Base, caller: Caller, pairs: Pairs) -> Result<HttpResponse, Fault> {
    let search = Search::from_query(&pairs).map_err(Error::from)?;
    let page = app.search(&caller.0, &search, None).await?;
    let url = Site(&base).url("/search");
    let own = Link::geojson("self", with_query(&url, &query(&pairs, &[])));
    Ok(answer(Site(&base), &page, own, |rel, token| turn(rel, &url, &pairs, token)))
}

/// `POST /data/search`
pub(super) async fn post(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let body: Map<String, Value> = read_json(payload, BODY_BYTES_MAX).await?;
    let search = Search::from_json(&body).map_err(Error::from)?;
    let page = app.search(&caller.0, &search, None).await?;
    let url = Site(&base).url("/search");
    let own = Link::geojson("self", &url).method("POST");
    Ok(answer(Site(&base), &page, own, |rel, token| {
        let mut body = body.clone();
        body.insert("token".to_owned(), token.encode().into());
        Link::geojson(rel, &url).post(Value::Object(body))
    }))
}

/// `GET /data/collections/{collection}/items`
pub(super) async fn items(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    collection: web::Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    let search = Search::from_query(&pairs).map_err(Error::from)?;
    let page = app.search(&caller.0, &search, Some(&collection)).await?;
    let url = Site(&base).url(&format!("/collections/{}/items", encode(&collection)));
    let own = Link::geojson("self", with_query(&url, &query(&pairs, &[])));
    Ok(answer(Site(&base), &page, own, |rel, token| turn(rel, &url, &pairs, token)))
}

/// A link to another page of the same query.
fn turn(rel: &str, url: &str, pairs: &[(String, String)], token: &PageToken) -> Link {
    Link::geojson(rel, with_query(url, &query(pairs, &[("token", &token.encode())]))).method("GET")
}

fn answer(site: Site<'_>, page: &ItemPage, own: Link, turn: impl Fn(&str, &PageToken) -> Link) -> HttpResponse {
    let features: Vec<String> = page
        .items
        .iter()
        .map(|item| {
            splice::with_links(&item.document, &site.item_links(&item.key.collection, &item.key.id), &item.links)
        })
        .collect();
    let mut links = vec![own, site.root_link()];
    links.extend(page.next.as_ref().map(|token| turn("next", token)));
    links.extend(page.previous.as_ref().map(|token| turn("prev", token)));
    geojson(StatusCode::OK, splice::item_collection(&features, &links, page.matched))
}
