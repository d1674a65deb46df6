//! What can be wrong.

use okeanos_fault::Fault;
use okeanos_ogc::exception;
use thiserror::Error;

/// A fact about a request that cannot be served.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Error {
    #[error("there is no process {0}")]
    NoSuchProcess(String),
    #[error("a whole number from 1 is expected")]
    BadLimit,
    #[error("take it from the next link of a page")]
    BadAfter,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NoSuchProcess(_) => {
                Self::not_found("process-registry/no-such-process", message).with_type(exception::NO_SUCH_PROCESS)
            }
            Error::BadLimit => Self::invalid("process-registry/bad-page", "limit", message)
                .with_type(exception::INVALID_QUERY_PARAMETER),
            Error::BadAfter => Self::invalid("process-registry/bad-page", "after", message)
                .with_type(exception::INVALID_QUERY_PARAMETER),
        }
    }
}
