//! Values at a position (OGC API EDR 1.1, position query).

use std::{ops::Range, sync::Arc};

use okeanos_auth::Principal;
use okeanos_dataset::{
    Window,
    grid::{Axis, Cell, Grid, narrow},
};
use okeanos_fault::Fault;
use time::OffsetDateTime;

use super::{
    Explorer,
    layer::{Layer, Layers, View},
    reading::{self, Deadline},
    source::Source,
};
use crate::domain::{
    coverage::{Levels, Parameter, Position},
    curvilinear::distance,
    error::Error,
    params::TimeFilter,
};

/// How many values an answer may have.
const VALUES_MAX: u64 = 20_000;

/// How far from a station, or from a place on a track, its values count, degrees: about 28 km.
const STATION_REACH: f64 = 0.25;

/// Which levels are asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LevelFilter {
    /// All of them.
    All,
    /// The one nearest to a depth.
    Nearest(f64),
    /// Those from one depth to another.
    Between(f64, f64),
}

/// A position query.
#[derive(Clone, Debug)]
pub struct PositionQuery {
    /// Degrees east.
    pub longitude: f64,
    /// Degrees north.
    pub latitude: f64,
    /// Which times.
    pub times: TimeFilter,
    /// Which levels.
    pub levels: LevelFilter,
    /// Names of variables; the item's own when there are none.
    pub parameters: Vec<String>,
}

impl Explorer {
    /// Values of the cell that covers a position.
    ///
    /// # Errors
    /// Those of opening and reading, [`Error::NoCellHere`], [`Error::NoTimeStep`], [`Error::TooManyValues`],
    /// [`Error::TooMuchToRead`], [`Error::TooSlow`], [`Error::Overloaded`].
    pub async fn position(
        &self,
        who: &Principal,
        collection: &str,
        item: &str,
        query: PositionQuery,
    ) -> Result<Position, Fault> {
        self.metrics.requests.with_label_values(&["position"]).inc();
        let source = self.source(who, collection, item).await?;
        let (layers, clock) = (Arc::clone(&self.layers), self.clock.clone());
        let pool = if matches!(query.times, TimeFilter::Nearest(_)) { &self.pool } else { &self.series };
        Ok(pool.run(move || read(&layers, &source, &query, &Deadline::new(clock))).await?)
    }
}

fn read(layers: &Layers, source: &Source, query: &PositionQuery, deadline: &Deadline) -> Result<Position, Error> {
    let names: Vec<Option<&str>> = match query.parameters.as_slice() {
        [] => vec![source.variable.as_deref()],
        named => named.iter().map(|name| Some(name.as_str())).collect(),
    };
    let layer = |name| layers.layer(&source.data, "parameter-name", name);
    let chosen: Vec<Arc<Layer>> = names.into_iter().map(layer).collect::<Result<_, _>>()?;
    let Some(first) = chosen.first() else { return Err(Error::NoReadableAsset) };
    let grid = &first.grid;
    if grid.lat.is_none() || grid.lon.is_none() {
        return Err(Error::not_mappable(&first.parameter.name, "it has no latitudes and longitudes"));
    }
    let nowhere = Error::NoCellHere { longitude: query.longitude, latitude: query.latitude };
    let cell = cell(layers, first, query.longitude, query.latitude)?.ok_or(nowhere)?;
    let mut window = first.window(View { step: 0, level: 0 });
    for (dimension, index) in &cell.indices {
        narrow(&mut window, *dimension, &(*index..index + 1));
    }
    let fixed = |dimension: Option<usize>| cell.indices.iter().find(|(d, _)| Some(*d) == dimension).map(|(_, i)| *i);
    let times = narrow_times(&mut window, grid, query.times, &fixed)?;
    let levels = narrow_levels(&mut window, first, query.levels, &fixed)?;
    let count = window.len().saturating_mul(chosen.len() as u64);
    if count > VALUES_MAX {
        return Err(Error::TooManyValues { count, limit: VALUES_MAX });
    }
    let values = |layer: &Arc<Layer>| values(layers, layer, first, &window, deadline);
    let parameters = chosen.iter().map(values).collect::<Result<_, _>>()?;
    let longitude = (cell.lon + 180.0).rem_euclid(360.0) - 180.0;
    Ok(Position { longitude, latitude: cell.lat, times, levels, parameters })
}

