//! Coordinates by the indices of a selection.

use okeanos_cf::model::Variable;
use okeanos_dataset::{
    Selection,
    grid::{Axis, BBox, Grid},
};

/// The values of a coordinate for the indices that a selection keeps.
pub(super) struct Lookup {
    /// Per dimension of the coordinate: which of the variable's, and the stride in the values.
    strides: Vec<(usize, usize)>,
    values: Vec<f64>,
}

impl Lookup {
    pub(super) fn of(axis: &Axis, variable: &Variable, selection: &Selection) -> Self {
        let kept: Vec<Vec<u64>> = axis
            .dimensions
            .iter()
            .zip(&axis.shape)
            .map(|(d, size)| variable.dimensions.get(*d).map_or_else(Vec::new, |name| selection.indices(name, *size)))
            .collect();
        let value = |position: u64| usize::try_from(position).ok().and_then(|p| axis.values.get(p)).copied();
        let mut values = Vec::new();
        match kept.as_slice() {
            [] => values.extend(axis.values.first()),
            [only] => values.extend(only.iter().filter_map(|index| value(*index))),
            [rows, columns] => {
                let width = axis.shape.last().copied().unwrap_or(0);
                values.extend(rows.iter().flat_map(|j| columns.iter().filter_map(move |i| value(j * width + i))));
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

/// Where cells are, for weights and for the cells of a curvilinear grid that lie outside the box.
pub(super) struct Places {
    lat: Option<Lookup>,
    outside: Option<(Lookup, BBox)>,
}

impl Places {
    pub(super) fn of(grid: &Grid, variable: &Variable, selection: &Selection, bbox: Option<&BBox>) -> Self {
        let lookup = |axis: &Axis| Lookup::of(axis, variable, selection);
        // On other grids the selection is the box exactly.
        let has_pairs = |lon: &&Axis| grid.lat.as_ref().is_some_and(|lat| lon.dimensions == lat.dimensions);
        let lon = grid.lon.as_ref().filter(has_pairs).filter(|lon| !lon.dimensions.is_empty());
        Self {
            lat: grid.lat.as_ref().filter(|lat| !lat.dimensions.is_empty()).map(lookup),
            outside: lon.zip(bbox).map(|(lon, bbox)| (lookup(lon), *bbox)),
        }
    }

    /// Whether cells are weighted.
    pub(super) fn are_weighted(&self) -> bool {
        self.lat.is_some()
    }

    /// The weight of a cell; `None` outside the box.
    pub(super) fn weight(&self, index: &[u64]) -> Option<f64> {
        let Some(lat) = &self.lat else { return Some(1.0) };
        let lat = lat.at(index);
        if let Some((lon, bbox)) = &self.outside
            && !bbox.contains(lon.at(index), lat)
        {
            return None;
        }
        let weight = lat.to_radians().cos();
        Some(if weight.is_finite() { weight.max(0.0) } else { 0.0 })
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
