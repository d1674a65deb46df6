//! Documents and inputs of the OGC API standards, without any I/O.
//!
//! - [`link`], [`landing`]: OGC API Common: links, the landing page, the conformance declaration.
//! - [`process`]: process summaries and descriptions (OGC API Processes 1.0, part 1).
//! - [`execute`]: the body of an execution; [`prefer`]: how its answer is wished.
//! - [`job`]: status of jobs, with the keys of 1.0 and of the draft of 2.0.
//! - [`exception`]: the exception types that clients look for.
//! - [`schema`]: inputs against the part of JSON Schema that process descriptions use; [`bbox`], [`interval`]: two
//!   inputs that nearly every ocean process has.

pub mod bbox;
pub mod exception;
pub mod execute;
pub mod interval;
pub mod job;
pub mod landing;
pub mod link;
pub mod prefer;
pub mod process;
pub mod schema;
mod timestamp;

use thiserror::Error;

/// What is wrong with an input, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{pointer}: {message}")]
pub struct Invalid {
    /// JSON Pointer (RFC 6901) of the member that is wrong; empty for the whole document.
    pub pointer: String,
    /// What is expected there.
    pub message: String,
}

impl Invalid {
    /// What is expected at a place.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// A JSON Pointer one step longer.
pub(crate) fn step(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}
