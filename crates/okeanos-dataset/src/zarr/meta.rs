//! Zarr array metadata (v2 and v3 documents) as variables.

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::STANDARD};
use okeanos_cf::model::{AttrValue, Attributes, DataType, Variable};
use serde_json::{Map, Value};
use zarrs::metadata::ArrayMetadata;

use super::{chunks::Squeeze, codecs, shard::Shard};

/// Attributes whose numbers are of the variable's own type.
const TYPED: [&str; 7] =
    ["_FillValue", "missing_value", "valid_min", "valid_max", "valid_range", "flag_values", "flag_masks"];

/// An array as told by its document.
pub(super) struct Described {
    pub(super) variable: Variable,
    pub(super) squeeze: Squeeze,
    pub(super) shard: Option<Shard>,
    pub(super) text_width: Option<usize>,
    /// For `zarrs`, or why it cannot be read.
    pub(super) metadata: Result<ArrayMetadata, String>,
}

/// A v2 array: the names of its dimensions are in `_ARRAY_DIMENSIONS`, its fill value doubles as `_FillValue`.
pub(super) fn v2(
    path: &str,
    document: &Value,
    attributes: &Map<String, Value>,
    arrays: &HashSet<String>,
) -> Result<Described, String> {
    let shape = lengths(document, "shape")?;
    let chunks = lengths(document, "chunks")?;
    let typestr = document.get("dtype").and_then(Value::as_str).unwrap_or_default();
    let has_texts = document.get("filters").and_then(Value::as_array).is_some_and(|filters| {
        filters.iter().any(|filter| filter.get("id").and_then(Value::as_str) == Some("vlen-utf8"))
    });
    let (dtype, text_width) = v2_type(typestr, has_texts);
    let names = attributes.get("_ARRAY_DIMENSIONS").and_then(Value::as_array);
    let mut attributes = attributes.clone();
    let dimensions = dimension_names(path, names, shape.len(), arrays)?;
    let fill = document.get("fill_value").filter(|fill| !fill.is_null());
    if let Some(fill) = fill.filter(|_| dtype.is_numeric() && !is_coordinate(path, &dimensions)) {
        attributes.entry("_FillValue").or_insert_with(|| fill.clone());
    }
    let mut bare = document.clone();
    let squeeze = codecs::v2(document);
    if matches!(squeeze, Ok(Squeeze::Gzip | Squeeze::Zlib | Squeeze::Zstd))
        && let Some(bare) = bare.as_object_mut()
    {
        bare.insert("compressor".to_owned(), Value::Null);
    }
    let (squeeze, metadata) = match (dtype, squeeze) {
        (DataType::Other, _) => (Squeeze::None, Err(format!("its type is {typestr:?}"))),
        (_, Err(why)) => (Squeeze::None, Err(why)),
        (_, Ok(squeeze)) => {
            (squeeze, serde_json::from_value(bare).map(ArrayMetadata::V2).map_err(|error| error.to_string()))
        }
    };
    let variable = variable(path, dtype, dimensions, shape, chunks, &attributes)?;
    Ok(Described { variable, squeeze, shard: None, text_width, metadata })
}

