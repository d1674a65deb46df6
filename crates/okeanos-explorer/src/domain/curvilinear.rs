//! A grid whose cells have a latitude and longitude each (NEMO's ORCA, swaths): which cell is nearest to a place.
//!
//! Cells are sorted into buckets of about equal area over the grid's own box: bands of latitude, each cut into as many
//! pieces as it is long. A search looks at the buckets around a place in growing circles, and answers only within the
//! reach of the cell itself, so that the picture ends where the grid does.

use super::error::Error;

/// Cells that a bucket has on average.
const CELLS_PER_BUCKET: f64 = 2.0;
/// How far a cell reaches beyond half the way to its neighbours.
const REACH_SLACK: f64 = 1.15;

/// The index of a curvilinear grid.
#[derive(Clone, Debug)]
pub struct Curvilinear {
    rows: usize,
    columns: usize,
    /// Unit vectors by cell; NaN where the position is missing.
    points: Vec<[f32; 3]>,
    /// Cells sorted by bucket.
    order: Vec<u32>,
    /// Where each bucket starts in `order`; one more at the end.
    starts: Vec<u32>,
    /// Where the centres of the cells lie.
    hull: Hull,
    bands: Vec<Band>,
    /// Radius that a search gives up at, degrees.
    radius_max: f64,
}

#[derive(Clone, Copy, Debug)]
struct Band {
    first_bucket: u32,
    pieces: u32,
}

/// A box in degrees, from a western side eastward.
#[derive(Clone, Copy, Debug)]
struct Hull {
    west: f64,
    /// At most 360, which goes all around.
    width: f64,
    south: f64,
    north: f64,
}

impl Curvilinear {
    /// Indexes cells by latitude and longitude in degrees, row by row.
    ///
    /// # Errors
    /// [`Error::NotMappable`] when no cell has a position.
    pub fn new(name: &str, rows: usize, columns: usize, latitudes: &[f64], longitudes: &[f64]) -> Result<Self, Error> {
        let cells = rows.saturating_mul(columns);
        if cells == 0 || cells >= u32::MAX as usize - 1 || latitudes.len() != cells || longitudes.len() != cells {
            return Err(Error::not_mappable(name, "its latitudes and longitudes do not have its shape"));
        }
        let points = (0..cells).map(|cell| position(columns, latitudes, longitudes, cell)).collect::<Vec<_>>();
        let known = points.iter().filter(|p| p[0].is_finite()).count();
        if known == 0 {
            return Err(Error::not_mappable(name, "none of its cells has a latitude and a longitude"));
        }
        let hull = Hull::around(&points);
        let bands = bands(known, &hull);
        let buckets = bands.last().map_or(0, |b| b.first_bucket + b.pieces) as usize;
        let mut grid = Self {
            rows,
            columns,
            points,
            order: Vec::with_capacity(known),
            starts: vec![0; buckets + 1],
            hull,
            bands,
            radius_max: 0.0,
        };
        grid.sort_cells();
        grid.radius_max = grid.largest_reach();
        Ok(grid)
    }

    /// Rows and columns.
    pub fn shape(&self) -> (usize, usize) {
        (self.rows, self.columns)
    }

    /// Bytes in memory.
    pub fn bytes(&self) -> usize {
        self.points.len() * 12 + self.order.len() * 4 + self.starts.len() * 4
    }

    /// Longitude (−180 to 180) and latitude of a cell.
    pub fn place(&self, row: usize, column: usize) -> (f64, f64) {
        place(&self.points[row * self.columns + column])
    }

    /// West, south, east, north of all cells: no less than what they cover, and little more.
    pub fn bounds(&self) -> [f64; 4] {
        let Hull { west, width, south, north } = self.hull;
        let (mut south, mut north) = ((south - self.radius_max).max(-90.0), (north + self.radius_max).min(90.0));
        // A cell at a pole has all longitudes, though its centre has one.
        let aside = self.radius_max / south.abs().max(north.abs()).to_radians().cos().max(1e-3);
        if width + 2.0 * aside >= 360.0 {
            south = if self.find(0.0, -90.0).is_some() { -90.0 } else { south };
            north = if self.find(0.0, 90.0).is_some() { 90.0 } else { north };
            return [-180.0, south, 180.0, north];
        }
        let wrap = |x: f64| (x + 180.0).rem_euclid(360.0) - 180.0;
        [wrap(west - aside), south, wrap(west + width + aside), north]
    }

