//! The landing page and what it links to.

use actix_web::{HttpResponse, http::StatusCode, web};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use okeanos_stac::{Link, STAC_VERSION};
use serde_json::{Value, json};

use super::{
    catalogs::{collections_page, root_page},
    json,
    links::Site,
};
use crate::app::App;

/// What is implemented, no more. Both versions: pystac-client knows the classes of 1.0.0 only.
const CONFORMANCE: [&str; 17] = [
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.1.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.1.0/collections",
    "https://api.stacspec.org/v1.0.0/ogcapi-features",
    "https://api.stacspec.org/v1.1.0/ogcapi-features",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.1.0/item-search",
    "https://api.stacspec.org/v1.0.0-rc.3/browseable",
    "https://api.stacspec.org/v1.0.0-rc.2/children",
    "https://api.stacspec.org/v1.0.0-rc.3/ogcapi-features/extensions/transaction",
    "https://api.stacspec.org/v1.0.0/ogcapi-features/extensions/transaction",
    "https://api.stacspec.org/v1.0.0/collections/extensions/transaction",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/simpletx",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
];
const OPENAPI_TYPE: &str = "application/vnd.oai.openapi+json;version=3.1";
const QUERYABLES_REL: &str = "http://www.opengis.net/def/rel/ogc/1.0/queryables";

/// `GET /data`
pub(super) async fn landing(app: web::Data<App>, base: Base, _: Caller) -> Result<HttpResponse, Fault> {
    let site = Site(&base);
    let links = [
        site.root_link(),
        Link::json("self", site.url("")),
        Link::of("service-desc", base.url("/api"), OPENAPI_TYPE).title("OpenAPI document"),
        Link::of("service-doc", base.url("/api.html"), "text/html").title("API documentation"),
        Link::json("conformance", site.url("/conformance")),
        Link::json("data", site.url("/collections")).title("Collections"),
        Link::geojson("search", site.url("/search")).title("Search").method("GET"),
        Link::geojson("search", site.url("/search")).title("Search").method("POST"),
        Link::of(QUERYABLES_REL, site.url("/queryables"), "application/schema+json").title("Queryables"),
        Link::json("children", site.url("/children")),
        Link::json("child", site.browse(None)).title("Collections"),
        Link::json("child", site.url("/catalogs")).title("Catalogs"),
    ];
    let page = json!({
        "type": "Catalog",
        "stac_version": STAC_VERSION,
        "id": "okeanos",
        "title": app.config().title,
        "description": "Ocean data by variable, place and time.",
        "conformsTo": CONFORMANCE,
        "links": links,
    });
    Ok(json(StatusCode::OK, page.to_string()))
}

/// `GET /data/conformance`
pub(super) async fn conformance(_: Caller) -> Result<HttpResponse, Fault> {
    Ok(json(StatusCode::OK, json!({"conformsTo": CONFORMANCE}).to_string()))
}

/// `GET /data/children`: the documents behind the `child` links of the landing page.
pub(super) async fn children(app: web::Data<App>, base: Base, caller: Caller) -> Result<HttpResponse, Fault> {
    let site = Site(&base);
    let documents = [collections_page(&app, site, None).await?, root_page(&app, site, &caller.0).await?];
    let links = [site.root_link(), Link::json("self", site.url("/children"))];
    let links = serde_json::to_string(&links).map_err(Fault::internal)?;
    let text = format!("{{\"children\":[{}],\"links\":{links}}}", documents.join(","));
    Ok(json(StatusCode::OK, text))
}

/// `GET /data/queryables`
pub(super) async fn queryables(base: Base, _: Caller) -> Result<HttpResponse, Fault> {
    let core = |name: &str| json!({"$ref": format!("https://schemas.stacspec.org/v1.1.0/item-spec/json-schema/item.json#/{name}")});
    let schema: Value = json!({
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": Site(&base).url("/queryables"),
        "type": "object",
        "title": "What items are searched by",
        "properties": {
            "id": core("definitions/core/allOf/2/properties/id"),
            "collection": core("definitions/core/allOf/2/then/properties/collection"),
            "geometry": {"$ref": "https://geojson.org/schema/Geometry.json"},
            "datetime": {"type": "string", "format": "date-time"},
        },
        "additionalProperties": false,
    });
    Ok(HttpResponse::Ok().content_type("application/schema+json").body(schema.to_string()))
}
