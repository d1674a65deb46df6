//! Time coordinates: numbers such as `days since 1950-01-01 00:00:00` to dates and back (CF section 4.4).
//!
//! Dates keep the label that the data's own calendar gives them, as xarray and cftime show them: 30 February of a 360-day calendar becomes 28
//! or 29 February, and a Julian date is not moved to the Gregorian day of the same instant. Values are read to the millisecond.

use ::time::{Date as IsoDate, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::calendar::{Calendar, Date, UnknownCalendar};

const DAY: i64 = 86_400_000;
/// A tropical year in days, which UDUNITS takes for `year`.
const TROPICAL_YEAR: f64 = 365.242_198_781;

/// Why a time coordinate cannot be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TimeError {
    /// The units are not `<unit> since <date>`.
    #[error("`{0}` is not of the form `<unit> since <date>`")]
    Form(String),
    /// The unit of time is not known.
    #[error("`{0}` is not a unit of time")]
    Unit(String),
    /// The reference date cannot be read, or does not exist in the calendar.
    #[error("`{0}` is not a date of the {1} calendar")]
    Reference(String, &'static str),
    /// The calendar is not known.
    #[error(transparent)]
    Calendar(#[from] UnknownCalendar),
    /// The value is not finite, or its date is beyond the years -9999 to 9999.
    #[error("the time value {0} is out of range")]
    Range(f64),
}

/// What a time coordinate's numbers count, from when, in which calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeReference {
    /// Milliseconds in a unit.
    step: f64,
    /// The reference, in milliseconds from the calendar's day 0, UTC.
    origin: i64,
    calendar: Calendar,
    year: i32,
}

/// Whether a unit string is meant as a time reference: it has the word `since`.
pub fn is_reference(units: &str) -> bool {
    units.split_whitespace().nth(1).is_some_and(|word| word.eq_ignore_ascii_case("since"))
}

impl TimeReference {
    /// Reads `units` and `calendar` attributes; no calendar means the standard one.
    ///
    /// The unit is one of `nanoseconds` to `years`, in singular, plural or as a symbol. Months and years are those of UDUNITS (a year is
    /// 365.242198781 days), except in the 360-day calendar, where they are 30 and 360 days. The year may be 0 (COARDS: a climatology).
    ///
    /// # Errors
    /// [`TimeError`] for anything else.
    pub fn parse(units: &str, calendar: Option<&str>) -> Result<Self, TimeError> {
        let calendar = calendar.map(str::parse).transpose()?.unwrap_or_default();
        let units = units.trim().trim_end_matches('\0').trim();
        let form = || TimeError::Form(units.chars().take(80).collect());
        let mut words = units.splitn(3, char::is_whitespace);
        let (Some(unit), Some(since), Some(date)) = (words.next(), words.next(), words.next()) else {
            return Err(form());
        };
        if !since.eq_ignore_ascii_case("since") {
            return Err(form());
        }
        let step = milliseconds(unit, calendar).ok_or_else(|| TimeError::Unit(unit.chars().take(40).collect()))?;
        let bad_date = || TimeError::Reference(date.trim().chars().take(40).collect(), calendar.name());
        let (day, within) = moment(date.trim()).ok_or_else(bad_date)?;
        let number = calendar.day_number(day).ok_or_else(bad_date)?;
        Ok(Self { step, origin: number * DAY + within, calendar, year: day.year })
    }

    /// The calendar.
    pub fn calendar(&self) -> Calendar {
        self.calendar
    }

    /// Milliseconds in one unit of the values.
    pub fn unit_milliseconds(&self) -> f64 {
        self.step
    }

    /// Whether the reference lies in year 0, which says (COARDS) that the dates are of no particular year.
    pub fn is_climatological(&self) -> bool {
        self.year == 0
    }

    /// The date of a value, in UTC.
    ///
    /// # Errors
    /// [`TimeError::Range`].
    pub fn decode(&self, value: f64) -> Result<OffsetDateTime, TimeError> {
        self.decoded(value).ok_or(TimeError::Range(value))
    }

    fn decoded(&self, value: f64) -> Option<OffsetDateTime> {
        let since = self.since(value)?;
        let total = self.origin.checked_add(since)?;
        let label = Calendar::ProlepticGregorian.nearest(self.calendar.date(total.div_euclid(DAY))?);
        let month = Month::try_from(label.month).ok()?;
        let date = IsoDate::from_calendar_date(label.year, month, label.day).ok()?;
        let within = u64::try_from(total.rem_euclid(DAY)).ok()?;
        Some(PrimitiveDateTime::new(date, Time::MIDNIGHT).assume_utc() + std::time::Duration::from_millis(within))
    }

    /// Milliseconds since the reference. Whole units and the fraction are scaled apart, which keeps milliseconds over millennia.
    #[expect(clippy::cast_possible_truncation, reason = "both parts are checked to be well within i64")]
    fn since(&self, value: f64) -> Option<i64> {
        const LIMIT: f64 = 1e16;
        let (whole, part) = (value.trunc() * self.step, (value.fract() * self.step).round());
        (value.is_finite() && whole.abs() < LIMIT && part.abs() < LIMIT).then(|| whole.round() as i64 + part as i64)
    }

    /// The value of a date: of the nearest date that the calendar has.
    pub fn encode(&self, moment: OffsetDateTime) -> f64 {
        let moment = moment.to_offset(UtcOffset::UTC);
        let label = Date { year: moment.year(), month: moment.month().into(), day: moment.day() };
        let number = self.calendar.day_number(self.calendar.nearest(label)).unwrap_or(0);
        let within = (moment.time() - Time::MIDNIGHT).whole_milliseconds();
        let since = number * DAY + i64::try_from(within).unwrap_or(0) - self.origin;
        #[expect(clippy::cast_precision_loss, reason = "time values are f64 by nature")]
        let since = since as f64;
        since / self.step
    }
}

/// Milliseconds in a unit of time.
fn milliseconds(unit: &str, calendar: Calendar) -> Option<f64> {
    const MS_PER_DAY: f64 = 86_400_000.0;
    let year = if calendar == Calendar::Days360 { 360.0 } else { TROPICAL_YEAR } * MS_PER_DAY;
    Some(match unit.to_ascii_lowercase().as_str() {
        "ns" | "nanosec" | "nanosecs" | "nanosecond" | "nanoseconds" => 1e-6,
        "us" | "microsec" | "microsecs" | "microsecond" | "microseconds" => 1e-3,
        "ms" | "msec" | "msecs" | "millisec" | "millisecs" | "millisecond" | "milliseconds" => 1.0,
        "s" | "sec" | "secs" | "second" | "seconds" => 1e3,
        "min" | "mins" | "minute" | "minutes" => 6e4,
        "h" | "hr" | "hrs" | "hour" | "hours" => 3.6e6,
        "d" | "day" | "days" => MS_PER_DAY,
        "week" | "weeks" => 7.0 * MS_PER_DAY,
        "month" | "months" => year / 12.0,
        "year" | "years" | "yr" | "yrs" => year,
        "common_year" | "common_years" => 365.0 * MS_PER_DAY,
        _ => return None,
    })
}

/// Reads `1950-01-01`, `1950-1-1 0:0:0.0`, `1950-01-01T00:00:00Z`, `1950-01-01 00:00 +01:00`, `19500101`: a date, and milliseconds into it in UTC.
fn moment(text: &str) -> Option<(Date, i64)> {
    let end = text.char_indices().skip(1).find(|(_, c)| *c == 'T' || *c == 't' || c.is_whitespace()).map(|(at, _)| at);
    let (date, rest) = end.map_or((text, ""), |at| text.split_at(at));
    let rest = rest.trim_start_matches(['T', 't']).trim();
    let (clock, zone) = rest
        .char_indices()
        .find(|(_, c)| !(c.is_ascii_digit() || matches!(c, ':' | '.')))
        .map_or((rest, ""), |(at, _)| rest.split_at(at));
    // A date may carry the zone of `1950-01-01Z`.
    let (date, zone) = date.strip_suffix(['Z', 'z']).map_or((date, zone), |date| (date, "Z"));
    Some((day(date)?, clock_milliseconds(clock)? - zone_milliseconds(zone.trim())?))
}

fn day(text: &str) -> Option<Date> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    if !digits.chars().all(|c| c.is_ascii_digit() || c == '-') {
        return None;
    }
    let (year, month, day) = if digits.len() == 8 && !digits.contains('-') {
        (digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?)
    } else {
        let mut parts = digits.split('-');
        let found = (parts.next()?, parts.next().unwrap_or("1"), parts.next().unwrap_or("1"));
        if parts.next().is_some() {
            return None;
        }
        found
    };
    let year: i32 = year.parse().ok().filter(|year| *year <= 9999)?;
    Some(Date { year: if negative { -year } else { year }, month: month.parse().ok()?, day: day.parse().ok()? })
}

