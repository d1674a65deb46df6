//! `/processes/jobs/{job}/results…`.

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header,
    web::{Data, Path},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_ogc::{execute::Response, prefer::Preference, process::Transmission};
use okeanos_runtime::Base;

use super::document;
use crate::{
    app::{App, Results, Served},
    domain::output::Output,
};

pub(super) async fn all(
    app: Data<App>,
    caller: Caller,
    base: Base,
    path: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let results = app.results(&caller.0, &path).await?;
    let headers = request.headers().get_all("prefer").filter_map(|h| h.to_str().ok());
    answer(&app, &base, &results, Preference::parse(headers).minimal).await
}

/// The results as they were asked for: a document of all outputs, the one output itself, or links to them in the head.
pub(super) async fn answer(app: &App, base: &Base, results: &Results, minimal: bool) -> Result<HttpResponse, Fault> {
    let raw = results.response == Some(Response::Raw);
    let by_link = |output: &Output| output.folder || output.transmission == Some(Transmission::Reference);
    match results.outputs.as_slice() {
        [output] if raw && !by_link(output) => value(app, output).await,
        outputs if raw && outputs.iter().all(by_link) => {
            let mut response = HttpResponse::NoContent();
            for output in outputs {
                let at = document::output_url(base, &results.job, output);
                let link = format!("<{at}>; rel=\"item\"; type=\"{}\"; title=\"{}\"", output.media_type, output.name);
                response.append_header((header::LINK, link));
            }
            Ok(response.finish())
        }
        _ => Ok(HttpResponse::Ok().json(document::results(base, results, minimal))),
    }
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

/// An output itself.
async fn value(app: &App, output: &Output) -> Result<HttpResponse, Fault> {
    match app.serve(output).await? {
        Served::Object(meta, body) => {
            Ok(HttpResponse::Ok().content_type(output.media_type.as_str()).body(SizedStream::new(meta.size, body)))
        }
        Served::Folder => Err(Fault::internal("a folder has no bytes of its own")),
    }
}

fn attachment(href: &str) -> String {
    let name = href.rsplit('/').next().unwrap_or_default();
    let name: String = name.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\')).collect();
    format!("attachment; filename=\"{name}\"")
}
