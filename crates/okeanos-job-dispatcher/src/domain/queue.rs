//! Whose turn it is.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The oldest waiting job of an owner, and what the owner has had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// The job.
    pub(crate) id: Uuid,
    /// How many jobs of the owner run now.
    pub(crate) running: u64,
    /// When a job of the owner was last begun.
    pub(crate) last_begun: Option<OffsetDateTime>,
}

/// The job to begin next: of the owner with the fewest running, among these of the one who has waited longest for a turn.
pub(crate) fn fairest(candidates: impl IntoIterator<Item = Candidate>) -> Option<Uuid> {
    candidates.into_iter().min_by_key(|c| (c.running, c.last_begun, c.id)).map(|c| c.id)
}

/// How long to wait after an attempt broke off: doubled from one to the next, at most 10 minutes.
pub(crate) fn pause_after(attempt: u32, first: Duration) -> Duration {
    const LONGEST: Duration = Duration::minutes(10);
    let factor = 1_i32.checked_shl(attempt.saturating_sub(1).min(20)).unwrap_or(1);
    first.checked_mul(factor).unwrap_or(LONGEST).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_take_turns() {
        let id = |n: u128| Uuid::from_u128(n);
        let at = |s: i64| OffsetDateTime::from_unix_timestamp(s).ok();
        let candidate = |n, running, last_begun| Candidate { id: id(n), running, last_begun };
        assert_eq!(fairest([candidate(1, 1, at(5)), candidate(2, 0, at(9))]), Some(id(2)), "fewest running");
        assert_eq!(fairest([candidate(1, 0, at(9)), candidate(2, 0, at(5))]), Some(id(2)), "waited longest");
        assert_eq!(fairest([candidate(1, 0, at(9)), candidate(2, 0, None)]), Some(id(2)), "never had a turn");
        assert_eq!(fairest([candidate(2, 0, None), candidate(1, 0, None)]), Some(id(1)), "came first");
        assert_eq!(fairest([]), None);
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        let pauses: Vec<_> = (1..5).map(|n| pause_after(n, Duration::seconds(5)).whole_seconds()).collect();
        assert_eq!(pauses, [5, 10, 20, 40]);
        assert_eq!(pause_after(u32::MAX, Duration::seconds(5)), Duration::minutes(10));
    }
}
