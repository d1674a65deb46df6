//! Why a function did not give a result.

use crate::FieldError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An input does not fit the data set: nothing of it lies in the box, a variable is not there…
    #[error("{}: {}", .0.field, .0.message)]
    Input(FieldError),
    /// Inputs that do not fit the description.
    #[error("{} inputs are wrong: {}", .0.len(), .0.first().map(|e| format!("{}: {}", e.field, e.message)).unwrap_or_default())]
    Inputs(Vec<FieldError>),
    /// The data set.
    #[error(transparent)]
    Dataset(okeanos_dataset::Error),
    /// The output cannot be written, or the inputs not be read.
    #[error("{what}: {source}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl From<okeanos_dataset::Error> for Error {
    fn from(error: okeanos_dataset::Error) -> Self {
        match error {
            // A full disk is not the source's fault, and trying again does not empty it.
            okeanos_dataset::Error::Unwritten(source) => Self::io("the result cannot be written")(source),
            error => Self::Dataset(error),
        }
    }
}

impl Error {
    pub(crate) fn input(field: &str, message: impl Into<String>) -> Self {
        Self::Input(FieldError { field: field.to_owned(), message: message.into() })
    }

    pub(crate) fn io(what: &str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::Io { what: what.to_owned(), source }
    }

    /// Its stable code.
    pub fn code(&self) -> &'static str {
        use okeanos_dataset::Error as Dataset;
        match self {
            Self::Input(_) => "processes/input-does-not-fit",
            Self::Inputs(_) => "processes/invalid-inputs",
            Self::Dataset(Dataset::TooLarge { .. }) => "processes/too-large",
            Self::Dataset(Dataset::NoSuchObject(_)) => "processes/no-such-source",
            Self::Dataset(Dataset::Io(_)) | Self::Io { .. } => "processes/input-output",
            Self::Dataset(_) => "processes/unreadable-source",
        }
    }

    /// The input at fault, when it is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Input(error) => Some(&error.field),
            Self::Inputs(errors) => errors.first().map(|error| error.field.as_str()),
            Self::Dataset(error) if error.is_permanent() => Some("source"),
            Self::Dataset(_) | Self::Io { .. } => None,
        }
    }

    /// Whether the same inputs may succeed later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Dataset(okeanos_dataset::Error::Io(_)))
    }
}
