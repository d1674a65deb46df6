//! Which functions there are.

use serde_json::Value;

use crate::{FieldError, FileFormat, Request, describe, inputs};

/// A function of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    /// A part of a data set, as NetCDF, Zarr or CSV.
    Subset,
    /// Numbers about the variables of a data set.
    Statistics,
    /// A data set as chunked Zarr for analysis in place.
    ToZarr,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Subset, Self::Statistics, Self::ToZarr];

    /// The function of an id.
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.id() == id)
    }

    /// Its id, also as a process.
    pub fn id(self) -> &'static str {
        match self {
            Self::Subset => "subset",
            Self::Statistics => "statistics",
            Self::ToZarr => "to-zarr",
        }
    }

    /// Its version.
    pub fn version(self) -> &'static str {
        "1.0.0"
    }

    /// What it is doing, for people who wait.
    pub(crate) fn doing(self) -> &'static str {
        match self {
            Self::Subset => "copying",
            Self::Statistics => "counting",
            Self::ToZarr => "rechunking",
        }
    }

    /// The formats that its result can have; the first unless another is asked for.
    pub fn formats(self) -> &'static [FileFormat] {
        match self {
            Self::Subset => &[FileFormat::NetCdf, FileFormat::Zarr, FileFormat::Csv],
            Self::Statistics => &[FileFormat::Json, FileFormat::Csv],
            Self::ToZarr => &[FileFormat::Zarr],
        }
    }

    /// Its description as OGC API Processes has it (part 1, 7.10), without links.
    pub fn description(self) -> Value {
        describe::description(self)
    }

    /// Checks inputs as they come in an execute request: the object `inputs`.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of the description's inputs.
    pub fn validate(self, inputs: &Value) -> Result<Request, Vec<FieldError>> {
        inputs::validate(self, inputs)
    }
}
