//! Pure facts and rules: no I/O, no protocol.

pub(crate) mod condition;
pub(crate) mod error;
pub(crate) mod intent;
pub(crate) mod key;

pub(crate) use self::{error::Error, intent::Intent};
