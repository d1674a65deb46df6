//! Inputs of an execute request, checked.

use okeanos_dataset::grid::BBox;
use okeanos_ogc::bbox::Bbox;
use serde_json::{Map, Value};
use time::OffsetDateTime;

use crate::Function;

/// Names that an input may list.
const NAMES: usize = 1_000;
/// Characters of a source or a name.
const TEXT: usize = 2_048;

/// An input that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The input.
    pub field: String,
    /// What is wrong and what is expected.
    pub message: String,
}

/// The format of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// NetCDF-4.
    NetCdf,
    /// Zarr v2, consolidated.
    Zarr,
    /// Comma-separated values.
    Csv,
    /// JSON.
    Json,
}

impl FileFormat {
    /// As in the input `format`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NetCdf => "netcdf",
            Self::Zarr => "zarr",
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }

    /// The media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::NetCdf => "application/x-netcdf",
            Self::Zarr => "application/vnd+zarr",
            Self::Csv => "text/csv",
            Self::Json => "application/json",
        }
    }

    /// The name of the result's file or folder.
    pub fn result_name(self) -> &'static str {
        match self {
            Self::NetCdf => "result.nc",
            Self::Zarr => "result.zarr",
            Self::Csv => "result.csv",
            Self::Json => "result.json",
        }
    }
}

/// A time interval; an open end is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The first moment.
    pub from: Option<OffsetDateTime>,
    /// The last moment.
    pub to: Option<OffsetDateTime>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The data set: `s3://bucket/key`, or the URL of a STAC item that has one.
    pub source: String,
    /// The variables; empty for all that are measured or modelled.
    pub variables: Vec<String>,
    /// The box.
    pub bbox: Option<BBox>,
    /// The time interval.
    pub datetime: Option<Interval>,
    /// The shallowest and the deepest level, in metres downward.
    pub depth: Option<(f64, f64)>,
    /// The format of the result.
    pub format: FileFormat,
}

/// Reads inputs and notes what is wrong with them.
struct Checked<'a> {
    inputs: &'a Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Checked<'_> {
    /// The value of an input; null is none.
    fn value(&self, name: &str) -> Option<&Value> {
        self.inputs.get(name).filter(|value| !value.is_null())
    }

    fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError { field: field.to_owned(), message: message.into() });
    }

    /// Parses an input that may be absent.
    fn parse<T>(&mut self, name: &str, parse: impl FnOnce(&Value) -> Result<T, String>) -> Option<T> {
        let outcome = self.value(name).map(parse)?;
        match outcome {
            Ok(value) => Some(value),
            Err(message) => {
                self.wrong(name, message);
                None
            }
        }
    }
}

pub(crate) fn validate(function: Function, inputs: &Value) -> Result<Request, Vec<FieldError>> {
    let Some(inputs) = inputs.as_object() else {
        return Err(vec![FieldError { field: "inputs".to_owned(), message: "an object is expected".to_owned() }]);
    };
    let mut checked = Checked { inputs, errors: Vec::new() };
    if checked.value("source").is_none() {
        checked.wrong("source", "it is required: a STAC item URL or s3://bucket/key");
    }
    let source = checked.parse("source", source).unwrap_or_default();
    let variables = checked.parse("variables", names).unwrap_or_default();
    let bbox = checked.parse("bbox", bbox);
    let datetime = checked.parse("datetime", interval);
    let mut depth = checked.parse("depth", range);
    let format = checked.parse("format", |value| format(function, value));
    if let Some((_, Some(heights))) = bbox {
        if depth.is_some() {
            checked.wrong("depth", "the six numbers of bbox bound the depth already");
        }
        depth = Some(heights);
    }
    let has_choice = function.formats().len() > 1;
    let known = |name: &str| {
        ["source", "variables", "bbox", "datetime", "depth"].contains(&name) || (name == "format" && has_choice)
    };
    let unknown: Vec<String> = inputs.keys().filter(|name| !known(name)).cloned().collect();
    for name in unknown {
        checked.wrong(&name, format!("{} has no such input", function.id()));
    }
    if !checked.errors.is_empty() {
        return Err(checked.errors);
    }
    let bbox = bbox.map(|(bbox, _)| bbox);
    let format = format.unwrap_or(function.formats()[0]);
    Ok(Request { source, variables, bbox, datetime, depth, format })
}

fn source(value: &Value) -> Result<String, String> {
    let text = value.as_str().ok_or("a text is expected: a STAC item URL or s3://bucket/key")?;
    if text.len() > TEXT || text.chars().any(char::is_control) {
        return Err(format!("it has more than {TEXT} characters or control characters"));
    }
    let is_object = okeanos_blob::Location::parse(text).is_some();
    let is_item =
        ["https://", "http://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty()));
    if is_object || is_item {
        Ok(text.to_owned())
    } else {
        Err("a STAC item URL or s3://bucket/key is expected".to_owned())
    }
}

fn names(value: &Value) -> Result<Vec<String>, String> {
    let list = match value {
        Value::String(_) => std::slice::from_ref(value),
        Value::Array(list) => list.as_slice(),
        _ => return Err("an array of names is expected".to_owned()),
    };
    if list.len() > NAMES {
        return Err(format!("it has more than {NAMES} names"));
    }
    let mut names: Vec<String> = Vec::new();
    for name in list {
        match name.as_str().map(str::trim) {
            Some(name) if !name.is_empty() && name.len() <= TEXT => {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            }
            _ => return Err("an array of names is expected".to_owned()),
        }
    }
    Ok(names)
}

/// A box and, from its third dimension, depths.
fn bbox(value: &Value) -> Result<(BBox, Option<(f64, f64)>), String> {
    let Bbox { west, south, east, north, height } = Bbox::from_json(value).map_err(|wrong| wrong.message)?;
    // Heights are upward, depths downward.
    let depths = height.map(|(low, high)| (0.0 - high, 0.0 - low));
    Ok((BBox { west, south, east, north }, depths))
}

fn range(value: &Value) -> Result<(f64, f64), String> {
    match numbers(value).as_deref() {
        Some([low, high]) if low <= high => Ok((*low, *high)),
        _ => Err("two numbers are expected: the shallowest and the deepest level, in metres downward".to_owned()),
    }
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    let list = value.as_array().filter(|list| list.len() <= 6)?;
    list.iter().map(|number| number.as_f64().filter(|number| number.is_finite())).collect()
}

fn interval(value: &Value) -> Result<Interval, String> {
    let text = value.as_str().ok_or("a text is expected: 2020-01-01/2020-02-01, ../2020-02-01 or one instant")?;
    let interval = okeanos_ogc::interval::Interval::parse(text).map_err(|wrong| wrong.message)?;
    Ok(Interval { from: interval.start, to: interval.end })
}

fn format(function: Function, value: &Value) -> Result<FileFormat, String> {
    let wanted = value.as_str().unwrap_or_default();
    let formats = function.formats();
    formats.iter().find(|format| format.name() == wanted).copied().ok_or_else(|| {
        let names: Vec<_> = formats.iter().map(|format| format.name()).collect();
        format!("one of {} is expected", names.join(", "))
    })
}

#[cfg(test)]
mod tests;
