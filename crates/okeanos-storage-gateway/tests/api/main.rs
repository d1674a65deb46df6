//! The service over its own port, as S3 clients use it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, also in what its functions share")]

mod access;
mod chunked;
mod events;
mod listing;
mod multipart;
mod objects;
mod presigned;
mod world;
