//! What is wrong with a document or a parameter.

use std::fmt;

/// One thing that is wrong: where, and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct Invalid {
    /// A JSON pointer (`/properties/datetime`) or the name of a parameter (`bbox`).
    pub field: String,
    /// What is wrong, in words.
    pub message: String,
}

impl Invalid {
    /// At a field, with a message.
    pub fn at(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// How many problems are kept; a document with more is hopeless.
const PROBLEMS_MAX: usize = 20;

/// Everything that is wrong with a document, at most 20 of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Invalid>);

impl Problems {
    pub(crate) fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.push(Invalid::at(field, message));
    }

    pub(crate) fn push(&mut self, invalid: Invalid) {
        if self.0.len() < PROBLEMS_MAX {
            self.0.push(invalid);
        }
    }

    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The problems, in the order in which they were found; never empty in an error.
    pub fn all(&self) -> &[Invalid] {
        &self.0
    }
}

impl From<Invalid> for Problems {
    fn from(invalid: Invalid) -> Self {
        Self(vec![invalid])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, invalid) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{invalid}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
