//! S3 shapes and ours.

use std::collections::BTreeMap;

use okeanos_auth::Principal;
use okeanos_blob::{ByteRange, Condition, Location, Meta, PutOptions};
use s3s::{
    S3Request,
    dto::{CopySource, ETag, ETagCondition, Metadata, Range, Timestamp},
};
use time::OffsetDateTime;

use crate::domain::{
    Error,
    condition::{Conditions, Tag},
};

/// Most bytes of user metadata, names and values together; S3's own limit.
const METADATA_BYTES_MAX: usize = 2048;
/// What headers of an object are kept under beside the user's own metadata.
const KEPT_PREFIX: &str = "okeanos-http-";

/// Headers that S3 keeps with an object and gives back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeptHeaders {
    pub(super) cache_control: Option<String>,
    pub(super) content_disposition: Option<String>,
    pub(super) content_encoding: Option<String>,
    pub(super) content_language: Option<String>,
}

impl KeptHeaders {
    fn into_metadata(self, metadata: &mut BTreeMap<String, String>) {
        // `aws-chunked` is how the bytes came, not what they are.
        let encoding = self.content_encoding.map(|e| {
            let codings: Vec<_> = e.split(',').map(str::trim).filter(|c| *c != "aws-chunked").collect();
            codings.join(",")
        });
        for (name, value) in [
            ("cache-control", self.cache_control),
            ("content-disposition", self.content_disposition),
            ("content-encoding", encoding),
            ("content-language", self.content_language),
        ] {
            if let Some(value) = value.filter(|v| !v.is_empty()) {
                metadata.insert(format!("{KEPT_PREFIX}{name}"), value);
            }
        }
    }
}

/// The kept headers and the user's metadata of an object.
pub(super) fn split_metadata(meta: &Meta) -> (KeptHeaders, Option<Metadata>) {
    let mut metadata = meta.metadata.clone();
    let mut take = |name: &str| metadata.remove(&format!("{KEPT_PREFIX}{name}"));
    let kept = KeptHeaders {
        cache_control: take("cache-control"),
        content_disposition: take("content-disposition"),
        content_encoding: take("content-encoding"),
        content_language: take("content-language"),
    };
    (kept, (!metadata.is_empty()).then(|| metadata.into_iter().collect()))
}

/// What to keep with an object.
pub(super) fn options(
    content_type: Option<String>,
    metadata: Option<Metadata>,
    kept: KeptHeaders,
    condition: Condition,
) -> Result<PutOptions, Error> {
    let given = metadata.unwrap_or_default();
    let size = given.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > METADATA_BYTES_MAX {
        return Err(Error::MetadataTooLarge(size));
    }
    let mut metadata: BTreeMap<_, _> = given
        .into_iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .filter(|(name, _)| !name.starts_with(KEPT_PREFIX))
        .collect();
    kept.into_metadata(&mut metadata);
    Ok(PutOptions { content_type: content_type.filter(|t| !t.is_empty()), metadata, condition })
}

/// Who asks, as the gate has found.
pub(super) fn caller<T>(request: &S3Request<T>) -> Principal {
    request.extensions.get::<Principal>().cloned().unwrap_or_else(Principal::anonymous)
}

/// The condition of a write.
pub(super) fn condition(
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
) -> Result<Condition, Error> {
    match (if_match, if_none_match) {
        (None, None) => Ok(Condition::Always),
        (None, Some(ETagCondition::Any)) => Ok(Condition::Absent),
        (Some(ETagCondition::ETag(etag)), None) => Ok(Condition::Matches(etag.into_value())),
        (Some(ETagCondition::Any), None) => Err(Error::NotOffered("If-Match: * on a write")),
        (None, Some(ETagCondition::ETag(_))) => Err(Error::NotOffered("If-None-Match with an ETag on a write")),
        (Some(_), Some(_)) => Err(Error::NotOffered("If-Match together with If-None-Match")),
    }
}

fn tag(condition: ETagCondition) -> Tag {
    match condition {
        ETagCondition::Any => Tag::Any,
        ETagCondition::ETag(etag) => Tag::Is(etag.into_value()),
    }
}

