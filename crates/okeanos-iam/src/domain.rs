//! What iam knows without a database or a network.

pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod credential;
pub(crate) mod error;
pub(crate) mod link;
pub(crate) mod name;
pub(crate) mod page;
pub(crate) mod rights;
pub(crate) mod rotation;
pub(crate) mod s3;
pub(crate) mod secret;
pub(crate) mod user;

pub(crate) use self::error::Error;
