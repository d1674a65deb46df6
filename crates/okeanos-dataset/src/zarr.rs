//! Zarr v2 and v3 through `zarrs`, over any [`Store`].
//!
//! `zarrs` does not read v2 `.zmetadata`, and its gzip and zstd codecs decompress without a bound: metadata is parsed
//! here, and those two are decompressed here.

mod chunks;
mod codecs;
mod meta;
mod shard;

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use okeanos_cf::model::{DataType, Dimension, Header, Variable};
use serde_json::{Map, Value};
use zarrs::{
    array::{Array, ArrayBytes, ArraySubset},
    metadata::ArrayMetadata,
    storage::ReadableStorageTraits,
};

use self::chunks::{Chunks, Objects};
use crate::{
    Error, Format, Limits, RawValues, Store, Window, array::size_of_dtype, dataset::Reader, netcdf::positions,
    sniff::Marker, store::join,
};

/// Texts that one read may return.
const TEXTS: u64 = 1 << 20;
/// The largest box that is read to pick every n-th value from it.
const BOX: u64 = 32 << 20;

/// An array of the store.
pub(crate) struct Node {
    array: ZarrArray,
    chunks: Chunks,
    /// Bytes of a fixed-length text, for arrays of such.
    text_width: Option<usize>,
}

/// An open Zarr store.
pub(crate) struct Zarr {
    nodes: HashMap<String, Node>,
    limits: Limits,
}

/// Metadata documents by path: what `.zarray`, `.zattrs` and `zarr.json` say.
#[derive(Default)]
struct Documents {
    /// Arrays: their document, and for v2 their attributes.
    arrays: Vec<(String, Value, Map<String, Value>)>,
    attributes: Map<String, Value>,
}

impl Documents {
    fn add(
        &mut self,
        limits: &Limits,
        path: String,
        document: Value,
        attributes: Map<String, Value>,
    ) -> Result<(), Error> {
        self.arrays.push((path, document, attributes));
        Limits::check("the number of variables", self.arrays.len() as u64, limits.variables as u64)
    }
}

impl Zarr {
    /// Opens the store at a root: its format, header, and notes on what could not be understood.
    pub(crate) fn open(
        store: &Arc<dyn Store>,
        root: &str,
        marker: Marker,
        limits: &Limits,
    ) -> Result<(Self, Format, Header, Vec<String>), Error> {
        let walk = Walk { store: store.as_ref(), root, limits, spent: Cell::new(0) };
        let (format, documents) = match marker {
            Marker::V3 => (Format::ZarrV3, walk.v3()?),
            Marker::V2Consolidated => (Format::ZarrV2, walk.v2_consolidated()?),
            Marker::V2Group | Marker::V2Array => (Format::ZarrV2, walk.v2()?),
        };
        let arrays: HashSet<String> = documents.arrays.iter().map(|(path, ..)| path.clone()).collect();
        let objects = Objects::new(store.clone(), root, limits);
        let mut header = Header { attributes: meta::attributes(&documents.attributes), ..Header::default() };
        let (mut nodes, mut notes) = (HashMap::new(), Vec::new());
        for (path, document, attributes) in documents.arrays {
            let described = match format {
                Format::ZarrV3 => meta::v3(&path, &document, &arrays),
                _ => meta::v2(&path, &document, &attributes, &arrays),
            };
            let described =
                described.map_err(|why| Error::Corrupt(format!("the metadata of array {path:?}: {why}")))?;
            for (name, size) in described.variable.dimensions.iter().zip(&described.variable.shape) {
                note_dimension(&mut header, name, *size, &described.variable.name, &mut notes);
            }
            let codecs = (described.squeeze, described.shard);
            let chunks = Chunks::new(objects.clone(), codecs, &described.variable, limits);
            match described.metadata.and_then(|metadata| Node::new(&path, metadata, chunks, described.text_width)) {
                Ok(node) => drop(nodes.insert(described.variable.name.clone(), node)),
                Err(why) => notes.push(format!("array {path:?} cannot be read: {why}")),
            }
            header.variables.push(described.variable);
        }
        Ok((Self { nodes, limits: *limits }, format, header, notes))
    }
}

fn note_dimension(header: &mut Header, name: &str, size: u64, variable: &str, notes: &mut Vec<String>) {
    match header.dimension(name) {
        None => header.dimensions.push(Dimension { name: name.to_owned(), size, unlimited: false }),
        Some(known) if known.size != size => {
            notes.push(format!("dimension {name} has {} values, but {size} in variable {variable}", known.size));
        }
        Some(_) => {}
    }
}

