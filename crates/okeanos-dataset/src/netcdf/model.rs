//! NetCDF's own model of a file as ours.

use std::collections::HashSet;

use netcdf_reader::{NcAttrValue, NcAttribute, NcDimension, NcGroup, NcType, NcVariable};
use okeanos_cf::model::{AttrValue, Attributes, DataType, Dimension, Header, Variable};

use crate::{Error, Limits};

/// The header of a file; variables and dimensions of groups carry the group's path.
pub(super) fn header(root: &NcGroup, limits: &Limits) -> Result<Header, Error> {
    let mut header = Header { attributes: attributes(&root.attributes, limits)?, ..Header::default() };
    collect(root, "", &mut Vec::new(), &mut header, limits, 0)?;
    add_unnamed_dimensions(&mut header);
    Ok(header)
}

/// A dimension that is seen in a group, and its name in the header.
#[derive(Clone)]
struct Seen {
    dimension: NcDimension,
    name: String,
}

fn collect(
    group: &NcGroup,
    path: &str,
    inherited: &mut Vec<Seen>,
    header: &mut Header,
    limits: &Limits,
    depth: usize,
) -> Result<(), Error> {
    Limits::check("the nesting of groups", depth as u64, limits.depth as u64)?;
    Limits::check("the number of variables", group.variables.len() as u64, limits.variables as u64)?;
    Limits::check("the number of dimensions", group.dimensions.len() as u64, limits.variables as u64)?;
    Limits::check("the number of groups", group.groups.len() as u64, limits.variables as u64)?;
    let outer = inherited.clone();
    for dimension in &group.dimensions {
        // The reader lists inherited dimensions in every group.
        if outer.iter().any(|seen| seen.dimension.name == dimension.name && seen.dimension.size == dimension.size) {
            continue;
        }
        inherited.retain(|seen| seen.dimension.name != dimension.name);
        let name = format!("{path}{}", dimension.name);
        header.dimensions.push(Dimension {
            name: name.clone(),
            size: dimension.size,
            unlimited: dimension.is_unlimited,
        });
        inherited.push(Seen { dimension: dimension.clone(), name });
    }
    for variable in &group.variables {
        header.variables.push(described(variable, path, inherited, limits)?);
        Limits::check("the number of variables", header.variables.len() as u64, limits.variables as u64)?;
    }
    for child in &group.groups {
        let below = format!("{path}{}/", child.name);
        let mut visible = inherited.clone();
        collect(child, &below, &mut visible, header, limits, depth + 1)?;
    }
    Ok(())
}

fn described(variable: &NcVariable, path: &str, visible: &[Seen], limits: &Limits) -> Result<Variable, Error> {
    let name_of = |dimension: &NcDimension| {
        let seen = visible.iter().find(|seen| seen.dimension.name == dimension.name);
        seen.map_or_else(|| dimension.name.clone(), |seen| seen.name.clone())
    };
    Ok(Variable {
        name: format!("{path}{}", variable.name),
        dtype: dtype(&variable.dtype),
        dimensions: variable.dimensions.iter().map(name_of).collect(),
        shape: variable.shape(),
        chunks: None,
        attributes: attributes(&variable.attributes, limits)?,
    })
}

/// Plain HDF5 files have no named dimensions; the reader names those of a variable by their size.
fn add_unnamed_dimensions(header: &mut Header) {
    let mut known: HashSet<String> = header.dimensions.iter().map(|dimension| dimension.name.clone()).collect();
    for variable in &header.variables {
        for (name, size) in variable.dimensions.iter().zip(&variable.shape) {
            if known.insert(name.clone()) {
                header.dimensions.push(Dimension { name: name.clone(), size: *size, unlimited: false });
            }
        }
    }
}

fn dtype(nc: &NcType) -> DataType {
    match nc {
        NcType::Byte => DataType::I8,
        NcType::Char => DataType::Char,
        NcType::Short => DataType::I16,
        NcType::Int => DataType::I32,
        NcType::Float => DataType::F32,
        NcType::Double => DataType::F64,
        NcType::UByte => DataType::U8,
        NcType::UShort => DataType::U16,
        NcType::UInt => DataType::U32,
        NcType::Int64 => DataType::I64,
        NcType::UInt64 => DataType::U64,
        NcType::String => DataType::String,
        _ => DataType::Other,
    }
}

fn attributes(list: &[NcAttribute], limits: &Limits) -> Result<Attributes, Error> {
    Limits::check("the number of attributes", list.len() as u64, limits.attributes as u64)?;
    for attribute in list {
        // Before they become 64-bit floats.
        Limits::check(&format!("attribute {}", attribute.name), size(&attribute.value), limits.attribute_values)?;
    }
    Ok(Attributes(list.iter().filter_map(|a| Some((a.name.clone(), value(&a.value)?))).collect()))
}

/// How many numbers an attribute has.
fn size(nc: &NcAttrValue) -> u64 {
    let count = match nc {
        NcAttrValue::Chars(_) | NcAttrValue::Strings(_) | NcAttrValue::UserDefined { .. } => 0,
        NcAttrValue::Bytes(v) => v.len(),
        NcAttrValue::Shorts(v) => v.len(),
        NcAttrValue::Ints(v) => v.len(),
        NcAttrValue::Floats(v) => v.len(),
        NcAttrValue::Doubles(v) => v.len(),
        NcAttrValue::UBytes(v) => v.len(),
        NcAttrValue::UShorts(v) => v.len(),
        NcAttrValue::UInts(v) => v.len(),
        NcAttrValue::Int64s(v) => v.len(),
        NcAttrValue::UInt64s(v) => v.len(),
    };
    count as u64
}

/// A user-defined value has no counterpart and is left out.
fn value(nc: &NcAttrValue) -> Option<AttrValue> {
    let dtype = match nc {
        NcAttrValue::Chars(text) => return Some(AttrValue::Text(text.trim_end_matches('\0').to_owned())),
        NcAttrValue::Strings(texts) => {
            return Some(match texts.as_slice() {
                [text] => AttrValue::Text(text.clone()),
                _ => AttrValue::Texts(texts.clone()),
            });
        }
        NcAttrValue::UserDefined { .. } => return None,
        NcAttrValue::Bytes(_) => DataType::I8,
        NcAttrValue::Shorts(_) => DataType::I16,
        NcAttrValue::Ints(_) => DataType::I32,
        NcAttrValue::Floats(_) => DataType::F32,
        NcAttrValue::Doubles(_) => DataType::F64,
        NcAttrValue::UBytes(_) => DataType::U8,
        NcAttrValue::UShorts(_) => DataType::U16,
        NcAttrValue::UInts(_) => DataType::U32,
        NcAttrValue::Int64s(_) => DataType::I64,
        NcAttrValue::UInt64s(_) => DataType::U64,
    };
    nc.as_f64_vec().map(|values| AttrValue::Numbers(dtype, values))
}
