//! A data set, whatever its format.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
};

use okeanos_cf::model::{AttrValue, Attributes, DataType, Header, Variable};

use crate::{
    Array, Error, Limits, RawArray, RawValues, Store, Window, array::size_of_dtype, decode::Decoding, netcdf::NetCdf,
    sniff, sniff::Kind, zarr::Zarr,
};

/// The format of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// NetCDF classic, 64-bit offset or CDF-5.
    NetCdf3,
    /// NetCDF-4 (HDF5).
    NetCdf4,
    /// Zarr, version 2.
    ZarrV2,
    /// Zarr, version 3.
    ZarrV3,
}

impl Format {
    /// The media type of its assets.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::NetCdf3 | Self::NetCdf4 => "application/x-netcdf",
            Self::ZarrV2 | Self::ZarrV3 => "application/vnd+zarr",
        }
    }

    /// Whether it is a folder of objects, not one object.
    pub fn is_store(self) -> bool {
        matches!(self, Self::ZarrV2 | Self::ZarrV3)
    }

    /// Its name for people: `NetCDF-4`.
    pub fn name(self) -> &'static str {
        match self {
            Self::NetCdf3 => "NetCDF-3",
            Self::NetCdf4 => "NetCDF-4",
            Self::ZarrV2 => "Zarr v2",
            Self::ZarrV3 => "Zarr v3",
        }
    }
}

/// What a format has to do. Windows are checked before they come here.
pub(crate) trait Reader: Send + Sync {
    /// The values of a window as stored.
    fn read(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error>;
}

/// An open data set. Nothing but its header is in memory; reads fetch what they need.
pub struct Dataset {
    format: Format,
    header: Header,
    notes: Vec<String>,
    limits: Limits,
    reader: Box<dyn Reader>,
    /// The coordinates that were read, with how many values they have: all together count against a limit.
    coordinates: Mutex<HashMap<String, u64>>,
}

impl std::fmt::Debug for Dataset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dataset").field("format", &self.format).field("header", &self.header).finish_non_exhaustive()
    }
}

impl Dataset {
    /// Opens the file at a key, or the Zarr store whose root is the key taken as a folder (`""` is the whole store).
    ///
    /// # Errors
    /// [`Error::NotADataset`], [`Error::Truncated`], [`Error::Corrupt`], [`Error::Unsupported`], [`Error::TooLarge`],
    /// [`Error::NoSuchObject`], [`Error::Io`].
    pub fn open(store: Arc<dyn Store>, key: &str, limits: &Limits) -> Result<Self, Error> {
        guarded(|| {
            let (format, header, notes, reader): (_, _, _, Box<dyn Reader>) = match sniff::kind(store.as_ref(), key)? {
                Kind::Classic | Kind::Hdf5 => {
                    let (file, format, header, notes) = NetCdf::open(store, key, limits)?;
                    (format, header, notes, Box::new(file))
                }
                Kind::Zarr(marker) => {
                    let (zarr, format, header, notes) = Zarr::open(&store, key, marker, limits)?;
                    (format, header, notes, Box::new(zarr))
                }
            };
            check_header(&header, limits)?;
            Ok(Self { format, header, notes, limits: *limits, reader, coordinates: Mutex::default() })
        })
    }

    /// Its format.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Dimensions, variables, attributes.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What could not be understood while it was opened, in words; it is left out of the header.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The limits it was opened with.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// A variable's description.
    ///
    /// # Errors
    /// [`Error::NoSuchVariable`].
    pub fn variable(&self, name: &str) -> Result<&Variable, Error> {
        self.header.variable(name).ok_or_else(|| Error::NoSuchVariable(name.to_owned()))
    }

    /// The values of a window, decoded as CF says: missing ones are NaN, packed ones are unpacked.
    ///
    /// # Errors
    /// [`Error::NoSuchVariable`], [`Error::Window`], [`Error::Unfit`] for text, [`Error::TooLarge`], and what is wrong
    /// with the file.
    pub fn read(&self, name: &str, window: &Window) -> Result<Array, Error> {
        let variable = self.numbers(name)?;
        Limits::check("the window in bytes", window.len().saturating_mul(8), self.limits.read_bytes)?;
        let raw = self.read_values(variable, window)?;
        let values = Decoding::of(variable, !self.format.is_store())
            .decode(&raw)
            .ok_or_else(|| unfit(name, "it does not hold numbers"))?;
        Ok(Array { shape: window.count.clone(), values })
    }

