//! What a request selects of a data set.

use std::ops::Range;

use okeanos_cf::axes::geophysical;
use okeanos_dataset::{
    Dataset, Selection,
    grid::{Axis, BBox, Grid, Part},
};

use crate::{Error, Interval, Request};

/// Names that an error lists.
const LISTED: usize = 20;

/// A selection, and the variables that were asked for with their grids (those of the whole data set).
pub(crate) struct Region {
    pub(crate) selection: Selection,
    pub(crate) grids: Vec<Grid>,
}

impl Region {
    /// What a request selects.
    ///
    /// # Errors
    /// [`Error::Input`] when a variable is not there, or nothing lies in the box, interval or depths.
    pub(crate) fn of(dataset: &Dataset, request: &Request) -> Result<Self, Error> {
        let names = variables(dataset, request)?;
        let grids: Vec<Grid> = names.iter().map(|name| Grid::of(dataset, name)).collect::<Result<_, _>>()?;
        let mut selection = Selection::of(dataset, &names)?;
        if let Some(bbox) = &request.bbox {
            cut_box(dataset, &mut selection, &grids, bbox)?;
        }
        if let Some(interval) = request.datetime {
            cut_time(dataset, &mut selection, &grids, interval)?;
        }
        if let Some((shallowest, deepest)) = request.depth {
            cut_depth(dataset, &mut selection, &grids, shallowest, deepest)?;
        }
        Ok(Self { selection, grids })
    }
}

fn variables(dataset: &Dataset, request: &Request) -> Result<Vec<String>, Error> {
    let header = dataset.header();
    let measured = || geophysical(header).into_iter().filter(|v| v.dtype.is_numeric()).map(|v| v.name.clone());
    if request.variables.is_empty() {
        let names: Vec<String> = measured().collect();
        let none = || Error::input("source", "the data set has no variable that is measured or modelled; name some");
        return if names.is_empty() { Err(none()) } else { Ok(names) };
    }
    for name in &request.variables {
        let Some(variable) = header.variable(name) else {
            let known: Vec<String> = measured().take(LISTED).collect();
            return Err(Error::input(
                "variables",
                format!("there is no variable {name}; there are {}", known.join(", ")),
            ));
        };
        if !variable.dtype.is_numeric() {
            return Err(Error::input("variables", format!("variable {name} does not hold numbers")));
        }
    }
    Ok(request.variables.clone())
}

/// The name of a dimension of a grid's variable.
fn dimension_name(dataset: &Dataset, grid: &Grid, dimension: usize) -> Option<String> {
    dataset.header().variable(&grid.variable)?.dimensions.get(dimension).cloned()
}

fn cut_box(dataset: &Dataset, selection: &mut Selection, grids: &[Grid], bbox: &BBox) -> Result<(), Error> {
    let mut placed = false;
    for grid in grids {
        let (Some(lon), Some(lat)) = (&grid.lon, &grid.lat) else { continue };
        placed = true;
        let parts = grid.within(bbox);
        if parts.is_empty() {
            let message = format!(
                "nothing of variable {} lies in it: longitudes are {}, latitudes {}",
                grid.variable,
                extent(lon),
                extent(lat)
            );
            return Err(Error::input("bbox", message));
        }
        for (dimension, ranges) in by_dimension(&parts) {
            if let Some(name) = dimension_name(dataset, grid, dimension) {
                selection.cut(&name, ranges);
            }
        }
        if let [first, second] = parts.as_slice() {
            ascend(selection, lon, first, second);
        }
    }
    let nowhere = || Error::input("bbox", "the variables have no longitudes and latitudes");
    if placed { Ok(()) } else { Err(nowhere()) }
}

/// The ranges of each dimension over all parts; rows are the same in both.
fn by_dimension(parts: &[Part]) -> Vec<(usize, Vec<Range<u64>>)> {
    let mut dimensions: Vec<(usize, Vec<Range<u64>>)> = Vec::new();
    for (dimension, range) in parts.iter().flat_map(|part| &part.ranges) {
        match dimensions.iter_mut().find(|(known, _)| known == dimension) {
            Some((_, ranges)) if ranges.contains(range) => {}
            Some((_, ranges)) => ranges.push(range.clone()),
            None => dimensions.push((*dimension, vec![range.clone()])),
        }
    }
    dimensions
}

/// Longitudes of a box over the edge of the grid, moved by a turn so that they ascend: 350..10 becomes -10..10.
fn ascend(selection: &mut Selection, lon: &Axis, first: &Part, second: &Part) {
    let west = |part: &Part| {
        let (_, range) = part.ranges.iter().find(|(dimension, _)| Some(*dimension) == lon.dimension())?;
        lon.values.get(usize::try_from(range.start).ok()?).copied()
    };
    if let (Some(a), Some(b)) = (west(first), west(second))
        && a > b
    {
        let in_first = a > 180.0;
        selection.shift_longitude(&lon.name, if in_first { -360.0 } else { 360.0 }, in_first);
    }
}

fn cut_time(dataset: &Dataset, selection: &mut Selection, grids: &[Grid], interval: Interval) -> Result<(), Error> {
    let mut timed = false;
    for grid in grids {
        let Some(time) = &grid.time else { continue };
        timed = true;
        let Some(steps) = grid.steps(interval.from, interval.to) else {
            let dates = || time.dates.iter().flatten();
            let message = match (dates().min(), dates().max()) {
                (Some(first), Some(last)) => format!(
                    "no time step of variable {} lies in it: they go from {} to {}",
                    grid.variable,
                    rfc3339(*first),
                    rfc3339(*last)
                ),
                _ => format!("variable {} has no valid times", grid.variable),
            };
            return Err(Error::input("datetime", message));
        };
        if let Some(name) = time.axis.dimension().and_then(|dimension| dimension_name(dataset, grid, dimension)) {
            selection.cut(&name, vec![steps]);
        }
    }
    if timed { Ok(()) } else { Err(Error::input("datetime", "the variables have no time")) }
}

fn cut_depth(
    dataset: &Dataset,
    selection: &mut Selection,
    grids: &[Grid],
    shallowest: f64,
    deepest: f64,
) -> Result<(), Error> {
    let mut deep = false;
    for grid in grids {
        let Some(depth) = &grid.depth else { continue };
        deep = true;
        let Some(levels) = grid.levels(shallowest, deepest) else {
            let message = format!(
                "no level of variable {} lies in it: they are {} {}",
                grid.variable,
                extent(&depth.axis),
                depth.unit
            );
            return Err(Error::input("depth", message.trim_end().to_owned()));
        };
        if let Some(name) = depth.axis.dimension().and_then(|dimension| dimension_name(dataset, grid, dimension)) {
            selection.cut(&name, vec![levels]);
        }
    }
    if deep { Ok(()) } else { Err(Error::input("depth", "the variables have no depth")) }
}

fn extent(axis: &Axis) -> String {
    axis.extent().map_or("unknown".to_owned(), |(low, high)| format!("{low} to {high}"))
}

/// A moment as RFC 3339 has it.
pub(crate) fn rfc3339(moment: time::OffsetDateTime) -> String {
    // Years outside 0 to 9999 have no RFC 3339 form.
    moment.format(&time::format_description::well_known::Rfc3339).unwrap_or_else(|_| moment.to_string())
}
