//! What can be wrong with a data set or with what is asked of it.

/// A fact about a data set that could not be opened or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The object or folder is none of the formats that can be read.
    #[error("not a NetCDF file or Zarr store: {found}")]
    NotADataset {
        /// What was found instead, in words.
        found: String,
    },
    /// The file ends before what its header announces.
    #[error("the file is truncated: {0}")]
    Truncated(String),
    /// The file contradicts itself or its format.
    #[error("the file is corrupt: {0}")]
    Corrupt(String),
    /// A feature of the format that cannot be read.
    #[error("not supported: {0}")]
    Unsupported(String),
    /// A limit on sizes or counts is passed.
    #[error("too large: {what} is {found}, the limit is {limit}")]
    TooLarge {
        /// What is too large.
        what: String,
        /// Its size or count.
        found: u64,
        /// The limit.
        limit: u64,
    },
    /// There is no variable of this name.
    #[error("there is no variable {0}")]
    NoSuchVariable(String),
    /// The window does not fit the variable.
    #[error("the window does not fit variable {variable}: {why}")]
    Window {
        /// The variable.
        variable: String,
        /// In words.
        why: String,
    },
    /// The variable is not of the kind that the operation needs (text where numbers are asked for, no longitude…).
    #[error("variable {variable}: {why}")]
    Unfit {
        /// The variable.
        variable: String,
        /// In words.
        why: String,
    },
    /// There is no object at the key.
    #[error("there is no object {0}")]
    NoSuchObject(String),
    /// The bytes could not be read.
    #[error("input or output failed: {0}")]
    Io(#[source] std::io::Error),
    /// A copy could not be written: the source is not at fault.
    #[error("the copy cannot be written: {0}")]
    Unwritten(#[source] std::io::Error),
}

impl Error {
    /// Whether the data set itself is at fault: trying again with the same bytes gives the same error.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Io(_) | Self::Unwritten(_))
    }
}