    /// The values of a window in the type they are stored as, packed ones packed.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_raw(&self, name: &str, window: &Window) -> Result<RawArray, Error> {
        let variable = self.variable(name)?;
        Ok(RawArray { shape: window.count.clone(), values: self.read_values(variable, window)? })
    }

    /// A whole coordinate variable, decoded; 0-D, 1-D or 2-D.
    ///
    /// # Errors
    /// As [`Self::read`]; [`Error::TooLarge`] when it has more values than [`Limits::coordinate_values`], or all that
    /// were read have more than [`Limits::all_coordinate_values`].
    pub fn coordinate(&self, name: &str) -> Result<Array, Error> {
        let variable = self.numbers(name)?;
        let window = Window::all(&variable.shape);
        Limits::check(&format!("coordinate {name} in values"), window.len(), self.limits.coordinate_values)?;
        self.charge(variable)?;
        self.read(name, &window)
    }

    /// Counts a coordinate, once, against the limit of all: who describes a data set holds them together.
    fn charge(&self, variable: &Variable) -> Result<(), Error> {
        let mut read = self.coordinates.lock().unwrap_or_else(PoisonError::into_inner);
        if read.contains_key(&variable.name) {
            return Ok(());
        }
        let values = Window::all(&variable.shape).len();
        let total = read.values().fold(values, |all, n| all.saturating_add(*n));
        Limits::check("all coordinates in values", total, self.limits.all_coordinate_values)?;
        read.insert(variable.name.clone(), values);
        Ok(())
    }

    /// The texts of a string variable, or of a `char` variable (whose last dimension is the length).
    ///
    /// # Errors
    /// As [`Self::read`]; [`Error::Unfit`] when it holds numbers.
    pub fn read_text(&self, name: &str) -> Result<Vec<String>, Error> {
        let variable = self.variable(name)?;
        match self.read_values(variable, &Window::all(&variable.shape))? {
            RawValues::String(texts) => Ok(texts),
            RawValues::Char(bytes) => {
                let width = variable.shape.last().copied().unwrap_or(1).max(1);
                let text = |row: &[u8]| String::from_utf8_lossy(row).trim_end_matches(['\0', ' ']).to_owned();
                Ok(bytes.chunks(usize::try_from(width).unwrap_or(usize::MAX)).map(text).collect())
            }
            _ => Err(unfit(name, "it holds numbers, not text")),
        }
    }

    fn numbers(&self, name: &str) -> Result<&Variable, Error> {
        let variable = self.variable(name)?;
        if variable.dtype.is_numeric() { Ok(variable) } else { Err(unfit(name, "it does not hold numbers")) }
    }

    fn read_values(&self, variable: &Variable, window: &Window) -> Result<RawValues, Error> {
        if variable.dtype == DataType::Other {
            return Err(Error::Unsupported(format!("the type of variable {}", variable.name)));
        }
        window.check(&variable.name, &variable.shape)?;
        let bytes = window.len().saturating_mul(size_of_dtype(variable.dtype));
        Limits::check("the window in bytes", bytes, self.limits.read_bytes)?;
        let missing = || Error::Corrupt(format!("variable {} gave fewer values than it has", variable.name));
        let count = usize::try_from(window.len()).map_err(|_| missing())?;
        if count == 0 {
            return RawValues::zeros(variable.dtype, 0).ok_or_else(missing);
        }
        let values = guarded(|| self.reader.read(variable, window))?;
        if values.len() == count { Ok(values) } else { Err(missing()) }
    }
}

fn unfit(variable: &str, why: &str) -> Error {
    Error::Unfit { variable: variable.to_owned(), why: why.to_owned() }
}

/// Runs code that calls format libraries: a panic in them is a corrupt file, not the end of a thread.
fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    std::panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(Error::Corrupt("the format library gave up on it".to_owned())))
}

fn check_header(header: &Header, limits: &Limits) -> Result<(), Error> {
    Limits::check("the number of variables", header.variables.len() as u64, limits.variables as u64)?;
    Limits::check("the number of dimensions", header.dimensions.len() as u64, limits.variables as u64)?;
    Limits::check("the number of global attributes", header.attributes.0.len() as u64, limits.attributes as u64)?;
    check_attributes(&header.attributes, limits)?;
    for variable in &header.variables {
        check_attributes(&variable.attributes, limits)?;
        let of = |what: &str| format!("the number of {what} of variable {}", variable.name);
        Limits::check(&of("attributes"), variable.attributes.0.len() as u64, limits.attributes as u64)?;
        Limits::check(&of("dimensions"), variable.shape.len() as u64, limits.rank as u64)?;
    }
    Ok(())
}

fn check_attributes(attributes: &Attributes, limits: &Limits) -> Result<(), Error> {
    for (name, value) in &attributes.0 {
        let (values, bytes) = match value {
            AttrValue::Text(text) => (1, text.len()),
            AttrValue::Texts(texts) => (texts.len(), texts.iter().map(String::len).sum()),
            AttrValue::Numbers(_, numbers) => (numbers.len(), 0),
        };
        Limits::check(&format!("attribute {name} in bytes"), bytes as u64, limits.attribute_bytes)?;
        Limits::check(&format!("attribute {name} in values"), values as u64, limits.attribute_values)?;
    }
    Ok(())
}
