//! Reads many values without holding everybody up: bounded in what it fetches, and in how long it takes.

use okeanos_cf::model::Variable;
use okeanos_dataset::{Dataset, Window};
use okeanos_runtime::Clock;
use time::{Duration, OffsetDateTime};

use crate::domain::error::Error;

/// Chunks that one answer may be put together from.
const CHUNKS_MAX: u64 = 5_000;
/// Bytes that one answer may fetch and decompress, counted as 64-bit values.
const BYTES_MAX: u64 = 2 << 30;
/// Bytes between two looks at the clock.
const BYTES_AT_ONCE: u64 = 64 << 20;
/// What one value is fetched with where there are no chunks.
const FETCH_BYTES: u64 = 256 << 10;
/// How long reading may take.
const TIME_MAX: Duration = Duration::seconds(10);

/// When an answer must be there.
#[derive(Clone, Debug)]
pub struct Deadline {
    clock: Clock,
    at: OffsetDateTime,
}

impl Deadline {
    /// From now on.
    pub fn new(clock: Clock) -> Self {
        let at = clock.now() + TIME_MAX;
        Self { clock, at }
    }

    fn check(&self) -> Result<(), Error> {
        if self.clock.now() > self.at { Err(Error::TooSlow(TIME_MAX.whole_seconds())) } else { Ok(()) }
    }
}

/// What has to be fetched and decompressed for a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Work {
    chunks: u64,
    bytes: u64,
}

impl Work {
    fn of(variable: &Variable, window: &Window) -> Self {
        let product = |numbers: &[u64]| numbers.iter().fold(8, |all: u64, n| all.saturating_mul(*n));
        let Some(chunk) = &variable.chunks else {
            let bytes = window.len().saturating_mul(FETCH_BYTES).min(product(&variable.shape));
            return Self { chunks: 0, bytes };
        };
        let touched = |(d, size): (usize, &u64)| {
            let (size, first) = ((*size).max(1), window.start[d]);
            let last = first + window.count[d].saturating_sub(1) * window.step[d];
            last / size - first / size + 1
        };
        let chunks = chunk.iter().enumerate().map(touched).fold(1, u64::saturating_mul);
        Self { chunks, bytes: chunks.saturating_mul(product(chunk)) }
    }

    fn check(self) -> Result<(), Error> {
        if self.chunks > CHUNKS_MAX || self.bytes > BYTES_MAX {
            return Err(Error::TooMuchToRead { chunks: self.chunks, megabytes: self.bytes >> 20 });
        }
        Ok(())
    }
}

/// The values of a window whose steps are 1, decoded.
///
/// # Errors
/// [`Error::TooMuchToRead`], [`Error::TooSlow`], and those of reading.
pub fn read(dataset: &Dataset, name: &str, window: &Window, deadline: &Deadline) -> Result<Vec<f64>, Error> {
    let variable = dataset.variable(name)?;
    Work::of(variable, window).check()?;
    let mut values = Vec::new();
    for part in parts(variable, window) {
        deadline.check()?;
        values.extend(dataset.read(name, &part)?.values);
    }
    Ok(values)
}

/// A window cut along its slowest dimension, so that what is read of the parts one after the other is what is read of
/// the whole, and no chunk is needed twice.
fn parts(variable: &Variable, window: &Window) -> Vec<Window> {
    let Some(d) = window.count.iter().position(|count| *count > 1) else { return vec![window.clone()] };
    let chunk = variable.chunks.as_ref().and_then(|chunks| chunks.get(d)).map_or(1, |n| (*n).max(1));
    let mut one = window.clone();
    one.count[d] = 1;
    let at_once = (BYTES_AT_ONCE / Work::of(variable, &one).bytes.max(1)).max(1).saturating_mul(chunk);
    let end = window.start[d] + window.count[d];
    let mut parts = Vec::new();
    let mut start = window.start[d];
    while start < end {
        let next = (start - start % chunk).saturating_add(at_once).min(end);
        let mut part = window.clone();
        (part.start[d], part.count[d]) = (start, next - start);
        parts.push(part);
        start = next;
    }
    parts
}

#[cfg(test)]
mod tests {
    use okeanos_cf::model::{Attributes, DataType};

    use super::*;

    fn variable(shape: &[u64], chunks: Option<&[u64]>) -> Variable {
        Variable {
            name: "sst".to_owned(),
            dtype: DataType::F32,
            dimensions: shape.iter().map(|n| format!("d{n}")).collect(),
            shape: shape.to_vec(),
            chunks: chunks.map(<[u64]>::to_vec),
            attributes: Attributes::default(),
        }
    }

    #[test]
    fn a_step_per_chunk_is_refused_where_it_is_too_much() {
        let daily = variable(&[20_000, 1_000, 1_000], Some(&[1, 1_000, 1_000]));
        let series = |steps: u64| Work::of(&daily, &Window::new(vec![0, 5, 5], vec![steps, 1, 1]));
        assert_eq!(series(10), Work { chunks: 10, bytes: 80_000_000 });
        assert!(series(200).check().is_ok());
        assert!(matches!(series(2_000).check(), Err(Error::TooMuchToRead { chunks: 2_000, .. })));
        let small = variable(&[20_000, 10, 10], Some(&[1, 10, 10]));
        assert!(Work::of(&small, &Window::new(vec![0, 5, 5], vec![20_000, 1, 1])).check().is_err());
        let rechunked = variable(&[20_000, 1_000, 1_000], Some(&[20_000, 10, 10]));
        assert!(Work::of(&rechunked, &Window::new(vec![0, 5, 5], vec![20_000, 1, 1])).check().is_ok());
        let station = variable(&[30_000], None);
        assert!(Work::of(&station, &Window::all(&[30_000])).check().is_ok(), "all of it is little");
    }

    #[test]
    fn parts_end_with_chunks_and_make_the_whole() {
        let cube = variable(&[100, 1_000, 1_000], Some(&[3, 1_000, 1_000]));
        let window = Window::new(vec![4, 7, 7], vec![20, 1, 1]);
        let found: Vec<_> = parts(&cube, &window).iter().map(|part| (part.start[0], part.count[0])).collect();
        assert_eq!(found, [(4, 5), (9, 6), (15, 6), (21, 3)], "two chunks of 24 MB at once");
        let one = Window::new(vec![4, 7, 7], vec![1, 1, 1]);
        assert_eq!(parts(&cube, &one), [one]);
    }

    #[test]
    fn time_runs_out_between_reads() {
        let start = OffsetDateTime::UNIX_EPOCH;
        let asked = std::sync::atomic::AtomicI64::new(0);
        let clock =
            Clock::of(move || start + Duration::seconds(6 * asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed)));
        let deadline = Deadline::new(clock);
        assert!(deadline.check().is_ok());
        assert!(matches!(deadline.check(), Err(Error::TooSlow(10))));
    }
}
