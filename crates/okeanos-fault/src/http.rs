//! Faults as HTTP problem documents.

use actix_web::{
    HttpResponse, ResponseError,
    http::{StatusCode, header},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{Fault, Kind};

/// A problem document (RFC 9457) with the members that STAC (`code`, `description`) clients look for as well.
#[derive(Clone, Debug, Serialize)]
pub struct Problem<'a> {
    /// A URI reference of the page that explains the code, or the exception URI of a standard.
    #[serde(rename = "type")]
    pub type_uri: String,
    /// The status line's phrase.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong, in words.
    pub detail: &'a str,
    /// The stable code.
    pub code: &'a str,
    /// The same as `detail`, under STAC's name.
    pub description: &'a str,
    /// The field, parameter or header that is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'a str>,
    /// This one answer, `urn:uuid:…`: the log has it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

impl<'a> From<&'a Fault> for Problem<'a> {
    fn from(fault: &'a Fault) -> Self {
        let status = status(fault.kind());
        Self {
            type_uri: fault.0.type_uri.as_deref().map_or_else(|| format!("/errors/{}", fault.code()), str::to_owned),
            title: status.canonical_reason().unwrap_or("Error"),
            status: status.as_u16(),
            detail: fault.message(),
            code: fault.code(),
            description: fault.message(),
            field: fault.field_name(),
            instance: None,
        }
    }
}

fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::InvalidArgument => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Kind::Gone => StatusCode::GONE,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Precondition => StatusCode::PRECONDITION_FAILED,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Unsupported => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Kind::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Timeout => StatusCode::GATEWAY_TIMEOUT,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        status(self.kind())
    }

    fn error_response(&self) -> HttpResponse {
        let instance = Uuid::new_v4().urn().to_string();
        log(self, &instance);
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        if self.kind() == Kind::Unauthenticated {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"okeanos\""));
        }
        if let Some(after) = self.0.retry_after {
            response.insert_header((header::RETRY_AFTER, after.as_secs().max(1).to_string()));
        }
        let problem = Problem { instance: Some(instance), ..Problem::from(self) };
        response.body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}

fn log(fault: &Fault, instance: &str) {
    let cause = crate::chain(fault);
    if fault.kind() == Kind::Internal {
        tracing::error!(code = fault.code(), instance, cause, "request failed");
    } else if fault.kind().retryable() {
        tracing::warn!(code = fault.code(), instance, cause, "request could not be served");
    } else {
        tracing::debug!(code = fault.code(), instance, message = fault.message(), cause, "request refused");
    }
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;

    use super::*;

    #[test]
    fn a_problem_names_the_field_and_hides_the_cause() {
        let fault = Fault::invalid("catalog/bad-bbox", "bbox", "four or six numbers are expected").because("secret");
        let json = serde_json::to_string(&Problem::from(&fault)).unwrap();
        assert!(json.contains(r#""field":"bbox""#) && json.contains(r#""type":"/errors/catalog/bad-bbox""#), "{json}");
        assert!(!json.contains("secret"));
    }

    #[test]
    fn every_retryable_kind_says_when() {
        let response = Fault::unavailable("down").error_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(header::RETRY_AFTER));
    }

    #[test]
    fn every_answer_can_be_told_from_all_others() {
        let instance = || {
            let body = Fault::unavailable("down").error_response().into_body().try_into_bytes().unwrap();
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
            problem["instance"].as_str().unwrap().to_owned()
        };
        let (one, other) = (instance(), instance());
        assert!(one.starts_with("urn:uuid:") && one != other, "{one} {other}");
    }
}
