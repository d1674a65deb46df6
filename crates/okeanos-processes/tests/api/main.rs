//! The functions on files that netCDF4 and xarray wrote, against what numpy computes; and the runner in a process.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod functions;
mod places;
mod runner;
mod sandbox;
mod support;
