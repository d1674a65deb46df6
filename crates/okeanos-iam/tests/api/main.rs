//! The service over its own ports: HTTP as people use it, gRPC as other services do.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod access;
mod bootstrap;
mod groups;
mod guard;
mod rpc;
mod sessions;
mod tokens;
mod users;
mod world;
