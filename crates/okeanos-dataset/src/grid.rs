//! The axes of a variable, and the indices that a place, a box, a depth or a time select.

mod axis;
mod horizontal;

use std::ops::Range;

use okeanos_cf::{
    axes::{Positive, Vertical, axes, direction, vertical},
    model::Variable,
    time::TimeReference,
};
use time::OffsetDateTime;

pub use self::{
    axis::Axis,
    horizontal::{BBox, Cell, Part},
};
use crate::{Dataset, Error, Window};

/// A vertical axis: depths in metres (or pressures in decibars), positive downward.
#[derive(Clone, Debug, PartialEq)]
pub struct Depth {
    /// The coordinate, its values turned so that greater is deeper.
    pub axis: Axis,
    /// What the values count: `m`, `dbar`, or the unit as the file has it.
    pub unit: String,
    /// Whether the file's values grow upward (elevation, height): they are minus the values here.
    pub turned: bool,
}

/// A time axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// The coordinate as stored, in its own units.
    pub axis: Axis,
    /// The dates; `None` where a value is missing or beyond the calendar.
    pub dates: Vec<Option<OffsetDateTime>>,
    /// What the numbers count.
    pub reference: TimeReference,
}

/// Where the values of a variable are.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// The variable.
    pub variable: String,
    /// Lengths of its dimensions.
    pub shape: Vec<u64>,
    /// Longitudes in degrees east: along one dimension, over two (curvilinear), or of none (one place).
    pub lon: Option<Axis>,
    /// Latitudes in degrees north, likewise.
    pub lat: Option<Axis>,
    /// Depths.
    pub depth: Option<Depth>,
    /// Times.
    pub time: Option<Time>,
}

impl Grid {
    /// The grid of a variable. Coordinates that it does not have, or whose numbers cannot be told, are `None`.
    ///
    /// # Errors
    /// [`Error::NoSuchVariable`], and what is wrong with the coordinate variables.
    pub fn of(dataset: &Dataset, name: &str) -> Result<Self, Error> {
        let variable = dataset.variable(name)?;
        let found = axes(dataset.header(), variable);
        let read = |coordinate: Option<&String>| -> Result<Option<(Axis, &Variable)>, Error> {
            let Some(coordinate) = coordinate.map(|name| dataset.variable(name)).transpose()? else { return Ok(None) };
            Ok(Axis::read(dataset, variable, coordinate)?.map(|axis| (axis, coordinate)))
        };
        let plain = |found: Option<(Axis, &Variable)>| found.map(|(axis, _)| axis);
        Ok(Self {
            variable: name.to_owned(),
            shape: variable.shape.clone(),
            lon: plain(read(found.longitude.as_ref())?),
            lat: plain(read(found.latitude.as_ref())?),
            depth: read(found.z.as_ref())?.map(|(axis, coordinate)| depth(axis, coordinate)),
            time: read(found.t.as_ref())?.and_then(|(axis, coordinate)| time_axis(axis, coordinate)),
        })
    }

    /// The cell whose centre is nearest to a place; `None` outside the grid (farther than its cells are wide) or
    /// without longitudes and latitudes.
    pub fn nearest(&self, lon: f64, lat: f64) -> Option<Cell> {
        horizontal::nearest(self.lon.as_ref()?, self.lat.as_ref()?, lon, lat)
    }

    /// The parts of the grid that a box covers: none, one, or two when the box goes over the grid's edge in longitude.
    /// On a curvilinear grid there is one part, the smallest rectangle of indices around the cells inside; of places
    /// along one dimension (stations, trajectories) there is a part for each run of places inside.
    pub fn within(&self, bbox: &BBox) -> Vec<Part> {
        match (&self.lon, &self.lat) {
            (Some(lon), Some(lat)) => horizontal::within(lon, lat, bbox),
            _ => Vec::new(),
        }
    }

    /// The level nearest to a depth (metres, positive downward).
    pub fn nearest_level(&self, depth: f64) -> Option<u64> {
        self.depth.as_ref()?.axis.nearest(depth)
    }

