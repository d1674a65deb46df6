//! Which jobs are meant.

use okeanos_auth::{
    Principal, Scope as Right,
    access::{refusal, require},
};
use okeanos_fault::Fault;
use okeanos_ogc::interval::Interval;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{error::Error, job::Status};

/// Jobs that a principal may see: no query is made without one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// All, for those who administer the platform.
    All,
    /// Those of one person.
    Of(String),
}

impl Scope {
    /// What somebody may see with this right.
    ///
    /// # Errors
    /// `auth/not-signed-in` and `auth/not-allowed`.
    pub(crate) fn of(who: &Principal, right: Right) -> Result<Self, Fault> {
        require(who, right)?;
        // A service administers too, but has no jobs and no business with those of people.
        match who {
            who if who.service => Err(refusal(who)),
            who if who.administers() => Ok(Self::All),
            who => Ok(Self::Of(who.name.clone())),
        }
    }
}

/// Most jobs of a page.
pub(crate) const LIMIT_MAX: u64 = 1_000;
/// Jobs of a page when the client does not say.
pub(crate) const LIMIT: u64 = 10;

/// A page of jobs, newest first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Listing {
    /// Only with one of these.
    pub(crate) statuses: Vec<Status>,
    /// Only of one of these processes.
    pub(crate) processes: Vec<String>,
    /// Only of type `process`, which all are: with another type there are none.
    pub(crate) other_type: bool,
    /// Only created at or after.
    pub(crate) from: Option<OffsetDateTime>,
    /// Only created at or before.
    pub(crate) to: Option<OffsetDateTime>,
    /// Only begun ones that took, or have taken, at least so long.
    pub(crate) at_least: Option<Duration>,
    /// Only begun ones that took, or have taken, at most so long.
    pub(crate) at_most: Option<Duration>,
    /// At most so many.
    pub(crate) limit: u64,
    /// Only those that were accepted before this one.
    pub(crate) after: Option<Uuid>,
}

impl Default for Listing {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            processes: Vec::new(),
            other_type: false,
            from: None,
            to: None,
            at_least: None,
            at_most: None,
            limit: LIMIT,
            after: None,
        }
    }
}

impl Listing {
    /// From query parameters; those that are not known are left aside.
    ///
    /// # Errors
    /// [`Error::BadParameter`] naming the parameter.
    pub(crate) fn parse(parameters: &[(String, String)]) -> Result<Self, Error> {
        let mut listing = Self::default();
        let mut types = Vec::new();
        for (name, value) in parameters {
            match name.as_str() {
                "status" => {
                    for word in words(value) {
                        let status = Status::parse(word);
                        let wrong = || bad("status", "accepted, running, successful, failed or dismissed is expected");
                        listing.statuses.push(status.ok_or_else(wrong)?);
                    }
                }
                "processID" => listing.processes.extend(words(value).map(str::to_owned)),
                "type" => types.extend(words(value)),
                "datetime" => {
                    let interval = Interval::parse(value).map_err(|e| bad("datetime", &e.message))?;
                    (listing.from, listing.to) = (interval.start, interval.end);
                }
                "minDuration" => listing.at_least = Some(seconds("minDuration", value)?),
                "maxDuration" => listing.at_most = Some(seconds("maxDuration", value)?),
                "limit" => listing.limit = limit(value)?,
                "after" => {
                    listing.after =
                        Some(value.parse().map_err(|_| bad("after", "take it from the link to the next page"))?);
                }
                _ => {}
            }
        }
        if listing.processes.len() > 100 {
            return Err(bad("processID", "at most 100 are accepted"));
        }
        listing.other_type = !types.is_empty() && !types.contains(&"process");
        Ok(listing)
    }
}

fn bad(name: &'static str, why: &str) -> Error {
    Error::BadParameter { name, why: why.to_owned() }
}

fn words(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|w| !w.is_empty())
}

/// What is over the maximum is cut down to it, as the standard wants.
fn limit(value: &str) -> Result<u64, Error> {
    match value.parse::<u64>() {
        Ok(0) | Err(_) => Err(bad("limit", "a whole number from 1 is expected")),
        Ok(limit) => Ok(limit.min(LIMIT_MAX)),
    }
}

fn seconds(name: &'static str, value: &str) -> Result<Duration, Error> {
    match value.parse::<i64>() {
        Ok(seconds) if (0..=i64::from(u32::MAX)).contains(&seconds) => Ok(Duration::seconds(seconds)),
        _ => Err(bad(name, "a whole number of seconds is expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &[(&str, &str)]) -> Result<Listing, Error> {
        let query: Vec<_> = query.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Listing::parse(&query)
    }

    #[test]
    fn filters() {
        let listing = parse(&[
            ("status", "accepted,running"),
            ("status", "failed"),
            ("processID", "subset"),
            ("datetime", "2026-01-01T00:00:00Z/.."),
            ("minDuration", "5"),
            ("limit", "100000"),
            ("f", "json"),
        ])
        .unwrap();
        assert_eq!(listing.statuses, [Status::Accepted, Status::Running, Status::Failed]);
        assert_eq!((listing.processes, listing.limit), (vec!["subset".to_owned()], LIMIT_MAX));
        assert_eq!((listing.from.map(|t| t.year()), listing.to), (Some(2026), None));
        assert_eq!(listing.at_least, Some(Duration::seconds(5)));
        assert!(!parse(&[("type", "process")]).unwrap().other_type);
        assert!(parse(&[("type", "openeo")]).unwrap().other_type);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value) in [
            ("status", "done"),
            ("datetime", "yesterday"),
            ("datetime", "2026-02-01T00:00:00Z/2026-01-01T00:00:00Z"),
            ("minDuration", "-1"),
            ("maxDuration", "x"),
            ("limit", "0"),
            ("after", "x"),
        ] {
            match parse(&[(name, value)]) {
                Err(Error::BadParameter { name: named, .. }) => assert_eq!(named, name),
                other => panic!("{name}={value}: {other:?}"),
            }
        }
    }

    #[test]
    fn nobody_sees_jobs_and_a_person_their_own() {
        assert!(Scope::of(&Principal::anonymous(), Right::Read).is_err());
        assert_eq!(Scope::of(&Principal::person("ann", []), Right::Read).unwrap(), Scope::Of("ann".into()));
        assert_eq!(Scope::of(&Principal::administrator("root"), Right::Read).unwrap(), Scope::All);
    }
}
