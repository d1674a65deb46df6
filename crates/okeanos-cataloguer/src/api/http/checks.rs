//! `/checks`.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path, Payload, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::{Base, read_json};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::{Cataloguer, Listed},
    domain::{Error, page::Wanted},
};

/// Longest body of a request.
const BODY_BYTES_MAX: usize = 16 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    bucket: Option<String>,
    key: Option<String>,
    limit: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewCheck {
    source: String,
}

pub(super) async fn list(
    caller: Caller,
    app: Data<Cataloguer>,
    base: Base,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Fault> {
    let ListQuery { bucket, key, limit, after } = query.into_inner();
    let wanted = Wanted::new(bucket, key, limit.as_deref(), after.as_deref())?;
    let Listed { documents, next } = app.reports(&caller.0, &wanted).await?;
    let checks: Vec<Value> =
        documents.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>().map_err(Fault::internal)?;
    let after = wanted.after.map(|id| id.to_string());
    let mut links = vec![link(&base, "self", &wanted, after.as_deref())];
    links.extend(next.as_deref().map(|next| link(&base, "next", &wanted, Some(next))));
    Ok(answer(&json!({"checks": checks, "links": links})))
}

pub(super) async fn get(caller: Caller, app: Data<Cataloguer>, id: Path<String>) -> Result<HttpResponse, Fault> {
    let id = Uuid::parse_str(&id).map_err(|_| Error::NoSuchReport)?;
    let document = app.report(&caller.0, id).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "private, no-cache"));
    Ok(response.content_type("application/json").body(document))
}

pub(super) async fn create(caller: Caller, app: Data<Cataloguer>, payload: Payload) -> Result<HttpResponse, Fault> {
    let NewCheck { source } = read_json(payload, BODY_BYTES_MAX).await?;
    let report = app.check(&caller.0, &source).await?;
    Ok(answer(&report.document()))
}

fn answer(document: &Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-cache")).json(document)
}

/// A link to a page of the list with the same question.
fn link(base: &Base, rel: &str, wanted: &Wanted, after: Option<&str>) -> Value {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut query = vec![format!("limit={}", wanted.limit)];
    query.extend(wanted.bucket.as_deref().map(|bucket| format!("bucket={}", encode(bucket))));
    query.extend(wanted.key.as_deref().map(|key| format!("key={}", encode(key))));
    query.extend(after.map(|after| format!("after={after}")));
    json!({"rel": rel, "href": base.url(&format!("/checks?{}", query.join("&"))), "type": "application/json"})
}
