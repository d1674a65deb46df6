//! Processes (OGC API Processes 1.0, part 1, sections 7.9 to 7.10).

use std::fmt;

use serde::{Deserialize, Serialize, de::Error as _};
use serde_json::{Map, Value};

use crate::{Invalid, link::Link, schema, step};

/// How a process can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobControl {
    /// The answer waits for the end.
    SyncExecute,
    /// The answer names a job.
    AsyncExecute,
    /// A job can be stopped.
    Dismiss,
}

/// How outputs are handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Transmission {
    /// In the answer.
    Value,
    /// As a link.
    Reference,
}

/// A process in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessSummary {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// How it can be run.
    #[serde(default)]
    pub job_control_options: Vec<JobControl>,
    /// How its outputs are handed over.
    #[serde(default)]
    pub output_transmission: Vec<Transmission>,
    /// Where its description and its execution are.
    #[serde(default)]
    pub links: Vec<Link>,
}

/// A process with its inputs and outputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessDescription {
    /// What a list tells of it.
    #[serde(flatten)]
    pub summary: ProcessSummary,
    /// Inputs by name, as [`InputDescription`], in the order to show them.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// Outputs by name, as [`OutputDescription`].
    #[serde(default)]
    pub outputs: Map<String, Value>,
}

/// How often an input may occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxOccurs {
    /// So many times at most.
    Times(u32),
    /// Any number of times.
    Unbounded,
}

impl Default for MaxOccurs {
    fn default() -> Self {
        Self::Times(1)
    }
}

impl fmt::Display for MaxOccurs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(n) => n.fmt(f),
            Self::Unbounded => f.write_str("unbounded"),
        }
    }
}

impl Serialize for MaxOccurs {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Times(n) => serializer.serialize_u32(*n),
            Self::Unbounded => serializer.serialize_str("unbounded"),
        }
    }
}

impl<'de> Deserialize<'de> for MaxOccurs {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(word) if word == "unbounded" => Some(Self::Unbounded),
            Value::Number(n) => n.as_u64().and_then(|n| n.try_into().ok()).map(Self::Times),
            _ => None,
        }
        .ok_or_else(|| D::Error::custom("a number or \"unbounded\" is expected"))
    }
}

/// An input of a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputDescription {
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Schema of one value; see [`crate::schema`].
    pub schema: Value,
    /// How often it must occur; 0 makes it optional.
    #[serde(default = "once")]
    pub min_occurs: u32,
    /// How often it may occur.
    #[serde(default)]
    pub max_occurs: MaxOccurs,
}

/// An output of a process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OutputDescription {
    /// Its name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Schema of its value.
    pub schema: Value,
}

fn once() -> u32 {
    1
}

/// The list of processes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProcessList {
    /// A page of it.
    pub processes: Vec<ProcessSummary>,
    /// This page, the next, the one before.
    pub links: Vec<Link>,
}

impl ProcessDescription {
    /// Reads a description and checks that its schemas are ones that inputs can be checked against.
    ///
    /// # Errors
    /// [`Invalid`] naming the first member that cannot be used.
    pub fn read(document: Value) -> Result<Self, Invalid> {
        let description: Self = serde_json::from_value(document).map_err(|e| Invalid::new("", e.to_string()))?;
        for (name, input) in &description.inputs {
            let pointer = step("/inputs", name);
            let input = read_input(input, &pointer)?;
            schema::check_schema(&input.schema, &format!("{pointer}/schema"))?;
        }
        for (name, output) in &description.outputs {
            serde_json::from_value::<OutputDescription>(output.clone())
                .map_err(|e| Invalid::new(step("/outputs", name), e.to_string()))?;
        }
        Ok(description)
    }

    /// Checks the inputs of an execution: none is missing or unknown, and each fits its schema. Pointers begin at
    /// `/inputs`.
    ///
    /// # Errors
    /// [`Invalid`] naming the first input that does not.
    pub fn check_inputs(&self, inputs: &Map<String, Value>) -> Result<(), Invalid> {
        if let Some(unknown) = inputs.keys().find(|name| !self.inputs.contains_key(*name)) {
            let known: Vec<_> = self.inputs.keys().map(String::as_str).collect();
            let message = format!("the process has no such input; it has {}", known.join(", "));
            return Err(Invalid::new(step("/inputs", unknown), message));
        }
        for (name, document) in &self.inputs {
            let pointer = step("/inputs", name);
            let input = read_input(document, &pointer)?;
            match inputs.get(name).filter(|v| !v.is_null()) {
                Some(value) => check_input(&input, value, &pointer)?,
                None if input.min_occurs > 0 => return Err(Invalid::new(pointer, "the process needs this input")),
                None => {}
            }
        }
        Ok(())
    }

    /// The inputs of an execution as plain values: each qualified one, `{"value": …, "mediaType": …}`, is its value.
    pub fn unqualified(&self, inputs: Map<String, Value>) -> Map<String, Value> {
        let plain = |(name, value): (String, Value)| {
            let input = self.inputs.get(&name).and_then(|document| read_input(document, "").ok());
            let value = match (input, value) {
                (Some(input), Value::Array(values)) if input.max_occurs != MaxOccurs::Times(1) => {
                    values.iter().map(|value| unqualified(&input, value).clone()).collect()
                }
                (Some(input), value) => unqualified(&input, &value).clone(),
                (None, value) => value,
            };
            (name, value)
        };
        inputs.into_iter().map(plain).collect()
    }
}

