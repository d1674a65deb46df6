//! What every HTTP route shares: limits, the base of links, the headers, health and metrics.

use std::{
    future::{Ready, ready},
    sync::Arc,
    time::Instant,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{Method, StatusCode, header},
    middleware::Next,
    web,
};
use futures::StreamExt;
use okeanos_fault::{Fault, Kind};
use prometheus::{HistogramOpts, HistogramVec, Opts, Registry, TextEncoder};
use serde::de::DeserializeOwned;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::parts::Latch;

const METHOD_NOT_ALLOWED: &str = "platform/method-not-allowed";

/// The address that links of an answer are built from: the configured public URL, else where the client came to, as a
/// trusted proxy or the request itself says.
#[derive(Clone, Debug)]
pub struct Base(String);

/// Where links lead when the request does not decide, as application data.
#[derive(Clone, Debug)]
pub(crate) struct Front {
    /// The configured public URL.
    pub(crate) public_url: Option<String>,
    /// Whether forwarded headers are a proxy's word and not just anybody's.
    pub(crate) trust_forwarded: bool,
}

impl Base {
    /// An absolute URL of a path that starts with `/`.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }

    /// The address itself, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromRequest for Base {
    type Error = Fault;
    type Future = Ready<Result<Self, Fault>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let front = request.app_data::<web::Data<Front>>().map(|f| f.get_ref());
        let base = match front {
            Some(Front { public_url: Some(url), .. }) => url.clone(),
            Some(Front { trust_forwarded: true, .. }) => {
                let connection = request.connection_info();
                format!("{}://{}", connection.scheme(), connection.host())
            }
            _ => {
                let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok());
                format!("http://{}", host.unwrap_or_else(|| request.app_config().host()))
            }
        };
        ready(Ok(Self(base)))
    }
}

/// Reads a body, up to a limit in bytes.
///
/// # Errors
/// `platform/body-too-large`, and `platform/body-broken` when it breaks off.
pub async fn read_body(mut payload: web::Payload, limit: usize) -> Result<web::Bytes, Fault> {
    let mut body = web::BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|e| {
            Fault::new(Kind::InvalidArgument, "platform/body-broken", "the body broke off").because(e.to_string())
        })?;
        if body.len() + chunk.len() > limit {
            let message = format!("the body is longer than the {limit} bytes that are accepted here");
            return Err(Fault::new(Kind::TooLarge, "platform/body-too-large", message));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Reads a JSON body, up to a limit in bytes.
///
/// # Errors
/// As [`read_body`], and `platform/bad-json` naming the member.
pub async fn read_json<T: DeserializeOwned>(payload: web::Payload, limit: usize) -> Result<T, Fault> {
    let body = read_body(payload, limit).await?;
    let mut json = serde_json::Deserializer::from_slice(&body);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|e| Fault::invalid("platform/bad-json", e.path().to_string(), e.inner().to_string()))
}

/// Limits and error answers of actix's own extractors.
pub(crate) fn extractors(cfg: &mut web::ServiceConfig) {
    cfg.app_data(web::QueryConfig::default().error_handler(|e, _| {
        let fault = Fault::invalid("platform/bad-query", "query", e.to_string());
        let response = fault.error_response();
        InternalError::from_response(fault, response).into()
    }));
    cfg.app_data(web::PathConfig::default().error_handler(|e, _| {
        let fault = Fault::invalid("platform/bad-path", "path", e.to_string());
        let response = fault.error_response();
        InternalError::from_response(fault, response).into()
    }));
}

/// The answer for a path that nobody serves.
pub(crate) async fn nowhere(request: HttpRequest) -> Result<HttpResponse, Fault> {
    Err(Fault::not_found("platform/no-such-route", format!("nothing is served at {}", request.path())))
}

/// The answer to a browser that asks whether a page of another origin may call.
fn preflight(request: &HttpRequest) -> HttpResponse {
    let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS);
    let mut response = HttpResponse::NoContent();
    response.insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH, DELETE"));
    response.insert_header((header::ACCESS_CONTROL_MAX_AGE, "600"));
    if let Some(asked) = asked {
        response.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, asked.clone()));
    }
    response.finish()
}

