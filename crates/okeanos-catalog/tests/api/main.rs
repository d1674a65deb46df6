//! The catalog as its clients see it, over HTTP and gRPC, on SQLite and, where `OKEANOS_TEST_POSTGRES` names one, on
//! PostgreSQL. The modules mirror the routes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in what its functions share")]

mod access;
mod catalogs;
mod collections;
mod grpc;
mod items;
mod landing;
mod sandbox;
mod search;
