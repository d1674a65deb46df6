//! NetCDF-3 and NetCDF-4 through `netcdf-reader`, over any [`Store`].

mod extent;
mod model;
mod storage;

use std::{collections::HashMap, sync::Arc};

use netcdf_reader::{NcFile, NcFormat, NcMetadataMode, NcOpenOptions, NcReadable, NcSliceInfo, NcSliceInfoElem};
use okeanos_cf::model::{DataType, Header, Variable};

use self::storage::{FileBytes, told};
use crate::{Cached, Error, Format, Limits, RawValues, Store, Window, array::size_of_dtype, dataset::Reader};

/// Bytes of a block of the file's cache.
const BLOCK: u64 = 256 << 10;
/// Texts that one variable may hold.
const TEXTS: u64 = 1 << 16;

/// An open NetCDF file.
pub(crate) struct NetCdf {
    file: NcFile,
    limits: Limits,
}

impl NetCdf {
    /// Opens the file at a key: its format, header, and notes on what could not be understood.
    pub(crate) fn open(
        store: Arc<dyn Store>,
        key: &str,
        limits: &Limits,
    ) -> Result<(Self, Format, Header, Vec<String>), Error> {
        let size = store.size(key)?.ok_or_else(|| Error::NoSuchObject(key.to_owned()))?;
        let bytes = Arc::new(FileBytes::new(
            Arc::new(Cached::with_sizes(store, BLOCK, cap(limits.cache_bytes))),
            key,
            size,
            limits,
        ));
        extent::check_hdf5(&bytes)?;
        let (file, notes) = match open_file(&bytes, limits, NcMetadataMode::Strict) {
            Ok(file) => (file, Vec::new()),
            Err(error @ (Error::Corrupt(_) | Error::Unsupported(_))) => {
                // Some of the header may still be good: what is not understood is left out, and said.
                let file = open_file(&bytes, limits, NcMetadataMode::Lossy).map_err(|_| error_again(&error))?;
                (file, vec![error.to_string()])
            }
            Err(error) => return Err(error),
        };
        let format = match file.format() {
            NcFormat::Classic | NcFormat::Offset64 | NcFormat::Cdf5 => Format::NetCdf3,
            NcFormat::Nc4 | NcFormat::Nc4Classic => Format::NetCdf4,
        };
        let root = file.root_group().map_err(told)?;
        if format == Format::NetCdf3 {
            extent::check_classic(root, size)?;
        }
        let mut header = model::header(root, limits)?;
        if format == Format::NetCdf4 {
            let chunks = chunk_shapes(&bytes, &header, limits)?;
            for variable in &mut header.variables {
                variable.chunks = chunks.get(&variable.name).cloned();
            }
        }
        bytes.header_is_read();
        Ok((Self { file, limits: *limits }, format, header, notes))
    }

    fn numbers<T: NcReadable + Copy>(&self, variable: &Variable, window: &Window) -> Result<Vec<T>, Error> {
        let array = if variable.shape.is_empty() {
            self.file.read_variable::<T>(&variable.name)
        } else {
            self.file.read_variable_slice::<T>(&variable.name, &selection(window))
        }
        .map_err(told)?;
        Ok(if array.is_standard_layout() { array.into_raw_vec_and_offset().0 } else { array.iter().copied().collect() })
    }

    /// Bytes of a `char` variable: it is read whole, then picked from.
    fn characters(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        let whole: u64 = variable.shape.iter().fold(1, |all: u64, n| all.saturating_mul(*n));
        Limits::check(&format!("variable {} in bytes", variable.name), whole, self.limits.read_bytes)?;
        let bytes = match self.file.as_classic() {
            Some(classic) => {
                let array = classic.read_variable::<u8>(&variable.name);
                match array {
                    Ok(array) => array.iter().copied().collect(),
                    Err(_) => padded(classic.read_variable_as_strings(&variable.name).map_err(told)?, &variable.shape),
                }
            }
            None => self.file.read_variable_raw_bytes(&variable.name).map_err(told)?,
        };
        Ok(RawValues::Char(bytes).pick(positions(&variable.shape, window)))
    }

    fn texts(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        let whole = variable.shape.iter().fold(1, |all: u64, n| all.saturating_mul(*n));
        Limits::check(&format!("the number of texts of variable {}", variable.name), whole, TEXTS)?;
        let texts = self.file.read_variable_as_strings(&variable.name).map_err(told)?;
        Ok(RawValues::String(texts).pick(positions(&variable.shape, window)))
    }
}

