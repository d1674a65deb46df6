//! What a client asks for: the body of `POST …/execution`, as this platform takes it.

use std::{borrow::Cow, time::Duration};

use okeanos_ogc::{
    execute::{Execute, OutputRequest},
    prefer::Preference,
    process::{JobControl, ProcessDescription},
};
use okeanos_processes::Function;
use serde_json::Value;

use super::{error::Error, plan::Wanted};

/// Reads a body. EDITO's clients write `processInputs` for `inputs`.
///
/// # Errors
/// [`Error::Invalid`] naming the member.
pub(crate) fn read(body: &Value) -> Result<Execute, Error> {
    let mut body = Cow::Borrowed(body);
    if body.get("processInputs").is_some() {
        if body.get("inputs").is_some() {
            return Err(Error::request("processInputs", "it means the same as inputs: give one of them"));
        }
        if let Some(members) = body.to_mut().as_object_mut()
            && let Some(inputs) = members.remove("processInputs")
        {
            members.insert("inputs".to_owned(), inputs);
        }
    }
    let request = Execute::read(&body)?;
    match request.subscriber {
        Some(_) => {
            Err(Error::request("subscriber", "callbacks are not offered: follow the job, or the platform's events"))
        }
        None => Ok(request),
    }
}

/// The outputs that are wanted: all of the process unless some were named.
///
/// # Errors
/// [`Error::Invalid`] naming an output that the process does not have.
pub(crate) fn wanted_outputs(process: &ProcessDescription, request: &Execute) -> Result<Vec<Wanted>, Error> {
    let known = || process.outputs.keys().map(String::as_str);
    // An empty object comes from clients that have nothing to say about outputs.
    let Some(named) = request.outputs.as_ref().filter(|named| !named.is_empty()) else {
        return Ok(known().map(|name| Wanted { name: name.to_owned(), transmission: None }).collect());
    };
    match named.iter().find(|output| !known().any(|name| name == output.name)) {
        None => {
            let wanted = |o: &OutputRequest| Wanted { name: o.name.clone(), transmission: o.transmission };
            Ok(named.iter().map(wanted).collect())
        }
        Some(unknown) => {
            let why = format!("the process has no such output; it has {}", known().collect::<Vec<_>>().join(", "));
            Err(Error::request(format!("outputs.{}", unknown.name), why))
        }
    }
}

/// Makes the media type in which an output is wanted the input `format`, by which the platform's functions are told.
///
/// # Errors
/// [`Error::Invalid`] naming the output, when it has no such format or `format` says another.
pub(crate) fn choose_format(function: Option<Function>, request: &mut Execute) -> Result<(), Error> {
    for output in request.outputs.iter().flatten() {
        let Some(media_type) = &output.media_type else { continue };
        let field = format!("outputs.{}.format", output.name);
        let formats = function.map_or(&[][..], Function::formats);
        let Some(format) = formats.iter().find(|f| f.media_type().eq_ignore_ascii_case(media_type)) else {
            let known: Vec<_> = formats.iter().map(|f| f.media_type()).collect();
            return Err(Error::request(field, format!("the output has no such format; it has {}", known.join(", "))));
        };
        match request.inputs.get("format").filter(|said| !said.is_null()) {
            Some(said) if said != format.name() => {
                return Err(Error::request(field, "the input format says something else"));
            }
            // What has but one format has no such input.
            None if formats.len() > 1 => {
                request.inputs.insert("format".to_owned(), format.name().into());
            }
            _ => {}
        }
    }
    Ok(())
}

/// Whether a client waits for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// It waits, at most so long.
    Sync(Option<Duration>),
    /// It does not.
    Async {
        /// Whether the client preferred it.
        preferred: bool,
    },
}

impl Mode {
    /// What a process can do, and of that what the client prefers; it waits when it does not say.
    pub(crate) fn decide(process: &[JobControl], preference: Preference) -> Self {
        let can = |option| process.contains(&option);
        match preference {
            Preference { asynchronous: true, .. } if can(JobControl::AsyncExecute) => Self::Async { preferred: true },
            Preference { wait, .. } if can(JobControl::SyncExecute) => Self::Sync(wait),
            _ => Self::Async { preferred: false },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn both_names_of_inputs() {
        for name in ["inputs", "processInputs"] {
            assert_eq!(read(&json!({ name: {"a": 1} })).unwrap().inputs["a"], 1);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (body, field) in [
            (json!([]), "body"),
            (json!({"processInputs": 1}), "inputs"),
            (json!({"inputs": {}, "processInputs": {}}), "processInputs"),
            (json!({"response": "xml"}), "response"),
            (json!({"subscriber": {"successUri": "http://10.0.0.1/"}}), "subscriber"),
        ] {
            match read(&body) {
                Err(Error::Invalid { field: named, .. }) => assert_eq!(named, field),
                other => panic!("{body}: {other:?}"),
            }
        }
    }

    #[test]
    fn outputs_are_all_or_those_named() {
        let output = json!({"schema": {}});
        let process = json!({"id": "p", "version": "1", "outputs": {"result": output, "report": output}});
        let process = ProcessDescription::read(process).unwrap();
        let wanted = |body: Value| {
            let wanted = wanted_outputs(&process, &read(&body).unwrap());
            wanted.map(|outputs| outputs.into_iter().map(|o| o.name).collect::<Vec<_>>())
        };
        assert_eq!(wanted(json!({})).unwrap(), ["result", "report"]);
        assert_eq!(wanted(json!({"outputs": {}})).unwrap(), ["result", "report"]);
        assert_eq!(wanted(json!({"outputs": {"report": {}}})).unwrap(), ["report"]);
        assert!(wanted(json!({"outputs": {"colour": {}}})).is_err());
    }

    #[test]
    fn a_media_type_is_a_format() {
        let chosen = |function: Function, body: Value| {
            let mut request = read(&body).unwrap();
            choose_format(Some(function), &mut request).map(|()| request.inputs.get("format").cloned())
        };
        let wanted = |media_type: &str| json!({"result": {"format": {"mediaType": media_type}}});
        let body = |media_type| json!({"outputs": wanted(media_type)});
        assert_eq!(chosen(Function::Subset, body("text/csv")).unwrap(), Some(json!("csv")));
        assert_eq!(chosen(Function::ToZarr, body("application/vnd+zarr")).unwrap(), None);
        assert_eq!(chosen(Function::Subset, json!({})).unwrap(), None);
        let both = |format: &str| json!({"inputs": {"format": format}, "outputs": wanted("text/csv")});
        assert!(chosen(Function::Subset, both("csv")).is_ok());
        for (function, body) in [(Function::Subset, both("zarr")), (Function::ToZarr, body("text/csv"))] {
            match chosen(function, body) {
                Err(Error::Invalid { field, .. }) => assert_eq!(field, "outputs.result.format"),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_process_can_do_what_it_can() {
        use JobControl::{AsyncExecute, SyncExecute};
        let later = Preference { asynchronous: true, ..Preference::default() };
        let now = Preference::default();
        assert_eq!(Mode::decide(&[SyncExecute, AsyncExecute], later), Mode::Async { preferred: true });
        assert_eq!(Mode::decide(&[SyncExecute, AsyncExecute], now), Mode::Sync(None));
        assert_eq!(Mode::decide(&[SyncExecute], later), Mode::Sync(None));
        assert_eq!(Mode::decide(&[AsyncExecute], now), Mode::Async { preferred: false });
        assert_eq!(Mode::decide(&[], now), Mode::Async { preferred: false });
    }
}