impl Reader for Zarr {
    fn read(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        let node = self
            .nodes
            .get(&variable.name)
            .ok_or_else(|| Error::Unsupported(format!("the type or a codec of variable {}", variable.name)))?;
        let chunk =
            variable.chunks.iter().flatten().fold(size_of_dtype(variable.dtype), |all, n| all.saturating_mul(*n));
        Limits::check(&format!("a chunk of variable {} in bytes", variable.name), chunk, self.limits.chunk_bytes)?;
        Limits::check("the number of chunks of one read", touched(variable, window), self.limits.chunks_per_read)?;
        node.window(variable, window)
    }
}

/// How many chunks the box around a window touches.
fn touched(variable: &Variable, window: &Window) -> u64 {
    let along = |(d, chunk): (usize, &u64)| (window.end(d).saturating_sub(1) / chunk) - (window.start[d] / chunk) + 1;
    variable.chunks.iter().flatten().enumerate().map(along).fold(1, u64::saturating_mul)
}

type ZarrArray = Array<dyn ReadableStorageTraits>;

impl Node {
    fn new(path: &str, metadata: ArrayMetadata, chunks: Chunks, text_width: Option<usize>) -> Result<Self, String> {
        let storage: Arc<dyn ReadableStorageTraits> = Arc::new(chunks.clone());
        let array = Array::new_with_metadata(storage, &format!("/{path}"), metadata);
        Ok(Self { array: array.map_err(|error| error.to_string())?, chunks, text_width })
    }

    fn window(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        if window.is_dense() {
            return self.dense(variable, window);
        }
        let counts: Vec<u64> = (0..window.start.len()).map(|d| window.end(d) - window.start[d]).collect();
        let whole = counts.iter().fold(size_of_dtype(variable.dtype), |all, n| all.saturating_mul(*n));
        let split = (0..counts.len()).find(|d| window.count[*d] > 1 && window.step[*d] > 1);
        if let Some(dimension) = split.filter(|_| whole > BOX) {
            // The box around the window is too large: one index of a stepped dimension at a time.
            return self.split(variable, window, dimension);
        }
        let around = self.dense(variable, &Window::new(window.start.clone(), counts.clone()))?;
        let inside = Window { start: vec![0; counts.len()], count: window.count.clone(), step: window.step.clone() };
        Ok(around.pick(positions(&counts, &inside)))
    }

    /// Reads one index of a dimension at a time and puts the pieces in their places.
    fn split(&self, variable: &Variable, window: &Window, d: usize) -> Result<RawValues, Error> {
        let corrupt = || Error::Corrupt(format!("variable {} gives values of different types", variable.name));
        let mut joined: Option<RawValues> = None;
        for number in 0..window.count[d] {
            let mut piece = window.clone();
            piece.start[d] += number * window.step[d];
            (piece.count[d], piece.step[d]) = (1, 1);
            let values = self.window(variable, &piece)?;
            let Some(all) = &mut joined else {
                joined = Some(values);
                continue;
            };
            if !all.append(values) {
                return Err(corrupt());
            }
        }
        // The pieces are in the order (index in d, outer, inner); wanted is (outer, index in d, inner).
        let outer: u64 = window.count[..d].iter().product();
        let inner: u64 = window.count[d + 1..].iter().product();
        let n = window.count[d];
        let order = (0..outer).flat_map(move |o| {
            (0..n).flat_map(move |i| {
                (0..inner).map(move |x| usize::try_from((i * outer + o) * inner + x).unwrap_or(usize::MAX))
            })
        });
        Ok(joined.ok_or_else(corrupt)?.pick(order))
    }

    fn dense(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        let ranges: Vec<_> =
            (0..window.start.len()).map(|d| window.start[d]..window.start[d] + window.count[d]).collect();
        let subset = ArraySubset::new_with_ranges(&ranges);
        let fail = |error: zarrs::array::ArrayError| self.chunks.told(&variable.name, &error.to_string());
        if variable.dtype == DataType::String {
            Limits::check(&format!("the number of texts of variable {}", variable.name), window.len(), TEXTS)?;
            let Some(width) = self.text_width else {
                return self.array.retrieve_array_subset::<Vec<String>>(&subset).map(RawValues::String).map_err(fail);
            };
            let bytes = fixed(self.array.retrieve_array_subset(&subset).map_err(fail)?, &variable.name)?;
            let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim_end_matches('\0').to_owned();
            return Ok(RawValues::String(bytes.chunks(width.max(1)).map(text).collect()));
        }
        let bytes = fixed(self.array.retrieve_array_subset(&subset).map_err(fail)?, &variable.name)?;
        RawValues::from_ne_bytes(variable.dtype, &bytes)
            .ok_or_else(|| Error::Unsupported(format!("the type of variable {}", variable.name)))
    }
}

fn fixed(bytes: ArrayBytes<'static>, variable: &str) -> Result<Vec<u8>, Error> {
    match bytes.into_fixed() {
        Ok(bytes) => Ok(bytes.into_owned()),
        Err(_) => Err(Error::Unsupported(format!("the type of variable {variable}"))),
    }
}

