//! The HTTP interface.

pub mod http;
pub mod openapi;
