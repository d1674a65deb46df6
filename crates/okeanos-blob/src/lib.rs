//! Objects in buckets: one port, three stores.
//!
//! - [`Blobs`]: the port. - [`fs`]: files under a folder. - [`s3`]: any S3. - [`memory`]: for tests.
//!
//! The port speaks S3's language (bucket, key, ETag, multipart, conditional writes) so that the gateway loses nothing.

pub mod fs;
mod listing;
pub mod memory;
mod port;
mod rules;
pub mod s3;

pub use self::{
    port::{
        BlobError, Blobs, ByteRange, ByteStream, Condition, List, Location, Meta, Object, Page, Part, PutOptions,
        Upload,
    },
    rules::combined_etag,
};