/// A v3 array: the names of its dimensions are its own; its fill value is not `_FillValue`.
pub(super) fn v3(path: &str, document: &Value, arrays: &HashSet<String>) -> Result<Described, String> {
    let shape = lengths(document, "shape")?;
    let grid = document.pointer("/chunk_grid/configuration").ok_or("it has no regular chunk grid")?;
    let mut chunks = lengths(grid, "chunk_shape")?;
    let type_name = match document.get("data_type") {
        Some(Value::String(name)) => name.as_str(),
        Some(other) => other.get("name").and_then(Value::as_str).unwrap_or_default(),
        None => return Err("it has no data_type".to_owned()),
    };
    let (dtype, text_width) = v3_type(type_name, document);
    let empty = Map::new();
    let attributes = document.get("attributes").and_then(Value::as_object).unwrap_or(&empty);
    let names =
        document.get("dimension_names").or_else(|| attributes.get("_ARRAY_DIMENSIONS")).and_then(Value::as_array);
    let dimensions = dimension_names(path, names, shape.len(), arrays)?;

    let mut bare = document.clone();
    let list = bare.get_mut("codecs").and_then(Value::as_array_mut).ok_or("it has no codecs")?;
    let names = codecs::names(document, "codecs");
    let (mut shard, mut squeeze) = (None, None);
    if let [only] = names.as_slice()
        && only == "sharding_indexed"
    {
        let configuration = list.first().and_then(|codec| codec.get("configuration")).unwrap_or(&Value::Null);
        // What is read at a time is the inner chunk.
        let inner = lengths(configuration, "chunk_shape")?;
        shard = Some(Shard::of(configuration, &chunks, &inner));
        chunks = inner;
    } else {
        // A checksum may follow what is not compressed.
        let unchecked =
            names.split_last().filter(|(last, _)| *last == "crc32c").and_then(|(_, rest)| codecs::chain(rest));
        squeeze = codecs::chain(&names).or(unchecked.filter(|squeeze| *squeeze == Squeeze::None));
        if matches!(squeeze, Some(Squeeze::Gzip | Squeeze::Zstd)) {
            list.pop();
        }
    }
    let mut metadata = match dtype {
        DataType::Other => Err(format!("its type is {type_name:?}")),
        _ if shard.is_none() && squeeze.is_none() => Err(format!("codecs {names:?} are not supported")),
        _ => serde_json::from_value(bare).map(ArrayMetadata::V3).map_err(|error| error.to_string()),
    };
    let squeeze = squeeze.unwrap_or(Squeeze::None);
    let shard = shard.transpose().unwrap_or_else(|why| {
        metadata = Err(why);
        None
    });
    let variable = variable(path, dtype, dimensions, shape, chunks, attributes)?;
    Ok(Described { variable, squeeze, shard, text_width, metadata })
}

fn variable(
    path: &str,
    dtype: DataType,
    dimensions: Vec<String>,
    shape: Vec<u64>,
    chunks: Vec<u64>,
    attributes: &Map<String, Value>,
) -> Result<Variable, String> {
    if chunks.len() != shape.len() || chunks.contains(&0) {
        return Err("its chunks do not fit its shape".to_owned());
    }
    let name = if path.is_empty() { "data".to_owned() } else { path.to_owned() };
    let mut attributes = self::attributes(attributes);
    let packed = attributes.get("scale_factor").is_some() || attributes.get("add_offset").is_some();
    for (name, value) in &mut attributes.0 {
        // JSON does not say whether a valid range of packed values is of the stored or of the unpacked ones.
        if TYPED.contains(&name.as_str()) && dtype.is_numeric() && !(packed && name.starts_with("valid_")) {
            *value = typed(dtype, value);
        }
    }
    Ok(Variable { name, dtype, dimensions, shape, chunks: Some(chunks), attributes })
}

/// Numbers in the variable's own type; floats that JSON cannot say are words, or base64 as xarray writes them.
fn typed(dtype: DataType, value: &AttrValue) -> AttrValue {
    match value {
        AttrValue::Numbers(_, values) => AttrValue::Numbers(dtype, values.clone()),
        AttrValue::Text(text) => match float(text) {
            Some(number) => AttrValue::Numbers(dtype, vec![number]),
            None => value.clone(),
        },
        AttrValue::Texts(_) => value.clone(),
    }
}

fn float(text: &str) -> Option<f64> {
    match text {
        "NaN" | "nan" => return Some(f64::NAN),
        "Infinity" => return Some(f64::INFINITY),
        "-Infinity" => return Some(f64::NEG_INFINITY),
        _ => {}
    }
    let bytes = STANDARD.decode(text).ok()?;
    match bytes.len() {
        8 => Some(f64::from_le_bytes(bytes.try_into().ok()?)),
        4 => Some(f64::from(f32::from_le_bytes(bytes.try_into().ok()?))),
        _ => None,
    }
}

/// JSON attributes; members of other kinds than text and numbers have no counterpart in NetCDF and are left out.
pub(super) fn attributes(map: &Map<String, Value>) -> Attributes {
    let kept = map.iter().filter(|(name, _)| *name != "_ARRAY_DIMENSIONS");
    Attributes(kept.filter_map(|(name, value)| Some((name.clone(), attribute(value)?))).collect())
}

