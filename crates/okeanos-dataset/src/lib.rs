//! One [`Dataset`] over NetCDF-3, NetCDF-4 and Zarr (v2, v3), read lazily by byte ranges from files or object stores.
//!
//! ```no_run
//! # fn main() -> Result<(), okeanos_dataset::Error> {
//! use std::sync::Arc;
//! use okeanos_dataset::{Dataset, Limits, LocalStore, Window, grid::Grid};
//!
//! // A file's key, or the prefix of a Zarr store. `BlobStore::new(blobs, bucket, tokio_handle)` does the same over
//! // an object store; its calls block, so use it inside `tokio::task::spawn_blocking`.
//! let dataset = Dataset::open(Arc::new(LocalStore::new("/data")), "sst.nc", &Limits::default())?;
//! for variable in &dataset.header().variables {
//!     println!("{} {:?} {:?}", variable.name, variable.shape, variable.chunks);
//! }
//! // Values with CF decoding (scale, offset, fill, valid range, _Unsigned); missing values are NaN.
//! let window = Window::new(vec![0, 10, 20], vec![1, 5, 5]);
//! let values = dataset.read("sst", &window)?.values;
//! // Axes, and the indices that a place, a box, a depth or a time select.
//! let grid = Grid::of(&dataset, "sst")?;
//! let at = grid.nearest(-4.5, 48.4);
//! # let _ = (values, at); Ok(())
//! # }
//! ```
//!
//! Reading order: [`store`] (where bytes come from), [`Limits`] and [`Error`], [`Window`], [`Array`] and [`RawArray`],
//! [`Dataset`], [`decode`] (CF packing and missing values), [`grid`] (axes and indices), [`Selection`] (which variables and indices to
//! copy), [`write`] (NetCDF-4, Zarr).
//! Files come from strangers: every size is checked against [`Limits`] before memory is taken for it, and a panic in a
//! format library is caught and told as [`Error::Corrupt`].

mod array;
mod dataset;
pub mod decode;
mod error;
pub mod grid;
mod limits;
mod netcdf;
mod select;
mod sniff;
pub mod store;
mod window;
pub mod write;
mod zarr;

pub use self::{
    array::{Array, RawArray, RawValues},
    dataset::{Dataset, Format},
    error::Error,
    limits::Limits,
    select::Selection,
    store::{BlobStore, Cached, LocalStore, Store},
    window::Window,
};
