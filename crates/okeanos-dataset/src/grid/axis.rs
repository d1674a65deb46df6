//! One coordinate of a variable.

use std::ops::Range;

use okeanos_cf::model::Variable;

use crate::{Dataset, Error};

/// A coordinate of a variable, whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// The coordinate variable.
    pub name: String,
    /// The positions, among the variable's dimensions, of the coordinate's own: one, two, or none for a scalar.
    pub dimensions: Vec<usize>,
    /// Lengths of the coordinate's dimensions.
    pub shape: Vec<u64>,
    /// The values in row-major order; missing ones are NaN.
    pub values: Vec<f64>,
}

impl Axis {
    /// Reads a coordinate of a variable; `None` when it does not lie over the variable's dimensions, or over three.
    pub(super) fn read(dataset: &Dataset, variable: &Variable, coordinate: &Variable) -> Result<Option<Self>, Error> {
        if !coordinate.dtype.is_numeric() || coordinate.shape.len() > 2 {
            return Ok(None);
        }
        let position = |name: &String| variable.dimensions.iter().position(|of| of == name);
        let dimensions: Option<Vec<usize>> = coordinate.dimensions.iter().map(position).collect();
        let fits = |dimensions: &Vec<usize>| {
            dimensions.iter().zip(&coordinate.shape).all(|(d, size)| variable.shape.get(*d) == Some(size))
        };
        let Some(dimensions) = dimensions.filter(fits) else { return Ok(None) };
        let array = dataset.coordinate(&coordinate.name)?;
        Ok(Some(Self { name: coordinate.name.clone(), dimensions, shape: array.shape, values: array.values }))
    }

    /// The variable's dimension that it runs along, when it is just one.
    pub fn dimension(&self) -> Option<usize> {
        match self.dimensions.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    /// The smallest and largest value; `None` when all are missing.
    pub fn extent(&self) -> Option<(f64, f64)> {
        let values = self.values.iter().filter(|value| value.is_finite());
        values.fold(None, |extent, value| match extent {
            None => Some((*value, *value)),
            Some((low, high)) => Some((low.min(*value), high.max(*value))),
        })
    }

    /// Whether neighbours differ by the same step, within a thousandth of it: the step.
    pub fn step(&self) -> Option<f64> {
        let (first, last) = (self.values.first()?, self.values.last()?);
        let step = (last - first) / (self.values.len().checked_sub(1).filter(|n| *n > 0)? as f64);
        let regular = self.values.windows(2).all(|pair| ((pair[1] - pair[0]) - step).abs() <= step.abs() * 1e-3);
        (regular && step != 0.0 && step.is_finite() && self.dimensions.len() == 1).then_some(step)
    }

    /// The index of the value nearest to one.
    pub(super) fn nearest(&self, wanted: f64) -> Option<u64> {
        let distances = self.values.iter().enumerate().map(|(index, value)| (index, (value - wanted).abs()));
        let finite = distances.filter(|(_, distance)| distance.is_finite());
        finite.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index as u64)
    }

    /// The indices from the first to the last value inside a closed interval.
    pub(super) fn between(&self, low: f64, high: f64) -> Option<Range<u64>> {
        let inside = |value: &f64| *value >= low && *value <= high;
        let first = self.values.iter().position(inside)?;
        let last = self.values.iter().rposition(inside)?;
        Some(first as u64..last as u64 + 1)
    }
}
