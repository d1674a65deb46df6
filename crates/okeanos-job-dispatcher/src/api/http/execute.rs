//! `POST /processes/processes/{process}/execution`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Payload},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_ogc::prefer::Preference;
use okeanos_runtime::{Base, read_json};

use super::{document, results};
use crate::{
    app::App,
    domain::{job::Job, request::Mode},
};

pub(super) async fn execute(
    app: Data<App>,
    caller: Caller,
    base: Base,
    path: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let body = read_json(payload, app.config.request_bytes_max).await?;
    let headers = request.headers().get_all("prefer").filter_map(|h| h.to_str().ok());
    let preference = Preference::parse(headers);
    let accepted = app.execute(&caller.0, &path, body, preference, base.as_str()).await?;
    match accepted.mode {
        Mode::Async { preferred } => Ok(created(&base, &accepted.job, preferred)),
        Mode::Sync(wait) => {
            let job = app.wait(&accepted.job, wait).await?;
            if job.status.is_final() {
                answer(&app, &base, job, preference).await
            } else {
                // It takes longer than this answer may: the client follows the job instead.
                Ok(created(&base, &job, false))
            }
        }
    }
}

/// 201: the job, and where it is followed.
fn created(base: &Base, job: &Job, preferred: bool) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, document::job_url(base, job)));
    if preferred {
        response.insert_header(("Preference-Applied", "respond-async"));
    }
    response.json(document::status_info(base, job))
}

/// The results, with a link to the job that they are of.
async fn answer(app: &App, base: &Base, job: Job, preference: Preference) -> Result<HttpResponse, Fault> {
    let monitor = format!("<{}>; rel=monitor", document::job_url(base, &job));
    let mut answer = results::answer(app, base, &app.results_of(job).await?, preference.minimal).await?;
    if let Ok(value) = header::HeaderValue::from_str(&monitor) {
        answer.headers_mut().append(header::LINK, value);
    }
    Ok(answer)
}
