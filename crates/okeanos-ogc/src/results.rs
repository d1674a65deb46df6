//! What a job gave (OGC API Processes 1.0, section 7.13).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::link::Link;

/// One output of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Output {
    /// A link to it.
    Reference(Link),
    /// Its value with its media type.
    Qualified {
        /// The value.
        value: Value,
        /// Its media type.
        #[serde(rename = "mediaType")]
        media_type: String,
    },
    /// Its value.
    Value(Value),
}

/// The outputs of a job by name, in the order of the description.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results(Vec<(String, Output)>);

impl Results {
    /// Adds an output.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, output: Output) -> Self {
        self.0.push((name.into(), output));
        self
    }
}

impl Serialize for Results {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, output)| (name, output)))
    }
}

impl<'de> Deserialize<'de> for Results {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = Map::deserialize(deserializer)?;
        let read = |(name, value)| Ok((name, serde_json::from_value(value)?));
        members
            .into_iter()
            .map(read)
            .collect::<Result<_, serde_json::Error>>()
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_keep_their_kind_and_order() {
        let results = Results::default()
            .with(
                "z",
                Output::Reference(Link::json("result", "https://ocean.example/x.nc").of_type("application/x-netcdf")),
            )
            .with("a", Output::Qualified { value: "QQ==".into(), media_type: "image/png".into() })
            .with("n", Output::Value(3.into()));
        let text = serde_json::to_string(&results).unwrap();
        assert!(text.starts_with("{\"z\""), "{text}");
        assert_eq!(serde_json::from_str::<Results>(&text).unwrap(), results);
    }
}
