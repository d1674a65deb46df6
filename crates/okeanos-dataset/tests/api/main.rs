//! Data sets as other software wrote them, against the values that netCDF4 and xarray read.

#![expect(clippy::unwrap_used, clippy::needless_pass_by_value, reason = "tests")]

mod blob;
mod bounds;
mod golden;
mod grid;
mod hostile;
mod support;
mod write;
