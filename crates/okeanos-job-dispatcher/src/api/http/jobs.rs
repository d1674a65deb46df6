//! `/processes/jobs…`, but for results.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::Base;

use super::document;
use crate::{
    app::App,
    domain::{job::Job, listing::Listing},
};

pub(super) async fn list(
    app: Data<App>,
    caller: Caller,
    base: Base,
    request: HttpRequest,
    query: Query<Vec<(String, String)>>,
) -> Result<HttpResponse, Fault> {
    let listing = Listing::parse(&query)?;
    let (jobs, more) = app.list(&caller.0, &listing).await?;
    let next = jobs.last().filter(|_| more).map(|last| next(request.query_string(), last));
    Ok(HttpResponse::Ok().json(document::job_list(&base, &jobs, request.query_string(), next)))
}

/// The query of the next page: the same, after the last job of this one.
fn next(query: &str, last: &Job) -> String {
    let kept = query.split('&').filter(|p| !p.is_empty() && !p.starts_with("after="));
    let after = format!("after={}", last.id);
    kept.chain([after.as_str()]).collect::<Vec<_>>().join("&")
}

pub(super) async fn get(app: Data<App>, caller: Caller, base: Base, path: Path<String>) -> Result<HttpResponse, Fault> {
    let job = app.job(&caller.0, &path).await?;
    Ok(HttpResponse::Ok().json(document::status_info(&base, &job)))
}

pub(super) async fn dismiss(
    app: Data<App>,
    caller: Caller,
    base: Base,
    path: Path<String>,
) -> Result<HttpResponse, Fault> {
    let job = app.dismiss(&caller.0, &path).await?;
    Ok(HttpResponse::Ok().json(document::status_info(&base, &job)))
}

pub(super) async fn logs(app: Data<App>, caller: Caller, path: Path<String>) -> Result<HttpResponse, Fault> {
    let text = app.log(&caller.0, &path).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}
