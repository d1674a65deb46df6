//! Intervals of time: the `datetime` parameter.

use std::str::FromStr;

use crate::{Instant, Invalid};

/// A closed interval of time, open to a side that is not given. A point in time is an interval of no length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interval {
    /// From; `None` is without beginning.
    pub start: Option<Instant>,
    /// Up to and with; `None` is without end.
    pub end: Option<Instant>,
}

impl Interval {
    /// Whether two intervals have a point in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        let before = |end: Option<Instant>, start: Option<Instant>| matches!((end, start), (Some(e), Some(s)) if e < s);
        !before(self.end, other.start) && !before(other.end, self.start)
    }
}

impl FromStr for Interval {
    type Err = Invalid;

    /// Reads an instant, or `start/end` where one side may be `..` or empty.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let Some((start, end)) = text.split_once('/') else {
            let instant = Some(text.parse()?);
            return Ok(Self { start: instant, end: instant });
        };
        if end.contains('/') {
            return Err(Invalid::at("datetime", "an interval has one slash: start/end"));
        }
        let side = |text: &str| match text {
            "" | ".." => Ok(None),
            text => text.parse::<Instant>().map(Some),
        };
        let interval = Self { start: side(start)?, end: side(end)? };
        match interval {
            Self { start: None, end: None } => Err(Invalid::at("datetime", "an interval is open to one side at most")),
            Self { start: Some(start), end: Some(end) } if start > end => {
                Err(Invalid::at("datetime", "the interval ends before it starts"))
            }
            interval => Ok(interval),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_forms_that_are_valid() {
        for text in [
            "1985-04-12T23:20:50.52Z",
            "1996-12-19T16:39:57-00:00",
            "1996-12-19T16:39:57+00:00",
            "1996-12-19T16:39:57-08:00",
            "1996-12-19T16:39:57+08:00",
            "../1985-04-12T23:20:50.52Z",
            "1985-04-12T23:20:50.52Z/..",
            "/1985-04-12T23:20:50.52Z",
            "1985-04-12T23:20:50.52Z/",
            "1985-04-12T23:20:50.52Z/1986-04-12T23:20:50.52Z",
            "1985-04-12T23:20:50.52+01:00/1986-04-12T23:20:50.52+01:00",
            "1937-01-01T12:00:27.8710+01:00",
            "1985-04-12t23:20:50.000z",
            "2020-07-23T00:00:00.012345678Z",
        ] {
            assert!(text.parse::<Interval>().is_ok(), "{text}");
        }
    }

    #[test]
    fn the_forms_that_are_not() {
        for text in [
            "",
            "/",
            "../..",
            "/..",
            "../",
            "/1984-04-12T23:20:50.52Z/1985-04-12T23:20:50.52Z",
            "1984-04-12T23:20:50.52Z/1985-04-12T23:20:50.52Z/",
            "/1984-04-12T23:20:50.52Z/1985-04-12T23:20:50.52Z/",
            "1985-04-12",
            "1937-01-01T12:00:27.87+0100",
            "37-01-01T12:00:27.87Z",
            "1985-12-12T23:20:50.52",
            "21985-12-12T23:20:50.52Z",
            "1985-13-12T23:20:50.52Z",
            "1985-12-32T23:20:50.52Z",
            "1985-12-01T25:20:50.52Z",
            "1985-12-01T00:60:50.52Z",
            "1985-12-01T00:06:61.52Z",
            "1985-04-12T23:20:50.Z",
            "1985-04-12T23:20:50,Z",
            "1990-12-31T23:59:61Z",
            "1986-04-12T23:20:50.52Z/1985-04-12T23:20:50.52Z",
            "1985-04-12T23:20:50,52Z",
        ] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }

    fn interval(sides: (Option<i64>, Option<i64>)) -> Interval {
        let [start, end] = match sides {
            (Some(a), Some(b)) => [Some(a.min(b)), Some(a.max(b))],
            (a, b) => [a, b],
        };
        Interval { start: start.map(Instant::from_micros), end: end.map(Instant::from_micros) }
    }

    proptest! {
        #[test]
        fn overlap_is_a_common_point(
            a in (proptest::option::of(-5_i64..5), proptest::option::of(-5_i64..5)),
            b in (proptest::option::of(-5_i64..5), proptest::option::of(-5_i64..5)),
        ) {
            let (a, b) = (interval(a), interval(b));
            let within = |i: &Interval, t: i64| {
                i.start.is_none_or(|s| s.micros() <= t) && i.end.is_none_or(|e| t <= e.micros())
            };
            let common = (-9..9).any(|t| within(&a, t) && within(&b, t));
            prop_assert_eq!(a.overlaps(&b), common);
            prop_assert_eq!(a.overlaps(&b), b.overlaps(&a));
        }
    }
}