    /// Row and column of the cell that covers a place.
    pub fn find(&self, longitude: f64, latitude: f64) -> Option<(usize, usize)> {
        self.search(longitude, latitude, &mut 0)
    }

    /// The same, counting the cells that are looked at.
    fn search(&self, longitude: f64, latitude: f64, looked_at: &mut usize) -> Option<(usize, usize)> {
        let target = vector(latitude, longitude);
        let mut radius = self.band_height().clamp(self.radius_max / 64.0, self.radius_max);
        loop {
            let (cell, distance) = self.nearest_within(&target, longitude, latitude, radius, looked_at);
            if let Some(cell) = cell.filter(|_| distance <= radius || radius >= self.radius_max) {
                let reach = self.reach(cell);
                return (distance <= reach).then_some((cell / self.columns, cell % self.columns));
            }
            if radius >= self.radius_max {
                return None;
            }
            radius = (radius * 2.0).min(self.radius_max);
        }
    }

    fn band_height(&self) -> f64 {
        (self.hull.north - self.hull.south) / self.bands.len() as f64
    }

    fn nearest_within(
        &self,
        target: &[f32; 3],
        longitude: f64,
        latitude: f64,
        radius: f64,
        looked_at: &mut usize,
    ) -> (Option<usize>, f64) {
        let mut best = (None, f32::INFINITY);
        if latitude + radius < self.hull.south || latitude - radius > self.hull.north {
            return (None, f64::INFINITY);
        }
        // The widest angle of longitude that the circle has anywhere.
        let widest = latitude.abs() + radius;
        let half = if widest >= 89.0 { 180.0 } else { (radius / widest.to_radians().cos()).min(180.0) };
        for band in self.band_of(latitude - radius)..=self.band_of(latitude + radius) {
            for bucket in self.buckets(band, longitude, half) {
                let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
                *looked_at += range.len();
                for cell in &self.order[range] {
                    let distance = chord(target, &self.points[*cell as usize]);
                    if distance < best.1 {
                        best = (Some(*cell as usize), distance);
                    }
                }
            }
        }
        (best.0, degrees(best.1))
    }

    fn band_of(&self, latitude: f64) -> usize {
        let band = (latitude - self.hull.south) / self.band_height().max(f64::MIN_POSITIVE);
        (band.max(0.0) as usize).min(self.bands.len() - 1)
    }

    /// The buckets of a band that have longitudes within `half` of one.
    fn buckets(&self, band: usize, longitude: f64, half: f64) -> impl Iterator<Item = usize> {
        let Band { first_bucket, pieces } = self.bands[band];
        let width = self.hull.width;
        let piece = |x: f64| ((x / width.max(f64::MIN_POSITIVE) * f64::from(pieces)) as u32).min(pieces - 1);
        // A degree's billionth, lest rounding puts a centre on the border outside.
        let half = half + 1e-9;
        let middle = (longitude - self.hull.west).rem_euclid(360.0);
        let overlap = move |turn: f64| {
            let (from, to) = ((middle - half + turn).max(0.0), (middle + half + turn).min(width));
            (from <= to).then(|| piece(from)..piece(to) + 1)
        };
        let all = half >= 180.0;
        let ranges = if all { [Some(0..pieces), None, None] } else { [0.0, -360.0, 360.0].map(overlap) };
        ranges.into_iter().flatten().flatten().map(move |piece| (first_bucket + piece) as usize)
    }

    fn bucket_of(&self, cell: usize) -> Option<usize> {
        if !self.points[cell][0].is_finite() {
            return None;
        }
        let (longitude, latitude) = self.place(cell / self.columns, cell % self.columns);
        self.buckets(self.band_of(latitude), longitude, 0.0).next()
    }

