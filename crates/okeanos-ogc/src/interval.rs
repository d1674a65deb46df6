//! Intervals of time as inputs and parameters: `start/end`, open ends `..`, or one instant.

use time::{
    Date, OffsetDateTime, Time,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

use crate::Invalid;

const DAY: &[BorrowedFormatItem<'static>] = format_description!("[year]-[month]-[day]");
/// Longer than any interval that makes sense.
const LENGTH_MAX: usize = 80;

/// An interval, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// When it begins; open when `None`.
    pub start: Option<OffsetDateTime>,
    /// When it ends; open when `None`.
    pub end: Option<OffsetDateTime>,
}

impl Interval {
    /// From `2026-01-01T00:00:00Z/2026-02-01T00:00:00Z`, `2026-01-01/..`, `../2026-02-01` or one instant. A day counts
    /// from its first to its last nanosecond, in UTC.
    ///
    /// # Errors
    /// [`Invalid`] for the whole.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Self::read(text).map_err(|message| Invalid::new("", message))
    }

    fn read(text: &str) -> Result<Self, &'static str> {
        const SHAPE: &str =
            "an instant (2026-01-31T12:00:00Z or 2026-01-31) or start/end, with .. for an open end, is expected";
        if text.len() > LENGTH_MAX {
            return Err(SHAPE);
        }
        let interval = match text.split_once('/') {
            None => {
                let (start, end) = instant(text).ok_or(SHAPE)?;
                Self { start: Some(start), end: Some(end) }
            }
            Some((start, end)) => {
                let side = |text: &str| match text {
                    "" | ".." => Ok(None),
                    text => instant(text).map(Some).ok_or(SHAPE),
                };
                Self { start: side(start)?.map(|(first, _)| first), end: side(end)?.map(|(_, last)| last) }
            }
        };
        match (interval.start, interval.end) {
            (None, None) => Err("one end has to be given"),
            (Some(start), Some(end)) if start > end => Err("the start is after the end"),
            _ => Ok(interval),
        }
    }
}

/// The first and the last moment that a text means.
fn instant(text: &str) -> Option<(OffsetDateTime, OffsetDateTime)> {
    if let Ok(day) = Date::parse(text, DAY) {
        return Some((day.with_time(Time::MIDNIGHT).assume_utc(), day.with_time(Time::MAX).assume_utc()));
    }
    OffsetDateTime::parse(text, &Rfc3339).ok().map(|at| (at, at))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn intervals() {
        let (jan, feb) = (datetime!(2026-01-01 0:00 UTC), datetime!(2026-02-01 12:00 UTC));
        let of = |text| Interval::parse(text).map(|i| (i.start, i.end)).unwrap();
        assert_eq!(of("2026-01-01T00:00:00Z/2026-02-01T12:00:00Z"), (Some(jan), Some(feb)));
        assert_eq!(of("2026-01-01T01:00:00+01:00/.."), (Some(jan), None));
        assert_eq!(of("/2026-02-01T12:00:00Z"), (None, Some(feb)));
        assert_eq!(of("2026-01-01T00:00:00Z"), (Some(jan), Some(jan)));
        assert_eq!(of("2026-01-01"), (Some(jan), Some(datetime!(2026-01-01 23:59:59.999_999_999 UTC))));
        assert_eq!(of("2026-01-01/2026-01-01").0, Some(jan));
    }

    #[test]
    fn what_is_not_an_interval() {
        for text in [
            "",
            "/",
            "../..",
            "yesterday",
            "2026",
            "2026-13-01",
            "2026-02-30/..",
            "2026-02-01/2026-01-01",
            "a/b",
            "2026-01-01/2026-01-02/2026-01-03",
            "2026-01-01T00:00:00/..",
            &"1".repeat(1000),
        ] {
            assert!(Interval::parse(text).is_err(), "{text}");
        }
    }
}
