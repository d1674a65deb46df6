//! What can be wrong with a request.

use okeanos_fault::{Fault, Kind};

/// A fact about a request that cannot be served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no report of this id")]
    NoSuchReport,
    #[error("{what}")]
    BadParameter { field: &'static str, what: &'static str },
    #[error("{0:?} is not of the form s3://bucket/key")]
    BadSource(String),
    #[error("there is no object or Zarr store {0}")]
    NoSuchSource(String),
    #[error("as many checks as this service runs at once are running")]
    TooManyChecks,
    #[error("the check took longer than the {0} s that it may take")]
    TooSlow(u64),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NoSuchReport => Self::not_found("cataloguer/no-such-report", message),
            Error::BadParameter { field, .. } => Self::invalid("cataloguer/bad-parameter", field, message),
            Error::BadSource(_) => Self::invalid("cataloguer/bad-source", "source", message),
            Error::NoSuchSource(_) => Self::not_found("cataloguer/no-such-source", message).field("source"),
            Error::TooManyChecks => Self::new(Kind::TooMany, "cataloguer/too-many-checks", message),
            Error::TooSlow(_) => Self::new(Kind::Timeout, "cataloguer/too-slow", message),
        }
    }
}
