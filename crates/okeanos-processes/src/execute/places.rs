//! Coordinates by the indices of a selection.

use okeanos_cf::model::Variable;
use okeanos_dataset::{
    Selection,
    grid::{Axis, Grid},
};

use crate::Request;

/// Numbers of the cells of a coordinate, for the indices that a selection keeps.
pub(super) struct Lookup {
    /// Per dimension of the coordinate: which of the variable's, and the stride in the values.
    strides: Vec<(usize, usize)>,
    values: Vec<f64>,
}

impl Lookup {
    /// With the numbers of the positions in the coordinate's values.
    pub(super) fn of(
        axis: &Axis,
        variable: &Variable,
        selection: &Selection,
        number: impl Fn(usize) -> Option<f64>,
    ) -> Self {
        let kept: Vec<Vec<u64>> = axis
            .dimensions
            .iter()
            .zip(&axis.shape)
            .map(|(d, size)| variable.dimensions.get(*d).map_or_else(Vec::new, |name| selection.indices(name, *size)))
            .collect();
        let value = |position: u64| usize::try_from(position).ok().and_then(&number).unwrap_or(f64::NAN);
        let mut values = Vec::new();
        match kept.as_slice() {
            [] => values.push(value(0)),
            [only] => values.extend(only.iter().map(|index| value(*index))),
            [rows, columns] => {
                let width = axis.shape.last().copied().unwrap_or(0);
                values.extend(rows.iter().flat_map(|j| columns.iter().map(move |i| j * width + i)).map(value));
            }
            _ => {}
        }
        let mut strides = Vec::new();
        let mut stride = 1;
        for (d, kept) in axis.dimensions.iter().zip(&kept).rev() {
            strides.push((*d, stride));
            stride *= kept.len();
        }
        Self { strides, values }
    }

    /// The value at the indices of the variable (in the selection); NaN when there is none.
    pub(super) fn at(&self, index: &[u64]) -> f64 {
        let position = self
            .strides
            .iter()
            .try_fold(0, |position, (d, stride)| Some(position + usize::try_from(*index.get(*d)?).ok()? * stride));
        position.and_then(|position| self.values.get(position)).copied().unwrap_or(f64::NAN)
    }
}

/// Where cells are: their weights, and which of those that the selection keeps are not what is asked for. On a grid of
/// axes of its own the selection is exact; around two-dimensional coordinates it is a rectangle.
pub(super) struct Places {
    weights: Option<Lookup>,
    /// NaN for cells outside.
    masks: Vec<Lookup>,
}

impl Places {
    pub(super) fn of(grid: &Grid, variable: &Variable, selection: &Selection, request: &Request) -> Self {
        let mut masks = Vec::new();
        let mut mask = |axis: &Axis, inside: &dyn Fn(usize) -> bool| {
            masks.push(Lookup::of(axis, variable, selection, |at| inside(at).then_some(1.0)));
        };
        let paired = grid.lon.as_ref().zip(grid.lat.as_ref()).filter(|(lon, lat)| lon.dimensions == lat.dimensions);
        if let (Some((lon, lat)), Some(bbox)) = (paired, &request.bbox) {
            let place = |at: usize| lon.values.get(at).zip(lat.values.get(at));
            mask(lon, &|at| place(at).is_some_and(|(lon, lat)| bbox.contains(*lon, *lat)));
        }
        if let (Some(depth), Some((shallowest, deepest))) = (&grid.depth, request.depth) {
            let is_between = |depth: &f64| *depth >= shallowest && *depth <= deepest;
            mask(&depth.axis, &|at| depth.axis.values.get(at).is_some_and(is_between));
        }
        if let (Some(time), Some(interval)) = (&grid.time, &request.datetime) {
            let is_between =
                |date| interval.from.is_none_or(|from| date >= from) && interval.to.is_none_or(|to| date <= to);
            mask(&time.axis, &|at| time.dates.get(at).copied().flatten().is_some_and(is_between));
        }
        masks.retain(|mask| mask.values.iter().any(|inside| inside.is_nan()));
        // Places along one dimension (stations, trajectories) are no cells of an area that grows with cos(latitude).
        let lat = grid.lat.as_ref().filter(|lat| match lat.dimensions.len() {
            0 => false,
            1 => paired.is_none(),
            _ => true,
        });
        let weight = |lat: &f64| Some(lat.to_radians().cos()).filter(|weight| weight.is_finite());
        let weights = lat.map(|lat| {
            Lookup::of(lat, variable, selection, |at| {
                lat.values.get(at).map(|lat| weight(lat).map_or(0.0, |w| w.max(0.0)))
            })
        });
        Self { weights, masks }
    }

    /// Whether cells are weighted.
    pub(super) fn are_weighted(&self) -> bool {
        self.weights.is_some()
    }

    /// Whether a cell is asked for.
    pub(super) fn has(&self, index: &[u64]) -> bool {
        !self.masks.iter().any(|mask| mask.at(index).is_nan())
    }

    /// The weight of a cell; `None` when it is not asked for.
    pub(super) fn weight(&self, index: &[u64]) -> Option<f64> {
        self.has(index).then(|| self.weights.as_ref().map_or(1.0, |weights| weights.at(index)))
    }
}

/// Calls with the indices of each value of a block, in row-major order.
pub(super) fn each_index(start: &[u64], count: &[u64], mut visit: impl FnMut(usize, &[u64])) {
    let mut index = start.to_vec();
    let total: u64 = count.iter().product();
    for number in 0..usize::try_from(total).unwrap_or(0) {
        visit(number, &index);
        for d in (0..index.len()).rev() {
            index[d] += 1;
            if index[d] < start[d] + count[d] {
                break;
            }
            index[d] = start[d];
        }
    }
}
