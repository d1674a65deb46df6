//! The calendars of CF (section 4.4.1): dates as labels, and day numbers.

use std::str::FromStr;

/// A calendar that a time coordinate may follow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Julian up to 4 October 1582, Gregorian from 15 October 1582; `standard` and `gregorian`.
    #[default]
    Standard,
    /// Gregorian at all times.
    ProlepticGregorian,
    /// Julian at all times.
    Julian,
    /// No leap years; `noleap` and `365_day`.
    NoLeap,
    /// Leap years only; `all_leap` and `366_day`.
    AllLeap,
    /// Twelve months of 30 days.
    Days360,
}

/// A calendar of no known name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a calendar of the CF conventions")]
pub struct UnknownCalendar(pub String);

/// A date as a calendar labels it. Years count as astronomers do: the year before 1 is 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl FromStr for Calendar {
    type Err = UnknownCalendar;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.trim().to_ascii_lowercase().as_str() {
            "standard" | "gregorian" => Self::Standard,
            "proleptic_gregorian" => Self::ProlepticGregorian,
            "julian" => Self::Julian,
            "noleap" | "no_leap" | "365_day" => Self::NoLeap,
            "all_leap" | "366_day" => Self::AllLeap,
            "360_day" => Self::Days360,
            _ => return Err(UnknownCalendar(text.trim().chars().take(64).collect())),
        })
    }
}

/// The first day of the Gregorian calendar.
const REFORM: Date = Date { year: 1582, month: 10, day: 15 };
/// Days from 1 March of year 0 (proleptic Gregorian) to 1 January 1970.
const TO_1970: i64 = 719_468;
/// How many days the Julian calendar's 1 March of year 0 comes before the Gregorian's.
const JULIAN_BEHIND: i64 = 2;

impl Calendar {
    /// The name that CF prefers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::ProlepticGregorian => "proleptic_gregorian",
            Self::Julian => "julian",
            Self::NoLeap => "noleap",
            Self::AllLeap => "all_leap",
            Self::Days360 => "360_day",
        }
    }

    /// Whether its days are days of history, so that its dates follow each other as in the world.
    pub fn is_real(self) -> bool {
        matches!(self, Self::Standard | Self::ProlepticGregorian | Self::Julian)
    }

    /// How many days a month has; `None` for no month. October 1582 counts 31 labels in the standard calendar, ten of them unused.
    pub fn days_in_month(self, year: i32, month: u8) -> Option<u8> {
        let leap = self.is_leap(year);
        Some(match (self, month) {
            (_, 0 | 13..) => return None,
            (Self::Days360, _) => 30,
            (_, 4 | 6 | 9 | 11) => 30,
            (_, 2) if leap => 29,
            (_, 2) => 28,
            _ => 31,
        })
    }

    fn is_leap(self, year: i32) -> bool {
        let gregorian = year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0);
        match self {
            Self::ProlepticGregorian => gregorian,
            Self::Standard if year >= REFORM.year => gregorian,
            Self::Standard | Self::Julian => year.rem_euclid(4) == 0,
            Self::NoLeap | Self::Days360 => false,
            Self::AllLeap => true,
        }
    }

    /// Whether the date exists.
    pub fn has(self, date: Date) -> bool {
        let lost = self == Self::Standard
            && date.year == REFORM.year
            && date.month == REFORM.month
            && (5..15).contains(&date.day);
        date.day >= 1 && !lost && self.days_in_month(date.year, date.month).is_some_and(|days| date.day <= days)
    }

    /// The number of a day, counted from 1970-01-01 in the real calendars and from 1 January of year 0 in the others.
    /// `None` when the date does not exist.
    pub fn day_number(self, date: Date) -> Option<i64> {
        if !self.has(date) {
            return None;
        }
        let (year, month, day) = (i64::from(date.year), i64::from(date.month), i64::from(date.day));
        Some(match self {
            Self::ProlepticGregorian => gregorian_number(year, month, day),
            Self::Julian => julian_number(year, month, day),
            Self::Standard if date >= REFORM => gregorian_number(year, month, day),
            Self::Standard => julian_number(year, month, day),
            Self::NoLeap => year * 365 + day_of_year(month, false) + day - 1,
            Self::AllLeap => year * 366 + day_of_year(month, true) + day - 1,
            Self::Days360 => year * 360 + (month - 1) * 30 + day - 1,
        })
    }

    /// The date of a day's number. `None` when its year is beyond ±100 000.
    pub fn date(self, number: i64) -> Option<Date> {
        if number.abs() > 36_525_000 {
            return None;
        }
        let (year, month, day) = match self {
            Self::ProlepticGregorian => gregorian_date(number),
            Self::Julian => julian_date(number),
            Self::Standard if number >= gregorian_number(1582, 10, 15) => gregorian_date(number),
            Self::Standard => julian_date(number),
            Self::NoLeap => date_of_year(number.div_euclid(365), number.rem_euclid(365), false),
            Self::AllLeap => date_of_year(number.div_euclid(366), number.rem_euclid(366), true),
            Self::Days360 => {
                let rest = number.rem_euclid(360);
                (number.div_euclid(360), rest / 30 + 1, rest % 30 + 1)
            }
        };
        Some(Date { year: i32::try_from(year).ok()?, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }

    /// The nearest date of this calendar at or before one that it may lack (31 June, 29 February 2001); in the ten days lost in 1582, the
    /// first day after them.
    pub fn nearest(self, date: Date) -> Date {
        let month = date.month.clamp(1, 12);
        let last = self.days_in_month(date.year, month).unwrap_or(28);
        let date = Date { month, day: date.day.clamp(1, last), ..date };
        if self.has(date) { date } else { REFORM }
    }
}

/// Years are taken to start in March, so that the leap day is the last; an era is 400 years.
fn gregorian_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + day_from_march(month, day) - TO_1970
}