    /// A counting sort of the cells by bucket.
    fn sort_cells(&mut self) {
        let buckets: Vec<Option<usize>> = (0..self.points.len()).map(|cell| self.bucket_of(cell)).collect();
        for bucket in buckets.iter().flatten() {
            self.starts[bucket + 1] += 1;
        }
        for i in 1..self.starts.len() {
            self.starts[i] += self.starts[i - 1];
        }
        let mut next = self.starts.clone();
        self.order = vec![0; *self.starts.last().unwrap_or(&0) as usize];
        for (cell, bucket) in buckets.into_iter().enumerate() {
            if let Some(bucket) = bucket {
                self.order[next[bucket] as usize] = cell as u32;
                next[bucket] += 1;
            }
        }
    }

    /// How far from its centre a cell goes, degrees: half the diagonal to its neighbours.
    fn reach(&self, cell: usize) -> f64 {
        let (row, column) = (cell / self.columns, cell % self.columns);
        let here = &self.points[cell];
        let nearest = |neighbours: [Option<usize>; 2]| {
            let distances = neighbours.into_iter().flatten().map(|n| chord(here, &self.points[n]));
            distances.filter(|d| *d > 1e-7).fold(f32::INFINITY, f32::min)
        };
        let across =
            nearest([column.checked_sub(1).map(|_| cell - 1), (column + 1 < self.columns).then_some(cell + 1)]);
        let along = nearest([
            row.checked_sub(1).map(|_| cell - self.columns),
            (row + 1 < self.rows).then_some(cell + self.columns),
        ]);
        let (across, along) = match (across.is_finite(), along.is_finite()) {
            (true, true) => (across, along),
            (true, false) => (across, across),
            (false, true) => (along, along),
            // A lone cell is taken to be one degree wide, as on a regular axis.
            (false, false) => return 0.5,
        };
        degrees(across.hypot(along) / 2.0) * REACH_SLACK
    }

    /// The reach of the widest cells, from a sample of them; nothing is farther away than this and still covered.
    fn largest_reach(&self) -> f64 {
        let stride = (self.order.len() / 20_000).max(1);
        let widest = self.order.iter().step_by(stride).map(|cell| self.reach(*cell as usize)).fold(0.0, f64::max);
        (widest * 1.5).clamp(1e-4, 30.0)
    }
}

impl Hull {
    /// Around points, of which at least one is known: the widest gap between their longitudes is left out.
    fn around(points: &[[f32; 3]]) -> Self {
        let places = || points.iter().filter(|p| p[0].is_finite()).map(place);
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        let (south, north) = places().fold(ends, |(low, high), (_, y)| (low.min(y), high.max(y)));
        let mut taken = [false; 360];
        places().for_each(|(x, _)| taken[((x + 180.0) as usize).min(359)] = true);
        let gap_after = |degree: usize| (1..=360).take_while(|n| !taken[(degree + n) % 360]).count();
        let widest = (0..360).filter(|degree| taken[*degree]).max_by_key(|degree| gap_after(*degree)).unwrap_or(0);
        // Less than two empty degrees may be cells that are just wide.
        if gap_after(widest) < 2 {
            return Self { west: -180.0, width: 360.0, south, north };
        }
        let west = (widest + gap_after(widest) + 1) as f64 - 180.0;
        let (near, far) =
            places().map(|(x, _)| (x - west).rem_euclid(360.0)).fold(ends, |(l, h), x| (l.min(x), h.max(x)));
        Self { west: west + near, width: far - near, south, north }
    }
}