/// Finds the metadata documents of a store.
struct Walk<'a> {
    store: &'a dyn Store,
    root: &'a str,
    limits: &'a Limits,
    /// Bytes of documents so far.
    spent: Cell<u64>,
}

impl Walk<'_> {
    fn json(&self, path: &str) -> Result<Option<Map<String, Value>>, Error> {
        let Some(bytes) = self.store.get(&join(self.root, path), self.limits.document_bytes)? else { return Ok(None) };
        self.spent.set(self.spent.get().saturating_add(bytes.len() as u64));
        Limits::check("all metadata documents in bytes", self.spent.get(), self.limits.document_bytes)?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(map)) => Ok(Some(map)),
            Ok(_) => Err(Error::Corrupt(format!("{path} is not a JSON object"))),
            Err(error) => Err(Error::Corrupt(format!("{path} is not JSON: {error}"))),
        }
    }

    fn required(&self, path: &str) -> Result<Map<String, Value>, Error> {
        self.json(path)?.ok_or_else(|| Error::NoSuchObject(join(self.root, path)))
    }

    fn v2_consolidated(&self) -> Result<Documents, Error> {
        let mut document = self.required(Marker::V2Consolidated.name())?;
        let Some(Value::Object(mut metadata)) = document.remove("metadata") else {
            return Err(Error::Corrupt(".zmetadata has no member metadata".to_owned()));
        };
        let mut found = Documents::default();
        if let Some(Value::Object(attributes)) = metadata.remove(".zattrs") {
            found.attributes = attributes;
        }
        let paths: Vec<String> = metadata.keys().filter(|key| is_array_key(key)).cloned().collect();
        for key in paths {
            let path = key.strip_suffix(".zarray").unwrap_or(&key).trim_end_matches('/').to_owned();
            let attributes = match metadata.remove(&join(&path, ".zattrs")) {
                Some(Value::Object(attributes)) => attributes,
                _ => Map::new(),
            };
            let Some(document) = metadata.remove(&key) else { continue };
            found.add(self.limits, path, document, attributes)?;
        }
        Ok(found)
    }

    fn v2(&self) -> Result<Documents, Error> {
        let attributes = self.json(".zattrs")?.unwrap_or_default();
        let mut found = Documents { attributes, ..Documents::default() };
        self.below("", 0, &mut 0, &mut |path| {
            let Some(document) = self.json(&join(path, ".zarray"))? else { return Ok(true) };
            let attributes = self.json(&join(path, ".zattrs"))?.unwrap_or_default();
            found.add(self.limits, path.to_owned(), Value::Object(document), attributes)?;
            Ok(false)
        })?;
        Ok(found)
    }

    fn v3(&self) -> Result<Documents, Error> {
        let mut root = self.required(Marker::V3.name())?;
        let mut found = Documents::default();
        if root.get("node_type").and_then(Value::as_str) == Some("array") {
            found.arrays.push((String::new(), Value::Object(root), Map::new()));
            return Ok(found);
        }
        if let Some(Value::Object(attributes)) = root.remove("attributes") {
            found.attributes = attributes;
        }
        let consolidated =
            root.remove("consolidated_metadata").and_then(|mut inline| match inline.get_mut("metadata") {
                Some(Value::Object(metadata)) => Some(std::mem::take(metadata)),
                _ => None,
            });
        if let Some(metadata) = consolidated {
            let is_array = |document: &Value| document.get("node_type").and_then(Value::as_str) == Some("array");
            for (path, document) in metadata.into_iter().filter(|(_, document)| is_array(document)) {
                found.add(self.limits, path, document, Map::new())?;
            }
            return Ok(found);
        }
        self.below("", 0, &mut 0, &mut |path| {
            if path.is_empty() {
                return Ok(true);
            }
            let Some(document) = self.json(&join(path, Marker::V3.name()))? else { return Ok(true) };
            let is_array = document.get("node_type").and_then(Value::as_str) == Some("array");
            if is_array {
                found.add(self.limits, path.to_owned(), Value::Object(document), Map::new())?;
            }
            Ok(!is_array)
        })?;
        Ok(found)
    }

    /// Visits folders from a path downward, as long as the visitor says to go on below one.
    fn below(
        &self,
        path: &str,
        depth: usize,
        visited: &mut usize,
        visit: &mut dyn FnMut(&str) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        *visited += 1;
        Limits::check("the number of folders", *visited as u64, self.limits.keys as u64)?;
        if !visit(path)? || depth >= self.limits.depth {
            return Ok(());
        }
        let prefix = join(&join(self.root, path), "");
        for name in self.store.folders(&prefix, self.limits.keys)? {
            self.below(&join(path, &name), depth + 1, visited, visit)?;
        }
        Ok(())
    }
}

fn is_array_key(key: &str) -> bool {
    key == ".zarray" || key.ends_with("/.zarray")
}
