//! Conditions of a request on an object that is read (RFC 9110, section 13).

use okeanos_blob::Meta;
use time::OffsetDateTime;

/// An ETag that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// `*`
    Any,
    /// Without quotes.
    Is(String),
}

impl Tag {
    fn matches(&self, meta: &Meta) -> bool {
        match self {
            Self::Any => true,
            Self::Is(etag) => *etag == meta.etag,
        }
    }
}

/// The conditions of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    pub(crate) if_match: Option<Tag>,
    pub(crate) if_none_match: Option<Tag>,
    pub(crate) if_modified_since: Option<OffsetDateTime>,
    pub(crate) if_unmodified_since: Option<OffsetDateTime>,
}

/// What the conditions say about an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Do it.
    Go,
    /// The client has it already: 304.
    NotModified,
    /// A condition does not hold: 412.
    Failed,
}

impl Conditions {
    /// Tags count before times, and a tag makes the time beside it void. Times are compared in whole seconds.
    pub(crate) fn judge(&self, meta: &Meta) -> Verdict {
        let modified = meta.last_modified.unix_timestamp();
        match (&self.if_match, self.if_unmodified_since) {
            (Some(tag), _) if !tag.matches(meta) => return Verdict::Failed,
            (None, Some(since)) if modified > since.unix_timestamp() => return Verdict::Failed,
            _ => {}
        }
        match (&self.if_none_match, self.if_modified_since) {
            (Some(tag), _) if tag.matches(meta) => Verdict::NotModified,
            (None, Some(since)) if modified <= since.unix_timestamp() => Verdict::NotModified,
            _ => Verdict::Go,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn meta() -> Meta {
        Meta {
            size: 1,
            etag: "e".into(),
            last_modified: OffsetDateTime::from_unix_timestamp_nanos(100_500_000_000).unwrap(),
            content_type: None,
            metadata: BTreeMap::new(),
        }
    }

    #[test]
    fn conditions_as_a_table() {
        let at = |s| OffsetDateTime::from_unix_timestamp(s).ok();
        let is = |tag: &str| Some(Tag::Is(tag.into()));
        let all = |if_match, if_none_match, if_modified_since, if_unmodified_since| Conditions {
            if_match,
            if_none_match,
            if_modified_since,
            if_unmodified_since,
        };
        for (conditions, expected) in [
            (Conditions::default(), Verdict::Go),
            (all(is("e"), None, None, None), Verdict::Go),
            (all(is("x"), None, None, None), Verdict::Failed),
            (all(None, is("e"), None, None), Verdict::NotModified),
            (all(None, Some(Tag::Any), None, None), Verdict::NotModified),
            (all(None, is("x"), None, None), Verdict::Go),
            (all(None, None, at(100), None), Verdict::NotModified),
            (all(None, None, at(99), None), Verdict::Go),
            (all(None, None, None, at(100)), Verdict::Go),
            (all(None, None, None, at(99)), Verdict::Failed),
            (all(is("e"), None, None, at(99)), Verdict::Go),
            (all(None, is("x"), at(100), None), Verdict::Go),
        ] {
            assert_eq!(conditions.judge(&meta()), expected, "{conditions:?}");
        }
    }
}
