//! What is decided here, without input or output.
//!
//! - [`job`]: the job and its state machine. - [`listing`]: which jobs are meant. - [`request`]: what a client asks for.
//! - [`source`]: where the data of an input are. - [`plan`]: what a
//!   worker is to do. - [`queue`]: whose turn it is. - [`output`]: what a run has left behind. - [`log`]: bounded output.

pub(crate) mod error;
pub(crate) mod job;
pub(crate) mod listing;
pub(crate) mod log;
pub(crate) mod output;
pub(crate) mod plan;
pub(crate) mod queue;
pub(crate) mod request;
pub(crate) mod source;
