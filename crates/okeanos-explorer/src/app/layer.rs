//! Open data sets: one variable with its grid, and blocks of its values, kept in bounded memory. Everything here blocks.

use std::{convert::Infallible, sync::Arc};

use okeanos_blob::{Blobs, Location};
use okeanos_cf::{axes::geophysical, names};
use okeanos_dataset::{
    BlobStore, Dataset, Limits, Window,
    grid::{Cell, Grid},
};
use time::OffsetDateTime;
use tokio::runtime::Handle;

use super::{
    cache::{Cache, ENTRY_BYTES},
    metrics::Metrics,
};
use crate::{
    config::ExplorerConfig,
    domain::{
        axis::{Axis, Turn},
        coverage::{Levels, Parameter},
        curvilinear::Curvilinear,
        error::Error,
        mercator::Tile,
        palette::Palette,
        raster::{Block, Range, usual_range},
        sampler::Sampler,
        tileset::Fixed,
    },
};

/// Bytes of each of the two caches of an open data set: the file's blocks, and decompressed chunks. Decoded values have
/// a cache of their own.
const DATASET_CACHE_BYTES: u64 = 4 << 20;
/// Values along each side of a block of a large grid; a grid with no more values than a block of blocks is one block.
const BLOCK_SIDE: usize = 512;
const SMALL_GRID: usize = 1 << 20;
/// Grids with more values than this are stepped over at low zooms.
const FINE_GRID: usize = 4 << 20;
/// Values that the usual range is found from, about.
const RANGE_SAMPLE: usize = 1 << 16;

/// An object or Zarr store, in one version.
#[derive(Clone, Debug)]
pub struct DataRef {
    /// Where it is.
    pub location: Location,
    /// Its address and version.
    pub id: Arc<str>,
}

/// A variable of a data set.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct LayerKey {
    data: Arc<str>,
    variable: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct BlockKey {
    layer: Arc<LayerKey>,
    view: View,
    step: usize,
    row: usize,
    column: usize,
}

/// Which time step and which level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct View {
    /// Index along the time axis.
    pub step: u64,
    /// Index along the vertical axis.
    pub level: u64,
}

/// A variable with where its values are.
#[derive(Debug)]
pub struct Layer {
    key: Arc<LayerKey>,
    /// The data set that it is in; open only while there is room.
    data: DataRef,
    /// What it is.
    pub parameter: Parameter,
    /// Where its values are.
    pub grid: Grid,
    /// Names of its dimensions.
    pub dimensions: Vec<String>,
}

/// A variable that can be drawn.
#[derive(Debug)]
pub struct Drawable {
    /// Its grid, indexed.
    pub sampler: Sampler,
    rows: usize,
    columns: usize,
    row_dimension: usize,
    column_dimension: usize,
}

/// Open data sets and what was read of them.
pub struct Layers {
    blobs: Arc<dyn Blobs>,
    runtime: Handle,
    datasets: Cache<Arc<str>, Dataset>,
    layers: Cache<LayerKey, Layer>,
    drawables: Cache<LayerKey, Drawable>,
    samples: Cache<(Arc<LayerKey>, Tile), Vec<u32>>,
    blocks: Cache<BlockKey, Block>,
    ranges: Cache<(LayerKey, &'static str, u64), Range>,
}

impl Layers {
    /// Over an object store, whose calls are waited for on a runtime.
    pub fn new(blobs: Arc<dyn Blobs>, runtime: Handle, config: &ExplorerConfig, metrics: &Metrics) -> Self {
        let count = |cache: &str, result: &str| metrics.cache.with_label_values(&[cache, result]);
        let megabytes = |n: usize| n.saturating_mul(1 << 20);
        // A third each for coordinates as they are read, for their indices, and for where pixels of tiles lie in them.
        let grids = megabytes(config.grids_cache_mb) / 3;
        Self {
            blobs,
            runtime,
            datasets: Cache::new(config.open_datasets, count("dataset", "hit"), count("dataset", "miss")),
            layers: Cache::new(grids, count("layer", "hit"), count("layer", "miss")),
            drawables: Cache::new(grids, count("index", "hit"), count("index", "miss")),
            samples: Cache::new(grids, count("sample", "hit"), count("sample", "miss")),
            blocks: Cache::new(megabytes(config.values_cache_mb), count("block", "hit"), count("block", "miss")),
            ranges: Cache::new(1_000, count("range", "hit"), count("range", "miss")),
        }
    }

    /// The object store.
    pub fn blobs(&self) -> &Arc<dyn Blobs> {
        &self.blobs
    }

