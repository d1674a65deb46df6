//! What the parameters of a request mean.

use time::{
    Date, OffsetDateTime, Time, UtcOffset, format_description::well_known::Rfc3339, macros::format_description,
};

use super::{error::Error, palette::Palette, raster::Range};

/// Longest parameter that is looked at.
const TEXT_MAX: usize = 2_000;
/// How many variables one request may name.
const VARIABLES_MAX: usize = 8;

/// Which times are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeFilter {
    /// All of them.
    All,
    /// The step nearest to an instant.
    Nearest(OffsetDateTime),
    /// The steps from one instant to another, both inside; `None` is open.
    Between(Option<OffsetDateTime>, Option<OffsetDateTime>),
}

impl TimeFilter {
    /// From `datetime`: an instant, or an interval `a/b` whose ends may be `..`.
    ///
    /// # Errors
    /// [`Error::BadParameter`].
    pub fn parse(text: Option<&str>) -> Result<Self, Error> {
        let Some(text) = text else { return Ok(Self::All) };
        let Some((from, to)) = text.split_once('/') else { return Ok(Self::Nearest(instant(text)?)) };
        let end = |text: &str| if matches!(text, "" | "..") { Ok(None) } else { instant(text).map(Some) };
        let (from, to) = (end(from)?, end(to)?);
        if matches!((from, to), (Some(a), Some(b)) if a > b) {
            return Err(Error::parameter("datetime", "the interval ends before it begins"));
        }
        Ok(Self::Between(from, to))
    }
}

/// An RFC 3339 instant, or a date, which is its first instant.
///
/// # Errors
/// [`Error::BadParameter`].
pub fn instant(text: &str) -> Result<OffsetDateTime, Error> {
    // A plus sign that was not escaped arrives as a space.
    let text = text.replace(' ', "+");
    let day = || {
        Date::parse(&text, format_description!("[year]-[month]-[day]"))
            .map(|d| d.with_time(Time::MIDNIGHT).assume_utc())
    };
    OffsetDateTime::parse(&text, &Rfc3339)
        .or_else(|_| day())
        .map(|t| t.to_offset(UtcOffset::UTC))
        .map_err(|_| Error::parameter("datetime", format!("{text:?} is not an RFC 3339 date and time or a date")))
}

/// A time as answers show it.
pub fn time_text(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_else(|_| time.to_string())
}

/// Longitude and latitude from `coords=POINT(lon lat)`.
///
/// # Errors
/// [`Error::BadParameter`].
pub fn point(text: Option<&str>) -> Result<(f64, f64), Error> {
    let wrong = |why: &str| Error::parameter("coords", why);
    let text = text.ok_or_else(|| wrong("a point is needed: POINT(longitude latitude)"))?.trim();
    let shape = || wrong("POINT(longitude latitude) is expected");
    let head = text.get(..5).filter(|h| h.eq_ignore_ascii_case("point")).ok_or_else(shape)?;
    let inner = text[head.len()..].trim().strip_prefix('(').and_then(|t| t.strip_suffix(')')).ok_or_else(shape)?;
    let numbers: Vec<f64> = inner.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(|_| shape())?;
    let [longitude, latitude] = numbers[..] else { return Err(shape()) };
    if !(-180.0..=360.0).contains(&longitude) || !(-90.0..=90.0).contains(&latitude) {
        return Err(wrong("longitudes are from -180 to 360, latitudes from -90 to 90"));
    }
    Ok((longitude, latitude))
}

/// A finite number.
///
/// # Errors
/// [`Error::BadParameter`] naming the field.
pub fn number(field: &'static str, text: Option<&str>) -> Result<Option<f64>, Error> {
    text.map(|text| text.trim().parse().ok().filter(|v: &f64| v.is_finite()))
        .map(|value| value.ok_or_else(|| Error::parameter(field, "a number is expected")))
        .transpose()
}