/// Bands of latitude with pieces of about the same area, over the box that the cells lie in.
fn bands(cells: usize, hull: &Hull) -> Vec<Band> {
    let buckets = (cells as f64 / CELLS_PER_BUCKET).max(1.0);
    let height = hull.north - hull.south;
    let area = hull.width * (hull.north.to_radians().sin() - hull.south.to_radians().sin()).to_degrees();
    // Along a line there is no area to share out.
    let side = (area / buckets).sqrt().max(height.max(hull.width) / buckets).max(1e-6);
    let count = (height / side).ceil().clamp(1.0, 20_000.0);
    let mut first_bucket = 0;
    (0..count as usize)
        .map(|band| {
            let middle = hull.south + (band as f64 + 0.5) * height / count;
            let pieces = (hull.width * middle.to_radians().cos() / side).round().clamp(1.0, buckets) as u32;
            let band = Band { first_bucket, pieces };
            first_bucket += pieces;
            band
        })
        .collect()
}

/// Longitude (−180 to 180) and latitude of a unit vector.
fn place(point: &[f32; 3]) -> (f64, f64) {
    let [x, y, z] = point.map(f64::from);
    (y.atan2(x).to_degrees(), z.clamp(-1.0, 1.0).asin().to_degrees())
}

/// A cell's unit vector. A cell at the very place of its neighbour (masked land is often written as 0, 0) has none.
fn position(columns: usize, latitudes: &[f64], longitudes: &[f64], cell: usize) -> [f32; 3] {
    let (latitude, longitude) = (latitudes[cell], longitudes[cell]);
    let possible = latitude.is_finite() && longitude.is_finite() && latitude.abs() <= 90.0 && longitude.abs() <= 720.0;
    let repeated = !cell.is_multiple_of(columns)
        && latitudes[cell - 1].to_bits() == latitude.to_bits()
        && longitudes[cell - 1].to_bits() == longitude.to_bits();
    if possible && !repeated { vector(latitude, longitude) } else { [f32::NAN; 3] }
}

/// The angle between two places (longitude, latitude), degrees.
pub fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    degrees(chord(&vector(a.1, a.0), &vector(b.1, b.0)))
}

fn vector(latitude: f64, longitude: f64) -> [f32; 3] {
    let (phi, lambda) = (latitude.to_radians(), longitude.to_radians());
    [(phi.cos() * lambda.cos()) as f32, (phi.cos() * lambda.sin()) as f32, phi.sin() as f32]
}

