//! Axes of the fixtures.

use okeanos_dataset::grid::{BBox, Grid};
use time::{Duration, macros::datetime};

use crate::support::open;

#[test]
fn the_grid_of_a_four_dimensional_field() {
    for name in ["packed.nc", "v2.zarr", "v3.zarr"] {
        let dataset = open(name);
        let grid = Grid::of(&dataset, "thetao").unwrap();
        let first = datetime!(1950-01-01 00:00 UTC) + Duration::hours(650_000);
        let time = grid.time.as_ref().unwrap();
        assert_eq!(time.axis.dimension(), Some(0), "{name}");
        assert_eq!(time.dates[0], Some(first), "{name}");
        assert_eq!(grid.depth.as_ref().unwrap().axis.values, [0.5, 10.0, 50.0]);
        assert_eq!(grid.nearest_level(12.0), Some(1));
        assert_eq!(grid.levels(5.0, 100.0), Some(1..3));
        assert_eq!(grid.levels(60.0, 100.0), None);
        assert_eq!(grid.nearest_step(first + Duration::hours(30)), Some(1));
        assert_eq!(grid.steps(Some(first + Duration::hours(1)), None), Some(1..4));
        assert_eq!(grid.steps(None, Some(first - Duration::hours(1))), None);
        let cell = grid.nearest(-22.0, 46.0).unwrap();
        assert_eq!((cell.indices, cell.lon), (vec![(2, 5), (3, 34)], 340.0));
        let parts = grid.within(&BBox { west: -20.0, south: 40.0, east: 10.0, north: 50.0 });
        assert_eq!(parts.len(), 2, "{name}");
        assert_eq!(parts[0].ranges, [(2, 4..7), (3, 34..36)]);
        assert_eq!(parts[1].ranges, [(2, 4..7), (3, 0..2)]);
    }
}

#[test]
fn the_grid_of_a_curvilinear_field() {
    let grid = Grid::of(&open("curvilinear.nc"), "zos").unwrap();
    assert_eq!(grid.lon.as_ref().unwrap().dimensions, [0, 1]);
    assert!(grid.time.is_none() && grid.depth.is_none());
    let cell = grid.nearest(-17.0, 45.8).unwrap();
    assert_eq!(cell.indices, [(0, 6), (1, 1)]);
    let parts = grid.within(&BBox { west: -20.0, south: 39.0, east: -10.0, north: 42.05 });
    assert_eq!(parts[0].ranges, [(0, 0..3), (1, 0..6)]);
}

#[test]
fn the_grid_of_a_real_file() {
    let dataset = open("ostia.nc");
    let grid = Grid::of(&dataset, "surface_temperature").unwrap();
    assert_eq!(grid.time.as_ref().unwrap().dates.len(), 8);
    let (west, east) = grid.lon.as_ref().unwrap().extent().unwrap();
    assert!(west < east && grid.lat.is_some());
}
