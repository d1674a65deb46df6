//! The interfaces: each translates, the app layer decides.

mod convert;
pub(crate) mod grpc;
pub(crate) mod http;
