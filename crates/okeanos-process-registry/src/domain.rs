//! Processes, without a network.

pub(crate) mod error;
pub(crate) mod page;
pub(crate) mod process;

pub(crate) use self::error::Error;
