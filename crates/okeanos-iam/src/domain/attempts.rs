//! Failed attempts: who fails too often waits.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use time::OffsetDateTime;

use super::Error;

const KEYS_MAX: usize = 10_000;

/// Counts failures by key, in windows of fixed length, in bounded memory.
#[derive(Debug)]
pub(crate) struct Attempts {
    max: u32,
    window: Duration,
    failures: Mutex<HashMap<String, (OffsetDateTime, u32)>>,
}

impl Attempts {
    pub(crate) fn new(max: u32, window: Duration) -> Self {
        Self { max, window, failures: Mutex::default() }
    }

    /// Whether another attempt may be made now.
    pub(crate) fn check(&self, key: &str, now: OffsetDateTime) -> Result<(), Error> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.get(key) {
            Some((since, count)) if *count >= self.max && now < *since + self.window => {
                let left = Duration::try_from(*since + self.window - now).unwrap_or(self.window);
                Err(Error::TooManyAttempts(left.max(Duration::from_secs(1))))
            }
            _ => Ok(()),
        }
    }

    /// Counts a failure. When there is no room, those whose window has ended make it; else it is not counted: the
    /// secrets behind have 256 bits, the limit only keeps the work down.
    pub(crate) fn failed(&self, key: &str, now: OffsetDateTime) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, count)) = failures.get_mut(key) {
            if now >= *since + self.window {
                (*since, *count) = (now, 0);
            }
            *count = count.saturating_add(1);
            return;
        }
        if failures.len() >= KEYS_MAX {
            failures.retain(|_, (since, _)| now < *since + self.window);
        }
        if failures.len() < KEYS_MAX {
            failures.insert(key.to_owned(), (now, 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_many_failures_wait_for_the_window_and_others_do_not() {
        let attempts = Attempts::new(3, Duration::from_secs(60));
        let now = OffsetDateTime::UNIX_EPOCH;
        for _ in 0..3 {
            assert_eq!(attempts.check("a", now), Ok(()));
            attempts.failed("a", now);
        }
        let later = now + Duration::from_secs(20);
        assert_eq!(attempts.check("a", later), Err(Error::TooManyAttempts(Duration::from_secs(40))));
        assert_eq!(attempts.check("b", later), Ok(()));
        assert_eq!(attempts.check("a", now + Duration::from_secs(60)), Ok(()));
        attempts.failed("a", now + Duration::from_secs(60));
        assert_eq!(attempts.check("a", now + Duration::from_secs(61)), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let attempts = Attempts::new(1, Duration::from_secs(60));
        for i in 0..KEYS_MAX + 500 {
            attempts.failed(&i.to_string(), OffsetDateTime::UNIX_EPOCH);
        }
        assert_eq!(attempts.failures.lock().unwrap().len(), KEYS_MAX);
        attempts.failed("new", OffsetDateTime::UNIX_EPOCH + Duration::from_secs(61));
        assert_eq!(attempts.failures.lock().unwrap().len(), 1);
    }
}
