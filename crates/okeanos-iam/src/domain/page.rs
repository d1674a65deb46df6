//! Pages of lists.

use super::Error;

const LIMIT_DEFAULT: u32 = 100;
const LIMIT_MAX: u32 = 1000;
const AFTER_MAX: usize = 64;

/// A part of a list, in bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: u32,
    /// The key of the last entry of the page before.
    pub(crate) after: Option<String>,
}

impl Page {
    /// From what a client asks for.
    pub(crate) fn new(limit: Option<&str>, after: Option<String>) -> Result<Self, Error> {
        let limit = limit.map_or(Some(LIMIT_DEFAULT), |l| l.parse().ok());
        let limit = limit.filter(|l| (1..=LIMIT_MAX).contains(l));
        let limit = limit.ok_or(Error::BadPage { field: "limit", what: "a number from 1 to 1000 is expected" })?;
        let plain = |a: &String| a.len() <= AFTER_MAX && a.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if after.as_ref().is_some_and(|a| !plain(a)) {
            return Err(Error::BadPage { field: "after", what: "take it from the next link of a page" });
        }
        Ok(Self { limit, after })
    }
}

/// Entries of one page, and the key after which the next page begins, if there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed<T> {
    pub(crate) entries: Vec<T>,
    pub(crate) next: Option<String>,
}

impl<T> Listed<T> {
    /// From one entry more than the page has, if there is one.
    pub(crate) fn of(mut entries: Vec<T>, limit: u32, key: impl Fn(&T) -> &str) -> Self {
        let limit = limit as usize;
        let more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| more).map(|e| key(e).to_owned());
        Self { entries, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(limit: Option<&str>, after: Option<&str>) -> Result<Page, Error> {
        Page::new(limit, after.map(str::to_owned))
    }

    #[test]
    fn pages_are_bounded() {
        assert_eq!(page(None, None).unwrap().limit, LIMIT_DEFAULT);
        for bad in ["0", "-1", "1001", "4294967297", "ten", ""] {
            assert!(page(Some(bad), None).is_err(), "{bad}");
        }
        assert!(page(None, Some("a' OR 1=1")).is_err());
    }

    #[test]
    fn the_last_page_has_no_next() {
        let names = |n: usize| (0..n).map(|i| format!("n{i}")).collect::<Vec<_>>();
        assert_eq!(Listed::of(names(2), 2, |n| n).next, None);
        assert_eq!(Listed::of(names(3), 2, |n| n), Listed { entries: names(2), next: Some("n1".into()) });
        assert_eq!(Listed::of(names(0), 2, |n| n).next, None);
    }
}
