//! HTTP: decode, one call into the app, encode.

pub mod edr;
pub mod freshness;
pub mod pages;
pub mod routes;
pub mod tiles;
