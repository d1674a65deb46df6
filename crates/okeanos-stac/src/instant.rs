//! Points in time.

use std::{fmt, ops::RangeInclusive, str::FromStr};

use time::{Date, Month, OffsetDateTime, Time, UtcOffset, format_description::well_known::Rfc3339};

use crate::Invalid;

/// The first and the last that RFC 3339 can write: the years 0 to 9999 in UTC.
const WRITABLE: RangeInclusive<i64> = -62_167_219_200_000_000..=253_402_300_799_999_999;

/// A point in time in microseconds since 1970-01-01T00:00:00Z. Read strictly from RFC 3339: a date alone, a missing
/// offset, a comma, a year of other than four digits or one that is none of 0 to 9999 in UTC is refused; digits after the
/// microsecond are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// From microseconds since the epoch.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    pub fn micros(self) -> i64 {
        self.0
    }
}

impl From<OffsetDateTime> for Instant {
    fn from(time: OffsetDateTime) -> Self {
        let micros = time.unix_timestamp_nanos().div_euclid(1_000);
        // The years -9999 to 9999, which the type holds, fit into 64 bits of microseconds.
        Self(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What RFC 3339 cannot write is shown as the first or last that it can: `to_string` panics on an error.
        let micros = self.0.clamp(*WRITABLE.start(), *WRITABLE.end());
        let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).map_err(|_| fmt::Error)?;
        f.write_str(&time.format(&Rfc3339).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Instant {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        parse(text.as_bytes()).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            Invalid::at("datetime", format!("{shown:?} is not an RFC 3339 time such as 2024-02-29T12:00:00Z"))
        })
    }
}

fn parse(text: &[u8]) -> Option<Instant> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.split_at_checked(9)?;
    let (&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2], &[b'T' | b't', h1, h2, b':', n1, n2, b':', s1, s2]) =
        (date, time)
    else {
        return None;
    };
    let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
    let month = Month::try_from(u8::try_from(number(&[m1, m2])?).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, u8::try_from(number(&[d1, d2])?).ok()?).ok()?;
    let second = u8::try_from(number(&[s1, s2])?).ok()?;
    let (hour, minute) = (u8::try_from(number(&[h1, h2])?).ok()?, u8::try_from(number(&[n1, n2])?).ok()?);
    let (micros, rest) = fraction(rest)?;
    let offset = offset(rest)?;
    // A leap second is the last of a minute that ends a day in UTC; it counts as the first of the next.
    let leap = second == 60;
    let time = Time::from_hms(hour, minute, second.min(59)).ok().filter(|_| second <= 60)?;
    let utc = date.with_time(time).assume_offset(offset);
    let in_utc = utc.checked_to_offset(UtcOffset::UTC)?;
    if leap && (in_utc.hour(), in_utc.minute()) != (23, 59) {
        return None;
    }
    let seconds = utc.unix_timestamp() + i64::from(leap);
    Some(seconds * 1_000_000 + micros).filter(|micros| WRITABLE.contains(micros)).map(Instant)
}

/// `.` and digits, in microseconds; nothing is zero.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let Some(digits) = text.strip_prefix(b".") else { return Some((0, text)) };
    let count = digits.iter().take_while(|c| c.is_ascii_digit()).count();
    let (digits, rest) = digits.split_at(count);
    if count == 0 || count > 32 {
        return None;
    }
    let micros = (0..6).fold(0, |sum, n| sum * 10 + digits.get(n).map_or(0, |c| i64::from(c - b'0')));
    Some((micros, rest))
}

fn offset(text: &[u8]) -> Option<UtcOffset> {
    match *text {
        [b'Z' | b'z'] => Some(UtcOffset::UTC),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (number(&[h1, h2])?, number(&[m1, m2])?);
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
            UtcOffset::from_whole_seconds(if sign == b'-' { -seconds } else { seconds }).ok()
        }
        _ => None,
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, c| c.is_ascii_digit().then(|| sum * 10 + u32::from(c - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn offsets_fractions_and_leap_seconds() {
        let micros = |text: &str| text.parse::<Instant>().unwrap().micros();
        assert_eq!(micros("1970-01-01T00:00:00Z"), 0);
        assert_eq!(micros("1970-01-01t01:00:00.0000019+01:00"), 1);
        assert_eq!(micros("1969-12-31T23:59:59.5z"), -500_000);
        assert_eq!(micros("2016-12-31T23:59:60Z"), micros("2017-01-01T00:00:00Z"));
        assert!("2016-12-31T12:00:60Z".parse::<Instant>().is_err());
        assert!("2023-02-29T00:00:00Z".parse::<Instant>().is_err());
    }

    #[test]
    fn what_is_read_can_be_written() {
        for text in ["0000-01-01T00:00:00+00:01", "9999-12-31T23:59:60Z", "9999-12-31T23:59:59-00:01"] {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
        for text in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
            assert_eq!(text.parse::<Instant>().unwrap().to_string(), text);
        }
        for micros in [i64::MIN, i64::MAX] {
            let _ = Instant::from_micros(micros).to_string();
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(micros in -60_000_000_000_000_000_i64..250_000_000_000_000_000) {
            let instant = Instant::from_micros(micros);
            prop_assert_eq!(instant.to_string().parse::<Instant>().unwrap(), instant);
        }

        #[test]
        fn no_text_breaks_it(text in ".{0,40}") {
            let _ = text.parse::<Instant>();
        }

        #[test]
        fn near_misses_never_break_it(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})") {
            if let Ok(instant) = text.parse::<Instant>() {
                prop_assert_eq!(instant.to_string().parse::<Instant>().unwrap(), instant);
            }
        }

        #[test]
        fn every_number_is_shown(micros: i64) {
            prop_assert!(Instant::from_micros(micros).to_string().parse::<Instant>().is_ok());
        }
    }
}