impl Reader for NetCdf {
    fn read(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        if let Some(chunks) = &variable.chunks {
            let bytes = chunks.iter().fold(size_of_dtype(variable.dtype), |all, n| all.saturating_mul(*n));
            Limits::check(&format!("a chunk of variable {} in bytes", variable.name), bytes, self.limits.chunk_bytes)?;
        }
        Ok(match variable.dtype {
            DataType::I8 => RawValues::I8(self.numbers(variable, window)?),
            DataType::I16 => RawValues::I16(self.numbers(variable, window)?),
            DataType::I32 => RawValues::I32(self.numbers(variable, window)?),
            DataType::I64 => RawValues::I64(self.numbers(variable, window)?),
            DataType::U8 => RawValues::U8(self.numbers(variable, window)?),
            DataType::U16 => RawValues::U16(self.numbers(variable, window)?),
            DataType::U32 => RawValues::U32(self.numbers(variable, window)?),
            DataType::U64 => RawValues::U64(self.numbers(variable, window)?),
            DataType::F32 => RawValues::F32(self.numbers(variable, window)?),
            DataType::F64 => RawValues::F64(self.numbers(variable, window)?),
            DataType::Char => self.characters(variable, window)?,
            DataType::String => self.texts(variable, window)?,
            DataType::Other => return Err(Error::Unsupported(format!("the type of variable {}", variable.name))),
        })
    }
}

/// `netcdf-reader` reads more of a classic header only when a name or number is cut, not when an attribute's values are:
/// then it is asked again with more.
fn open_file(bytes: &Arc<FileBytes>, limits: &Limits, mode: NcMetadataMode) -> Result<NcFile, Error> {
    loop {
        match open_once(bytes, limits, mode) {
            Err(Error::Truncated(why)) if why.contains("classic attribute claims") && bytes.grow_prefix() => {}
            outcome => return outcome,
        }
    }
}

fn open_once(bytes: &Arc<FileBytes>, limits: &Limits, mode: NcMetadataMode) -> Result<NcFile, Error> {
    let options = NcOpenOptions {
        chunk_cache_bytes: cap(limits.cache_bytes),
        metadata_mode: mode,
        max_chunk_bytes: cap(limits.chunk_bytes),
        max_read_bytes: cap(limits.read_bytes),
        ..NcOpenOptions::default()
    };
    let file = NcFile::from_storage_with_options(bytes.clone(), options).map_err(told)?;
    // NetCDF-4 metadata is built on first use.
    file.root_group().map_err(told)?;
    Ok(file)
}

/// The same fact once more; errors cannot be cloned because of the input and output ones, which do not come here.
fn error_again(error: &Error) -> Error {
    match error {
        Error::Unsupported(what) => Error::Unsupported(what.clone()),
        Error::Corrupt(what) => Error::Corrupt(what.clone()),
        other => Error::Corrupt(other.to_string()),
    }
}

/// Chunk shapes by variable; `netcdf-reader` keeps them to itself, so the HDF5 headers are looked at once more.
fn chunk_shapes(bytes: &Arc<FileBytes>, header: &Header, limits: &Limits) -> Result<HashMap<String, Vec<u64>>, Error> {
    let options =
        hdf5_reader::OpenOptions::default().with_chunk_cache_bytes(0).with_max_chunk_bytes(cap(limits.chunk_bytes));
    let hdf5 = hdf5_reader::Hdf5File::from_storage_with_options(bytes.clone(), options).map_err(|e| told(e.into()))?;
    let mut shapes = HashMap::new();
    for variable in &header.variables {
        if let Some(chunks) = hdf5.dataset(&variable.name).ok().and_then(|dataset| dataset.chunks())
            && chunks.len() == variable.shape.len()
        {
            shapes.insert(variable.name.clone(), chunks.into_iter().map(u64::from).collect());
        }
    }
    Ok(shapes)
}

fn cap(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

fn selection(window: &Window) -> NcSliceInfo {
    let element =
        |d: usize| NcSliceInfoElem::Slice { start: window.start[d], end: window.end(d), step: window.step[d] };
    NcSliceInfo { selections: (0..window.start.len()).map(element).collect() }
}

/// The row-major positions of a window's values in a shape.
pub(crate) fn positions(shape: &[u64], window: &Window) -> impl Iterator<Item = usize> {
    let (shape, window) = (shape.to_vec(), window.clone());
    (0..window.len()).map(move |mut number| {
        let (mut position, mut stride) = (0_u64, 1_u64);
        for d in (0..shape.len()).rev() {
            let index = window.start[d] + (number % window.count[d]) * window.step[d];
            number /= window.count[d];
            position += index * stride;
            stride = stride.saturating_mul(shape[d]);
        }
        usize::try_from(position).unwrap_or(usize::MAX)
    })
}

/// Texts as rows of characters of the width of the last dimension.
fn padded(texts: Vec<String>, shape: &[u64]) -> Vec<u8> {
    let width = usize::try_from(shape.last().copied().unwrap_or(1)).unwrap_or(0);
    let row = |text: String| {
        let mut row = text.into_bytes();
        row.resize(width, 0);
        row
    };
    texts.into_iter().flat_map(row).collect()
}