/// The conditions of a read.
pub(super) fn conditions(
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
    if_modified_since: Option<Timestamp>,
    if_unmodified_since: Option<Timestamp>,
) -> Conditions {
    Conditions {
        if_match: if_match.map(tag),
        if_none_match: if_none_match.map(tag),
        if_modified_since: if_modified_since.map(OffsetDateTime::from),
        if_unmodified_since: if_unmodified_since.map(OffsetDateTime::from),
    }
}

/// The range of a request.
pub(super) fn range(range: Range) -> ByteRange {
    match range {
        Range::Int { first, last } => ByteRange::From(first, last.map(|l| l.saturating_add(1))),
        Range::Suffix { length } => ByteRange::Last(length),
    }
}

/// The range of a copied part: `bytes=first-last`, both needed.
pub(super) fn copy_range(text: &str) -> Result<ByteRange, Error> {
    match Range::parse(text) {
        Ok(Range::Int { first, last: Some(last) }) if first <= last => {
            Ok(ByteRange::From(first, Some(last.saturating_add(1))))
        }
        _ => Err(Error::BadArgument { name: "x-amz-copy-source-range", why: "it is not bytes=first-last" }),
    }
}

/// Where a copy comes from.
pub(super) fn source(source: CopySource) -> Result<Location, Error> {
    match source {
        CopySource::Bucket { bucket, key, version_id: None } => Ok(Location::new(bucket, key)),
        CopySource::Bucket { .. } => Err(Error::NotOffered("versioning")),
        CopySource::AccessPoint { .. } | CopySource::Outpost { .. } => Err(Error::NotOffered("an access point")),
    }
}

/// An ETag as S3 gives it.
pub(super) fn etag(etag: &str) -> Option<ETag> {
    Some(ETag::Strong(etag.to_owned()))
}

/// A size or count as S3 gives it.
pub(super) fn count<N: TryFrom<u64>>(count: u64) -> Option<N> {
    N::try_from(count).ok()
}

/// How many entries a page may have: what was asked for, at most 1,000.
pub(super) fn page_size(asked: Option<i32>, name: &'static str) -> Result<usize, Error> {
    match asked {
        None => Ok(1000),
        Some(asked) => {
            usize::try_from(asked).map(|n| n.min(1000)).map_err(|_| Error::BadArgument { name, why: "it is negative" })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_headers_come_back_and_cannot_be_forged() {
        let kept = KeptHeaders {
            content_encoding: Some("aws-chunked, gzip".into()),
            cache_control: Some("no-cache".into()),
            ..KeptHeaders::default()
        };
        let user = Metadata::from([("A".to_owned(), "b".to_owned()), ("okeanos-http-x".to_owned(), "y".to_owned())]);
        let options = options(Some(String::new()), Some(user), kept, Condition::Always).unwrap();
        assert_eq!(options.content_type, None);
        let meta = Meta {
            size: 0,
            etag: String::new(),
            last_modified: OffsetDateTime::UNIX_EPOCH,
            content_type: None,
            metadata: options.metadata,
        };
        let (kept, user) = split_metadata(&meta);
        assert_eq!((kept.content_encoding.as_deref(), kept.cache_control.as_deref()), (Some("gzip"), Some("no-cache")));
        assert_eq!(user, Some(Metadata::from([("a".to_owned(), "b".to_owned())])));
    }

    #[test]
    fn metadata_is_bounded() {
        let metadata = Metadata::from([("a".to_owned(), "b".repeat(3000))]);
        let refused = options(None, Some(metadata), KeptHeaders::default(), Condition::Always);
        assert!(matches!(refused, Err(Error::MetadataTooLarge(3001))));
    }

    #[test]
    fn copy_ranges() {
        assert_eq!(copy_range("bytes=0-9").unwrap(), ByteRange::From(0, Some(10)));
        for bad in ["bytes=5-", "bytes=-5", "bytes=9-0", "0-9", ""] {
            assert!(copy_range(bad).is_err(), "{bad}");
        }
    }
}
