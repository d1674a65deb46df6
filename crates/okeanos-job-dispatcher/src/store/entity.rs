//! The tables as sea-orm sees them.

pub(crate) mod job;
pub(crate) mod log;
pub(crate) mod work;
