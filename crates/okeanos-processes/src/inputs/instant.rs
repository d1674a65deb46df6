//! Dates and date-times.

use time::{Date, Duration, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};

/// The first and last moment that a text means: a date means its whole day (UTC).
pub(super) fn bounds(text: &str) -> Option<(OffsetDateTime, OffsetDateTime)> {
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some((moment, moment));
    }
    let day = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?.midnight().assume_utc();
    Some((day, day.checked_add(Duration::DAY)? - Duration::NANOSECOND))
}
