//! Configuration: layers of a file, the environment and flags, parsed once, every problem listed.
//!
//! A program's configuration is one document with a section per service. [`Layers`] merges its sources, the later ones
//! winning: a TOML file, variables `OKEANOS_<SECTION>__<FIELD>` (two underscores go one level down), and flags. [`Layers::section`]
//! turns a section into its type; unknown fields are refused. Doc comments on the fields give the schema ([`schema`]).

mod layers;
mod secret;

use schemars::JsonSchema;
use serde_json::Value;

pub use self::{
    layers::{Layers, Problems},
    secret::Secret,
};

/// Exit code for a configuration that cannot be used (`EX_USAGE` of sysexits).
pub const EXIT_USAGE: u8 = 64;

/// The JSON schema of a section, with the doc comments of its fields.
pub fn schema<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}