    /// The levels from one depth to another, both included (positive downward); `None` also where levels are not the
    /// same everywhere.
    pub fn levels(&self, shallowest: f64, deepest: f64) -> Option<Range<u64>> {
        hull(&self.depth.as_ref()?.axis, &self.parts_of_levels(shallowest, deepest))
    }

    /// The parts of the grid between two depths, as [`Self::within`] has them for a box: a rectangle around them where
    /// levels are not the same everywhere.
    pub fn parts_of_levels(&self, shallowest: f64, deepest: f64) -> Vec<Part> {
        let Some(Depth { axis, .. }) = &self.depth else { return Vec::new() };
        axis.parts(|at| axis.values.get(at).is_some_and(|depth| *depth >= shallowest && *depth <= deepest))
    }

    /// The time step nearest to a date.
    pub fn nearest_step(&self, date: OffsetDateTime) -> Option<u64> {
        let dates = &self.time.as_ref()?.dates;
        let distance = |d: OffsetDateTime| (d - date).abs();
        let dated = dates.iter().enumerate().filter_map(|(index, d)| Some((index, distance((*d)?))));
        dated.min_by_key(|(_, distance)| *distance).map(|(index, _)| index as u64)
    }

    /// The time steps from one date to another, both included; an open end is `None`. `None` also where times are not
    /// the same everywhere.
    pub fn steps(&self, from: Option<OffsetDateTime>, to: Option<OffsetDateTime>) -> Option<Range<u64>> {
        hull(&self.time.as_ref()?.axis, &self.parts_of_steps(from, to))
    }

    /// The parts of the grid between two dates, as [`Self::within`] has them for a box.
    pub fn parts_of_steps(&self, from: Option<OffsetDateTime>, to: Option<OffsetDateTime>) -> Vec<Part> {
        let Some(Time { axis, dates, .. }) = &self.time else { return Vec::new() };
        let inside = |date: OffsetDateTime| from.is_none_or(|from| date >= from) && to.is_none_or(|to| date <= to);
        axis.parts(|at| dates.get(at).copied().flatten().is_some_and(inside))
    }

    /// The whole variable as a window, to be narrowed with [`narrow`].
    pub fn whole(&self) -> Window {
        Window::all(&self.shape)
    }
}

/// Limits a window to a range of indices of one dimension.
pub fn narrow(window: &mut Window, dimension: usize, range: &Range<u64>) {
    if let (Some(start), Some(count)) = (window.start.get_mut(dimension), window.count.get_mut(dimension)) {
        (*start, *count) = (range.start, range.end.saturating_sub(range.start));
    }
}

/// From the first to the last index of a coordinate's only dimension.
fn hull(axis: &Axis, parts: &[Part]) -> Option<Range<u64>> {
    let (first, last) = (parts.first()?, parts.last()?);
    match (axis.dimensions.len(), first.ranges.as_slice(), last.ranges.as_slice()) {
        (0, ..) => Some(0..1),
        (1, [(_, first)], [(_, last)]) => Some(first.start..last.end),
        _ => None,
    }
}

fn depth(mut axis: Axis, coordinate: &Variable) -> Depth {
    let (factor, unit) = match vertical(coordinate) {
        Vertical::Metres(factor) => (factor, "m".to_owned()),
        Vertical::Decibars(factor) => (factor, "dbar".to_owned()),
        Vertical::Other => (1.0, coordinate.attributes.text("units").unwrap_or_default().to_owned()),
    };
    let turned = direction(coordinate) == Positive::Up;
    let factor = if turned { -factor } else { factor };
    // -0 would be shown as such.
    axis.values.iter_mut().for_each(|value| *value = *value * factor + 0.0);
    Depth { axis, unit, turned }
}

fn time_axis(axis: Axis, coordinate: &Variable) -> Option<Time> {
    let attributes = &coordinate.attributes;
    let reference = TimeReference::parse(attributes.text("units")?, attributes.text("calendar")).ok()?;
    let dates = axis.values.iter().map(|value| reference.decode(*value).ok()).collect();
    Some(Time { axis, dates, reference })
}
