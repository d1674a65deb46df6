//! Pure rules: from coordinates and values to pixels and coverages. No I/O, no async.

pub mod axis;
pub mod coverage;
pub mod curvilinear;
pub mod error;
pub mod legend;
pub mod markdown;
pub mod mercator;
pub mod palette;
pub mod params;
pub mod raster;
pub mod sampler;
pub mod tileset;
