//! Places and boxes on grids whose longitudes may run -180..180, 0..360 or anything else.

use std::ops::Range;

use super::{Axis, axis::runs};

/// A box in degrees; `west > east` goes over the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BBox {
    /// The western side.
    pub west: f64,
    /// The southern side.
    pub south: f64,
    /// The eastern side.
    pub east: f64,
    /// The northern side.
    pub north: f64,
}

impl BBox {
    /// Whether a place is inside or on the border, whatever the range of its longitude.
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        lat >= self.south && lat <= self.north && self.has_longitude(lon)
    }

    fn has_longitude(&self, lon: f64) -> bool {
        // A sixteenth of a micrometre, so that 359.9 and -0.1 are the same place in spite of rounding.
        const SLACK: f64 = 1e-9;
        let width = if self.east >= self.west { self.east - self.west } else { self.east - self.west + 360.0 };
        let from_west = (lon - self.west).rem_euclid(360.0);
        width >= 360.0 || from_west <= width + SLACK || from_west >= 360.0 - SLACK
    }
}

/// A cell of the grid.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The index per dimension of the variable that the place fixes: `(dimension, index)`.
    pub indices: Vec<(usize, u64)>,
    /// Its longitude as in the file.
    pub lon: f64,
    /// Its latitude.
    pub lat: f64,
}

/// A rectangle of indices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The range per dimension of the variable that the box limits: `(dimension, range)`.
    pub ranges: Vec<(usize, Range<u64>)>,
}

/// The difference of two longitudes, from -180 to 180.
fn difference(a: f64, b: f64) -> f64 {
    (a - b + 180.0).rem_euclid(360.0) - 180.0
}

pub(super) fn nearest(lon: &Axis, lat: &Axis, at_lon: f64, at_lat: f64) -> Option<Cell> {
    if !at_lon.is_finite() || !at_lat.is_finite() {
        return None;
    }
    if lon.dimensions.len() == 2 || lon.dimensions == lat.dimensions {
        return nearest_of_pairs(lon, lat, at_lon, at_lat);
    }
    let x = smallest(lon.values.iter().map(|value| difference(*value, at_lon).abs()))?;
    let y = smallest(lat.values.iter().map(|value| (value - at_lat).abs()))?;
    let (found_lon, found_lat) = (lon.values[x], lat.values[y]);
    // Half a cell at the edges, and a little more for rounding.
    let too_far = |distance: f64, axis: &Axis, index: usize| {
        axis.values.len() > 1 && distance.abs() > spacing(&axis.values, index) * 0.5 + 1e-6
    };
    if too_far(difference(found_lon, at_lon), lon, x) || too_far(found_lat - at_lat, lat, y) {
        return None;
    }
    let indices = lat.dimension().map(|d| (d, y as u64)).into_iter().chain(lon.dimension().map(|d| (d, x as u64)));
    Some(Cell { indices: indices.collect(), lon: found_lon, lat: found_lat })
}

/// Curvilinear grids, and places listed along one dimension (stations, trajectories).
fn nearest_of_pairs(lon: &Axis, lat: &Axis, at_lon: f64, at_lat: f64) -> Option<Cell> {
    let distance = |x: f64, y: f64| {
        let along = difference(x, at_lon) * ((y + at_lat) / 2.0).to_radians().cos();
        along * along + (y - at_lat) * (y - at_lat)
    };
    let pairs = || lon.values.iter().zip(&lat.values);
    let found = smallest(pairs().map(|(x, y)| distance(*x, *y)))?;
    let (x, y) = pairs().nth(found)?;
    if lon.dimensions.len() == 2 {
        // Farther than the neighbour in either direction is outside.
        let width = usize::try_from(*lon.shape.get(1)?).ok()?;
        let neighbours =
            [found.checked_sub(1), found.checked_add(1), found.checked_sub(width), found.checked_add(width)];
        let reach = neighbours
            .into_iter()
            .flatten()
            .filter_map(|n| Some(distance_of(*lon.values.get(n)?, *lat.values.get(n)?, *x, *y)));
        let reach = reach.filter(|d| d.is_finite()).fold(0.0, f64::max);
        if reach > 0.0 && distance(*x, *y) > reach {
            return None;
        }
    }
    let mut rest = found as u64;
    let mut indices = Vec::new();
    for (dimension, size) in lon.dimensions.iter().zip(&lon.shape).rev() {
        indices.push((*dimension, rest % size));
        rest /= size;
    }
    indices.reverse();
    Some(Cell { indices, lon: *x, lat: *y })
}

fn distance_of(ax: f64, ay: f64, bx: f64, by: f64) -> f64 {
    let along = difference(ax, bx) * ((ay + by) / 2.0).to_radians().cos();
    along * along + (ay - by) * (ay - by)
}

fn smallest(distances: impl Iterator<Item = f64>) -> Option<usize> {
    let finite = distances.enumerate().filter(|(_, distance)| distance.is_finite());
    finite.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
}

/// The wider of the steps to the neighbours of an index.
fn spacing(values: &[f64], index: usize) -> f64 {
    let to = |other: Option<usize>| {
        other.and_then(|other| values.get(other)).map_or(0.0, |value| difference(*value, values[index]).abs())
    };
    to(index.checked_sub(1)).max(to(Some(index + 1)))
}

