//! NetCDF-4 with deflate and shuffle; types, packing and attributes as in the source.
//!
//! The writer library builds the file in memory, so its size is bounded; larger copies are for Zarr.

use std::{collections::HashMap, io::Write};

use netcdf_writer::{
    DimensionId, Error as WriteError, NcAttrValue, NcFileBuilder, NcSliceInfo, NcSliceInfoElem, NcWriteFormat,
    NcWriteOptions, VariableId,
};
use okeanos_cf::model::{AttrValue, Attributes, DataType, Variable};

use super::{Progress, plan, total_bytes};
use crate::{Dataset, Error, Limits, RawValues, Selection, array::size_of_dtype};

/// Bytes of values that a file may hold, before compression.
pub const LARGEST: u64 = 1 << 30;
/// Variables smaller than this are stored whole and plain.
const WORTH_COMPRESSING: u64 = 4096;

/// Writes a selection of a data set as a NetCDF-4 file. `history` is put before the `history` attribute.
///
/// # Errors
/// [`Error::TooLarge`] above [`LARGEST`], what is wrong with the source, [`Error::Io`].
pub fn write(
    dataset: &Dataset,
    selection: &Selection,
    history: Option<&str>,
    target: impl Write,
    progress: Progress<'_>,
) -> Result<(), Error> {
    let total = total_bytes(dataset, selection);
    Limits::check("the NetCDF file in bytes (write Zarr instead)", total, LARGEST)?;
    let mut file = File { builder: NcFileBuilder::new(), dimensions: HashMap::new() };
    file.global_attributes(dataset, history)?;
    let mut done = 0;
    for name in selection.variables() {
        let variable = dataset.variable(name)?;
        if variable.dtype == DataType::Other {
            continue;
        }
        file.variable(dataset, selection, variable, &mut |bytes| {
            done += bytes;
            progress(done, total);
        })?;
    }
    let options = NcWriteOptions { format: NcWriteFormat::Nc4 };
    file.builder.write(target, options).map_err(|error| match error {
        WriteError::Io(error) => Error::Unwritten(error),
        other => told(other),
    })?;
    Ok(())
}

struct File {
    builder: NcFileBuilder,
    dimensions: HashMap<String, DimensionId>,
}

impl File {
    fn global_attributes(&mut self, dataset: &Dataset, history: Option<&str>) -> Result<(), Error> {
        let attributes = &dataset.header().attributes;
        for (name, value) in &attributes.0 {
            if !(name == "history" && history.is_some()) {
                self.builder.add_attribute(name, attribute(value)).map_err(told)?;
            }
        }
        if let Some(history) = history {
            let text = attributes.text("history").map_or(history.to_owned(), |before| format!("{history}\n{before}"));
            self.builder.add_attribute("history", NcAttrValue::Chars(text)).map_err(told)?;
        }
        Ok(())
    }

    fn dimension(
        &mut self,
        dataset: &Dataset,
        selection: &Selection,
        name: &str,
        size: u64,
    ) -> Result<DimensionId, Error> {
        if let Some(id) = self.dimensions.get(name) {
            return Ok(*id);
        }
        let unlimited = dataset.header().dimension(name).is_some_and(|dimension| dimension.unlimited);
        let size = selection.size(name, size);
        let id = match unlimited {
            true => self.builder.add_unlimited_dimension_path(name),
            false => self.builder.add_dimension_path(name, size),
        };
        let id = id.map_err(told)?;
        self.dimensions.insert(name.to_owned(), id);
        Ok(id)
    }

    fn variable(
        &mut self,
        dataset: &Dataset,
        selection: &Selection,
        variable: &Variable,
        copied: &mut dyn FnMut(u64),
    ) -> Result<(), Error> {
        let mut dimensions = Vec::new();
        for (name, size) in variable.dimensions.iter().zip(&variable.shape) {
            dimensions.push(self.dimension(dataset, selection, name, *size)?);
        }
        let shape = selection.shape(variable);
        let width = size_of_dtype(variable.dtype);
        // Texts are read whole, whatever part of them is wanted.
        let chunk = if variable.dtype.is_numeric() { plan(&shape, width) } else { shape.clone() };
        let id = self.declare(variable, &dimensions)?;
        let bytes = shape.iter().fold(width, |all, n| all.saturating_mul(*n));
        if variable.dtype.is_numeric() && !shape.is_empty() && bytes >= WORTH_COMPRESSING {
            self.builder.set_variable_chunking(id, chunk.clone()).map_err(told)?;
            self.builder.set_variable_deflate(id, Some(4), true).map_err(told)?;
        }
        self.attributes(id, variable, &selection.attributes(variable))?;
        super::each_chunk(dataset, selection, variable, &chunk, &mut |_, window, values| {
            let part = |d: usize| NcSliceInfoElem::Slice { start: window.start[d], end: window.end(d), step: 1 };
            let part = NcSliceInfo { selections: (0..shape.len()).map(part).collect() };
            self.put(id, &part, &values, shape.is_empty())?;
            copied(window.len().saturating_mul(width));
            Ok(())
        })
    }

