//! Writers: a [`Selection`](crate::Selection) of a data set as NetCDF-4 or Zarr, block by block.

mod chunking;
pub mod netcdf;
pub mod zarr;

pub use self::chunking::plan;
use okeanos_cf::model::Variable;

use crate::{Dataset, Error, RawValues, Selection, Window, array::size_of_dtype, netcdf::positions};

/// Told after each block: bytes of values copied so far, and in all.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Bytes of all values of a selection, before compression.
pub fn total_bytes(dataset: &Dataset, selection: &Selection) -> u64 {
    let variables = selection.variables().iter().filter_map(|name| dataset.header().variable(name));
    variables
        .map(|variable| Window::all(&selection.shape(variable)).len().saturating_mul(size_of_dtype(variable.dtype)))
        .fold(0, u64::saturating_add)
}

/// Bytes of values that are read at a time.
const BLOCK: u64 = 128 << 20;

/// Takes a chunk of the output: its index per dimension, its window, its values.
type Put<'a> = &'a mut dyn FnMut(&[u64], &Window, RawValues) -> Result<(), Error>;

/// Reads a variable of a selection and gives it away in chunks. What
/// is read at a time are whole chunks of the output over as much of the source's chunks as memory allows, so that these
/// are fetched and decompressed once or a few times, not once for each chunk that they have a part in.
fn each_chunk(
    dataset: &Dataset,
    selection: &Selection,
    variable: &Variable,
    chunk: &[u64],
    put: Put<'_>,
) -> Result<(), Error> {
    let shape = selection.shape(variable);
    let most = BLOCK.min(dataset.limits().read_bytes) / size_of_dtype(variable.dtype);
    let block = grown(&shape, chunk, variable.chunks.as_deref().unwrap_or(chunk), most);
    for (_, read) in tiles(&shape, &block) {
        let values = selection.read(dataset, variable, &read)?;
        for (index, inside) in tiles(&read.count, chunk) {
            let place = |(d, first): (usize, &u64)| first / chunk[d].max(1) + index[d];
            let index: Vec<u64> = read.start.iter().enumerate().map(place).collect();
            let start = read.start.iter().zip(&inside.start).map(|(a, b)| a + b).collect();
            let window = Window::new(start, inside.count.clone());
            let part = match inside.count == read.count {
                true => values.clone(),
                false => values.pick(positions(&read.count, &inside)),
            };
            put(&index, &window, part)?;
        }
    }
    Ok(())
}

/// A chunk grown, by whole chunks, to the size of the source's chunks; the dimension that lacks most first.
fn grown(shape: &[u64], chunk: &[u64], source: &[u64], most: u64) -> Vec<u64> {
    let mut block: Vec<u64> = chunk.iter().map(|length| (*length).max(1)).collect();
    let mut full = vec![false; block.len()];
    loop {
        let lacking = |d: &usize| source.get(*d).copied().unwrap_or(1).min(shape[*d]).div_ceil(block[*d]);
        let next = (0..block.len()).filter(|d| !full[*d] && lacking(d) > 1).max_by_key(lacking);
        let Some(d) = next else { return block };
        let mut larger = block.clone();
        larger[d] = larger[d].saturating_mul(2);
        match larger.iter().fold(1, |all: u64, n| all.saturating_mul(*n)) <= most {
            true => block = larger,
            false => full[d] = true,
        }
    }
}

/// The blocks of a shape, in row-major order, each with its index per dimension and its window; a scalar is one block.
pub fn tiles(shape: &[u64], chunk: &[u64]) -> impl Iterator<Item = (Vec<u64>, Window)> {
    let counts: Vec<u64> = shape.iter().zip(chunk).map(|(size, chunk)| size.div_ceil((*chunk).max(1))).collect();
    let (shape, chunk) = (shape.to_vec(), chunk.to_vec());
    let total = counts.iter().fold(1, |all: u64, n| all.saturating_mul(*n));
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
    fn blocks_cover_the_chunks_of_the_source_as_far_as_memory_goes() {
        // Series to maps: all of the 720 steps do not fit, 256 do.
        assert_eq!(grown(&[7_200, 361, 720], &[1, 361, 720], &[720, 32, 64], 64 << 20), [256, 361, 720]);
        assert_eq!(grown(&[7_200, 361, 720], &[1, 361, 720], &[720, 32, 64], 1 << 30), [1024, 361, 720]);
        assert_eq!(grown(&[10, 1000, 1000], &[1, 500, 500], &[1, 500, 500], 64 << 20), [1, 500, 500]);
        assert_eq!(grown(&[], &[], &[], 1), [] as [u64; 0]);
    }

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
