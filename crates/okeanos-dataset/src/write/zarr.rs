//! Zarr (v2 or v3, consolidated, zstd) for analysis in place: chunks of about 1.5 MB, coordinates in one chunk each.
//!
//! Chunks are written one by one, the consolidated metadata last: a store without it is not complete.

use std::{
    collections::{BTreeSet, HashMap},
    fs,
    path::Path,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use okeanos_cf::{
    axes::{Role, local_name, roles},
    model::{AttrValue, Attributes, DataType, Variable},
};
use serde_json::{Map, Number, Value, json};

use super::{Progress, plan, tiles, total_bytes};
use crate::{
    Dataset, Error, Format, Limits, RawValues, Selection, Window, array::size_of_dtype, decode::Decoding,
    netcdf::positions,
};

/// The version of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// Version 2, which every reader knows.
    V2,
    /// Version 3.
    V3,
}

/// Bytes of values that a store may hold, before compression.
pub const LARGEST: u64 = 64 << 30;
/// Objects that a store may be made of.
pub const MOST_OBJECTS: u64 = 100_000;

/// Level of zstd: as fast as reading.
const LEVEL: i32 = 3;
/// Coordinates up to this size are one chunk.
const ONE_CHUNK: u64 = 16 << 20;

/// Writes a selection of a data set as a Zarr store into a folder. `history` is put before the `history` attribute.
///
/// # Errors
/// [`Error::TooLarge`] above [`LARGEST`] or [`MOST_OBJECTS`], what is wrong with the source, [`Error::Unwritten`].
pub fn write(
    dataset: &Dataset,
    selection: &Selection,
    history: Option<&str>,
    folder: &Path,
    version: Version,
    progress: Progress<'_>,
) -> Result<(), Error> {
    let total = total_bytes(dataset, selection);
    Limits::check("the Zarr store in bytes", total, LARGEST)?;
    let roles: HashMap<&str, Role> =
        dataset.header().variables.iter().map(|v| v.name.as_str()).zip(roles(dataset.header())).collect();
    let role = |variable: &Variable| roles.get(variable.name.as_str()).copied();
    let variables = selection.variables().iter().map(|name| dataset.variable(name)).collect::<Result<Vec<_>, _>>()?;
    let objects = |variable: &&Variable| Output::of(dataset, selection, variable, role(variable)).objects();
    let objects = variables.iter().map(objects).fold(0, u64::saturating_add);
    Limits::check("the objects of the Zarr store", objects, MOST_OBJECTS)?;
    let mut store = Folder { folder, version, documents: Map::new() };
    let mut done = 0;
    let mut groups = BTreeSet::new();
    for variable in variables {
        let name = variable.name.as_str();
        if variable.dtype == DataType::Other {
            continue;
        }
        groups.extend(name.match_indices('/').map(|(at, _)| &name[..at]));
        let array = Output::of(dataset, selection, variable, role(variable));
        store.array(&array)?;
        let mut put = |index: &[u64], window: &Window, bytes: &[u8]| {
            let bytes = zstd::bulk::compress(bytes, LEVEL).map_err(Error::Unwritten)?;
            store.put(&format!("{name}/{}", array.chunk_key(index, version)), &bytes)?;
            done += array.window_bytes(window);
            progress(done, total);
            Ok(())
        };
        if variable.dtype.is_numeric() {
            super::each_chunk(dataset, selection, variable, &array.chunk, &mut |index, window, values| {
                put(index, window, &array.chunk_bytes(window, values)?)
            })?;
        } else {
            for (index, window) in tiles(&array.shape, &array.chunk) {
                put(&index, &window, &array.texts(dataset, selection)?)?;
            }
        }
    }
    for group in groups {
        store.group(group)?;
    }
    let mut attributes = dataset.header().attributes.clone();
    if let Some(history) = history {
        let text = attributes.text("history").map_or(history.to_owned(), |before| format!("{history}\n{before}"));
        attributes.0.retain(|(name, _)| name != "history");
        attributes.0.push(("history".to_owned(), AttrValue::Text(text)));
    }
    store.finish(json_attributes(&attributes))
}

/// A folder that becomes a store.
struct Folder<'a> {
    folder: &'a Path,
    version: Version,
    /// Documents for the consolidated metadata.
    documents: Map<String, Value>,
}

