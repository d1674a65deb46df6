//! The service on a node of its own, with stubs of its peers, and a shell script as the runner of real processes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod access;
mod execute;
mod jobs;
mod kills;
mod orphan;
mod sandbox;
mod stubs;
