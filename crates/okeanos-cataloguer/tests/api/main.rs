//! The service in a node with real objects, the local bus and SQLite; the catalog and iam are peers that keep what they are told.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking, also in what its functions share"
)]

mod events;
mod files;
mod flow;
mod http;
mod peers;
mod world;
