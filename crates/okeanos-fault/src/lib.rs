//! What can go wrong, as a client may know it.
//!
//! A service's domain has its own error enum of facts; at the edge of the domain each fact becomes a [`Fault`]: a closed
//! [`Kind`], a stable code with a page in `docs/errors`, and a message for the client. The cause stays inside: it is
//! logged once, where the fault is answered, and never shown. This crate holds the only two mappings to the outside,
//! [`tonic::Status`] and `application/problem+json` (RFC 9457).

mod grpc;
mod http;

use std::{borrow::Cow, error::Error, fmt, time::Duration};

pub use self::http::Problem;

/// The closed list of ways in which a request can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request is wrong and will stay wrong: 400.
    InvalidArgument,
    /// Nobody, or a credential that is not good: 401.
    Unauthenticated,
    /// Somebody who may not: 403.
    Forbidden,
    /// There is no such thing, or none that the caller may see: 404.
    NotFound,
    /// It is there, but this cannot be done with it: 405.
    MethodNotAllowed,
    /// There was such a thing: 410.
    Gone,
    /// It exists already, or somebody else changed it: 409.
    Conflict,
    /// A condition of the request (If-Match…) does not hold: 412.
    Precondition,
    /// Over a size limit: 413.
    TooLarge,
    /// A media type or an operation that is not offered: 415.
    Unsupported,
    /// Nothing that is offered is acceptable to the client: 406.
    NotAcceptable,
    /// Too much at once: 429.
    TooMany,
    /// It took too long: 504.
    Timeout,
    /// Something needed is away for now: 503.
    Unavailable,
    /// This platform is not made for it: 501.
    NotImplemented,
    /// Our mistake: 500.
    Internal,
}

impl Kind {
    /// Whether the same request may succeed later.
    pub fn retryable(self) -> bool {
        matches!(self, Self::TooMany | Self::Timeout | Self::Unavailable)
    }
}

/// A failure as a client may know it, and its cause, which it may not.
#[derive(Debug)]
pub struct Fault(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    code: Cow<'static, str>,
    message: String,
    field: Option<String>,
    type_uri: Option<Cow<'static, str>>,
    retry_after: Option<Duration>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault of a kind, with its stable code (`service/what-is-wrong`) and a message for the client.
    pub fn new(kind: Kind, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            code: code.into(),
            message: message.into(),
            field: None,
            type_uri: None,
            retry_after: kind.retryable().then_some(Duration::from_secs(1)),
            source: None,
        }))
    }

    /// The request is wrong, in this field.
    pub fn invalid(code: &'static str, field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidArgument, code, message).field(field)
    }

    /// There is no such thing, or none that the caller may see.
    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, code, message)
    }

    /// The caller may not.
    pub fn forbidden(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Kind::Forbidden, code, message)
    }

    /// Our mistake; the client is told only that it happened.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, "platform/internal", "something went wrong on our side").because(cause)
    }

    /// Something needed is away for now.
    pub fn unavailable(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Kind::Unavailable, "platform/unavailable", "the service cannot answer right now; try again shortly")
            .because(cause)
    }

    /// Names the field, parameter or header that is wrong.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.0.field = Some(field.into());
        self
    }

    /// Keeps the cause for the log.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.0.source = Some(cause.into());
        self
    }

    /// Uses the problem type that a standard names (an OGC exception) instead of our own page.
    #[must_use]
    pub fn with_type(mut self, uri: impl Into<Cow<'static, str>>) -> Self {
        self.0.type_uri = Some(uri.into());
        self
    }

    /// When the client may try again.
    #[must_use]
    pub fn retry_after(mut self, after: Duration) -> Self {
        self.0.retry_after = Some(after);
        self
    }

    /// The kind.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The stable code.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// What the client is told.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The field that is wrong, if one is.
    pub fn field_name(&self) -> Option<&str> {
        self.0.field.as_deref()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.field {
            Some(field) => write!(f, "{}: {field}: {}", self.0.code, self.0.message),
            None => write!(f, "{}: {}", self.0.code, self.0.message),
        }
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_deref().map(|e| e as &(dyn Error + 'static))
    }
}

/// The causes of an error in one line, outermost first; empty when there is none.
pub fn chain(error: &dyn Error) -> String {
    let mut line = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        if !line.is_empty() {
            line.push_str(": ");
        }
        line.push_str(&cause.to_string());
        next = cause.source();
    }
    line
}
