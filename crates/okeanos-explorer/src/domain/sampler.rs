//! Which cell of a variable's horizontal grid each pixel of a tile shows.

use super::{
    axis::{Axis, NEARLY_A_TURN},
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

    /// The cell that covers a place, by row and column.
    pub fn find(&self, longitude: f64, latitude: f64) -> Option<(usize, usize)> {
        match self {
            Self::Regular { latitudes, longitudes } => latitudes.find(latitude).zip(longitudes.find(longitude)),
            Self::Curvilinear(grid) => grid.find(longitude, latitude),
        }
    }

    /// Longitude and latitude of a cell's centre.
    pub fn place(&self, row: usize, column: usize) -> (f64, f64) {
        match self {
            Self::Regular { latitudes, longitudes } => (longitudes.centre(column), latitudes.centre(row)),
            Self::Curvilinear(grid) => grid.place(row, column),
        }
    }

    /// West, south, east, north of what the cells cover.
    pub fn bounds(&self) -> [f64; 4] {
        let (latitudes, longitudes) = match self {
            Self::Regular { latitudes, longitudes } => (latitudes, longitudes),
            Self::Curvilinear(grid) => return grid.bounds(),
        };
        let ((south, north), (west, east)) = (latitudes.edges(), longitudes.edges());
        if east - west >= NEARLY_A_TURN {
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
        // Degrees of latitude per row and of longitude per column.
        let (along, across) = match self {
            Self::Regular { latitudes, longitudes } => {
                let degrees = |axis: &Axis| (axis.edges().1 - axis.edges().0) / axis.len() as f64;
                (degrees(latitudes), degrees(longitudes))
            }
            // As if the cells were spread evenly over the grid's box.
            Self::Curvilinear(grid) => {
                let [west, south, east, north] = grid.bounds();
                let width = if east > west { east - west } else { east - west + 360.0 };
                ((north - south) / rows as f64, width / columns as f64)
            }
        };
        // A pixel is less high than wide in degrees, as its circle of latitude is shorter than the equator.
        let (wide, high) = (tile.degrees_per_pixel(), tile.degrees_per_pixel() * tile.middle().to_radians().cos());
        let cells_per_pixel = (high / along.max(1e-9)).min(wide / across.max(1e-9)).max(1.0);
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
    use super::{super::axis::Turn, *};

    fn regular(rows: u32, columns: u32, spacing: f64) -> Sampler {
        let values = |first: f64, count: u32| (0..count).map(|i| first + f64::from(i) * spacing).collect();
        let latitudes = Axis::new("y", values(60.0, rows), Turn::None).unwrap();
        let longitudes = Axis::new("x", values(0.0, columns), Turn::Degrees360).unwrap();
        Sampler::Regular { latitudes, longitudes }
    }

    #[test]
    fn a_step_is_no_higher_than_a_pixel() {
        // Around 67° N a pixel is wider than high: 2.5 times, of which a power of two is left.
        let grid = regular(1_500, 4_000, 0.01);
        let wide = Tile::new(6, 15, 33).unwrap();
        let per_pixel = wide.degrees_per_pixel() / 0.01;
        assert!((65.0..69.0).contains(&wide.middle()) && (2.0..4.0).contains(&per_pixel), "{per_pixel}");
        assert_eq!(grid.step(wide), 1);
        assert_eq!(grid.step(Tile::new(5, 15, 16).unwrap()), 4, "at the equator");
    }

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
