//! What pages of other origins may do: read what anyone, or a presigned URL, may read. No cookie is ever involved, so any
//! origin may; nothing is written across origins.

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use s3s::Body;

const EXPOSED: &str = "ETag, Content-Length, Content-Range, Accept-Ranges, Last-Modified, Content-Type, \
                       x-amz-request-id, x-amz-meta-okeanos-job";
const ASKED: &str = "Authorization, Range, If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, X-Amz-Date, \
                     X-Amz-Content-Sha256, X-Amz-Security-Token, X-Amz-User-Agent, Amz-Sdk-Invocation-Id, Amz-Sdk-Request";
const DAY_S: &str = "86400";

/// Lets any page read this answer.
pub(super) fn open(headers: &mut HeaderMap) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
}

/// The answer to a browser that asks first.
pub(super) fn preflight() -> Response<Body> {
    let mut answer = Response::new(Body::empty());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    open(headers);
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD"));
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(ASKED));
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(DAY_S));
    answer
}
