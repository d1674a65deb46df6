//! The portal's files and the pages that explain error codes.

use std::{borrow::Cow, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};
use okeanos_fault::Fault;
use okeanos_runtime::Ctx;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde_json::json;

use super::freshness::{is_known, tag, tagged, unchanged};
use crate::domain::{error::Error, markdown};

/// The portal as `npm run build` makes it.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Files;

/// The pages of all error codes.
#[derive(RustEmbed)]
#[folder = "../../docs/errors"]
struct ErrorPages;

/// Nothing from elsewhere, nothing inline; Leaflet replaces dropped tiles by an empty `data:` picture.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";
/// For files whose name changes with their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// For files that keep their name.
const ASK_AGAIN: &str = "no-cache";

/// What the portal is told of its surroundings.
#[derive(Clone, Debug)]
pub struct Portal {
    /// The surroundings.
    pub ctx: Ctx,
    /// Where people reach the S3 interface, when it is configured.
    pub s3_public_url: Option<String>,
}

/// Paths of the files that are served under their own names.
pub(super) fn files() -> Vec<Arc<str>> {
    Files::iter().filter(|path| path != "index.html").map(|path| Arc::from(path.as_ref())).collect()
}

pub(super) async fn index(request: HttpRequest) -> Result<HttpResponse, Fault> {
    answer(&request, "index.html", Files::get("index.html"), ASK_AGAIN)
}

pub(super) async fn file(request: HttpRequest, path: Arc<str>) -> Result<HttpResponse, Fault> {
    let policy = if path.starts_with("assets/") { FOREVER } else { ASK_AGAIN };
    answer(&request, &path, Files::get(&path), policy)
}

pub(super) async fn config(portal: Data<Portal>) -> Result<HttpResponse, Fault> {
    let s3_endpoint = portal.s3_public_url.clone().or_else(|| portal.ctx.s3_endpoint()).filter(|url| !url.is_empty());
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, ASK_AGAIN)).json(json!({ "s3_endpoint": s3_endpoint })))
}

pub(super) async fn error(request: HttpRequest, path: Path<(String, String)>) -> Result<HttpResponse, Fault> {
    let code = format!("{}/{}", path.0, path.1);
    let page = ErrorPages::get(&format!("{code}.md")).ok_or_else(|| Error::NoSuchPage(format!("about {code}")))?;
    let tag = tag(page.metadata.sha256_hash());
    if is_known(&request, &tag) {
        return Ok(unchanged(&tag, ASK_AGAIN));
    }
    let mut response = tagged(HttpResponse::Ok(), &tag, ASK_AGAIN);
    response.insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
    let html = markdown::page(&code, &String::from_utf8_lossy(&page.data));
    Ok(response.content_type("text/html; charset=utf-8").body(html))
}

fn answer(
    request: &HttpRequest,
    path: &str,
    file: Option<EmbeddedFile>,
    policy: &'static str,
) -> Result<HttpResponse, Fault> {
    let file = file.ok_or_else(|| Error::NoSuchPage(path.to_owned()))?;
    let tag = tag(file.metadata.sha256_hash());
    if is_known(request, &tag) {
        return Ok(unchanged(&tag, policy));
    }
    let media_type = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = tagged(HttpResponse::Ok(), &tag, policy);
    if media_type.type_() == "text" && media_type.subtype() == "html" || media_type.subtype() == "svg" {
        response.insert_header((header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY));
        response.insert_header((header::REFERRER_POLICY, "same-origin"));
    }
    response.content_type(media_type.as_ref());
    Ok(match file.data {
        Cow::Borrowed(bytes) => response.body(bytes),
        Cow::Owned(bytes) => response.body(bytes),
    })
}