/// The cell of a place: what a pixel of a tile shows there, else a station within reach.
fn cell(layers: &Layers, layer: &Layer, longitude: f64, latitude: f64) -> Result<Option<Cell>, Error> {
    match layers.drawable(layer) {
        Ok(drawable) => Ok(drawable.cell(longitude, latitude)),
        Err(Error::NotMappable { .. }) => {
            let grid = &layer.grid;
            let dimensions = |axis: &Option<Axis>| axis.as_ref().map(|axis| axis.dimensions.clone());
            let is_listed = dimensions(&grid.lon) == dimensions(&grid.lat);
            let reaches =
                |cell: &Cell| !is_listed || distance((cell.lon, cell.lat), (longitude, latitude)) <= STATION_REACH;
            Ok(grid.nearest(longitude, latitude).filter(reaches))
        }
        Err(error) => Err(error),
    }
}

/// Reads one parameter and puts levels fastest, times slowest.
fn values(
    layers: &Layers,
    layer: &Layer,
    first: &Layer,
    window: &Window,
    deadline: &Deadline,
) -> Result<(Parameter, Vec<f64>), Error> {
    if layer.dimensions != first.dimensions {
        let (name, other) = (&layer.parameter.name, &first.parameter.name);
        return Err(Error::parameter("parameter-name", format!("{name} does not lie on the same grid as {other}")));
    }
    let dataset = layers.dataset_of(layer)?;
    let read = reading::read(&dataset, &layer.parameter.name, window, deadline)?;
    let time = first.grid.time.as_ref().and_then(|t| t.axis.dimension());
    let depth = first.grid.depth.as_ref().and_then(|d| d.axis.dimension());
    let values = match (time, depth) {
        // The vertical dimension comes before time: turn the table.
        (Some(t), Some(z)) if z < t => {
            let (steps, levels) = (window.count[t] as usize, window.count[z] as usize);
            (0..steps * levels).map(|i| read[i % levels * steps + i / levels]).collect()
        }
        _ => read,
    };
    Ok((layer.parameter.clone(), values))
}

/// The index that the place itself gives along a dimension: on a trajectory it is a time as well.
type Fixed<'a> = dyn Fn(Option<usize>) -> Option<u64> + 'a;

fn narrow_times(
    window: &mut Window,
    grid: &Grid,
    filter: TimeFilter,
    fixed: &Fixed<'_>,
) -> Result<Option<Vec<OffsetDateTime>>, Error> {
    let Some(time) = &grid.time else { return Ok(None) };
    if let Some(index) = fixed(time.axis.dimension()) {
        return Ok(time.dates.get(index as usize).copied().flatten().map(|date| vec![date]));
    }
    let steps: Option<Range<u64>> = match filter {
        TimeFilter::All => grid.steps(None, None),
        TimeFilter::Nearest(at) => grid.nearest_step(at).map(|i| i..i + 1),
        TimeFilter::Between(from, to) => grid.steps(from, to),
    };
    let steps = steps.ok_or(Error::NoTimeStep)?;
    let dates = time.dates.get(steps.start as usize..steps.end as usize).unwrap_or_default();
    // A step without a date among dated ones: its value would stand under no time.
    let dates: Option<Vec<_>> = dates.iter().copied().collect();
    let dates = dates.ok_or_else(|| Error::Unreadable("some of its times are missing".to_owned()))?;
    if let Some(dimension) = time.axis.dimension() {
        narrow(window, dimension, &steps);
    }
    Ok(Some(dates))
}

fn narrow_levels(
    window: &mut Window,
    layer: &Layer,
    filter: LevelFilter,
    fixed: &Fixed<'_>,
) -> Result<Option<Levels>, Error> {
    let Some(mut levels) = layer.levels() else { return Ok(None) };
    let dimension = layer.grid.depth.as_ref().and_then(|d| d.axis.dimension());
    if let Some(index) = fixed(dimension) {
        levels.values = levels.values.get(index as usize).copied().into_iter().collect();
        return Ok(Some(levels));
    }
    // One dimension that is both (a cast with its times): the times tell the values apart already.
    if dimension.is_some() && dimension == layer.grid.time.as_ref().and_then(|t| t.axis.dimension()) {
        return Ok(None);
    }
    let range = match filter {
        LevelFilter::All => Some(0..levels.values.len() as u64),
        LevelFilter::Nearest(depth) => layer.grid.nearest_level(depth).map(|i| i..i + 1),
        LevelFilter::Between(a, b) => layer.grid.levels(a, b),
    };
    let range = range.filter(|r| !r.is_empty()).ok_or_else(|| Error::parameter("z", "no level lies there"))?;
    levels.values = levels.values.get(range.start as usize..range.end as usize).unwrap_or_default().to_vec();
    if let Some(dimension) = dimension {
        narrow(window, dimension, &range);
    }
    Ok(Some(levels))
}
