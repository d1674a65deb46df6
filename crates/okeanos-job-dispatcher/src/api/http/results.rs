//! `/processes/jobs/{job}/results…`.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header,
    web::{Data, Path},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_ogc::prefer::Preference;
use okeanos_runtime::Base;

use super::document;
use crate::{
    app::{App, Served},
    domain::{job::Job, output::Output},
};

pub(super) async fn all(
    app: Data<App>,
    caller: Caller,
    base: Base,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let job = app.results(&caller.0, &path).await?;
    let headers = request.headers().get_all("prefer").filter_map(|h| h.to_str().ok());
    let minimal = Preference::parse(headers).minimal;
    Ok(HttpResponse::Ok().json(document::results(&base, &job, minimal)))
}

pub(super) async fn one(
    app: Data<App>,
    caller: Caller,
    base: Base,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (id, name) = path.into_inner();
    let (job, output, served) = app.output(&caller.0, &id, &name).await?;
    Ok(match served {
        Served::Object(meta, body) => HttpResponse::Ok()
            .content_type(output.media_type)
            .insert_header((header::ETAG, format!("\"{}\"", meta.etag)))
            .insert_header((header::CONTENT_DISPOSITION, attachment(&output.href)))
            .body(SizedStream::new(meta.size, body)),
        Served::Folder => HttpResponse::Ok().json(document::result(&base, &job, &output, true)),
    })
}

/// The value of the one output itself; of a folder, which has none, where it is.
pub(super) async fn raw(app: &App, base: &Base, job: &Job, output: &Output) -> Result<HttpResponse, Fault> {
    Ok(match app.serve(output).await? {
        Served::Object(meta, body) => {
            HttpResponse::Ok().content_type(output.media_type.as_str()).body(SizedStream::new(meta.size, body))
        }
        Served::Folder => {
            let location = format!("<{}/results/{}>; rel=\"item\"", document::job_url(base, job), output.name);
            HttpResponse::NoContent().insert_header((header::LINK, location)).finish()
        }
    })
}

fn attachment(href: &str) -> String {
    let name = href.rsplit('/').next().unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
    format!("attachment; filename=\"{name}\"")
}
