//! Pages of the list (requirements /req/core/pl-limit-definition and -response).

use super::Error;

const LIMIT_DEFAULT: usize = 10;
const LIMIT_MAX: usize = 10_000;
const AFTER_MAX: usize = 128;

/// Which part of the list is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    /// Id of the last process of the page before.
    pub(crate) after: Option<String>,
}

impl Page {
    /// From what a client asks for.
    pub(crate) fn new(limit: Option<&str>, after: Option<String>) -> Result<Self, Error> {
        let limit = limit.map_or(Some(LIMIT_DEFAULT), |l| l.parse().ok());
        // What is over the maximum is cut down to it, as the standard wants.
        let limit = limit.filter(|l| *l > 0).ok_or(Error::BadLimit)?.min(LIMIT_MAX);
        let plain = |a: &String| a.len() <= AFTER_MAX && a.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if after.as_ref().is_some_and(|a| !plain(a)) {
            return Err(Error::BadAfter);
        }
        Ok(Self { limit, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_bounded() {
        assert_eq!(Page::new(None, None).unwrap().limit, LIMIT_DEFAULT);
        assert_eq!(Page::new(Some("10000"), None).unwrap().limit, LIMIT_MAX);
        assert_eq!(Page::new(Some("10001"), None).unwrap().limit, LIMIT_MAX);
        for bad in ["", "0", "-1", "1.5", "ten", "99999999999999999999999"] {
            assert_eq!(Page::new(Some(bad), None), Err(Error::BadLimit), "{bad}");
        }
        for bad in ["a&limit=1", "ä", "'"] {
            assert_eq!(Page::new(None, Some(bad.to_owned())), Err(Error::BadAfter), "{bad}");
        }
    }
}
