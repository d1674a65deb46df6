//! When data are: the dates of a time coordinate, or what attributes say.

use okeanos_cf::{model::Attributes, time::TimeReference};
use time::{
    Date, OffsetDateTime, Time,
    format_description::{BorrowedFormatItem, well_known::Rfc3339},
    macros::format_description,
};

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");

/// From the first date to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Period {
    pub(crate) start: OffsetDateTime,
    pub(crate) end: OffsetDateTime,
}

/// The dates of a time coordinate.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dates {
    /// First and last date; `None` when no value can be dated.
    pub(crate) period: Option<Period>,
    /// Each date in order, `None` where a value is missing or out of range.
    pub(crate) dates: Vec<Option<OffsetDateTime>>,
    /// The step in milliseconds, when it is the same throughout.
    pub(crate) step: Option<i64>,
    /// Whether the dates are of no particular year.
    pub(crate) climatological: bool,
}

impl Dates {
    /// Decodes the values of a time coordinate.
    pub(crate) fn of(values: &[f64], reference: &TimeReference) -> Self {
        // Clients in Python know no date before year 1, and a climatology's year is no year anyhow.
        let decode = |value: &f64| reference.decode(*value).ok().filter(|date| date.year() >= 1);
        let dates: Vec<_> = values.iter().map(decode).collect();
        let climatological = reference.is_climatological();
        let known = || dates.iter().flatten().copied();
        let period = known().min().zip(known().max()).map(|(start, end)| Period { start, end });
        Self { period: period.filter(|_| !climatological), step: step(&dates), dates, climatological }
    }
}

fn step(dates: &[Option<OffsetDateTime>]) -> Option<i64> {
    let mut steps = dates.windows(2).map(|pair| match pair {
        [Some(a), Some(b)] => i64::try_from((*b - *a).whole_milliseconds()).ok(),
        _ => None,
    });
    let first = steps.next().flatten().filter(|step| *step != 0)?;
    steps.all(|step| step == Some(first)).then_some(first)
}

/// The period that discovery attributes (ACDD) state.
pub(crate) fn stated(attributes: &Attributes) -> Option<Period> {
    let date = |name: &str| attributes.text(name).and_then(parse);
    let (start, end) = (date("time_coverage_start")?, date("time_coverage_end")?);
    (start <= end).then_some(Period { start, end })
}

/// The day or moment when the data set was made, as it states it.
pub(crate) fn made(attributes: &Attributes) -> Option<OffsetDateTime> {
    ["date_created", "creation_date", "date_issued"].iter().find_map(|name| attributes.text(name).and_then(parse))
}

/// A date of ISO 8601: a moment with an offset, else a moment or a day in UTC.
fn parse(text: &str) -> Option<OffsetDateTime> {
    let text = text.trim();
    let moment =
        OffsetDateTime::parse(text, &Rfc3339).or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339)).ok();
    moment
        .or_else(|| Date::parse(text, DAY).ok().map(|day| day.with_time(Time::MIDNIGHT).assume_utc()))
        .filter(|date| date.year() >= 1)
}

/// RFC 3339 in UTC, without needless digits.
pub(crate) fn rfc3339(date: OffsetDateTime) -> String {
    date.to_offset(time::UtcOffset::UTC).format(&Rfc3339).unwrap_or_default()
}

/// A step as an ISO 8601 duration, in the largest unit that divides it: `P1D`, `PT6H`, `PT0.25S`.
pub(crate) fn duration(milliseconds: i64) -> String {
    let (sign, ms) =
        if milliseconds < 0 { ("-", milliseconds.unsigned_abs()) } else { ("", milliseconds.unsigned_abs()) };
    for (unit, name) in [(86_400_000, "P{}D"), (3_600_000, "PT{}H"), (60_000, "PT{}M"), (1_000, "PT{}S")] {
        if ms % unit == 0 {
            return format!("{sign}{}", name.replace("{}", &(ms / unit).to_string()));
        }
    }
    format!("{sign}PT{}.{:03}S", ms / 1_000, ms % 1_000)
}

#[cfg(test)]
mod tests {
    use okeanos_cf::{
        model::{AttrValue, Attributes},
        time::TimeReference,
    };
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::{Dates, Period, duration, made, rfc3339, stated};

    fn dates(units: &str, values: &[f64]) -> Dates {
        Dates::of(values, &TimeReference::parse(units, None).expect("a reference"))
    }

    fn shown(period: Option<Period>) -> Option<(String, String)> {
        period.map(|p| (rfc3339(p.start), rfc3339(p.end)))
    }

    #[test]
    fn periods_and_steps() {
        let daily = dates("days since 2020-01-01", &[0.0, 1.0, 2.0]);
        assert_eq!(shown(daily.period), Some(("2020-01-01T00:00:00Z".to_owned(), "2020-01-03T00:00:00Z".to_owned())));
        assert_eq!(daily.step.map(duration), Some("P1D".to_owned()));
        assert_eq!(dates("days since 2020-01-01", &[0.0, 1.0, 3.0]).step, None);
        let gaps = dates("days since 2020-01-01", &[f64::NAN, 1.0]);
        assert_eq!((gaps.dates.first().copied().flatten(), gaps.period.map(|p| p.start == p.end)), (None, Some(true)));
        assert_eq!(dates("days since 2020-01-01", &[f64::NAN]).period, None);
        let climatology = dates("hours since 0000-01-01", &[366.0, 1000.0]);
        assert!(climatology.climatological && climatology.period.is_none());
        assert_eq!(duration(21_600_000), "PT6H");
        assert_eq!(duration(-250), "-PT0.250S");
    }

    #[test]
    fn stated_dates() {
        let attributes = |pairs: &[(&str, &str)]| {
            Attributes(pairs.iter().map(|(n, v)| ((*n).to_owned(), AttrValue::Text((*v).to_owned()))).collect())
        };
        let found =
            stated(&attributes(&[("time_coverage_start", "2020-01-01"), ("time_coverage_end", "2020-12-31T12:00:00")]));
        assert_eq!(shown(found), Some(("2020-01-01T00:00:00Z".to_owned(), "2020-12-31T12:00:00Z".to_owned())));
        assert_eq!(stated(&attributes(&[("time_coverage_start", "2020-01-01")])), None);
        assert_eq!(
            stated(&attributes(&[("time_coverage_start", "2021-01-01"), ("time_coverage_end", "2020-01-01")])),
            None
        );
        assert!(made(&attributes(&[("date_created", "2020-01-01T00:00:00+02:00")])).is_some());
        assert!(made(&attributes(&[("date_created", "some day")])).is_none());
    }

    proptest! {
        #[test]
        fn the_period_is_that_of_the_values(values in prop::collection::vec(-10_000_i32..40_000, 1..50)) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            let reference = TimeReference::parse("days since 1950-01-01", None).expect("a reference");
            let period = Dates::of(&values, &reference).period.expect("a period");
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            prop_assert_eq!(reference.encode(period.start), least);
            prop_assert_eq!(reference.encode(period.end), greatest);
        }
    }
}
