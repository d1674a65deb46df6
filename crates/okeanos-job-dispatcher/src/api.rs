//! What clients see: HTTP under `/processes`.

pub(crate) mod http;
