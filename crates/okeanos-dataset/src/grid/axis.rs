//! One coordinate of a variable.

use std::ops::Range;

use okeanos_cf::model::Variable;

use super::Part;
use crate::{Dataset, Error};

/// Runs of indices that are read one by one.
const RUNS: usize = 256;

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

    /// The parts of the variable that a coordinate's values select, `inside` by their positions: the runs of one
    /// dimension, the rectangle around those of two, all or nothing of a scalar.
    pub(super) fn parts(&self, inside: impl Fn(usize) -> bool) -> Vec<Part> {
        let positions = || (0..self.values.len()).filter(|position| inside(*position)).map(|position| position as u64);
        match (self.dimensions.as_slice(), self.shape.as_slice()) {
            ([], _) => positions().take(1).map(|_| Part { ranges: Vec::new() }).collect(),
            (&[only], _) => {
                joined(runs(positions())).into_iter().map(|run| Part { ranges: vec![(only, run)] }).collect()
            }
            (&[slow, fast], &[_, width]) if width > 0 => {
                let around = |numbers: &mut dyn Iterator<Item = u64>| {
                    let ends = numbers.fold((u64::MAX, 0), |(low, high), n| (low.min(n), high.max(n + 1)));
                    (ends.0 < ends.1).then_some(ends.0..ends.1)
                };
                let rows = around(&mut positions().map(|position| position / width));
                let columns = around(&mut positions().map(|position| position % width));
                rows.zip(columns).map(|(r, c)| Part { ranges: vec![(slow, r), (fast, c)] }).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Neighbouring numbers of an ascending sequence.
pub(super) fn runs(numbers: impl Iterator<Item = u64>) -> Vec<Range<u64>> {
    let mut runs: Vec<Range<u64>> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some(run) if run.end == number => run.end += 1,
            _ => runs.push(number..number + 1),
        }
    }
    runs
}

/// Runs joined over ever longer gaps, until they are few enough to be read one by one.
fn joined(mut runs: Vec<Range<u64>>) -> Vec<Range<u64>> {
    let mut gap = 1;
    while runs.len() > RUNS {
        let mut fewer: Vec<Range<u64>> = Vec::new();
        for run in runs {
            match fewer.last_mut() {
                Some(last) if run.start - last.end <= gap => last.end = run.end,
                _ => fewer.push(run),
            }
        }
        runs = fewer;
        gap *= 2;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_coordinates_of_any_rank() {
        let axis = |dimensions: &[usize], shape: &[u64]| Axis {
            name: "a".to_owned(),
            dimensions: dimensions.to_vec(),
            shape: shape.to_vec(),
            values: vec![0.0; shape.iter().product::<u64>() as usize],
        };
        let ranges = |parts: Vec<Part>| parts.into_iter().map(|part| part.ranges).collect::<Vec<_>>();
        assert_eq!(ranges(axis(&[], &[]).parts(|_| true)), [vec![]]);
        assert!(axis(&[], &[]).parts(|_| false).is_empty());
        let found = ranges(axis(&[1], &[9]).parts(|at| [0, 1, 5, 6, 8].contains(&at)));
        assert_eq!(found, [vec![(1, 0..2)], vec![(1, 5..7)], vec![(1, 8..9)]]);
        let found = ranges(axis(&[0, 2], &[4, 5]).parts(|at| [7, 11].contains(&at)));
        assert_eq!(found, [vec![(0, 1..3), (2, 1..3)]]);
        assert!(axis(&[0, 2], &[4, 5]).parts(|_| false).is_empty());
        let many = axis(&[0], &[10_000]).parts(|at| at % 2 == 0);
        assert_eq!(ranges(many), [vec![(0, 0..9_999)]]);
    }
}
