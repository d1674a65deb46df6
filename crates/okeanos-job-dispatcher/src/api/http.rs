//! HTTP. - [`routes`]: the only route table. - `execute`, `jobs`, `results`: the handlers. - `document`: jobs as OGC
//! documents.

mod document;
mod execute;
mod jobs;
pub(crate) mod openapi;
mod results;
pub(crate) mod routes;
