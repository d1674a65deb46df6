//! Data sets as other software wrote them, against the values that netCDF4 and xarray read.

#![expect(clippy::unwrap_used, reason = "tests")]

mod blob;
mod bounds;
mod golden;
mod grid;
mod hostile;
mod support;
mod write;
