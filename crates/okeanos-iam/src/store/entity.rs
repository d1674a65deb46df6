//! The tables. Times are microseconds since the epoch, lists of scopes are words separated by spaces.
#![allow(unreachable_pub, reason = "sea-orm's derives write public items")]

pub(crate) mod audit;
pub(crate) mod fact;
pub(crate) mod group;
pub(crate) mod link;
pub(crate) mod member;
pub(crate) mod s3_key;
pub(crate) mod session;
pub(crate) mod signing_key;
pub(crate) mod token;
pub(crate) mod user;
