//! Catalogs: those that people make, and the two that let one walk to every item.

use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
    web,
};
use okeanos_auth::{Caller, Principal};
use okeanos_fault::Fault;
use okeanos_runtime::{Base, read_json};
use okeanos_stac::{Invalid, Link, STAC_VERSION, Search, splice};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{
    ROOT, json,
    links::{Site, query, with_query},
    only, param,
};
use crate::{
    app::{
        App,
        catalogs::{CatalogPage, ItemReference},
        items::Said,
    },
    domain::{CatalogPath, CatalogRecord, Error},
};

/// Links on a page of all collections or all items of one.
const BROWSE_SIZE: u32 = 1_000;

type Pairs = web::Query<Vec<(String, String)>>;

/// `GET /data/catalogs`
pub(super) async fn root(app: web::Data<App>, base: Base, caller: Caller) -> Result<HttpResponse, Fault> {
    Ok(json(StatusCode::OK, root_page(&app, Site(&base), &caller.0).await?))
}

/// `GET /data/catalogs/{path}`
pub(super) async fn one(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    path: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let path = CatalogPath::parse(&path).map_err(Error::from)?;
    Ok(json(StatusCode::OK, text(Site(&base), &app.catalog(&caller.0, path).await?)))
}

/// `POST /data/catalogs`
pub(super) async fn create_in_root(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    pairs: Pairs,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    create(app, base, caller, web::Path::from(String::new()), pairs, payload).await
}

