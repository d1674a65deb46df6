//! HTTP under `/data`: STAC API.

mod catalogs;
mod collections;
mod items;
mod landing;
mod links;
pub(crate) mod openapi;
pub(crate) mod routes;
mod search;

use actix_web::{HttpResponse, http::StatusCode};
use okeanos_fault::Fault;
use okeanos_stac::Invalid;

use crate::domain::Error;

/// Where the STAC API is mounted.
const ROOT: &str = "/data";

/// An answer in JSON text.
fn json(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status).content_type("application/json").body(text)
}

/// An answer in GeoJSON text.
fn geojson(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status).content_type("application/geo+json").body(text)
}

/// The only parameters of a query are these; others are named and refused, so that none is believed to work.
fn only(pairs: &[(String, String)], known: &[&str]) -> Result<(), Fault> {
    match pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        Some((name, _)) => {
            let name: String = name.chars().take(60).collect();
            let message = format!("no such parameter: there are {}", known.join(", "));
            Err(Error::from(Invalid::at(name, message)).into())
        }
        None => Ok(()),
    }
}

fn param<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(n, value)| n == name && !value.is_empty()).map(|(_, value)| value.as_str())
}
