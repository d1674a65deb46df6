//! What a worker is to do: everything was looked up and decided when the job was accepted.

use okeanos_ogc::{execute::Response, process::Transmission};
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
    pub(crate) outputs: Vec<Wanted>,
    /// How it wants to be answered, when it said.
    pub(crate) response: Option<Response>,
    /// The trace of the request, which goes on in the attempts.
    #[serde(default)]
    pub(crate) traceparent: Option<String>,
}

/// An output that the client wants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Wanted {
    /// Its name in the process description.
    pub(crate) name: String,
    /// How it is to be handed over, when the client said.
    pub(crate) transmission: Option<Transmission>,
}