impl Folder<'_> {
    fn put(&self, key: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.folder.join(key);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Error::Unwritten)?;
        }
        fs::write(path, bytes).map_err(Error::Unwritten)
    }

    fn document(&self, key: &str, document: &Value) -> Result<(), Error> {
        let bytes = serde_json::to_vec_pretty(document).map_err(|error| Error::Unwritten(error.into()))?;
        self.put(key, &bytes)
    }

    fn array(&mut self, array: &Output<'_>) -> Result<(), Error> {
        let name = &array.variable.name;
        match self.version {
            Version::V2 => {
                for (file, document) in
                    [(".zarray", array.v2()), (".zattrs", Value::Object(array.attributes(Version::V2)))]
                {
                    let key = format!("{name}/{file}");
                    self.document(&key, &document)?;
                    self.documents.insert(key, document);
                }
            }
            Version::V3 => {
                let document = array.v3();
                self.document(&format!("{name}/zarr.json"), &document)?;
                self.documents.insert(name.clone(), document);
            }
        }
        Ok(())
    }

    fn group(&mut self, path: &str) -> Result<(), Error> {
        match self.version {
            Version::V2 => {
                let key = format!("{path}/.zgroup");
                let document = json!({ "zarr_format": 2 });
                self.document(&key, &document)?;
                self.documents.insert(key, document);
            }
            Version::V3 => {
                let document = json!({ "zarr_format": 3, "node_type": "group", "attributes": {} });
                self.document(&format!("{path}/zarr.json"), &document)?;
                self.documents.insert(path.to_owned(), document);
            }
        }
        Ok(())
    }

    fn finish(mut self, attributes: Map<String, Value>) -> Result<(), Error> {
        match self.version {
            Version::V2 => {
                let group = json!({ "zarr_format": 2 });
                self.document(".zgroup", &group)?;
                self.document(".zattrs", &Value::Object(attributes.clone()))?;
                self.documents.insert(".zgroup".to_owned(), group);
                self.documents.insert(".zattrs".to_owned(), Value::Object(attributes));
                self.document(".zmetadata", &json!({ "zarr_consolidated_format": 1, "metadata": self.documents }))
            }
            Version::V3 => {
                let inline = json!({ "kind": "inline", "must_understand": false, "metadata": self.documents });
                let root = json!({
                    "zarr_format": 3, "node_type": "group", "attributes": attributes, "consolidated_metadata": inline,
                });
                self.document("zarr.json", &root)
            }
        }
    }
}

/// An array to be written.
struct Output<'a> {
    variable: &'a Variable,
    attributes: Attributes,
    dimensions: Vec<String>,
    shape: Vec<u64>,
    chunk: Vec<u64>,
    /// The value that pads chunks over the edge, and that missing chunks mean.
    fill: Option<f64>,
}

impl<'a> Output<'a> {
    fn of(dataset: &Dataset, selection: &Selection, variable: &'a Variable, role: Option<Role>) -> Self {
        let mut shape = selection.shape(variable);
        let mut dimensions: Vec<_> = variable.dimensions.iter().map(|name| local_name(name).to_owned()).collect();
        if variable.dtype == DataType::Char {
            // The last dimension is the length of the texts.
            shape.pop();
            dimensions.pop();
        }
        let width = size_of_dtype(variable.dtype);
        let bytes = shape.iter().fold(width, |all, n| all.saturating_mul(*n));
        let is_text = !variable.dtype.is_numeric();
        let is_coordinate = shape.len() <= 1 && bytes <= ONE_CHUNK;
        let chunk = match is_text || is_coordinate {
            true => shape.iter().map(|size| (*size).max(1)).collect(),
            false => plan(&shape, width),
        };
        let stated = variable.attributes.number("_FillValue").filter(|_| variable.dtype.is_numeric());
        let default = || crate::decode::default_fill_value(variable.dtype).filter(|_| !dataset.format().is_store());
        // What NetCDF takes as missing without saying so has to be said in Zarr; not for coordinates of one dimension and
        // for bounds, which have none.
        let is_whole = role == Some(Role::Bounds) || (role == Some(Role::Coordinate) && shape.len() <= 1);
        let fill = stated.or_else(|| if is_whole { None } else { default() });
        let attributes = unpacked(variable, selection.attributes(variable));
        Self { variable, attributes, dimensions, shape, chunk, fill }
    }

    /// Its chunks and its metadata.
    fn objects(&self) -> u64 {
        let along = |(size, chunk): (&u64, &u64)| size.div_ceil((*chunk).max(1));
        self.shape.iter().zip(&self.chunk).map(along).fold(1, u64::saturating_mul).saturating_add(2)
    }