    fn declare(&mut self, variable: &Variable, dimensions: &[DimensionId]) -> Result<VariableId, Error> {
        let (builder, name) = (&mut self.builder, variable.name.as_str());
        match variable.dtype {
            DataType::I8 => builder.add_variable_path::<i8>(name, dimensions),
            DataType::I16 => builder.add_variable_path::<i16>(name, dimensions),
            DataType::I32 => builder.add_variable_path::<i32>(name, dimensions),
            DataType::I64 => builder.add_variable_path::<i64>(name, dimensions),
            DataType::U8 => builder.add_variable_path::<u8>(name, dimensions),
            DataType::U16 => builder.add_variable_path::<u16>(name, dimensions),
            DataType::U32 => builder.add_variable_path::<u32>(name, dimensions),
            DataType::U64 => builder.add_variable_path::<u64>(name, dimensions),
            DataType::F32 => builder.add_variable_path::<f32>(name, dimensions),
            DataType::F64 => builder.add_variable_path::<f64>(name, dimensions),
            DataType::Char => builder.add_char_variable_path(name, dimensions),
            DataType::String | DataType::Other => builder.add_string_variable_path(name, dimensions),
        }
        .map_err(told)
    }

    fn attributes(&mut self, id: VariableId, variable: &Variable, attributes: &Attributes) -> Result<(), Error> {
        for (name, value) in &attributes.0 {
            match (name.as_str(), value) {
                ("_FillValue", AttrValue::Numbers(_, values)) if variable.dtype.is_numeric() => {
                    if let Some(value) = values.first() {
                        self.fill(id, variable.dtype, *value)?;
                    }
                }
                // A fill value of another kind than the variable's is none that a NetCDF file can have.
                ("_FillValue", _) => {}
                _ => self.builder.add_variable_attribute(id, name, attribute(value)).map_err(told)?,
            }
        }
        Ok(())
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the attribute is of the variable's type"
    )]
    fn fill(&mut self, id: VariableId, dtype: DataType, value: f64) -> Result<(), Error> {
        let builder = &mut self.builder;
        match dtype {
            DataType::I8 => builder.set_variable_fill_value(id, value as i8),
            DataType::I16 => builder.set_variable_fill_value(id, value as i16),
            DataType::I32 => builder.set_variable_fill_value(id, value as i32),
            DataType::I64 => builder.set_variable_fill_value(id, value as i64),
            DataType::U8 => builder.set_variable_fill_value(id, value as u8),
            DataType::U16 => builder.set_variable_fill_value(id, value as u16),
            DataType::U32 => builder.set_variable_fill_value(id, value as u32),
            DataType::U64 => builder.set_variable_fill_value(id, value as u64),
            DataType::F32 => builder.set_variable_fill_value(id, value as f32),
            DataType::F64 => builder.set_variable_fill_value(id, value),
            DataType::Char | DataType::String | DataType::Other => Ok(()),
        }
        .map_err(told)
    }

    fn put(&mut self, id: VariableId, part: &NcSliceInfo, values: &RawValues, scalar: bool) -> Result<(), Error> {
        let builder = &mut self.builder;
        macro_rules! numbers {
            ($values:expr) => {
                if scalar {
                    builder.write_variable(id, $values)
                } else {
                    builder.write_variable_slice(id, part, $values)
                }
            };
        }
        match values {
            RawValues::I8(v) => numbers!(v),
            RawValues::I16(v) => numbers!(v),
            RawValues::I32(v) => numbers!(v),
            RawValues::I64(v) => numbers!(v),
            RawValues::U8(v) => numbers!(v),
            RawValues::U16(v) => numbers!(v),
            RawValues::U32(v) => numbers!(v),
            RawValues::U64(v) => numbers!(v),
            RawValues::F32(v) => numbers!(v),
            RawValues::F64(v) => numbers!(v),
            RawValues::Char(v) if scalar => builder.write_char_variable(id, v),
            RawValues::Char(v) => builder.write_char_variable_slice(id, part, v),
            RawValues::String(v) if scalar => builder.write_string_variable(id, v),
            RawValues::String(v) => builder.write_string_variable_slice(id, part, v),
        }
        .map_err(told)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the numbers came from the type they go back to"
)]
fn attribute(value: &AttrValue) -> NcAttrValue {
    let (dtype, numbers) = match value {
        AttrValue::Text(text) => return NcAttrValue::Chars(text.clone()),
        AttrValue::Texts(texts) => return NcAttrValue::Strings(texts.clone()),
        AttrValue::Numbers(dtype, numbers) => (dtype, numbers.iter()),
    };
    match dtype {
        DataType::I8 => NcAttrValue::Bytes(numbers.map(|x| *x as i8).collect()),
        DataType::I16 => NcAttrValue::Shorts(numbers.map(|x| *x as i16).collect()),
        DataType::I32 => NcAttrValue::Ints(numbers.map(|x| *x as i32).collect()),
        DataType::I64 => NcAttrValue::Int64s(numbers.map(|x| *x as i64).collect()),
        DataType::U8 => NcAttrValue::UBytes(numbers.map(|x| *x as u8).collect()),
        DataType::U16 => NcAttrValue::UShorts(numbers.map(|x| *x as u16).collect()),
        DataType::U32 => NcAttrValue::UInts(numbers.map(|x| *x as u32).collect()),
        DataType::U64 => NcAttrValue::UInt64s(numbers.map(|x| *x as u64).collect()),
        DataType::F32 => NcAttrValue::Floats(numbers.map(|x| *x as f32).collect()),
        _ => NcAttrValue::Doubles(numbers.copied().collect()),
    }
}

fn told(error: WriteError) -> Error {
    match error {
        WriteError::Io(error) => Error::Io(error),
        other => Error::Unsupported(format!("as NetCDF-4: {other}")),
    }
}