fn read_input(document: &Value, pointer: &str) -> Result<InputDescription, Invalid> {
    serde_json::from_value(document.clone()).map_err(|e| Invalid::new(pointer, e.to_string()))
}

fn check_input(input: &InputDescription, value: &Value, pointer: &str) -> Result<(), Invalid> {
    let alone = schema::check(&input.schema, unqualified(input, value), pointer);
    let Value::Array(values) = value else { return alone };
    // Several values of one input come as an array, also when it is but one (/req/core/process-execute-input-array).
    let several = input.max_occurs != MaxOccurs::Times(1);
    if !several || (alone.is_ok() && input.min_occurs <= 1) {
        return alone;
    }
    let count = u32::try_from(values.len()).unwrap_or(u32::MAX);
    let too_many = matches!(input.max_occurs, MaxOccurs::Times(most) if count > most);
    if too_many || count < input.min_occurs {
        let message = format!("{} to {} values are expected", input.min_occurs, input.max_occurs);
        return Err(Invalid::new(pointer, message));
    }
    for (i, one) in values.iter().enumerate() {
        schema::check(&input.schema, unqualified(input, one), &step(pointer, &i.to_string()))?;
    }
    Ok(())
}

/// The value in a qualified value, `{"value": …, "mediaType": …}`, and any other as it is.
fn unqualified<'v>(input: &InputDescription, value: &'v Value) -> &'v Value {
    match value.get("value") {
        Some(inner) if input.schema.get("type").is_none_or(|t| t != "object") => inner,
        _ => value,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn process() -> ProcessDescription {
        ProcessDescription::read(json!({
            "id": "subset", "version": "1.0.0", "jobControlOptions": ["sync-execute", "async-execute", "dismiss"],
            "outputTransmission": ["value", "reference"],
            "inputs": {
                "source": {"schema": {"type": "string", "maxLength": 20}},
                "level": {"minOccurs": 0, "maxOccurs": 2, "schema": {"type": "integer", "minimum": 1, "maximum": 9}},
                "depth": {"minOccurs": 0, "schema": {
                    "type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2,
                }},
                "bbox": {"minOccurs": 0, "schema": {"allOf": [{"format": "ogc-bbox"}, {"$ref": "bbox.yaml"}]}},
                "a/b": {"minOccurs": 0, "maxOccurs": "unbounded", "schema": {"type": "string"}},
            },
            "outputs": {"result": {"schema": {"type": "string"}}},
        }))
        .unwrap()
    }

    fn outcome(inputs: &Value) -> Result<(), String> {
        process().check_inputs(inputs.as_object().unwrap()).map_err(|e| e.pointer)
    }

    #[test]
    fn inputs_that_fit() {
        for inputs in [
            json!({"source": "s3://b/k"}),
            json!({"source": {"value": "s3://b/k", "mediaType": "text/plain"}}),
            json!({"source": "s", "level": 3, "depth": [0, 10], "bbox": [-10, -5, 10, 5]}),
            json!({"source": "s", "level": [3, 9], "depth": null, "a/b": ["x", "y", "z"]}),
        ] {
            assert_eq!(outcome(&inputs), Ok(()), "{inputs}");
        }
    }

    #[test]
    fn qualified_values_become_plain_ones() {
        let inputs = json!({
            "source": {"value": "s", "mediaType": "text/plain"}, "level": [{"value": 3}, 4], "depth": {"value": [0, 1]},
        });
        let plain = process().unqualified(inputs.as_object().unwrap().clone());
        assert_eq!(Value::Object(plain), json!({"source": "s", "level": [3, 4], "depth": [0, 1]}));
    }

    #[test]
    fn inputs_that_do_not_are_named_by_pointer() {
        for (inputs, pointer) in [
            (json!({}), "/inputs/source"),
            (json!({"source": null}), "/inputs/source"),
            (json!({"source": 1}), "/inputs/source"),
            (json!({"source": ["a", "b"]}), "/inputs/source"),
            (json!({"source": "s", "colour": 1}), "/inputs/colour"),
            (json!({"source": "s", "level": [1, 10]}), "/inputs/level/1"),
            (json!({"source": "s", "level": [1, 2, 3]}), "/inputs/level"),
            (json!({"source": "s", "depth": [1]}), "/inputs/depth"),
            (json!({"source": "s", "depth": [1, "2"]}), "/inputs/depth/1"),
            (json!({"source": "s", "bbox": [1, 2]}), "/inputs/bbox"),
            (json!({"source": "s", "a/b": [1]}), "/inputs/a~1b/0"),
        ] {
            assert_eq!(outcome(&inputs), Err(pointer.to_owned()), "{inputs}");
        }
    }

    #[test]
    fn a_description_survives_and_keeps_its_order() {
        let text = serde_json::to_string(&process()).unwrap();
        let back = ProcessDescription::read(serde_json::from_str(&text).unwrap()).unwrap();
        assert_eq!(back, process());
        assert_eq!(back.inputs.keys().next().map(String::as_str), Some("source"));
    }

    #[test]
    fn a_schema_that_cannot_be_checked_is_refused() {
        let bad = json!({"id": "x", "version": "1", "inputs": {"a": {"schema": {"patternProperties": {}}}}});
        assert_eq!(ProcessDescription::read(bad).unwrap_err().pointer, "/inputs/a/schema/patternProperties");
        let bad = json!({"id": "x", "version": "1", "inputs": {"a": {"schema": {}, "maxOccurs": "many"}}});
        assert_eq!(ProcessDescription::read(bad).unwrap_err().pointer, "/inputs/a");
    }
}
