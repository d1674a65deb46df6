//! The whole platform in one process, as a library: `okeanos up` and the tests start it the same way.
//!
//! - [`platform`]: every service composed into one node. - [`samples`]: the sample data, uploaded like any user's.
//! - [`client`]: the command-line client.

pub mod client;
pub mod platform;
pub mod samples;
