//! Which cell of a variable's horizontal grid each pixel of a tile shows.

use super::{
    axis::Axis,
    curvilinear::Curvilinear,
    mercator::{TILE_SIZE, Tile},
};

/// No cell: the pixel stays transparent.
pub const NO_CELL: u32 = u32::MAX;

/// A horizontal grid, indexed for drawing.
#[derive(Clone, Debug)]
pub enum Sampler {
    /// A latitude per row and a longitude per column.
    Regular {
        /// Latitudes of the rows.
        latitudes: Axis,
        /// Longitudes of the columns.
        longitudes: Axis,
    },
    /// A latitude and a longitude per cell.
    Curvilinear(Curvilinear),
}

impl Sampler {
    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        match self {
            Self::Regular { latitudes, longitudes } => (latitudes.len(), longitudes.len()),
            Self::Curvilinear(grid) => grid.shape(),
        }
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Regular { latitudes, longitudes } => (latitudes.len() + longitudes.len()) * 8,
            Self::Curvilinear(grid) => grid.bytes(),
        }
    }

    /// West, south, east, north; the world when nothing better is known.
    pub fn bounds(&self) -> [f64; 4] {
        let Self::Regular { latitudes, longitudes } = self else { return [-180.0, -90.0, 180.0, 90.0] };
        let ((south, north), (west, east)) = (latitudes.edges(), longitudes.edges());
        // Rounded longitudes of a global grid may miss the whole turn by a little.
        if east - west >= 359.9 {
            return [-180.0, south.max(-90.0), 180.0, north.min(90.0)];
        }
        let wrap = |x: f64| (x + 180.0).rem_euclid(360.0) - 180.0;
        [wrap(west), south.max(-90.0), wrap(east), north.min(90.0)]
    }

    /// The cell (`row * columns + column`) that each pixel of a tile shows, from the north-west; [`NO_CELL`] where none does.
    pub fn sample(&self, tile: Tile) -> Vec<u32> {
        let (xs, ys) = (tile.longitudes(), tile.latitudes());
        let mut cells = Vec::with_capacity(TILE_SIZE * TILE_SIZE);
        match self {
            Self::Regular { latitudes, longitudes } => {
                let columns: Vec<_> = xs.iter().map(|x| longitudes.find(*x)).collect();
                for row in ys.iter().map(|y| latitudes.find(*y)) {
                    cells.extend(columns.iter().map(|column| number(row.zip(*column), longitudes.len())));
                }
            }
            Self::Curvilinear(grid) => {
                cells.resize(TILE_SIZE * TILE_SIZE, UNKNOWN);
                let width = grid.shape().1;
                let find = |row: usize, column: usize| number(grid.find(xs[column], ys[row]), width);
                Quarters { cells: &mut cells, find }.fill(0, 0, TILE_SIZE);
            }
        }
        cells
    }

    /// Whether sampling takes long enough to keep its result.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Curvilinear(_))
    }

    /// How many cells to step over at this zoom, so that a step is no wider than a pixel; a power of two.
    pub fn step(&self, tile: Tile) -> usize {
        let (rows, columns) = self.shape();
        // The finest spacing that this many cells can have over the whole earth is a good guess for the others too.
        let spacing = match self {
            Self::Regular { latitudes, longitudes } => {
                let degrees = |axis: &Axis| (axis.edges().1 - axis.edges().0) / axis.len() as f64;
                degrees(latitudes).min(degrees(longitudes))
            }
            Self::Curvilinear(_) => (180.0 / rows as f64).min(360.0 / columns as f64),
        };
        let cells_per_pixel = (tile.degrees_per_pixel() / spacing.max(1e-9)).max(1.0);
        1 << (cells_per_pixel.log2().floor() as u32).min(16)
    }
}

/// A pixel that has not been looked up yet.
const UNKNOWN: u32 = NO_CELL - 1;

/// Looks up pixels by halving squares: where all corners of a square show one cell, so does the rest of it, because the
/// places nearest to a point make a convex shape.
struct Quarters<'a, F> {
    cells: &'a mut [u32],
    find: F,
}

impl<F: Fn(usize, usize) -> u32> Quarters<'_, F> {
    fn fill(&mut self, row: usize, column: usize, size: usize) {
        let far = size - 1;
        let corners = [(0, 0), (0, far), (far, 0), (far, far)].map(|(j, i)| self.look_up(row + j, column + i));
        if corners[0] != NO_CELL && corners.iter().all(|cell| *cell == corners[0]) {
            for line in row..row + size {
                self.cells[line * TILE_SIZE + column..][..size].fill(corners[0]);
            }
        } else if size > 2 {
            let half = size / 2;
            for (j, i) in [(0, 0), (0, half), (half, 0), (half, half)] {
                self.fill(row + j, column + i, half);
            }
        }
    }

    fn look_up(&mut self, row: usize, column: usize) -> u32 {
        let place = row * TILE_SIZE + column;
        if self.cells[place] == UNKNOWN {
            self.cells[place] = (self.find)(row, column);
        }
        self.cells[place]
    }
}

fn number(cell: Option<(usize, usize)>, columns: usize) -> u32 {
    cell.map_or(NO_CELL, |(row, column)| (row * columns + column) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_squares_finds_what_looking_at_every_pixel_does() {
        let (rows, columns) = (40, 60);
        let (mut latitudes, mut longitudes) = (Vec::new(), Vec::new());
        for j in 0..rows {
            for i in 0..columns {
                latitudes.push(-30.0 + f64::from(j) * 1.5 + f64::from(i) * 0.2);
                longitudes.push(-60.0 + f64::from(i) * 2.0 - f64::from(j) * 0.3);
            }
        }
        let grid = Curvilinear::new("sst", 40, 60, &latitudes, &longitudes).unwrap();
        for tile in [(0, 0, 0), (3, 3, 3), (6, 31, 33)].map(|(z, y, x)| Tile::new(z, y, x).unwrap()) {
            let (xs, ys) = (tile.longitudes(), tile.latitudes());
            let cells = Sampler::Curvilinear(grid.clone()).sample(tile);
            let places = (0..TILE_SIZE).flat_map(|j| (0..TILE_SIZE).map(move |i| (j, i)));
            let wrong =
                places.zip(&cells).filter(|((j, i), cell)| number(grid.find(xs[*i], ys[*j]), 60) != **cell).count();
            // Borders between cells are not quite straight on the map.
            assert!(wrong <= 4, "{tile:?}: {wrong}");
        }
    }
}
