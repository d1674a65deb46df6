//! What others see of the service.

pub(crate) mod http;