fn julian_number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    year * 365 + year.div_euclid(4) + day_from_march(month, day) - TO_1970 - JULIAN_BEHIND
}

fn gregorian_date(number: i64) -> (i64, i64, i64) {
    let number = number + TO_1970;
    let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    from_march(era * 400 + year, of_era - (365 * year + year / 4 - year / 100))
}

fn julian_date(number: i64) -> (i64, i64, i64) {
    let number = number + TO_1970 + JULIAN_BEHIND;
    let (era, of_era) = (number.div_euclid(1_461), number.rem_euclid(1_461));
    let year = (of_era - of_era / 1_460) / 365;
    from_march(era * 4 + year, of_era - 365 * year)
}

fn day_from_march(month: i64, day: i64) -> i64 {
    (153 * ((month + 9) % 12) + 2) / 5 + day - 1
}

fn from_march(year: i64, day_of_year: i64) -> (i64, i64, i64) {
    let from_march = (5 * day_of_year + 2) / 153;
    let month = (from_march + 2) % 12 + 1;
    (if month <= 2 { year + 1 } else { year }, month, day_of_year - (153 * from_march + 2) / 5 + 1)
}

const BEFORE_MONTH: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

fn before_month(index: usize, leap: bool) -> i64 {
    BEFORE_MONTH.get(index).map_or(0, |days| days + i64::from(leap && index >= 2))
}

fn day_of_year(month: i64, leap: bool) -> i64 {
    usize::try_from(month - 1).map_or(0, |index| before_month(index, leap))
}

fn date_of_year(year: i64, day: i64, leap: bool) -> (i64, i64, i64) {
    let index = (0..12).rev().find(|index| before_month(*index, leap) <= day).unwrap_or(0);
    (year, i64::try_from(index).unwrap_or(0) + 1, day - before_month(index, leap) + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop, prop_assert, prop_assert_eq, proptest};

    use super::{Calendar, Date};

    const ALL: [Calendar; 6] = [
        Calendar::Standard,
        Calendar::ProlepticGregorian,
        Calendar::Julian,
        Calendar::NoLeap,
        Calendar::AllLeap,
        Calendar::Days360,
    ];

    fn date(year: i32, month: u8, day: u8) -> Date {
        Date { year, month, day }
    }

    #[test]
    fn known_days() {
        assert_eq!(Calendar::ProlepticGregorian.day_number(date(1970, 1, 1)), Some(0));
        assert_eq!(Calendar::Standard.day_number(date(2000, 3, 1)), Some(11_017));
        // Julian day numbers: 2 299 160 is 4 October 1582 (Julian), the next day 15 October (Gregorian).
        assert_eq!(Calendar::Standard.day_number(date(1582, 10, 4)), Some(2_299_160 - 2_440_588));
        assert_eq!(Calendar::Standard.day_number(date(1582, 10, 15)), Some(2_299_161 - 2_440_588));
        assert_eq!(Calendar::Standard.day_number(date(1582, 10, 10)), None);
        assert_eq!(Calendar::Standard.day_number(date(-4712, 1, 1)), Some(-2_440_588));
        assert_eq!(
            Calendar::Julian.day_number(date(1900, 2, 29)).and_then(|n| Calendar::ProlepticGregorian.date(n)),
            Some(date(1900, 3, 13))
        );
        assert_eq!(Calendar::NoLeap.date(365 * 2000 + 59), Some(date(2000, 3, 1)));
        assert_eq!(Calendar::AllLeap.date(366 * 2001 + 59), Some(date(2001, 2, 29)));
        assert_eq!(Calendar::Days360.date(360 * 2000 + 59), Some(date(2000, 2, 30)));
    }

    #[test]
    fn names() {
        for calendar in ALL {
            assert_eq!(calendar.name().parse(), Ok(calendar));
        }
        assert_eq!("GREGORIAN".parse(), Ok(Calendar::Standard));
        assert_eq!("366_day".parse(), Ok(Calendar::AllLeap));
        assert!("mayan".parse::<Calendar>().is_err());
    }

    #[test]
    fn nearest_dates_exist() {
        assert_eq!(Calendar::ProlepticGregorian.nearest(date(2001, 2, 30)), date(2001, 2, 28));
        assert_eq!(Calendar::Standard.nearest(date(1582, 10, 10)), date(1582, 10, 15));
        assert_eq!(Calendar::Days360.nearest(date(2001, 1, 31)), date(2001, 1, 30));
    }

    fn calendars() -> impl Strategy<Value = Calendar> {
        prop::sample::select(ALL.to_vec())
    }

    proptest! {
        #[test]
        fn numbers_and_dates_are_one_to_one(calendar in calendars(), number in -4_000_000_i64..4_000_000) {
            let found = calendar.date(number).expect("in range");
            prop_assert!(calendar.has(found), "{found:?}");
            prop_assert_eq!(calendar.day_number(found), Some(number));
            let next = calendar.date(number + 1).expect("in range");
            prop_assert!(next > found);
        }

        #[test]
        fn never_panics(calendar in calendars(), number: i64, year: i32, month: u8, day: u8) {
            let _ = calendar.date(number);
            let _ = calendar.day_number(date(year, month, day));
            prop_assert!(calendar.has(calendar.nearest(date(year, month, day))));
        }
    }
}