    fn chunk_key(&self, index: &[u64], version: Version) -> String {
        let parts: Vec<_> = index.iter().map(ToString::to_string).collect();
        match version {
            Version::V2 if parts.is_empty() => "0".to_owned(),
            Version::V2 => parts.join("."),
            Version::V3 if parts.is_empty() => "c".to_owned(),
            Version::V3 => format!("c/{}", parts.join("/")),
        }
    }

    fn window_bytes(&self, window: &Window) -> u64 {
        window.len().saturating_mul(size_of_dtype(self.variable.dtype))
    }

    /// The bytes of a whole chunk; what is over the edge of the array is fill.
    fn chunk_bytes(&self, window: &Window, mut values: RawValues) -> Result<Vec<u8>, Error> {
        if window.count != self.chunk {
            let edge = self.padding().ok_or_else(|| self.unfit())?;
            let end = values.len();
            if !values.append(edge) {
                return Err(self.unfit());
            }
            let total: u64 = self.chunk.iter().product();
            let mut places = vec![end; usize::try_from(total).map_err(|_| self.unfit())?];
            let inside = Window::new(vec![0; self.chunk.len()], window.count.clone());
            for (read, position) in positions(&self.chunk, &inside).enumerate() {
                if let Some(place) = places.get_mut(position) {
                    *place = read;
                }
            }
            values = values.pick(places.into_iter());
        }
        values.to_le_bytes().ok_or_else(|| self.unfit())
    }

    /// One fill value.
    fn padding(&self) -> Option<RawValues> {
        let fill = self.fill.unwrap_or(0.0);
        let mut one = RawValues::zeros(self.variable.dtype, 1)?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the fill value is of the type")]
        match &mut one {
            RawValues::I8(v) => v[0] = fill as i8,
            RawValues::I16(v) => v[0] = fill as i16,
            RawValues::I32(v) => v[0] = fill as i32,
            RawValues::I64(v) => v[0] = fill as i64,
            RawValues::U8(v) => v[0] = fill as u8,
            RawValues::U16(v) => v[0] = fill as u16,
            RawValues::U32(v) => v[0] = fill as u32,
            RawValues::U64(v) => v[0] = fill as u64,
            RawValues::F32(v) => v[0] = fill as f32,
            RawValues::F64(v) => v[0] = fill,
            RawValues::Char(_) | RawValues::String(_) => return None,
        }
        Some(one)
    }

    fn unfit(&self) -> Error {
        Error::Unsupported(format!("variable {} as Zarr", self.variable.name))
    }

    /// Texts as the vlen-utf8 codec has them: how many, then the length and bytes of each.
    fn texts(&self, dataset: &Dataset, selection: &Selection) -> Result<Vec<u8>, Error> {
        let shape = selection.shape(self.variable);
        let texts: Vec<Vec<u8>> = match selection.read(dataset, self.variable, &Window::all(&shape))? {
            RawValues::String(texts) => texts.into_iter().map(String::into_bytes).collect(),
            RawValues::Char(bytes) => {
                let width = usize::try_from(shape.last().copied().unwrap_or(1).max(1)).map_err(|_| self.unfit())?;
                let text = |row: &[u8]| String::from_utf8_lossy(row).trim_end_matches(['\0', ' ']).as_bytes().to_vec();
                bytes.chunks(width).map(text).collect()
            }
            _ => return Err(self.unfit()),
        };
        let length = |n: usize| u32::try_from(n).map(u32::to_le_bytes).map_err(|_| self.unfit());
        let mut bytes = length(texts.len())?.to_vec();
        for text in texts {
            bytes.extend_from_slice(&length(text.len())?);
            bytes.extend_from_slice(&text);
        }
        Ok(bytes)
    }

    fn attributes(&self, version: Version) -> Map<String, Value> {
        let mut attributes = self.attributes.clone();
        attributes.0.retain(|(name, _)| name != "_FillValue");
        let mut json = json_attributes(&attributes);
        match version {
            Version::V2 => {
                json.insert("_ARRAY_DIMENSIONS".to_owned(), json!(self.dimensions));
            }
            Version::V3 => {
                if let Some(fill) = self.fill {
                    let is_float = matches!(self.variable.dtype, DataType::F32 | DataType::F64);
                    // xarray's form for floats, since JSON has no NaN.
                    let value = match is_float {
                        true => Value::String(STANDARD.encode(fill.to_le_bytes())),
                        false => self.json_fill(),
                    };
                    json.insert("_FillValue".to_owned(), value);
                }
            }
        }
        json
    }

