//! The codecs that are read. Others may decompress without a bound, so what is not listed here is not supported.

use serde_json::Value;

use super::chunks::Squeeze;

/// Filters of v2 that keep the size of a chunk, or widen values to 64 bits at most; and texts.
const FILTERS: [&str; 3] = ["vlen-utf8", "fixedscaleoffset", "shuffle"];

/// The names of a list of v3 codecs.
pub(super) fn names(configuration: &Value, list: &str) -> Vec<String> {
    let name = |codec: &Value| codec.as_str().or_else(|| codec.get("name")?.as_str()).unwrap_or_default().to_owned();
    configuration.get(list).and_then(Value::as_array).into_iter().flatten().map(name).collect()
}

/// How chunks of a v3 array, or those in its shards, are compressed: values may be transposed, become bytes, and are
/// compressed once at most, in the end.
pub(super) fn chain(names: &[String]) -> Option<Squeeze> {
    let mut rest = names.iter().map(String::as_str).skip_while(|name| *name == "transpose");
    rest.next().filter(|name| matches!(*name, "bytes" | "vlen-utf8"))?;
    let squeeze = match rest.next() {
        None => Squeeze::None,
        Some("gzip") => Squeeze::Gzip,
        Some("zstd") => Squeeze::Zstd,
        Some("blosc") => Squeeze::Blosc,
        Some(_) => return None,
    };
    rest.next().is_none().then_some(squeeze)
}

/// How chunks of a v2 array are compressed.
pub(super) fn v2(document: &Value) -> Result<Squeeze, String> {
    let id = |codec: &Value| codec.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let filters = document.get("filters").and_then(Value::as_array).into_iter().flatten().map(id);
    if let Some(other) = filters.into_iter().find(|id| !FILTERS.contains(&id.as_str())) {
        return Err(format!("filter {other:?} is not supported"));
    }
    let Some(compressor) = document.get("compressor").filter(|compressor| !compressor.is_null()) else {
        return Ok(Squeeze::None);
    };
    match id(compressor).as_str() {
        "gzip" => Ok(Squeeze::Gzip),
        "zlib" => Ok(Squeeze::Zlib),
        "zstd" => Ok(Squeeze::Zstd),
        "blosc" => Ok(Squeeze::Blosc),
        other => Err(format!("compressor {other:?} is not supported")),
    }
}
