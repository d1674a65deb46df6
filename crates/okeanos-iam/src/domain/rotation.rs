//! When signing keys come and go.
//!
//! A key is published before it signs, so that whoever keeps the key set for a while knows it in time, and stays
//! published until the last token that it signed has ended.

use std::time::Duration;

use time::OffsetDateTime;

/// How long a successor is published before it signs, unless keys live shorter than four times this.
const AHEAD: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a key stays after it has signed for the last time: longer than any access token lives.
const AFTER: Duration = Duration::from_secs(30 * 60);

/// The life of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Term {
    pub(crate) signs_from: OffsetDateTime,
    pub(crate) signs_until: OffsetDateTime,
}

impl Term {
    pub(crate) fn signs(self, now: OffsetDateTime) -> bool {
        self.signs_from <= now && now < self.signs_until
    }

    /// When it is no longer published.
    pub(crate) fn ends(self) -> OffsetDateTime {
        self.signs_until + AFTER
    }
}

/// The term of the key that is to be made now, if one is.
pub(crate) fn next(terms: &[Term], now: OffsetDateTime, period: Duration) -> Option<Term> {
    let from = |signs_from| Some(Term { signs_from, signs_until: signs_from + period });
    if !terms.iter().any(|t| t.signs(now)) {
        return from(now);
    }
    let last = terms.iter().map(|t| t.signs_until).max()?;
    if last - now <= AHEAD.min(period / 4) { from(last) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_one_key_that_signs_and_it_was_published_before() {
        let period = Duration::from_secs(30 * 24 * 3600);
        let start = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let mut terms: Vec<(Term, OffsetDateTime)> = Vec::new();
        for hour in 0..24 * 100 {
            let now = start + Duration::from_secs(hour * 3600);
            terms.retain(|(t, _)| t.ends() > now);
            let known: Vec<_> = terms.iter().map(|(t, _)| *t).collect();
            if let Some(term) = next(&known, now, period) {
                terms.push((term, now));
            }
            let signing: Vec<_> = terms.iter().filter(|(t, _)| t.signs(now)).collect();
            assert_eq!(signing.len(), 1, "hour {hour}");
            let (term, published) = signing[0];
            assert!(term.signs_from == start || term.signs_from - *published >= AHEAD - Duration::from_secs(3600));
            assert!(terms.len() <= 2);
        }
    }

    #[test]
    fn after_a_long_sleep_a_new_key_signs_at_once() {
        let period = Duration::from_secs(24 * 3600);
        let first = next(&[], OffsetDateTime::UNIX_EPOCH, period).unwrap();
        let later = first.ends() + Duration::from_secs(1);
        assert_eq!(next(&[first], later, period).unwrap().signs_from, later);
    }
}
