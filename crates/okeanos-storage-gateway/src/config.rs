//! What an operator may set.

use std::net::{Ipv4Addr, SocketAddr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

const GIB: u64 = 1024 * 1024 * 1024;

/// Configuration of the storage gateway.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where S3 listens; port 0 for any.
    pub bind: SocketAddr,
    /// The region that clients sign for; `us-east-1` is accepted as well.
    pub region: String,
    /// Domain under which `<bucket>.<domain>` names a bucket; without it buckets are in the path only.
    pub domain: Option<String>,
    /// Largest object that one PUT, or one part of a multipart upload, may bring, in bytes.
    pub max_put_bytes: u64,
    /// Largest object, in bytes.
    pub max_object_bytes: u64,
    /// Connections at once; more wait to be accepted.
    pub max_connections: usize,
    /// Requests at once, counted until their answers are sent; more are told to slow down (503).
    pub max_requests: usize,
    /// Seconds for the head of a request to arrive.
    pub header_timeout_s: u64,
    /// Seconds for which a client may neither send nor take a byte in the middle of a body.
    pub stall_timeout_s: u64,
    /// Seconds for requests to end when the service stops.
    pub drain_s: u64,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 9000)),
            region: "okeanos".to_owned(),
            domain: None,
            max_put_bytes: 5 * GIB,
            max_object_bytes: 5 * 1024 * GIB,
            max_connections: 1024,
            max_requests: 256,
            header_timeout_s: 15,
            stall_timeout_s: 60,
            drain_s: 15,
        }
    }
}