/// `POST /data/catalogs/{path}`: a Catalog to be created in it, or a Collection to be referred to.
pub(super) async fn create(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    path: web::Path<String>,
    pairs: Pairs,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let said = said(&pairs)?;
    let path = CatalogPath::parse(&path).map_err(Error::from)?;
    let document: Value = read_json(payload, app.config().body_bytes_max).await?;
    let site = Site(&base);
    let href = if document.get("type").and_then(Value::as_str) == Some("Collection") {
        let id = document.get("id").and_then(Value::as_str).unwrap_or_default();
        app.add_to_catalog(&caller.0, &path, id).await?;
        site.collection(id)
    } else {
        check_parent(site, &path, &document)?;
        let references = references(&base, &document);
        let record = app.create_catalog(&caller.0, &path, document, &references, &said).await?;
        site.catalog(&record.path)
    };
    let body = json!({"status": "success", "message": "created", "href": href});
    let mut response = json(StatusCode::CREATED, body.to_string());
    if let Ok(location) = header::HeaderValue::from_str(&href) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// `PUT /data/catalogs/{path}`
pub(super) async fn replace(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    path: web::Path<String>,
    pairs: Pairs,
    payload: web::Payload,
) -> Result<HttpResponse, Fault> {
    let said = said(&pairs)?;
    let path = CatalogPath::parse(&path).map_err(Error::from)?;
    let document: Value = read_json(payload, app.config().body_bytes_max).await?;
    if let Some(parent) = path.parent() {
        check_parent(Site(&base), &parent, &document)?;
    }
    let references = references(&base, &document);
    app.replace_catalog(&caller.0, &path, document, &references, &said).await?;
    Ok(json(StatusCode::OK, text(Site(&base), &app.catalog(&caller.0, path).await?)))
}

/// `DELETE /data/catalogs/{path}`
pub(super) async fn delete(
    app: web::Data<App>,
    caller: Caller,
    path: web::Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    only(&pairs, &["_force"])?;
    let path = CatalogPath::parse(&path).map_err(Error::from)?;
    let force = matches!(param(&pairs, "_force"), Some("1" | "true"));
    app.delete_catalog(&caller.0, &path, force).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /data/catalogs/collections`: all collections, to walk.
pub(super) async fn all_collections(
    app: web::Data<App>,
    base: Base,
    _: Caller,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    only(&pairs, &["token"])?;
    Ok(json(StatusCode::OK, collections_page(&app, Site(&base), param(&pairs, "token")).await?))
}

/// `GET /data/catalogs/collections/{collection}`: the items of a collection, to walk.
pub(super) async fn all_items(
    app: web::Data<App>,
    base: Base,
    caller: Caller,
    collection: web::Path<String>,
    pairs: Pairs,
) -> Result<HttpResponse, Fault> {
    only(&pairs, &["token"])?;
    let mut search = Search::from_query(&pairs).map_err(Error::from)?;
    search.limit = Some(BROWSE_SIZE);
    let page = app.search(&caller.0, &search, Some(&collection)).await?;
    let site = Site(&base);
    let url = site.browse(Some(&collection));
    let mut links = vec![
        site.root_link(),
        Link::json("parent", site.collection(&collection)),
        Link::json("self", with_query(&url, &query(&pairs, &[]))),
    ];
    links.extend(page.items.iter().map(|item| Link::geojson("item", site.item(&item.key.collection, &item.key.id))));
    links.extend(page.next.map(|token| more(&url, &token.encode())));
    let id = format!("items-of-{}", collection.as_str());
    Ok(json(StatusCode::OK, made(&id, "All items", "The items of the collection, newest first.", &links)))
}

/// The root of all catalogs, as text.
pub(super) async fn root_page(app: &App, site: Site<'_>, who: &Principal) -> Result<String, Fault> {
    Ok(text(site, &app.catalog(who, CatalogPath::root()).await?))
}

/// A page of all collections, as text.
pub(super) async fn collections_page(app: &App, site: Site<'_>, after: Option<&str>) -> Result<String, Fault> {
    let (collections, further, _) = app.collections(after, BROWSE_SIZE).await?;
    let url = site.browse(None);
    let own = after.map_or_else(|| url.clone(), |after| with_query(&url, &query(&[], &[("token", after)])));
    let mut links = vec![site.root_link(), Link::json("parent", site.url("")), Link::json("self", own)];
    let child = |id: &str, title: Option<&str>| Link::json("child", site.collection(id)).title(title.unwrap_or(id));
    links.extend(collections.iter().map(|c| child(&c.id, c.title.as_deref())));
    if let Some(last) = collections.last().filter(|_| further) {
        links.push(more(&url, &last.id));
    }
    Ok(made("collections", "Collections", "All collections: one per variable.", &links))
}

/// The rest of a list, as a catalog of its own.
fn more(url: &str, token: &str) -> Link {
    Link::json("child", with_query(url, &query(&[], &[("token", token)]))).title("More")
}

/// A catalog that nobody wrote.
fn made(id: &str, title: &str, description: &str, links: &[Link]) -> String {
    let catalog = json!({
        "type": "Catalog", "stac_version": STAC_VERSION, "id": id, "title": title, "description": description,
    });
    splice::with_links(&catalog.to_string(), links, "")
}

fn text(site: Site<'_>, page: &CatalogPage) -> String {
    let mut links = vec![site.root_link(), Link::json("self", site.catalog(&page.path))];
    let parent = page.path.parent();
    links.push(Link::json("parent", parent.map_or_else(|| site.url(""), |parent| site.catalog(&parent))));
    if page.path == CatalogPath::root() {
        for name in ["projects", "users"] {
            links.push(Link::json("child", site.url(&format!("/catalogs/{name}"))).title(name));
        }
    }
    for (path, title) in &page.catalogs {
        let Ok(path) = CatalogPath::parse(path) else { continue };
        links.push(Link::json("child", site.catalog(&path)).title(title.as_deref().unwrap_or(path.name())));
    }
    for (id, title) in &page.collections {
        links.push(Link::json("child", site.collection(id)).title(title.as_deref().unwrap_or(id)));
    }
    match &page.record {
        Some(CatalogRecord { document, links: own, .. }) => splice::with_links(document, &links, own),
        None => {
            let (title, description) = match page.path.names()[..] {
                [] => ("Catalogs", "Views of the data that people and projects have made."),
                ["users"] => ("Users", "Catalogs of people."),
                ["projects"] => ("Projects", "Catalogs of projects."),
                [.., name] => (name, "Catalogs of one person or project."),
            };
            let id = if page.path == CatalogPath::root() { "catalogs" } else { page.path.name() };
            made(id, title, description, &links)
        }
    }
}

fn said(pairs: &[(String, String)]) -> Result<Said, Fault> {
    only(pairs, &["visibility"])?;
    Ok(Said { visibility: param(pairs, "visibility").map(str::to_owned), ..Said::default() })
}

/// A `parent` link in a document must be the catalog that it is posted to.
fn check_parent(site: Site<'_>, parent: &CatalogPath, document: &Value) -> Result<(), Error> {
    let expected = if *parent == CatalogPath::root() {
        vec![site.url("/catalogs"), site.url("")]
    } else {
        vec![site.catalog(parent)]
    };
    for (n, link) in document.get("links").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let href = link.get("href").and_then(Value::as_str).unwrap_or_default();
        let is_parent = link.get("rel").and_then(Value::as_str) == Some("parent");
        if is_parent && !expected.iter().any(|e| e == href.trim_end_matches('/')) {
            let message = format!("the catalog is in {}", expected[0]);
            return Err(Invalid::at(format!("/links/{n}/href"), message).into());
        }
    }
    Ok(())
}

/// The items of this platform that a document refers to; others are links like any other.
fn references(base: &Base, document: &Value) -> Vec<ItemReference> {
    let collections = base.url(&format!("{ROOT}/collections/"));
    let links = document.get("links").and_then(Value::as_array).into_iter().flatten().enumerate();
    let items = links.filter(|(_, link)| link.get("rel").and_then(Value::as_str) == Some("item"));
    items
        .filter_map(|(place, link)| {
            let path = link.get("href")?.as_str()?.strip_prefix(&collections)?;
            let (collection, id) = path.trim_end_matches('/').split_once("/items/")?;
            let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
            Some(ItemReference { place, collection: decoded(collection), id: decoded(id) })
        })
        .collect()
}
