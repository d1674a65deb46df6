//! The two ways in. Handlers translate; `app` decides.

pub(crate) mod grpc;
pub(crate) mod http;