fn attribute(value: &Value) -> Option<AttrValue> {
    match value {
        Value::String(text) => Some(AttrValue::Text(text.clone())),
        Value::Bool(truth) => Some(AttrValue::Text(truth.to_string())),
        Value::Number(number) => {
            let dtype = if number.is_f64() { DataType::F64 } else { DataType::I64 };
            Some(AttrValue::Numbers(dtype, vec![number.as_f64()?]))
        }
        Value::Array(list) if list.iter().all(Value::is_number) => {
            let dtype = if list.iter().any(Value::is_f64) { DataType::F64 } else { DataType::I64 };
            Some(AttrValue::Numbers(dtype, list.iter().filter_map(Value::as_f64).collect()))
        }
        Value::Array(list) => {
            let texts: Option<Vec<_>> = list.iter().map(|item| item.as_str().map(str::to_owned)).collect();
            texts.map(AttrValue::Texts)
        }
        Value::Null | Value::Object(_) => None,
    }
}

fn lengths(document: &Value, name: &str) -> Result<Vec<u64>, String> {
    let list = document.get(name).and_then(Value::as_array).ok_or_else(|| format!("it has no {name}"))?;
    let lengths: Option<Vec<u64>> = list.iter().map(Value::as_u64).collect();
    lengths.ok_or_else(|| format!("its {name} is not a list of lengths"))
}

/// Names of the dimensions, with a group's path before them as NetCDF variables of groups have it: that of the nearest
/// group, from the array's own upward, which has a coordinate of that name; else of its own.
fn dimension_names(
    path: &str,
    names: Option<&Vec<Value>>,
    rank: usize,
    arrays: &HashSet<String>,
) -> Result<Vec<String>, String> {
    if names.is_some_and(|names| names.len() != rank) {
        return Err("it has not as many dimension names as dimensions".to_owned());
    }
    let group = path.rsplit_once('/').map(|(group, _)| group);
    let groups = || std::iter::successors(group, |group| group.rsplit_once('/').map(|(parent, _)| parent));
    let own = |name: &str| group.map_or(name.to_owned(), |group| format!("{group}/{name}"));
    let name = |number: usize| match names.and_then(|names| names.get(number)).and_then(Value::as_str) {
        Some(name) => {
            let mut candidates = groups().map(|group| format!("{group}/{name}")).chain([name.to_owned()]);
            candidates.find(|candidate| arrays.contains(candidate)).unwrap_or_else(|| own(name))
        }
        None => format!("{path}_dim_{number}"),
    };
    Ok((0..rank).map(name).collect())
}

fn is_coordinate(path: &str, dimensions: &[String]) -> bool {
    dimensions.len() == 1 && dimensions.first().is_some_and(|name| name == path)
}

/// A numpy type string: byte order, kind, bytes. With texts, the characters' width is told too.
fn v2_type(typestr: &str, has_texts: bool) -> (DataType, Option<usize>) {
    let rest = typestr.trim_start_matches(['<', '>', '|', '=']);
    let dtype = match rest {
        "i1" => DataType::I8,
        "i2" => DataType::I16,
        "i4" => DataType::I32,
        "i8" => DataType::I64,
        "u1" | "b1" => DataType::U8,
        "u2" => DataType::U16,
        "u4" => DataType::U32,
        "u8" => DataType::U64,
        "f4" => DataType::F32,
        "f8" => DataType::F64,
        "O" if has_texts => DataType::String,
        _ if rest.starts_with('U') && !typestr.starts_with('>') => DataType::String,
        _ => match rest.strip_prefix('S').and_then(|width| width.parse().ok()) {
            Some(width) => return (DataType::String, Some(width)),
            None => DataType::Other,
        },
    };
    (dtype, None)
}

fn v3_type(name: &str, document: &Value) -> (DataType, Option<usize>) {
    let dtype = match name {
        "int8" => DataType::I8,
        "int16" => DataType::I16,
        "int32" => DataType::I32,
        "int64" => DataType::I64,
        "uint8" | "bool" => DataType::U8,
        "uint16" => DataType::U16,
        "uint32" => DataType::U32,
        "uint64" => DataType::U64,
        "float32" => DataType::F32,
        "float64" => DataType::F64,
        "string" | "fixed_length_utf32" => DataType::String,
        "null_terminated_bytes" => {
            let width = document.pointer("/data_type/configuration/length_bytes").and_then(Value::as_u64);
            return (DataType::String, width.and_then(|width| usize::try_from(width).ok()));
        }
        _ => DataType::Other,
    };
    (dtype, None)
}