pub(super) fn within(lon: &Axis, lat: &Axis, bbox: &BBox) -> Vec<Part> {
    if lon.dimensions.len() == 2 || lon.dimensions == lat.dimensions {
        let place = |at: usize| lon.values.get(at).zip(lat.values.get(at));
        return lon.parts(|at| place(at).is_some_and(|(x, y)| bbox.contains(*x, *y)));
    }
    let is_between = |value: &f64| *value >= bbox.south && *value <= bbox.north;
    let (first, last) = (lat.values.iter().position(is_between), lat.values.iter().rposition(is_between));
    let Some(rows) = first.zip(last).map(|(first, last)| first as u64..last as u64 + 1) else { return Vec::new() };
    let inside: Vec<bool> = lon.values.iter().map(|value| bbox.has_longitude(*value)).collect();
    let part = |columns: Range<u64>| {
        let rows = lat.dimension().map(|d| (d, rows.clone()));
        Part { ranges: rows.into_iter().chain(lon.dimension().map(|d| (d, columns))).collect() }
    };
    let mut runs = runs((0_u64..).zip(&inside).filter(|(_, inside)| **inside).map(|(index, _)| index));
    // The box goes over the edge of the grid: what is at its end lies west of what is at its beginning.
    if let [first, last] = runs.as_slice()
        && first.start == 0
        && last.end == inside.len() as u64
    {
        runs.reverse();
    }
    runs.into_iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(dimension: usize, values: Vec<f64>) -> Axis {
        Axis { name: "a".to_owned(), dimensions: vec![dimension], shape: vec![values.len() as u64], values }
    }

    fn steps(from: f64, step: f64, count: u32) -> Vec<f64> {
        (0..count).map(|i| from + f64::from(i) * step).collect()
    }

    fn ranges(part: &Part) -> Vec<(usize, u64, u64)> {
        part.ranges.iter().map(|(d, r)| (*d, r.start, r.end)).collect()
    }

    #[test]
    fn a_box_over_greenwich_is_two_parts_of_a_0_to_360_grid_west_first() {
        let (lat, lon) = (axis(0, steps(-90.0, 10.0, 19)), axis(1, steps(0.0, 10.0, 36)));
        let parts = within(&lon, &lat, &BBox { west: -20.0, south: 0.0, east: 10.0, north: 30.0 });
        let found: Vec<_> = parts.iter().map(ranges).collect();
        assert_eq!(found, [vec![(0, 9, 13), (1, 34, 36)], vec![(0, 9, 13), (1, 0, 2)]]);
    }

    #[test]
    fn a_box_over_the_antimeridian_on_a_minus_180_to_180_grid() {
        let (lat, lon) = (axis(0, steps(80.0, -10.0, 17)), axis(1, steps(-180.0, 10.0, 36)));
        let parts = within(&lon, &lat, &BBox { west: 170.0, south: -5.0, east: -170.0, north: 5.0 });
        let found: Vec<_> = parts.iter().map(ranges).collect();
        assert_eq!(found, [vec![(0, 8, 9), (1, 35, 36)], vec![(0, 8, 9), (1, 0, 2)]]);
    }

    #[test]
    fn the_whole_earth_is_one_part_and_nothing_is_none() {
        let (lat, lon) = (axis(0, steps(-80.0, 10.0, 17)), axis(1, steps(0.5, 1.0, 360)));
        let parts = within(&lon, &lat, &BBox { west: -180.0, south: -90.0, east: 180.0, north: 90.0 });
        assert_eq!(parts.iter().map(ranges).collect::<Vec<_>>(), [vec![(0, 0, 17), (1, 0, 360)]]);
        assert!(within(&lon, &lat, &BBox { west: 0.0, south: 81.0, east: 10.0, north: 89.0 }).is_empty());
    }

    #[test]
    fn nearest_wraps_and_knows_the_outside() {
        let (lat, lon) = (axis(1, steps(30.0, 1.0, 11)), axis(2, steps(355.0, 1.0, 6)));
        let cell = nearest(&lon, &lat, -4.4, 35.2).unwrap();
        assert_eq!((cell.indices, cell.lon, cell.lat), (vec![(1, 5), (2, 1)], 356.0, 35.0));
        assert_eq!(nearest(&lon, &lat, 0.4, 35.0).unwrap().indices, [(1, 5), (2, 5)]);
        assert_eq!(nearest(&lon, &lat, 2.0, 35.0), None);
        assert_eq!(nearest(&lon, &lat, -4.4, 45.0), None);
    }

    #[test]
    fn one_place_is_inside_or_not() {
        let one =
            |value: f64| Axis { name: "a".to_owned(), dimensions: Vec::new(), shape: Vec::new(), values: vec![value] };
        let box_of = |west: f64| BBox { west, south: 40.0, east: west + 10.0, north: 50.0 };
        assert_eq!(within(&one(-5.0), &one(45.0), &box_of(350.0)), [Part { ranges: Vec::new() }]);
        assert_eq!(within(&one(-5.0), &one(45.0), &box_of(0.0)), []);
    }

    #[test]
    fn curvilinear_grids_give_the_rectangle_around_the_cells_inside() {
        let values = |f: fn(f64, f64) -> f64| {
            (0..4).flat_map(|j| (0..5).map(move |i| f(f64::from(j), f64::from(i)))).collect::<Vec<_>>()
        };
        let two = |values| Axis { name: "a".to_owned(), dimensions: vec![1, 2], shape: vec![4, 5], values };
        let (lon, lat) = (two(values(|j, i| i + 0.1 * j)), two(values(|j, i| 40.0 + j - 0.1 * i)));
        let parts = within(&lon, &lat, &BBox { west: 0.9, south: 40.7, east: 2.5, north: 42.0 });
        assert_eq!(parts.iter().map(ranges).collect::<Vec<_>>(), [vec![(1, 1, 3), (2, 1, 3)]]);
        let cell = nearest(&lon, &lat, 2.25, 41.75).unwrap();
        assert_eq!(cell.indices, [(1, 2), (2, 2)]);
        assert_eq!(nearest(&lon, &lat, 30.0, 41.0), None);
    }
}
