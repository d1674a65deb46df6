//! What a request selects of a data set.

use std::{ops::Range, sync::Arc};

use okeanos_cf::axes::{Axes, axes, geophysical};
use okeanos_dataset::{
    Dataset, Selection,
    grid::{Axis, BBox, Grid, Part},
};

use crate::{Error, Interval, Request};

/// Names that an error lists.
const LISTED: usize = 20;

/// A selection, and the variables that were asked for.
pub(crate) struct Region {
    pub(crate) selection: Selection,
    pub(crate) targets: Vec<Target>,
}

/// A variable that was asked for, with its grid (that of the whole data set).
pub(crate) struct Target {
    pub(crate) variable: String,
    /// Variables over the same coordinates share it, and with it the coordinates' values.
    pub(crate) grid: Arc<Grid>,
}

impl Region {
    /// What a request selects.
    ///
    /// # Errors
    /// [`Error::Input`] when a variable is not there, or nothing lies in the box, interval or depths.
    pub(crate) fn of(dataset: &Dataset, request: &Request) -> Result<Self, Error> {
        let names = variables(dataset, request)?;
        let mut selection = Selection::of(dataset, &names)?;
        let targets = targets(dataset, names)?;
        if let Some(bbox) = &request.bbox {
            cut_box(dataset, &mut selection, &targets, bbox)?;
        }
        if let Some(interval) = request.datetime {
            cut_time(dataset, &mut selection, &targets, interval)?;
        }
        if let Some((shallowest, deepest)) = request.depth {
            cut_depth(dataset, &mut selection, &targets, shallowest, deepest)?;
        }
        Ok(Self { selection, targets })
    }
}

fn targets(dataset: &Dataset, names: Vec<String>) -> Result<Vec<Target>, Error> {
    let mut known: Vec<(Axes, &[String], Arc<Grid>)> = Vec::new();
    let mut targets = Vec::new();
    for name in names {
        let variable = dataset.variable(&name)?;
        let (axes, dimensions) = (axes(dataset.header(), variable), variable.dimensions.as_slice());
        let same = known.iter().find(|(of, over, _)| *of == axes && *over == dimensions);
        let grid = match same {
            Some((.., grid)) => Arc::clone(grid),
            None => {
                let grid = Arc::new(Grid::of(dataset, &name)?);
                known.push((axes, dimensions, Arc::clone(&grid)));
                grid
            }
        };
        targets.push(Target { variable: name, grid });
    }
    Ok(targets)
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

/// Cuts a selection to parts of a variable. `false` when nothing is left together with what was cut before.
fn cut(dataset: &Dataset, selection: &mut Selection, target: &Target, parts: &[Part]) -> bool {
    let Some(variable) = dataset.header().variable(&target.variable) else { return false };
    let of_name = |(dimension, ranges): (usize, _)| Some((variable.dimensions.get(dimension)?, ranges));
    by_dimension(parts)
        .into_iter()
        .filter_map(of_name)
        .fold(true, |some, (name, ranges)| selection.cut(name, ranges) && some)
}

fn cut_box(dataset: &Dataset, selection: &mut Selection, targets: &[Target], bbox: &BBox) -> Result<(), Error> {
    let mut placed = false;
    for target in targets {
        let grid = &target.grid;
        let (Some(lon), Some(lat)) = (&grid.lon, &grid.lat) else { continue };
        placed = true;
        let parts = grid.within(bbox);
        if parts.is_empty() || !cut(dataset, selection, target, &parts) {
            let message = format!(
                "nothing of variable {} lies in it: longitudes are {}, latitudes {}",
                target.variable,
                extent(lon),
                extent(lat)
            );
            return Err(Error::input("bbox", message));
        }
        if let [first, second] = parts.as_slice()
            && lon.dimensions != lat.dimensions
        {
            ascend(dataset, selection, lon, first, second);
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
fn ascend(dataset: &Dataset, selection: &mut Selection, lon: &Axis, first: &Part, second: &Part) {
    let west = |part: &Part| {
        let (_, range) = part.ranges.iter().find(|(dimension, _)| Some(*dimension) == lon.dimension())?;
        lon.values.get(usize::try_from(range.start).ok()?).copied()
    };
    if let (Some(a), Some(b)) = (west(first), west(second))
        && a > b
    {
        let in_first = a > 180.0;
        selection.shift_longitude(dataset, &lon.name, if in_first { -360.0 } else { 360.0 }, in_first);
    }
}

fn cut_time(dataset: &Dataset, selection: &mut Selection, targets: &[Target], interval: Interval) -> Result<(), Error> {
    let mut timed = false;
    for target in targets {
        let Some(time) = &target.grid.time else { continue };
        timed = true;
        let parts = target.grid.parts_of_steps(interval.from, interval.to);
        let dates = || time.dates.iter().flatten();
        let message = match (dates().min(), dates().max()) {
            _ if !parts.is_empty() => format!("no time step of variable {} lies in it and in the box", target.variable),
            (Some(first), Some(last)) => format!(
                "no time step of variable {} lies in it: they go from {} to {}",
                target.variable,
                rfc3339(*first),
                rfc3339(*last)
            ),
            _ => format!("variable {} has no valid times", target.variable),
        };
        if parts.is_empty() || !cut(dataset, selection, target, &parts) {
            return Err(Error::input("datetime", message));
        }
    }
    if timed { Ok(()) } else { Err(Error::input("datetime", "the variables have no time")) }
}

fn cut_depth(
    dataset: &Dataset,
    selection: &mut Selection,
    targets: &[Target],
    shallowest: f64,
    deepest: f64,
) -> Result<(), Error> {
    let mut deep = false;
    for target in targets {
        let Some(depth) = &target.grid.depth else { continue };
        deep = true;
        if !matches!(depth.unit.as_str(), "m" | "dbar") {
            let unit = if depth.unit.is_empty() { "levels" } else { &depth.unit };
            let message = format!("the vertical axis of variable {} counts {unit}, not metres", target.variable);
            return Err(Error::input("depth", message));
        }
        let parts = target.grid.parts_of_levels(shallowest, deepest);
        if parts.is_empty() || !cut(dataset, selection, target, &parts) {
            let message = match parts.is_empty() {
                true => format!(
                    "no level of variable {} lies in it: they are {} {}",
                    target.variable,
                    extent(&depth.axis),
                    depth.unit
                ),
                false => format!("no level of variable {} lies in it and in the box and times", target.variable),
            };
            return Err(Error::input("depth", message));
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
