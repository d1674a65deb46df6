//! The HTTP interface against a node with the explorer, real objects in a temporary folder, and peers that answer from a list.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in what its functions share")]

mod edr;
mod pages;
mod peers;
mod stores;
mod tiles;
mod world;