/// What becomes of a method that a path does not have: OPTIONS is told those that it has, any other is refused.
fn refuse_method(refused: ServiceResponse<impl MessageBody>) -> ServiceResponse {
    let allowed =
        refused.headers().get_all(header::ALLOW).filter_map(|v| v.to_str().ok()).collect::<Vec<_>>().join(", ");
    let (request, _) = refused.into_parts();
    let mut response = if request.method() == Method::OPTIONS {
        HttpResponse::NoContent().finish()
    } else {
        let message = format!("{} is not offered at {}, but {allowed}", request.method(), request.path());
        Fault::new(Kind::MethodNotAllowed, METHOD_NOT_ALLOWED, message).error_response()
    };
    if let Ok(allowed) = allowed.replacen("GET", "GET, HEAD", 1).parse() {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    ServiceResponse::new(request, response)
}

/// Whether it is HEAD for a link that works once: a mail scanner that looks at it must not use it up.
fn looks_at_link(request: &ServiceRequest) -> bool {
    request.method() == Method::HEAD && request.match_info().as_str().starts_with("/iam/sign-in")
}

/// The label of a method: those of HTTP that are in use. Any token is a method to HTTP, but not a time series to us.
fn label(method: &Method) -> &str {
    const KNOWN: [Method; 7] =
        [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];
    if KNOWN.contains(method) { method.as_str() } else { "other" }
}

/// Around every request: a span, a metric, CORS and the headers that every answer has. HEAD is answered as GET is; the body
/// stays away by itself.
///
/// CORS allows any origin without credentials: a foreign page can use a token that its user gave it, never a cookie.
pub(crate) async fn around(
    metrics: Arc<HttpMetrics>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let began = Instant::now();
    let method = request.method().clone();
    let span = tracing::info_span!("http", http.method = %method, http.path = request.path());
    if let Some(parent) = request.headers().get("traceparent").and_then(|v| v.to_str().ok()) {
        okeanos_telemetry::adopt_traceparent(&span, parent);
    }
    let asks = method == Method::OPTIONS && request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if asks {
        let response = preflight(request.request());
        request.into_response(response).map_into_right_body()
    } else if looks_at_link(&request) {
        let message = "a link that works once is opened by GET";
        let mut response = Fault::new(Kind::MethodNotAllowed, METHOD_NOT_ALLOWED, message).error_response();
        response.headers_mut().insert(header::ALLOW, header::HeaderValue::from_static("GET"));
        request.into_response(response).map_into_right_body()
    } else {
        if method == Method::HEAD {
            request.head_mut().method = Method::GET;
        }
        let response = next.call(request).instrument(span).await?;
        let bare = !response.headers().contains_key(header::CONTENT_TYPE);
        if response.status() == StatusCode::METHOD_NOT_ALLOWED && bare {
            refuse_method(response).map_into_right_body()
        } else {
            response.map_into_left_body()
        }
    };
    let route = response.request().match_pattern().unwrap_or_else(|| "(none)".to_owned());
    let seconds = began.elapsed().as_secs_f64();
    metrics.0.with_label_values(&[label(&method), &route, response.status().as_str()]).observe(seconds);
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        header::HeaderValue::from_static("Location, Link, ETag, Retry-After, Preference-Applied"),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// Duration of HTTP requests by method, route and status.
#[derive(Debug)]
pub(crate) struct HttpMetrics(HistogramVec);

impl HttpMetrics {
    pub(crate) fn register(registry: &Registry) -> prometheus::Result<Arc<Self>> {
        let options = HistogramOpts::from(Opts::new(
            "okeanos_http_request_duration_seconds",
            "How long HTTP requests took, by method, route and status.",
        ));
        let histogram = HistogramVec::new(options, &["method", "route", "status"])?;
        registry.register(Box::new(histogram.clone()))?;
        Ok(Arc::new(Self(histogram)))
    }
}

/// What readiness hangs on.
#[derive(Clone)]
pub(crate) struct Readiness {
    pub(crate) latches: Arc<Vec<(&'static str, Latch)>>,
    pub(crate) stop: CancellationToken,
}

impl Readiness {
    /// # Errors
    /// `platform/not-ready`, which names what is waited for.
    fn check(&self) -> Result<(), Fault> {
        let waits: Vec<_> = if self.stop.is_cancelled() {
            vec!["it is draining"]
        } else {
            self.latches.iter().filter(|(_, latch)| !latch.released()).map(|(name, _)| *name).collect()
        };
        if waits.is_empty() {
            return Ok(());
        }
        Err(Fault::new(Kind::Unavailable, "platform/not-ready", format!("not ready: {}", waits.join(", "))))
    }
}

/// `/health/live`, `/health/ready` and `/metrics`.
pub(crate) fn health(cfg: &mut web::ServiceConfig, readiness: Readiness, metrics: Registry) {
    let live = web::get().to(|| async { HttpResponse::Ok().body("live") });
    let ready = web::get().to(move || {
        let ready = readiness.check();
        async move { ready.map(|()| HttpResponse::Ok().body("ready")) }
    });
    let metrics = web::get().to(move || {
        let text = TextEncoder::new().encode_to_string(&metrics.gather());
        async move {
            let text = text.map_err(Fault::internal)?;
            Ok::<_, Fault>(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
        }
    });
    cfg.service(web::resource("/health/live").route(live));
    cfg.service(web::resource("/health/ready").route(ready));
    cfg.service(web::resource("/metrics").route(metrics));
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn base(public_url: Option<&str>, trust_forwarded: bool) -> String {
        let front = Front { public_url: public_url.map(str::to_owned), trust_forwarded };
        let request = TestRequest::default()
            .insert_header(("host", "inside:8080"))
            .insert_header(("x-forwarded-proto", "https"))
            .insert_header(("x-forwarded-host", "ocean.example"))
            .app_data(web::Data::new(front))
            .to_http_request();
        Base::extract(&request).await.unwrap().url("/data")
    }

    #[actix_web::test]
    async fn links_lead_where_the_client_came_from_and_only_a_trusted_proxy_may_say_otherwise() {
        assert_eq!(base(Some("https://twin.example"), true).await, "https://twin.example/data");
        assert_eq!(base(None, true).await, "https://ocean.example/data");
        assert_eq!(base(None, false).await, "http://inside:8080/data");
    }

    #[test]
    fn a_method_of_nobodys_is_no_label() {
        assert_eq!(label(&Method::PATCH), "PATCH");
        assert_eq!(label(&Method::from_bytes(b"RANDOM-7").unwrap()), "other");
    }

    #[test]
    fn readiness_says_what_it_waits_for_and_ends_with_the_drain() {
        let (latch, stop) = (Latch::default(), CancellationToken::new());
        let readiness = Readiness { latches: Arc::new(vec![("recovery", latch.clone())]), stop: stop.clone() };
        assert!(readiness.check().unwrap_err().message().contains("recovery"));
        latch.release();
        assert!(readiness.check().is_ok());
        stop.cancel();
        assert!(readiness.check().unwrap_err().message().contains("draining"));
    }
}
