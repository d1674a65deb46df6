//! Around a request.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Method, Request, Response, header};
use hyper::body::Incoming;
use prometheus::Registry;
use s3s::{Body, HttpError, S3Error, dto::Range, service::S3Service};
use tokio::sync::Semaphore;
use tracing::Instrument;
use uuid::Uuid;

use super::{
    chunks::{Chunked, Signing},
    cors,
    meter::{Meter, Metered},
    precheck::Precheck,
};
use crate::{Config, domain::Error, s3::Operation};

/// The limits of the listener.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) connections: usize,
    pub(super) header_timeout: Duration,
    pub(super) stall_timeout: Duration,
    pub(super) drain: Duration,
}

/// Answers requests. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Front {
    service: S3Service,
    precheck: Arc<Precheck>,
    meter: Meter,
    turns: Arc<Semaphore>,
    limits: Limits,
}

impl Front {
    pub(crate) fn new(service: S3Service, config: &Config, metrics: &Registry) -> anyhow::Result<Self> {
        Ok(Self {
            service,
            precheck: Arc::new(Precheck::new(&config.region)),
            meter: Meter::register(metrics)?,
            turns: Arc::new(Semaphore::new(config.max_requests)),
            limits: Limits {
                connections: config.max_connections,
                header_timeout: Duration::from_secs(config.header_timeout_s),
                stall_timeout: Duration::from_secs(config.stall_timeout_s),
                drain: Duration::from_secs(config.drain_s),
            },
        })
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Answers a request. The answer's body holds the request's turn until it is sent.
    pub(super) async fn answer(self, request: Request<Incoming>) -> Result<Response<Metered<Body>>, HttpError> {
        let chunks = Signing::of(request.headers());
        let bad_chunk = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| {
            let body = Metered::incoming(body, &self.meter);
            match chunks {
                Some(signing) => Body::http_body(Chunked::new(body, signing, Arc::clone(&bad_chunk))),
                None => Body::http_body(body),
            }
        });
        let (method, id) = (request.method().clone(), Uuid::now_v7());
        let operation = Operation::default();
        let timer = self.meter.start();
        let span = tracing::info_span!("s3", %method, request_id = %id);
        let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() else {
            let answer = self.finish(refused(Error::Busy)?, &method, id);
            self.meter.count(operation.name(), answer.status(), timer);
            return Ok(answer.map(|body| Metered::outgoing(body, &self.meter, None)));
        };
        let mut answer = self.inner(request, &operation).instrument(span).await?;
        if bad_chunk.load(Ordering::Relaxed) {
            answer = refused(Error::BadChunk)?;
        }
        let answer = self.finish(answer, &method, id);
        self.meter.count(operation.name(), answer.status(), timer);
        Ok(answer.map(|body| Metered::outgoing(body, &self.meter, Some(turn))))
    }

    async fn inner(&self, mut request: Request<Body>, operation: &Operation) -> Result<Response<Body>, HttpError> {
        if *request.method() == Method::OPTIONS {
            return Ok(cors::preflight());
        }
        match self.precheck.check(&request) {
            // Signed ones are covered by the signature: they stay, and are refused.
            Ok(signed) if !signed.covers("range") => drop_bad_range(request.headers_mut()),
            Ok(_) => {}
            Err(error) => return refused(error),
        }
        request.extensions_mut().insert(operation.clone());
        self.service.call(request).await
    }

    fn finish(&self, mut answer: Response<Body>, method: &Method, id: Uuid) -> Response<Body> {
        let headers = answer.headers_mut();
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            headers.insert("x-amz-request-id", value);
        }
        headers.insert(header::SERVER, HeaderValue::from_static("okeanos"));
        if matches!(*method, Method::GET | Method::HEAD) {
            cors::open(headers);
            // Anybody may have written it, and called it a page: a browser runs nothing of it.
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        }
        answer
    }
}

/// A range that is not understood, or of several parts, asks for nothing (RFC 9110, section 14.2).
fn drop_bad_range(headers: &mut HeaderMap) {
    let mut ranges = headers.get_all(header::RANGE).iter();
    let (first, others) = (ranges.next(), ranges.next());
    let understood = first.is_none_or(|range| range.to_str().is_ok_and(|range| Range::parse(range).is_ok()));
    if !understood || others.is_some() {
        headers.remove(header::RANGE);
    }
}

fn refused(error: Error) -> Result<Response<Body>, HttpError> {
    let busy = matches!(error, Error::Busy);
    let mut answer = S3Error::from(error).to_http_response().map_err(|e| HttpError::new(Box::new(e)))?;
    if busy {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(answer)
}
