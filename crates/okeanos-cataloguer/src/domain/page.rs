//! Which reports are asked for.

use uuid::Uuid;

use super::Error;

const LIMIT_DEFAULT: u64 = 20;
const LIMIT_MAX: u64 = 200;
const KEY_MAX: usize = 1_024;

/// Which reports, and which page of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) limit: u64,
    /// The last report of the page before.
    pub(crate) after: Option<Uuid>,
}

impl Wanted {
    /// From what a client asks for.
    pub(crate) fn new(
        bucket: Option<String>,
        key: Option<String>,
        limit: Option<&str>,
        after: Option<&str>,
    ) -> Result<Self, Error> {
        let limit = limit.map_or(Some(LIMIT_DEFAULT), |text| text.parse().ok()).filter(|n| (1..=LIMIT_MAX).contains(n));
        let limit = limit.ok_or(Error::BadParameter { field: "limit", what: "a number from 1 to 200 is expected" })?;
        let after = after.map(Uuid::parse_str).transpose();
        let after =
            after.map_err(|_| Error::BadParameter { field: "after", what: "take it from the next link of a page" })?;
        if bucket.as_ref().is_some_and(|bucket| bucket.is_empty() || bucket.len() > 63) {
            return Err(Error::BadParameter { field: "bucket", what: "a bucket's name has 1 to 63 bytes" });
        }
        if key.as_ref().is_some_and(|key| key.is_empty() || key.len() > KEY_MAX) {
            return Err(Error::BadParameter { field: "key", what: "a key has 1 to 1024 bytes" });
        }
        for (field, text) in [("bucket", &bucket), ("key", &key)] {
            if text.as_ref().is_some_and(|text| text.chars().any(char::is_control)) {
                return Err(Error::BadParameter { field, what: "it has a control character" });
            }
        }
        if key.is_some() && bucket.is_none() {
            return Err(Error::BadParameter { field: "bucket", what: "a key needs its bucket" });
        }
        // A store may be given as a folder.
        let key = key.map(|key| key.trim_end_matches('/').to_owned());
        Ok(Self { bucket, key, limit, after })
    }
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn parameters_are_bounded() {
        let wanted = |limit: Option<&str>, after: Option<&str>| Wanted::new(None, None, limit, after);
        assert_eq!(wanted(None, None).map(|w| w.limit), Ok(20));
        for limit in ["0", "201", "-1", "x", ""] {
            assert!(wanted(Some(limit), None).is_err(), "{limit}");
        }
        assert!(wanted(None, Some("x' OR 1=1")).is_err());
        assert!(Wanted::new(None, Some("k".into()), None, None).is_err());
        assert!(Wanted::new(Some(String::new()), None, None, None).is_err());
        assert!(Wanted::new(Some("b".into()), Some("a\0".into()), None, None).is_err());
        let store = Wanted::new(Some("b".into()), Some("a.zarr/".into()), None, None);
        assert_eq!(store.map(|w| w.key), Ok(Some("a.zarr".to_owned())));
    }
}