    /// A variable; without a name, the first geophysical one. `field` is the parameter that named it.
    ///
    /// # Errors
    /// [`Error::NoSuchVariable`], [`Error::Unreadable`], [`Error::Store`].
    pub fn layer(&self, data: &DataRef, field: &'static str, variable: Option<&str>) -> Result<Arc<Layer>, Error> {
        let dataset = self.dataset(data)?;
        let variable = match variable {
            Some(name) => name.to_owned(),
            None => geophysical(dataset.header())
                .first()
                .map(|v| v.name.clone())
                .ok_or_else(|| Error::not_mappable("the data set", "it has no geophysical variable"))?,
        };
        if !dataset.header().variable(&variable).is_some_and(|v| v.dtype.is_numeric()) {
            return Err(Error::NoSuchVariable { field, name: variable });
        }
        let key = LayerKey { data: Arc::clone(&data.id), variable };
        self.layers.get_or_make(&key, || {
            let layer = Layer::new(Arc::new(key.clone()), data.clone(), &dataset)?;
            let weight = layer.bytes();
            Ok((layer, weight))
        })
    }

    /// The same variable, indexed for drawing.
    ///
    /// # Errors
    /// [`Error::NotMappable`].
    pub fn drawable(&self, layer: &Layer) -> Result<Arc<Drawable>, Error> {
        self.drawables.get_or_make(&layer.key, || {
            let drawable = Drawable::new(layer)?;
            let weight = drawable.sampler.bytes() + ENTRY_BYTES;
            Ok((drawable, weight))
        })
    }

    /// The cells that the pixels of a tile show.
    pub fn sample(&self, layer: &Layer, drawable: &Drawable, tile: Tile) -> Arc<Vec<u32>> {
        if !drawable.sampler.is_slow() {
            return Arc::new(drawable.sampler.sample(tile));
        }
        let make = || {
            let cells = drawable.sampler.sample(tile);
            let weight = cells.len() * size_of::<u32>() + ENTRY_BYTES;
            Ok::<_, Infallible>((cells, weight))
        };
        self.samples.get_or_make(&(Arc::clone(&layer.key), tile), make).unwrap_or_else(|never| match never {})
    }

    /// What reads values of cells at a view, stepping over `step` cells.
    pub fn values<'a>(&'a self, layer: &'a Layer, drawable: &'a Drawable, view: View, step: usize) -> Values<'a> {
        Values { layers: self, layer, drawable, view, step: drawable.step(step), last: None }
    }

    /// The data set that a layer is in.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Store`].
    pub fn dataset_of(&self, layer: &Layer) -> Result<Arc<Dataset>, Error> {
        self.dataset(&layer.data)
    }

    fn dataset(&self, data: &DataRef) -> Result<Arc<Dataset>, Error> {
        self.datasets.get_or_make(&data.id, || Ok((self.open(data)?, 1)))
    }

    /// The range that a palette spans at a level when nobody says, from a thin sample of the first, middle and last step.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Store`].
    pub fn range(
        &self,
        layer: &Layer,
        drawable: &Drawable,
        depth: Option<f64>,
        palette: &'static Palette,
    ) -> Result<Range, Error> {
        let level = layer.view(None, depth).level;
        let key = (LayerKey::clone(&layer.key), palette.name, level);
        let range = self.ranges.get_or_make(&key, || {
            let steps = layer.steps_across();
            let thin = (drawable.rows * drawable.columns * steps.len() / RANGE_SAMPLE).isqrt().max(1);
            let shape = (drawable.rows.div_ceil(thin), drawable.columns.div_ceil(thin));
            let dataset = self.dataset_of(layer)?;
            let mut values = Vec::new();
            for step in steps {
                values.extend(read_block(&dataset, layer, drawable, View { step, level }, thin, (0, 0), shape)?.values);
            }
            Ok::<_, Error>((usual_range(&values, palette), 1))
        })?;
        Ok(*range)
    }

    fn open(&self, data: &DataRef) -> Result<Dataset, Error> {
        let store = BlobStore::new(Arc::clone(&self.blobs), &data.location.bucket, self.runtime.clone());
        let limits = Limits { cache_bytes: DATASET_CACHE_BYTES, ..Limits::default() };
        Ok(Dataset::open(Arc::new(store), &data.location.key, &limits)?)
    }

    fn block(&self, layer: &Layer, drawable: &Drawable, key: &BlockKey) -> Result<Arc<Block>, Error> {
        self.blocks.get_or_make(key, || {
            let (rows, columns) = (drawable.rows.div_ceil(key.step), drawable.columns.div_ceil(key.step));
            let side = drawable.block_side(key.step);
            let origin = (key.row * side, key.column * side);
            let shape = (side.min(rows - origin.0), side.min(columns - origin.1));
            let dataset = self.dataset_of(layer)?;
            let block = read_block(&dataset, layer, drawable, key.view, key.step, origin, shape)?;
            let weight = block.values.len() * size_of::<f32>() + ENTRY_BYTES;
            Ok((block, weight))
        })
    }
}

