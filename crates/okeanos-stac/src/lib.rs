//! STAC documents and search parameters: pure, no I/O.
//!
//! - [`Invalid`], [`Problems`]: what is wrong and where, as a JSON pointer or a parameter's name.
//! - [`Instant`], [`Interval`]: strict RFC 3339 times and the `datetime` parameter.
//! - [`Bbox`]: bounding boxes of four or six numbers, over the antimeridian too.
//! - [`geometry`]: GeoJSON geometries within bounds, and whether two of them meet anywhere on the globe.
//! - [`Item`], [`Collection`], [`Catalog`]: documents that have been checked against STAC 1.0 and 1.1.
//! - [`Footprint`]: the boxes by which an item is found. [`Extent`]: the extent of a collection.
//! - [`Search`]: the parameters of item search, from a query string or a JSON body.
//! - [`Link`], [`splice`]: links, and how they get into stored text without parsing it.

mod bbox;
mod document;
mod extent;
mod footprint;
pub mod geometry;
mod identity;
mod instant;
mod interval;
mod invalid;
mod link;
mod rules;
mod search;
pub mod splice;

pub use self::{
    bbox::Bbox,
    document::{Catalog, Collection, Item},
    extent::Extent,
    footprint::Footprint,
    identity::{ITEM_NAMESPACE, item_uuid},
    instant::Instant,
    interval::Interval,
    invalid::{Invalid, Problems},
    link::Link,
    rules::check_id,
    search::{LIMIT_MAX, Search},
};

/// The version that documents made here carry.
pub const STAC_VERSION: &str = "1.1.0";