/// `[h[:m[:s[.f]]]]` or `hhmm`.
fn clock_milliseconds(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let mut parts = text.split(':');
    let (hours, minutes, seconds) = (parts.next()?, parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    let (hours, minutes) = match minutes {
        None if hours.len() == 4 => (hours.get(..2)?, hours.get(2..)?),
        other => (hours, other.unwrap_or("0")),
    };
    // `0.0` hours and the like are seen too.
    let hours: f64 = hours.parse().ok().filter(|h: &f64| (0.0..=24.0).contains(h))?;
    let minutes: f64 = minutes.parse().ok().filter(|m: &f64| (0.0..60.0).contains(m))?;
    let seconds: f64 = seconds.unwrap_or("0").parse().ok().filter(|s: &f64| (0.0..61.0).contains(s))?;
    #[expect(clippy::cast_possible_truncation, reason = "at most a day")]
    let milliseconds = ((hours * 60.0 + minutes) * 60_000.0 + seconds * 1_000.0).round() as i64;
    Some(milliseconds)
}

/// `Z`, `UTC`, `GMT`, `+1`, `-06:00`, `+0530`: what local time is ahead of UTC.
fn zone_milliseconds(text: &str) -> Option<i64> {
    if text.is_empty() || ["z", "utc", "gmt"].iter().any(|name| text.eq_ignore_ascii_case(name)) {
        return Some(0);
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+')?),
    };
    if !digits.chars().all(|c| c.is_ascii_digit() || c == ':') {
        return None;
    }
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() > 2 => digits.split_at(digits.len() - 2),
        None => (digits, "0"),
    };
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
}

