//! What a worker is to do: everything was looked up and decided when the job was accepted.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a worker is to do.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The process.
    pub(crate) process_id: String,
    /// Its version: the one that was the latest when the job was accepted.
    pub(crate) version: String,
    /// The built-in function that runs it.
    pub(crate) function: String,
    /// The inputs, with every source as an `s3://` URL.
    pub(crate) inputs: Map<String, Value>,
    /// Where the data come from, for provenance: URLs of items or objects.
    pub(crate) derived_from: Vec<String>,
    /// The STAC items that the sources are.
    pub(crate) items: Vec<Value>,
    /// The outputs that the client wants: all of the process unless it said.
    pub(crate) outputs: Vec<String>,
    /// The trace of the request, which goes on in the attempts.
    #[serde(default)]
    pub(crate) traceparent: Option<String>,
}
