//! What is decided without I/O: which unit an object belongs to, how a data set is described, what a report says.

pub(crate) mod collection;
pub(crate) mod describe;
pub(crate) mod dimensions;
pub(crate) mod error;
pub(crate) mod item;
pub(crate) mod page;
pub(crate) mod period;
pub(crate) mod place;
pub(crate) mod provenance;
pub(crate) mod report;
pub(crate) mod rules;
pub(crate) mod unit;

pub(crate) use self::error::Error;
