//! Where attempts run. One today: a process of this machine.

mod lines;
mod local;
pub(crate) mod strays;

pub(crate) use self::local::LocalExecutor;