#[cfg(test)]
mod tests {
    use ::time::format_description::well_known::Rfc3339;
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::{TimeError, TimeReference};

    fn shown(units: &str, calendar: Option<&str>, value: f64) -> String {
        let reference = TimeReference::parse(units, calendar).unwrap_or_else(|e| panic!("{units}: {e}"));
        reference.decode(value).expect("in range").format(&Rfc3339).expect("a date")
    }

    /// Expected values are what cftime 1.6 gives, but for year 0 (which it refuses unless told) and days that ISO 8601 lacks.
    #[test]
    fn decodes_as_cftime_does() {
        for (units, calendar, value, expected) in [
            ("days since 1950-01-01 00:00:00", None, 25_567.5, "2020-01-01T12:00:00Z"),
            ("hours since 1900-01-01T00:00:00Z", Some("gregorian"), 1_051_896.0, "2020-01-01T00:00:00Z"),
            ("seconds since 1970-01-01", Some("proleptic_gregorian"), 1_577_836_800.25, "2020-01-01T00:00:00.25Z"),
            ("days since 1-1-1 00:00:0.0", Some("standard"), 737_426.0, "2020-01-01T00:00:00Z"),
            ("days since 0001-01-01", Some("proleptic_gregorian"), 737_424.0, "2020-01-01T00:00:00Z"),
            ("days since 0001-01-01", None, 15.0, "0001-01-16T00:00:00Z"),
            ("hour since 0000-01-01 00:00:00", None, 366.0, "0000-01-16T06:00:00Z"),
            ("days since 2000-01-01", Some("noleap"), 59.0, "2000-03-01T00:00:00Z"),
            ("days since 2001-01-01", Some("366_day"), 59.0, "2001-02-28T00:00:00Z"),
            ("days since 2001-01-01", Some("360_day"), 59.0, "2001-02-28T00:00:00Z"),
            ("months since 2000-01-01", Some("360_day"), 14.0, "2001-03-01T00:00:00Z"),
            ("days since 1582-10-04", None, 1.0, "1582-10-15T00:00:00Z"),
            ("days since 2000-01-01 00:00:00 +01:00", None, 0.0, "1999-12-31T23:00:00Z"),
            ("days since 2000-01-01 00:00:00 UTC", None, 1.0, "2000-01-02T00:00:00Z"),
            ("DAYS SINCE 19500101", None, 1.0, "1950-01-02T00:00:00Z"),
            ("minutes since 2000-01-01 6:00 -06:00", None, 90.0, "2000-01-01T13:30:00Z"),
            ("weeks since 1992-10-05 12:00", None, 2.0, "1992-10-19T12:00:00Z"),
            ("years since 2000-01-01", None, 1.0, "2000-12-31T05:48:45.975Z"),
        ] {
            assert_eq!(shown(units, calendar, value), expected, "{units} {calendar:?} {value}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let problem = |units: &str, calendar: Option<&str>| TimeReference::parse(units, calendar).expect_err(units);
        assert!(matches!(problem("days", None), TimeError::Form(_)));
        assert!(matches!(problem("days after 2000-01-01", None), TimeError::Form(_)));
        assert!(matches!(problem("moons since 2000-01-01", None), TimeError::Unit(_)));
        for date in [
            "2000-13-01",
            "2001-02-29",
            "yesterday",
            "2000-01-01 25:00",
            "2000-01-01 00:00 CEST",
            "99999-01-01",
            "1582-10-10",
            "2000-1-1-1",
        ] {
            assert!(matches!(problem(&format!("days since {date}"), None), TimeError::Reference(..)), "{date}");
        }
        assert!(matches!(problem("days since 2000-01-01", Some("lunar")), TimeError::Calendar(_)));
        let reference = TimeReference::parse("days since 2000-01-01", None).expect("a reference");
        for value in [f64::NAN, f64::INFINITY, -1e300, 9.969_209_968_386_869e36, 3e6] {
            assert!(matches!(reference.decode(value), Err(TimeError::Range(_))), "{value}");
        }
        assert!(!reference.is_climatological());
        assert!(TimeReference::parse("days since 0000-01-01", None).is_ok_and(|r| r.is_climatological()));
    }

    proptest! {
        #[test]
        fn never_panics(units in any::<String>(), calendar in any::<Option<String>>(), value in any::<f64>()) {
            if let Ok(reference) = TimeReference::parse(&units, calendar.as_deref()) {
                let _ = reference.decode(value);
            }
        }

        #[test]
        fn never_panics_on_what_looks_like_dates(date in "[-0-9]{1,12}[ T]?[0-9:.]{0,8} ?[-+Z0-9:]{0,6}", value in any::<f64>()) {
            if let Ok(reference) = TimeReference::parse(&format!("days since {date}"), None) {
                let _ = reference.decode(value);
            }
        }

        #[test]
        fn encoding_undoes_decoding(
            minutes in -500_000_000_i32..2_000_000_000,
            unit in prop::sample::select(vec!["seconds", "minutes", "hours", "days", "weeks"]),
            calendar in prop::sample::select(vec!["standard", "proleptic_gregorian", "noleap"]),
        ) {
            let reference = TimeReference::parse(&format!("{unit} since 1950-01-01"), Some(calendar)).expect("a reference");
            let value = f64::from(minutes) * 60_000.0 / reference.unit_milliseconds();
            let back = reference.encode(reference.decode(value).expect("in range"));
            prop_assert!((back - value).abs() * reference.unit_milliseconds() <= 1.0, "{value} -> {back}");
        }

        #[test]
        fn later_values_are_later(first in 0.0..1e6_f64, more in 0.001..1e5_f64) {
            let reference = TimeReference::parse("days since 1850-01-01", Some("standard")).expect("a reference");
            prop_assert!(reference.decode(first).expect("a date") < reference.decode(first + more).expect("a date"));
            prop_assert_eq!(reference.calendar().name(), "standard");
        }
    }
}