    fn json_fill(&self) -> Value {
        match self.fill {
            Some(fill) => {
                json_number(self.variable.dtype, fill).unwrap_or_else(|| Value::String(word(fill).to_owned()))
            }
            None => Value::Null,
        }
    }

    fn v2(&self) -> Value {
        let (dtype, filters, fill) = match v2_type(self.variable.dtype) {
            Some(dtype) => (dtype, Value::Null, self.json_fill()),
            None => ("|O", json!([{ "id": "vlen-utf8" }]), Value::Null),
        };
        json!({
            "zarr_format": 2, "shape": self.shape, "chunks": self.chunk, "dtype": dtype, "fill_value": fill, "order": "C",
            "filters": filters, "compressor": { "id": "zstd", "level": LEVEL }, "dimension_separator": ".",
        })
    }

    fn v3(&self) -> Value {
        let dtype = self.variable.dtype;
        let zstd = json!({ "name": "zstd", "configuration": { "level": LEVEL, "checksum": false } });
        let (dtype, first, fill) = if !dtype.is_numeric() {
            ("string", json!({ "name": "vlen-utf8" }), json!(""))
        } else {
            let bytes = match size_of_dtype(dtype) {
                1 => json!({ "name": "bytes" }),
                _ => json!({ "name": "bytes", "configuration": { "endian": "little" } }),
            };
            let zero = || json_number(dtype, 0.0).unwrap_or(Value::Null);
            (dtype.name(), bytes, if self.fill.is_some() { self.json_fill() } else { zero() })
        };
        json!({
            "zarr_format": 3, "node_type": "array", "shape": self.shape, "data_type": dtype,
            "chunk_grid": { "name": "regular", "configuration": { "chunk_shape": self.chunk } },
            "chunk_key_encoding": { "name": "default", "configuration": { "separator": "/" } },
            "fill_value": fill, "codecs": [first, zstd], "attributes": self.attributes(Version::V3),
            "dimension_names": self.dimensions, "storage_transformers": [],
        })
    }
}

/// The valid range of packed values as one of unpacked values: JSON does not say which of both is meant, numbers with a
/// decimal point do.
fn unpacked(variable: &Variable, mut attributes: Attributes) -> Attributes {
    let Some((low, high)) = Decoding::of(variable, false).unpacked_range() else { return attributes };
    let stated = attributes.0.iter().any(|(name, _)| name.starts_with("valid_"));
    attributes.0.retain(|(name, _)| !["valid_min", "valid_max", "valid_range"].contains(&name.as_str()));
    for (name, value) in [("valid_min", low), ("valid_max", high)].into_iter().filter(|_| stated) {
        if value.is_finite() {
            attributes.0.push((name.to_owned(), AttrValue::Numbers(DataType::F64, vec![value])));
        }
    }
    attributes
}

fn word(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the number is of the type")]
fn json_number(dtype: DataType, value: f64) -> Option<Value> {
    match dtype {
        DataType::U64 => Some(Value::from(value as u64)),
        DataType::F32 | DataType::F64 => Number::from_f64(value).map(Value::Number),
        _ => Some(Value::from(value as i64)),
    }
}

fn json_attributes(attributes: &Attributes) -> Map<String, Value> {
    let value = |value: &AttrValue| match value {
        AttrValue::Text(text) => Some(Value::String(text.clone())),
        AttrValue::Texts(texts) => Some(json!(texts)),
        AttrValue::Numbers(dtype, numbers) => {
            let all: Option<Vec<Value>> = numbers.iter().map(|number| json_number(*dtype, *number)).collect();
            // JSON has no NaN: an attribute that holds one is left out.
            all.map(|mut all| if all.len() == 1 { all.remove(0) } else { Value::Array(all) })
        }
    };
    attributes.0.iter().filter_map(|(name, v)| Some((name.clone(), value(v)?))).collect()
}

fn v2_type(dtype: DataType) -> Option<&'static str> {
    Some(match dtype {
        DataType::I8 => "|i1",
        DataType::I16 => "<i2",
        DataType::I32 => "<i4",
        DataType::I64 => "<i8",
        DataType::U8 => "|u1",
        DataType::U16 => "<u2",
        DataType::U32 => "<u4",
        DataType::U64 => "<u8",
        DataType::F32 => "<f4",
        DataType::F64 => "<f8",
        DataType::Char | DataType::String | DataType::Other => return None,
    })
}

impl From<Version> for Format {
    fn from(version: Version) -> Self {
        match version {
            Version::V2 => Self::ZarrV2,
            Version::V3 => Self::ZarrV3,
        }
    }
}
