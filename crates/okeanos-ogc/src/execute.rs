//! The body of an execution (OGC API Processes 1.0, section 7.11).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Invalid, process::Transmission, step};

/// Most inputs, and most outputs, of one execution.
const MEMBERS_MAX: usize = 100;
/// How deep a body may be nested.
const DEPTH_MAX: usize = 32;

/// Whether results are answered in one document or as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Response {
    /// The output itself.
    Raw,
    /// A JSON document of all outputs.
    Document,
}

/// An output that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputRequest {
    /// Its name.
    pub name: String,
    /// How it is to be handed over, when the client said so.
    pub transmission: Option<Transmission>,
    /// The media type that it is to have, when the client said so (`format.mediaType`).
    pub media_type: Option<String>,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Execute {
    /// Inputs by name.
    pub inputs: Map<String, Value>,
    /// Outputs that are wanted; all when `None`.
    pub outputs: Option<Vec<OutputRequest>>,
    /// How results are answered, when the client said so; the standard's default is [`Response::Raw`].
    pub response: Option<Response>,
    /// Whom to tell how it ended; left to the server, which may not offer it.
    pub subscriber: Option<Value>,
}

impl Execute {
    /// From a body. Members that the standard does not know are left aside.
    ///
    /// # Errors
    /// [`Invalid`] naming the member.
    pub fn read(body: &Value) -> Result<Self, Invalid> {
        let Value::Object(members) = body else { return Err(Invalid::new("", "a JSON object is expected")) };
        if !shallow(body, DEPTH_MAX) {
            return Err(Invalid::new("", format!("it is nested deeper than {DEPTH_MAX}")));
        }
        let object = |name: &str| match members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) if map.len() <= MEMBERS_MAX => Ok(Some(map)),
            Some(Value::Object(_)) => Err(Invalid::new(step("", name), format!("at most {MEMBERS_MAX} are accepted"))),
            Some(_) => Err(Invalid::new(step("", name), "a JSON object is expected")),
        };
        let response = match members.get("response").map(Value::as_str) {
            None => None,
            Some(Some("raw")) => Some(Response::Raw),
            Some(Some("document")) => Some(Response::Document),
            Some(_) => return Err(Invalid::new("/response", "raw or document is expected")),
        };
        Ok(Self {
            inputs: object("inputs")?.cloned().unwrap_or_default(),
            outputs: object("outputs")?.map(|o| o.iter().map(read_output).collect()).transpose()?,
            response,
            subscriber: members.get("subscriber").filter(|s| !s.is_null()).cloned(),
        })
    }
}

fn read_output((name, wish): (&String, &Value)) -> Result<OutputRequest, Invalid> {
    let transmission = match wish.get("transmissionMode").map(Value::as_str) {
        None => None,
        Some(Some("value")) => Some(Transmission::Value),
        Some(Some("reference")) => Some(Transmission::Reference),
        Some(_) => {
            let pointer = format!("{}/transmissionMode", step("/outputs", name));
            return Err(Invalid::new(pointer, "value or reference is expected"));
        }
    };
    let media_type = match wish.get("format").filter(|f| !f.is_null()) {
        None => None,
        Some(format) => {
            let named = format.get("mediaType").and_then(Value::as_str);
            let pointer = || format!("{}/format", step("/outputs", name));
            Some(named.ok_or_else(|| Invalid::new(pointer(), "an object with a mediaType is expected"))?.to_owned())
        }
    };
    Ok(OutputRequest { name: name.clone(), transmission, media_type })
}

fn shallow(value: &Value, depth: usize) -> bool {
    match value {
        Value::Array(items) => depth > 0 && items.iter().all(|v| shallow(v, depth - 1)),
        Value::Object(members) => depth > 0 && members.values().all(|v| shallow(v, depth - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bodies() {
        let execute = Execute::read(&json!({
            "inputs": {"source": "s3://b/k"},
            "outputs": {"result": {"transmissionMode": "reference"}, "report": {"format": {"mediaType": "text/csv"}}},
            "response": "document",
            "more": 1,
        }))
        .unwrap();
        assert_eq!(execute.inputs["source"], "s3://b/k");
        let outputs = execute.outputs.unwrap();
        assert_eq!((outputs[0].name.as_str(), outputs[0].transmission), ("result", Some(Transmission::Reference)));
        assert_eq!((outputs[1].name.as_str(), outputs[1].transmission), ("report", None));
        assert_eq!((outputs[0].media_type.as_deref(), outputs[1].media_type.as_deref()), (None, Some("text/csv")));
        assert_eq!(execute.response, Some(Response::Document));
        assert_eq!(Execute::read(&json!({})).unwrap().outputs, None);
    }

    #[test]
    fn bodies_that_cannot_be_used() {
        let mut deep = json!(1);
        for _ in 0..50 {
            deep = json!([deep]);
        }
        let many: Map<_, _> = (0..101).map(|i| (i.to_string(), json!(1))).collect();
        for (body, pointer) in [
            (json!([]), ""),
            (json!({"inputs": []}), "/inputs"),
            (json!({"inputs": many}), "/inputs"),
            (json!({"inputs": {"a": deep}}), ""),
            (json!({"response": "xml"}), "/response"),
            (json!({"outputs": {"a": {"format": "netcdf"}}}), "/outputs/a/format"),
            (json!({"outputs": {"a/b": {"transmissionMode": "post"}}}), "/outputs/a~1b/transmissionMode"),
        ] {
            assert_eq!(Execute::read(&body).unwrap_err().pointer, pointer);
        }
    }
}
