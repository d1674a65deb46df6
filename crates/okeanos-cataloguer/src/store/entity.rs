//! The tables. Times are microseconds since the epoch.
#![allow(unreachable_pub, reason = "sea-orm's derives write public items")]

pub(crate) mod report;
pub(crate) mod unit;