/// `range=min,max`.
///
/// # Errors
/// [`Error::BadParameter`].
pub fn range(text: Option<&str>) -> Result<Option<Range>, Error> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || Error::parameter("range", "two numbers are expected, the lower one first: min,max");
    let (low, high) = text.split_once(',').ok_or_else(wrong)?;
    let end = |text: &str| text.trim().parse().ok().filter(|v: &f64| v.is_finite()).ok_or_else(wrong);
    let (low, high) = (end(low)?, end(high)?);
    if low < high { Ok(Some((low, high))) } else { Err(wrong()) }
}

/// `palette=name`.
///
/// # Errors
/// [`Error::BadParameter`], listing the names.
pub fn palette(text: Option<&str>) -> Result<Option<&'static Palette>, Error> {
    text.map(|name| {
        Palette::named(name).ok_or_else(|| {
            let names: Vec<_> = super::palette::PALETTES.iter().map(|p| p.name).collect();
            Error::parameter("palette", format!("there are {}", names.join(", ")))
        })
    })
    .transpose()
}

/// Names separated by commas.
///
/// # Errors
/// [`Error::BadParameter`] naming the field.
pub fn names(field: &'static str, text: Option<&str>) -> Result<Vec<String>, Error> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let names: Vec<String> = text.split(',').map(|n| n.trim().to_owned()).filter(|n| !n.is_empty()).collect();
    if text.len() > TEXT_MAX || names.len() > VARIABLES_MAX || names.is_empty() {
        return Err(Error::parameter(field, format!("1 to {VARIABLES_MAX} names of variables are expected")));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(error: &Error) -> &'static str {
        match error {
            Error::BadParameter { field, .. } => field,
            other => panic!("{other}"),
        }
    }

    #[test]
    fn points_in_the_ways_people_write_them() {
        for text in ["POINT(-4.5 48.4)", "point (-4.5   48.4)", " POINT( -4.5 48.4 ) "] {
            assert_eq!(point(Some(text)).unwrap(), (-4.5, 48.4));
        }
        for text in [
            "POINT(1)",
            "POINT(1 2 3)",
            "POINT(x y)",
            "POINT(1,2)",
            "LINESTRING(1 2)",
            "POINT(0 91)",
            "é",
            "",
            "POINT(NaN 0)",
        ] {
            assert_eq!(field(&point(Some(text)).unwrap_err()), "coords", "{text}");
        }
        assert_eq!(field(&point(None).unwrap_err()), "coords");
    }

    #[test]
    fn times() {
        let day = instant("2020-01-02").unwrap();
        assert_eq!(TimeFilter::parse(Some("2020-01-02T01:00:00 01:00")).unwrap(), TimeFilter::Nearest(day));
        assert_eq!(TimeFilter::parse(Some("../2020-01-02")).unwrap(), TimeFilter::Between(None, Some(day)));
        assert_eq!(TimeFilter::parse(None).unwrap(), TimeFilter::All);
        for text in ["yesterday", "2020-01-02/2020-01-01", "2020-13-01", "a/b"] {
            assert_eq!(field(&TimeFilter::parse(Some(text)).unwrap_err()), "datetime");
        }
    }

    #[test]
    fn ranges_numbers_palettes() {
        assert_eq!(range(Some("-1.5, 2")).unwrap(), Some((-1.5, 2.0)));
        for text in ["1", "2,1", "1,1", "a,b", "nan,1", "0,inf"] {
            assert_eq!(field(&range(Some(text)).unwrap_err()), "range");
        }
        assert_eq!(field(&number("depth", Some("deep")).unwrap_err()), "depth");
        assert_eq!(field(&palette(Some("jet")).unwrap_err()), "palette");
        assert_eq!(names("parameter-name", Some("uo, vo")).unwrap(), ["uo", "vo"]);
        assert_eq!(field(&names("parameter-name", Some(",")).unwrap_err()), "parameter-name");
    }
}