impl Layer {
    fn new(key: Arc<LayerKey>, data: DataRef, dataset: &Dataset) -> Result<Self, Error> {
        let variable = dataset.variable(&key.variable)?;
        let text = |name: &str| variable.attributes.text(name).map(str::trim).filter(|t| !t.is_empty());
        let standard_name = variable.standard_name().map(str::to_owned);
        let title = text("long_name").map(str::to_owned).or_else(|| standard_name.as_deref().map(names::title));
        let parameter = Parameter {
            name: key.variable.clone(),
            title: title.unwrap_or_else(|| key.variable.clone()),
            unit: text("units").unwrap_or_default().to_owned(),
            standard_name,
        };
        let grid = Grid::of(dataset, &key.variable)?;
        Ok(Self { data, parameter, grid, dimensions: variable.dimensions.clone(), key })
    }

    fn bytes(&self) -> usize {
        let of = |axis: Option<&okeanos_dataset::grid::Axis>| axis.map_or(0, |a| a.values.len() * 8);
        let times = self.grid.time.as_ref().map_or(0, |t| t.dates.len() * size_of::<Option<OffsetDateTime>>());
        let (time, depth) = (self.grid.time.as_ref().map(|t| &t.axis), self.grid.depth.as_ref().map(|d| &d.axis));
        let axes = [self.grid.lon.as_ref(), self.grid.lat.as_ref(), time, depth];
        axes.into_iter().map(of).sum::<usize>() + times + ENTRY_BYTES
    }

    /// The palette that suits it.
    pub fn palette(&self) -> &'static Palette {
        Palette::suiting(self.parameter.standard_name.as_deref().unwrap_or_default())
    }

    /// The steps and levels nearest to a time and a depth; by default the last time and the level nearest to the surface.
    pub fn view(&self, time: Option<OffsetDateTime>, depth: Option<f64>) -> View {
        let last = || self.grid.time.as_ref()?.dates.iter().rposition(Option::is_some).map(|i| i as u64);
        let step = time.map_or_else(last, |time| self.grid.nearest_step(time));
        View { step: step.unwrap_or(0), level: self.grid.nearest_level(depth.unwrap_or(0.0)).unwrap_or(0) }
    }

    /// The first, the middle and the last step that has a date.
    fn steps_across(&self) -> Vec<u64> {
        let dates = self.grid.time.iter().flat_map(|t| &t.dates);
        let dated: Vec<u64> = (0..).zip(dates).filter(|(_, date)| date.is_some()).map(|(step, _)| step).collect();
        let mut steps: Vec<u64> =
            [0, dated.len() / 2, dated.len().saturating_sub(1)].iter().filter_map(|i| dated.get(*i).copied()).collect();
        steps.dedup();
        if steps.is_empty() { vec![0] } else { steps }
    }

    /// Dimensions longer than one that neither time, depth nor place chooses along: the first index is shown.
    pub fn fixed(&self, drawable: &Drawable) -> Vec<Fixed> {
        let time = self.grid.time.as_ref().and_then(|t| t.axis.dimension());
        let depth = self.grid.depth.as_ref().and_then(|d| d.axis.dimension());
        let chosen = [time, depth, Some(drawable.row_dimension), Some(drawable.column_dimension)];
        let all = self.dimensions.iter().zip(&self.grid.shape).enumerate();
        all.filter(|(d, (_, size))| **size > 1 && !chosen.contains(&Some(*d)))
            .map(|(_, (name, size))| Fixed { dimension: name.clone(), index: 0, size: *size })
            .collect()
    }

    /// The times of its steps, without those that are missing.
    pub fn times(&self) -> Vec<OffsetDateTime> {
        self.grid.time.iter().flat_map(|t| t.dates.iter().flatten().copied()).collect()
    }

    /// Its vertical axis, when that is the same everywhere.
    pub fn levels(&self) -> Option<Levels> {
        let depth = self.grid.depth.as_ref().filter(|d| d.axis.dimensions.len() <= 1)?;
        Some(Levels { values: depth.axis.values.clone(), unit: depth.unit.clone() })
    }

    /// The window of one value: the first of every dimension, at the view's time and level.
    pub fn window(&self, view: View) -> Window {
        let rank = self.grid.shape.len();
        let mut window = Window::new(vec![0; rank], vec![1; rank]);
        let time = self.grid.time.as_ref().and_then(|t| t.axis.dimension());
        let depth = self.grid.depth.as_ref().and_then(|d| d.axis.dimension());
        for (dimension, index) in [(time, view.step), (depth, view.level)] {
            if let Some(start) = dimension.and_then(|d| window.start.get_mut(d)) {
                *start = index;
            }
        }
        window
    }
}

