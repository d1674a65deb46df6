//! The tile matrix set WebMercatorQuad (OGC 17-083r4, annex D.1): squares of 256 pixels, north up, row 0 in the north.

use std::f64::consts::PI;

use super::error::Error;

/// Pixels along each side of a tile.
pub const TILE_SIZE: usize = 256;
/// The deepest zoom.
pub const ZOOM_MAX: u8 = 22;
/// The official URI of the tile matrix set.
pub const TILE_MATRIX_SET_URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";

/// A tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tile {
    z: u8,
    y: u32,
    x: u32,
}

impl Tile {
    /// The tile of a zoom, row and column.
    ///
    /// # Errors
    /// [`Error::NoSuchTile`].
    pub fn new(z: u8, y: u32, x: u32) -> Result<Self, Error> {
        if z > ZOOM_MAX || y >> z != 0 || x >> z != 0 {
            return Err(Error::NoSuchTile { z, y, x });
        }
        Ok(Self { z, y, x })
    }

    fn pixels_around(self) -> f64 {
        TILE_SIZE as f64 * f64::from(1_u32 << self.z)
    }

    /// Degrees of longitude that a pixel is wide.
    pub fn degrees_per_pixel(self) -> f64 {
        360.0 / self.pixels_around()
    }

    /// The latitude in the middle.
    pub fn middle(self) -> f64 {
        let row = (f64::from(self.y) + 0.5) * TILE_SIZE as f64;
        (PI * (1.0 - 2.0 * row / self.pixels_around())).sinh().atan().to_degrees()
    }

    /// The longitude of the middle of each column, degrees east, from −180.
    pub fn longitudes(self) -> Vec<f64> {
        let first = f64::from(self.x) * TILE_SIZE as f64;
        (0..TILE_SIZE).map(|i| (first + i as f64 + 0.5) * self.degrees_per_pixel() - 180.0).collect()
    }

    /// The latitude of the middle of each row, degrees north, from the north.
    pub fn latitudes(self) -> Vec<f64> {
        let first = f64::from(self.y) * TILE_SIZE as f64;
        let latitude = |row: f64| (PI * (1.0 - 2.0 * row / self.pixels_around())).sinh().atan().to_degrees();
        (0..TILE_SIZE).map(|j| latitude(first + j as f64 + 0.5)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_tile_is_the_world_north_up() {
        let tile = Tile::new(0, 0, 0).unwrap();
        let (lon, lat) = (tile.longitudes(), tile.latitudes());
        assert!((lon[0] + 179.296_875).abs() < 1e-9 && (lon[255] - 179.296_875).abs() < 1e-9);
        assert!(lat[0] > 84.9 && lat[0] < 85.06 && (lat[0] + lat[255]).abs() < 1e-9);
    }

    #[test]
    fn a_known_place_lies_in_its_tile() {
        // Brest, 4.49° W 48.39° N, at zoom 8: column 124, row 88.
        let tile = Tile::new(8, 88, 124).unwrap();
        let (lon, lat) = (tile.longitudes(), tile.latitudes());
        assert!(lon[0] < -4.49 && -4.49 < lon[255]);
        assert!(lat[255] < 48.39 && 48.39 < lat[0]);
    }

    #[test]
    fn a_tile_outside_is_refused() {
        assert!(Tile::new(1, 2, 0).is_err() && Tile::new(1, 0, 2).is_err() && Tile::new(23, 0, 0).is_err());
    }
}
