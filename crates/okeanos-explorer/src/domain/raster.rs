//! From values to pixels.

use super::{
    palette::{COLOURS, Palette},
    sampler::NO_CELL,
};

/// The pixel value of a place without data; the others are colour numbers from 1.
pub const TRANSPARENT: u8 = 0;

/// A rectangle of decoded values, missing ones NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// First row and column, counted in steps.
    pub origin: (usize, usize),
    /// Rows and columns.
    pub shape: (usize, usize),
    /// Row by row.
    pub values: Vec<f32>,
}

impl Block {
    /// The value at a row and column counted in steps; NaN outside.
    pub fn value(&self, row: usize, column: usize) -> f32 {
        let (Some(j), Some(i)) = (row.checked_sub(self.origin.0), column.checked_sub(self.origin.1)) else {
            return f32::NAN;
        };
        if j < self.shape.0 && i < self.shape.1 { self.values[j * self.shape.1 + i] } else { f32::NAN }
    }
}

/// Lowest and highest value that have the first and last colour.
pub type Range = (f64, f64);

/// The pixel of a value.
pub fn pixel(value: f32, (low, high): Range) -> u8 {
    if !value.is_finite() {
        return TRANSPARENT;
    }
    let place = ((f64::from(value) - low) / (high - low)).clamp(0.0, 1.0);
    1 + (place * (COLOURS - 1) as f64).round() as u8
}

/// Pixels of cells, given what reads the value of a cell number.
pub fn paint(cells: &[u32], range: Range, mut value: impl FnMut(u32) -> f32) -> Vec<u8> {
    // Neighbouring pixels often show the same cell.
    let (mut last_cell, mut last_pixel) = (NO_CELL, TRANSPARENT);
    cells
        .iter()
        .map(|cell| {
            if *cell != last_cell {
                last_cell = *cell;
                last_pixel = if *cell == NO_CELL { TRANSPARENT } else { pixel(value(*cell), range) };
            }
            last_pixel
        })
        .collect()
}

/// The range from the 2nd to the 98th percentile; for palettes with a neutral middle, the same on both sides of zero.
pub fn usual_range(values: &[f32], palette: &Palette) -> Range {
    let mut known: Vec<f32> = values.iter().copied().filter(|v| v.is_finite()).collect();
    if known.is_empty() {
        return (0.0, 1.0);
    }
    let mut percentile = |part: f64| {
        let at = (part * (known.len() - 1) as f64).round() as usize;
        f64::from(*known.select_nth_unstable_by(at, f32::total_cmp).1)
    };
    let (low, high) = (percentile(0.02), percentile(0.98));
    let (low, high) = if palette.diverging {
        let side = low.abs().max(high.abs());
        (-side, side)
    } else {
        (low, high)
    };
    if low < high { (low, high) } else { (low - 0.5, high + 0.5) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_is_transparent_and_the_ends_are_clamped() {
        assert_eq!(pixel(f32::NAN, (0.0, 1.0)), 0);
        assert_eq!([-5.0, 0.0, 0.5, 1.0, 9.0].map(|v| pixel(v, (0.0, 1.0))), [1, 1, 128, 255, 255]);
    }

    #[test]
    fn a_few_outliers_do_not_stretch_the_range() {
        let mut values: Vec<f32> = (0..1000).map(|i| i as f32 / 1000.0).collect();
        values.extend([f32::NAN, 1e9]);
        let (low, high) = usual_range(&values, Palette::named("viridis").unwrap());
        assert!(low > 0.0 && low < 0.05 && high < 1.0, "{low} {high}");
        let (low, high) = usual_range(&[-1.0, 3.0], Palette::named("balance").unwrap());
        assert_eq!((low, high), (-3.0, 3.0));
        assert_eq!(usual_range(&[7.0; 3], Palette::named("viridis").unwrap()), (6.5, 7.5));
        assert_eq!(usual_range(&[f32::NAN], Palette::named("viridis").unwrap()), (0.0, 1.0));
    }

    #[test]
    fn a_block_knows_its_place() {
        let block = Block { origin: (2, 4), shape: (1, 2), values: vec![1.0, 2.0] };
        assert!((block.value(2, 5) - 2.0).abs() < f32::EPSILON);
        assert!(block.value(3, 5).is_nan() && block.value(2, 3).is_nan() && block.value(2, 6).is_nan());
    }
}