impl Drawable {
    fn new(layer: &Layer) -> Result<Self, Error> {
        let name = &layer.parameter.name;
        let (Some(lat), Some(lon)) = (&layer.grid.lat, &layer.grid.lon) else {
            return Err(Error::not_mappable(name, "it has no latitudes and longitudes"));
        };
        match (lat.dimensions.as_slice(), lon.dimensions.as_slice()) {
            (&[row], &[column]) if row != column => {
                let latitudes = Axis::new(name, lat.values.clone(), Turn::None)?;
                let longitudes = Axis::new(name, lon.values.clone(), Turn::Degrees360)?;
                Ok(Self::over(Sampler::Regular { latitudes, longitudes }, row, column))
            }
            (&[row, column], over) if over == lat.dimensions => {
                let shape = [row, column].map(|d| layer.grid.shape[d] as usize);
                let grid = Curvilinear::new(name, shape[0], shape[1], &lat.values, &lon.values)?;
                Ok(Self::over(Sampler::Curvilinear(grid), row, column))
            }
            _ => Err(Error::not_mappable(name, "its values lie at single places or along a line, not on a grid")),
        }
    }

    /// The cell that a pixel at a place shows: its index per dimension, and its centre.
    pub fn cell(&self, longitude: f64, latitude: f64) -> Option<Cell> {
        let (row, column) = self.sampler.find(longitude, latitude)?;
        let (lon, lat) = self.sampler.place(row, column);
        Some(Cell { indices: vec![(self.row_dimension, row as u64), (self.column_dimension, column as u64)], lon, lat })
    }

    fn over(sampler: Sampler, row_dimension: usize, column_dimension: usize) -> Self {
        let (rows, columns) = sampler.shape();
        Self { sampler, rows, columns, row_dimension, column_dimension }
    }

    /// The step that is taken: none over grids that fit into memory whole.
    fn step(&self, wanted: usize) -> usize {
        if self.rows.saturating_mul(self.columns) <= FINE_GRID { 1 } else { wanted.max(1) }
    }

    fn block_side(&self, step: usize) -> usize {
        let (rows, columns) = (self.rows.div_ceil(step), self.columns.div_ceil(step));
        if rows.saturating_mul(columns) <= SMALL_GRID { rows.max(columns) } else { BLOCK_SIDE }
    }
}

/// Reads values by cell number, block by block.
pub struct Values<'a> {
    layers: &'a Layers,
    layer: &'a Layer,
    drawable: &'a Drawable,
    view: View,
    step: usize,
    last: Option<((usize, usize), Arc<Block>)>,
}

impl Values<'_> {
    /// The value of a cell.
    ///
    /// # Errors
    /// [`Error::Unreadable`], [`Error::Store`].
    pub fn of(&mut self, cell: u32) -> Result<f32, Error> {
        let (row, column) =
            (cell as usize / self.drawable.columns / self.step, cell as usize % self.drawable.columns / self.step);
        let side = self.drawable.block_side(self.step);
        let place = (row / side, column / side);
        if let Some((_, block)) = self.last.as_ref().filter(|(last, _)| *last == place) {
            return Ok(block.value(row, column));
        }
        let layer = Arc::clone(&self.layer.key);
        let key = BlockKey { layer, view: self.view, step: self.step, row: place.0, column: place.1 };
        let block = self.layers.block(self.layer, self.drawable, &key)?;
        let value = block.value(row, column);
        self.last = Some((place, block));
        Ok(value)
    }
}

/// Reads a rectangle of values whose place and shape are counted in steps.
fn read_block(
    dataset: &Dataset,
    layer: &Layer,
    drawable: &Drawable,
    view: View,
    step: usize,
    origin: (usize, usize),
    shape: (usize, usize),
) -> Result<Block, Error> {
    let mut window = layer.window(view);
    let sides = [(drawable.row_dimension, origin.0, shape.0), (drawable.column_dimension, origin.1, shape.1)];
    for (dimension, first, count) in sides {
        window.start[dimension] = (first * step) as u64;
        window.count[dimension] = count as u64;
        window.step[dimension] = step as u64;
    }
    let read = dataset.read(&layer.parameter.name, &window)?.values;
    let values = if drawable.row_dimension < drawable.column_dimension {
        read.into_iter().map(|v| v as f32).collect()
    } else {
        let at = |j: usize, i: usize| read[i * shape.0 + j] as f32;
        (0..shape.0).flat_map(|j| (0..shape.1).map(move |i| (j, i))).map(|(j, i)| at(j, i)).collect()
    };
    Ok(Block { origin, shape, values })
}
