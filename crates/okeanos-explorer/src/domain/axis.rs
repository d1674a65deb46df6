//! A one-dimensional coordinate and the cell that a value falls in.

use super::error::Error;

/// Whether values repeat after a full turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Latitudes, depths, northings: they don't.
    None,
    /// Longitudes: every 360 degrees.
    Degrees360,
}

/// Rounded longitudes of a global grid leave a sliver at the seam: 4,320 cells of 0.0833 degrees are 359.9 wide.
pub const NEARLY_A_TURN: f64 = 359.8;

/// Cell centres in strictly rising order, whatever order they are stored in.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    centres: Vec<f64>,
    descending: bool,
    turn: Turn,
}

impl Axis {
    /// From values as stored. Longitudes may jump by a turn once (`… 179, −180 …`).
    ///
    /// # Errors
    /// [`Error::NotMappable`] when they are missing or neither rise nor fall.
    pub fn new(name: &str, mut values: Vec<f64>, turn: Turn) -> Result<Self, Error> {
        if turn == Turn::Degrees360 {
            unwind(&mut values);
        }
        let descending = values.len() > 1 && values[0] > values[values.len() - 1];
        if descending {
            values.reverse();
        }
        let rising = values.windows(2).all(|pair| pair[0] < pair[1]);
        if values.is_empty() || !rising || !values.iter().all(|v| v.is_finite()) {
            return Err(Error::not_mappable(name, "its values neither rise nor fall all the way"));
        }
        Ok(Self { centres: values, descending, turn })
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        self.centres.len()
    }

    /// Whether it has no cell; it always has one.
    pub fn is_empty(&self) -> bool {
        self.centres.is_empty()
    }

    /// The centre of a cell, as stored; longitudes without jumps.
    pub fn centre(&self, index: usize) -> f64 {
        self.centres[self.flip(index)]
    }

    /// Lowest and highest value of the cells' outer edges.
    pub fn edges(&self) -> (f64, f64) {
        let last = self.centres.len() - 1;
        (self.centres[0] - self.half(0), self.centres[last] + self.half(last.saturating_sub(1)))
    }

    /// The index of the cell that a value falls in, as stored; none outside the outer edges.
    pub fn find(&self, value: f64) -> Option<usize> {
        let (low, high) = self.edges();
        let value = match self.turn {
            Turn::None => value,
            Turn::Degrees360 => low + (value - low).rem_euclid(360.0),
        };
        if value > high && high - low >= NEARLY_A_TURN && self.turn == Turn::Degrees360 {
            let is_last = value - high < low + 360.0 - value;
            return Some(self.flip(if is_last { self.centres.len() - 1 } else { 0 }));
        }
        let slack = self.half(0) * 1e-3;
        if !(low..=high + slack).contains(&value) {
            return None;
        }
        let above = self.centres.partition_point(|c| *c < value);
        let index = match above {
            0 => 0,
            n if n == self.centres.len() => n - 1,
            n if value - self.centres[n - 1] <= self.centres[n] - value => n - 1,
            n => n,
        };
        Some(self.flip(index))
    }

    /// Half the distance of a centre to the next one; a lone cell is taken to be one wide.
    fn half(&self, index: usize) -> f64 {
        match self.centres.get(index..index + 2) {
            Some([a, b]) => (b - a) / 2.0,
            _ => 0.5,
        }
    }

    fn flip(&self, index: usize) -> usize {
        if self.descending { self.centres.len() - 1 - index } else { index }
    }
}

/// Takes out jumps of a turn, so that values go on rising or falling.
fn unwind(values: &mut [f64]) {
    let mut turns = 0.0;
    let mut before = values.first().copied().unwrap_or(0.0);
    for value in values {
        let raw = *value;
        if raw - before > 180.0 {
            turns -= 360.0;
        } else if raw - before < -180.0 {
            turns += 360.0;
        }
        before = raw;
        *value = raw + turns;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longitudes(values: Vec<f64>) -> Axis {
        Axis::new("lon", values, Turn::Degrees360).unwrap()
    }

    #[test]
    fn longitudes_wrap_whichever_way_they_are_stored() {
        let east = longitudes((0..360).map(f64::from).collect());
        assert_eq!([east.find(-4.6), east.find(359.7), east.find(-180.0)], [Some(355), Some(0), Some(180)]);
        let west = longitudes((-180..180).map(f64::from).collect());
        assert_eq!([west.find(190.0), west.find(179.9)], [Some(10), Some(0)]);
        let jump = longitudes(vec![178.0, 179.0, -180.0, -179.0]);
        assert_eq!([jump.find(-179.2), jump.find(178.1), jump.find(0.0)], [Some(3), Some(0), None]);
    }

    #[test]
    fn the_seam_of_a_global_grid_has_no_gap() {
        let rounded = longitudes((0..4320).map(|i| f64::from(i) * 0.0833).collect());
        assert_eq!([rounded.find(359.85), rounded.find(-0.06)], [Some(4319), Some(0)]);
        let regional = longitudes((0..3590).map(|i| f64::from(i) * 0.1).collect());
        assert_eq!(regional.find(359.5), None, "359 degrees are no turn");
    }

    #[test]
    fn a_falling_axis_gives_stored_indices() {
        let lat = Axis::new("lat", vec![60.0, 50.0, 40.0], Turn::None).unwrap();
        assert_eq!([lat.find(64.9), lat.find(41.0), lat.find(65.1), lat.find(34.0)], [Some(0), Some(2), None, None]);
        assert!((lat.centre(0) - 60.0).abs() < f64::EPSILON);
    }

    #[test]
    fn uneven_cells_end_halfway() {
        let axis = Axis::new("y", vec![0.0, 1.0, 10.0], Turn::None).unwrap();
        assert_eq!(
            [axis.find(5.4), axis.find(5.6), axis.find(14.4), axis.find(14.6)],
            [Some(1), Some(2), Some(2), None]
        );
    }

    #[test]
    fn an_axis_that_turns_back_is_refused() {
        assert!(Axis::new("lat", vec![0.0, 2.0, 1.0], Turn::None).is_err());
        assert!(Axis::new("lat", vec![0.0, f64::NAN], Turn::None).is_err());
    }
}
