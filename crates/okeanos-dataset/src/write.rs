//! Writers: a [`Selection`](crate::Selection) of a data set as NetCDF-4 or Zarr, block by block.

mod chunking;
pub mod netcdf;
pub mod zarr;

pub use self::chunking::plan;
use crate::{Dataset, Selection, Window, array::size_of_dtype};

/// Told after each block: bytes of values copied so far, and in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Bytes of all values of a selection, before compression.
pub fn total_bytes(dataset: &Dataset, selection: &Selection) -> u64 {
    let variables = selection.variables().iter().filter_map(|name| dataset.header().variable(name));
    variables
        .map(|variable| Window::all(&selection.shape(variable)).len().saturating_mul(size_of_dtype(variable.dtype)))
        .sum()
}

/// The blocks of a shape, in row-major order, each with its index per dimension and its window; a scalar is one block.
pub fn tiles(shape: &[u64], chunk: &[u64]) -> impl Iterator<Item = (Vec<u64>, Window)> {
    let counts: Vec<u64> = shape.iter().zip(chunk).map(|(size, chunk)| size.div_ceil((*chunk).max(1))).collect();
    let (shape, chunk) = (shape.to_vec(), chunk.to_vec());
    let total = counts.iter().product::<u64>();
    (0..total).map(move |mut number| {
        let mut index = vec![0; counts.len()];
        for d in (0..counts.len()).rev() {
            index[d] = number % counts[d];
            number /= counts[d];
        }
        let start: Vec<u64> = index.iter().zip(&chunk).map(|(i, c)| i * c).collect();
        let count = start.iter().zip(&shape).zip(&chunk).map(|((s, size), c)| (size - s).min(*c)).collect();
        (index, Window::new(start, count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_cover_a_shape_once() {
        let mut seen = [0; 7 * 5];
        for (_, window) in tiles(&[7, 5], &[3, 2]) {
            for position in crate::netcdf::positions(&[7, 5], &window) {
                seen[position] += 1;
            }
        }
        assert!(seen.iter().all(|n| *n == 1));
        assert_eq!(tiles(&[], &[]).count(), 1);
        assert_eq!(tiles(&[0, 5], &[1, 5]).count(), 0);
    }
}
