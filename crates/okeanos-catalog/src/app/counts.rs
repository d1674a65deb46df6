//! Counts of search results, kept for a moment: a client that pages asks for the same count again and again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use okeanos_stac::Instant;

/// How long a count is good for: changes by other processes show after this. Our own change ends it at once.
const LIFETIME_US: i64 = 5_000_000;
/// How many are kept.
const ENTRIES_MAX: usize = 1_000;

/// Counts by filter.
#[derive(Debug, Default)]
pub(crate) struct Counts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    /// Counts our own changes.
    generation: u64,
    /// Each with how long it is good for and the generation in which it was counted.
    counts: HashMap<String, (Option<u64>, Instant, u64)>,
}

impl Counts {
    /// The count of a filter if it is known, else the generation to hand in with it.
    pub(crate) fn get(&self, filter: &str, now: Instant) -> Result<Option<u64>, u64> {
        let kept = self.lock();
        match kept.counts.get(filter) {
            Some((count, until, counted)) if *until > now && *counted == kept.generation => Ok(*count),
            _ => Err(kept.generation),
        }
    }

    /// Keeps a count, unless something has changed since the generation in which counting began.
    pub(crate) fn keep(&self, filter: String, count: Option<u64>, generation: u64, now: Instant) {
        let mut kept = self.lock();
        if kept.generation != generation {
            return;
        }
        if kept.counts.len() >= ENTRIES_MAX {
            kept.counts.clear();
        }
        kept.counts.insert(filter, (count, Instant::from_micros(now.micros() + LIFETIME_US), generation));
    }

    /// Something has changed. What was counted stays where it is, for nobody: a change does not pay for all searches.
    pub(crate) fn forget(&self) {
        self.lock().generation += 1;
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_ends_with_time_and_with_a_change() {
        let (counts, at) = (Counts::default(), Instant::from_micros);
        let generation = counts.get("f", at(0)).unwrap_err();
        counts.keep("f".to_owned(), Some(3), generation, at(0));
        assert_eq!(counts.get("f", at(1)), Ok(Some(3)));
        assert!(counts.get("f", at(LIFETIME_US + 1)).is_err());
        counts.forget();
        let now = counts.get("f", at(1)).unwrap_err();
        counts.keep("f".to_owned(), Some(3), generation, at(1));
        assert_eq!(counts.get("f", at(2)), Err(now), "a count that began before the change is not kept");
        counts.keep("f".to_owned(), Some(4), now, at(2));
        assert_eq!(counts.get("f", at(3)), Ok(Some(4)));
    }
}
