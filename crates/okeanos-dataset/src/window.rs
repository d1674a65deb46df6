//! A rectangular selection of a variable.

use crate::Error;

/// Which values of a variable: per dimension a first index, how many values, and the step between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// First index per dimension.
    pub start: Vec<u64>,
    /// How many values per dimension; the last index is `start + (count - 1) * step`.
    pub count: Vec<u64>,
    /// Step per dimension, at least 1.
    pub step: Vec<u64>,
}

impl Window {
    /// Neighbouring values.
    pub fn new(start: Vec<u64>, count: Vec<u64>) -> Self {
        let step = vec![1; start.len()];
        Self { start, count, step }
    }

    /// The whole of a shape.
    pub fn all(shape: &[u64]) -> Self {
        Self::new(vec![0; shape.len()], shape.to_vec())
    }

    /// With other steps.
    #[must_use]
    pub fn with_step(mut self, step: Vec<u64>) -> Self {
        self.step = step;
        self
    }

    /// How many values it selects.
    pub fn len(&self) -> u64 {
        self.count.iter().fold(1, |all: u64, n| all.saturating_mul(*n))
    }

    /// Whether it selects nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether neighbouring values are taken in every dimension.
    pub(crate) fn is_dense(&self) -> bool {
        self.step.iter().zip(&self.count).all(|(step, count)| *step == 1 || *count <= 1)
    }

    /// The index after the last one in a dimension.
    pub(crate) fn end(&self, dimension: usize) -> u64 {
        let (start, count, step) = (self.start[dimension], self.count[dimension], self.step[dimension]);
        if count == 0 { start } else { start.saturating_add((count - 1).saturating_mul(step)).saturating_add(1) }
    }

    /// An error unless it lies inside the shape.
    pub(crate) fn check(&self, variable: &str, shape: &[u64]) -> Result<(), Error> {
        let wrong = |why: String| Error::Window { variable: variable.to_owned(), why };
        if [self.start.len(), self.count.len(), self.step.len()] != [shape.len(); 3] {
            return Err(wrong(format!("it needs {} dimensions", shape.len())));
        }
        for (dimension, size) in shape.iter().enumerate() {
            if self.step[dimension] == 0 {
                return Err(wrong(format!("the step of dimension {dimension} is 0")));
            }
            if self.end(dimension) > *size {
                return Err(wrong(format!(
                    "dimension {dimension} has {size} values, index {} is asked for",
                    self.end(dimension) - 1
                )));
            }
        }
        Ok(())
    }
}