fn chord(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    let [x, y, z] = [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    (x * x + y * y + z * z).sqrt()
}

fn degrees(chord: f32) -> f64 {
    (2.0 * (f64::from(chord) / 2.0).clamp(-1.0, 1.0).asin()).to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A grid turned by 30 degrees around a centre, spacing 0.1 degrees at the equator.
    fn turned(rows: usize, columns: usize, middle: (f64, f64)) -> (Vec<f64>, Vec<f64>) {
        let (sin, cos) = 30.0_f64.to_radians().sin_cos();
        let mut latitudes = Vec::new();
        let mut longitudes = Vec::new();
        for j in 0..rows {
            for i in 0..columns {
                let (x, y) = (0.1 * (i as f64 - columns as f64 / 2.0), 0.1 * (j as f64 - rows as f64 / 2.0));
                longitudes.push(middle.0 + cos * x - sin * y);
                latitudes.push(middle.1 + sin * x + cos * y);
            }
        }
        (latitudes, longitudes)
    }

    #[test]
    fn the_nearest_cell_is_the_one_a_full_search_finds() {
        let (latitudes, longitudes) = turned(60, 80, (179.0, 5.0));
        let grid = Curvilinear::new("sst", 60, 80, &latitudes, &longitudes).unwrap();
        for k in 0..500 {
            let (lon, lat) = (176.0 + 0.013 * f64::from(k), 2.0 + 0.011 * f64::from(k % 500));
            let target = vector(lat, lon);
            let best = (0..latitudes.len())
                .min_by(|a, b| {
                    let distance = |c: usize| chord(&target, &vector(latitudes[c], longitudes[c]));
                    distance(*a).total_cmp(&distance(*b))
                })
                .unwrap();
            let distance = degrees(chord(&target, &vector(latitudes[best], longitudes[best])));
            match grid.find(lon, lat) {
                Some((j, i)) => {
                    let (x, y) = grid.place(j, i);
                    assert!(degrees(chord(&target, &vector(y, x))) - distance < 1e-4, "{lon} {lat}");
                }
                None => assert!(distance > 0.05, "{lon} {lat} is {distance} from {best}"),
            }
        }
    }

    #[test]
    fn the_other_side_of_the_antimeridian_is_the_same_place() {
        let (latitudes, longitudes) = turned(20, 20, (180.0, 0.0));
        let grid = Curvilinear::new("sst", 20, 20, &latitudes, &longitudes).unwrap();
        assert_eq!(grid.find(-179.9, 0.0), grid.find(180.1, 0.0));
        assert!(grid.find(-179.9, 0.0).is_some());
        assert_eq!(grid.find(0.0, 0.0), None);
    }

    #[test]
    fn a_regional_grid_looks_at_a_few_cells_per_place() {
        let (rows, columns) = (300, 400);
        let places = |j: usize, i: usize| (40.0 + j as f64 * 0.005, -5.0 + i as f64 * 0.005 + j as f64 * 0.001);
        let cells = || (0..rows).flat_map(|j| (0..columns).map(move |i| (j, i))).map(|(j, i)| places(j, i));
        let (latitudes, longitudes): (Vec<f64>, Vec<f64>) = cells().unzip();
        let grid = Curvilinear::new("sst", rows, columns, &latitudes, &longitudes).unwrap();
        let (mut looked_at, mut found) = (0, 0);
        for k in 0..1_000 {
            let (x, y) = (-6.0 + 4.0 * f64::from(k % 40) / 40.0, 39.5 + 2.5 * f64::from(k / 40) / 25.0);
            found += usize::from(grid.search(x, y, &mut looked_at).is_some());
        }
        assert!(found > 100, "{found}");
        assert!(looked_at < 1_000 * 60, "{looked_at}");
    }

    #[test]
    fn the_bounds_are_those_of_the_cells() {
        let (latitudes, longitudes) = turned(20, 20, (180.0, 0.0));
        let grid = Curvilinear::new("sst", 20, 20, &latitudes, &longitudes).unwrap();
        let [west, south, east, north] = grid.bounds();
        assert!((178.0..179.0).contains(&west) && (-179.0..-178.0).contains(&east), "{west} {east}");
        assert!((-2.0..-1.0).contains(&south) && (1.0..2.0).contains(&north), "{south} {north}");
        let cells = || (0..40).flat_map(|j| (0..36).map(move |i| (50.0 + f64::from(j), f64::from(i) * 10.0)));
        let (latitudes, longitudes): (Vec<f64>, Vec<f64>) = cells().unzip();
        let polar = Curvilinear::new("sic", 40, 36, &latitudes, &longitudes).unwrap();
        let [west, south, east, north] = polar.bounds();
        assert_eq!((west, east, north), (-180.0, 180.0, 90.0));
        assert!((30.0..50.0).contains(&south), "{south}");
    }

    #[test]
    fn places_around_the_pole_are_found() {
        let (mut latitudes, mut longitudes) = (Vec::new(), Vec::new());
        for j in 0..10 {
            for i in 0..36 {
                latitudes.push(81.0 + f64::from(j));
                longitudes.push(f64::from(i) * 10.0);
            }
        }
        let grid = Curvilinear::new("sic", 10, 36, &latitudes, &longitudes).unwrap();
        assert_eq!(grid.find(-100.0, 88.2), Some((7, 26)));
        assert_eq!(grid.find(3.0, 85.9), Some((5, 0)));
    }

    #[test]
    fn masked_cells_at_zero_are_no_cells() {
        let (mut latitudes, mut longitudes) = turned(20, 20, (50.0, 40.0));
        for cell in 100..200 {
            latitudes[cell] = 0.0;
            longitudes[cell] = 0.0;
        }
        let grid = Curvilinear::new("sst", 20, 20, &latitudes, &longitudes).unwrap();
        assert_eq!(grid.order.len(), 400 - 95);
        assert!(Curvilinear::new("sst", 1, 2, &[f64::NAN; 2], &[0.0; 2]).is_err());
    }
}
