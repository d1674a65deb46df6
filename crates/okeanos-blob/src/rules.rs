//! What the stores of our own check alike: names, conditions, the parts of an upload.

use std::collections::BTreeMap;

use md5::{Digest, Md5};

use crate::{BlobError, Condition, Location, Part};

/// Longest key, in bytes.
const KEY_BYTES_MAX: usize = 1024;
/// Smallest part but the last, in bytes.
const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;
/// Highest number of a part.
pub(crate) const PARTS_MAX: u32 = 10_000;

/// Refuses a bucket's name that cannot be: 3 to 63 of `a-z 0-9 . - _`, a letter or digit first and last, no `..`.
pub(crate) fn check_bucket(name: &str) -> Result<(), BlobError> {
    let bytes = name.as_bytes();
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let good = (3..=63).contains(&bytes.len())
        && bytes.iter().all(|b| plain(b) || matches!(b, b'.' | b'-' | b'_'))
        && bytes.first().is_some_and(plain)
        && bytes.last().is_some_and(plain)
        && !name.contains("..");
    if good { Ok(()) } else { Err(BlobError::InvalidName(format!("{name:?} cannot be the name of a bucket"))) }
}

/// Refuses a place that cannot be.
pub(crate) fn check_location(at: &Location) -> Result<(), BlobError> {
    check_bucket(&at.bucket)?;
    if at.key.is_empty() || at.key.len() > KEY_BYTES_MAX {
        return Err(BlobError::InvalidName(format!("a key has 1 to {KEY_BYTES_MAX} bytes, not {}", at.key.len())));
    }
    Ok(())
}

/// Refuses a part's number that cannot be.
pub(crate) fn check_number(number: u32) -> Result<(), BlobError> {
    if (1..=PARTS_MAX).contains(&number) { Ok(()) } else { Err(BlobError::InvalidPart(number)) }
}

/// Refuses a write whose condition does not hold for what is there now, known by its ETag.
pub(crate) fn check_condition(condition: &Condition, there: Option<&str>, at: &Location) -> Result<(), BlobError> {
    match (condition, there) {
        (Condition::Always, _) | (Condition::Absent, None) => Ok(()),
        (Condition::Matches(_), None) => Err(BlobError::NoSuchKey(at.clone())),
        (Condition::Matches(wanted), Some(etag)) if wanted == etag => Ok(()),
        (Condition::Absent | Condition::Matches(_), Some(_)) => Err(BlobError::ConditionFailed(at.clone())),
    }
}

/// Refuses a list of parts that is empty, out of order, or differs from what was written.
pub(crate) fn check_parts(written: &BTreeMap<u32, Part>, asked: &[(u32, String)]) -> Result<(), BlobError> {
    if asked.is_empty() {
        return Err(BlobError::InvalidPart(0));
    }
    let mut previous = 0;
    for (index, (number, etag)) in asked.iter().enumerate() {
        let invalid = || BlobError::InvalidPart(*number);
        let part = written.get(number).ok_or_else(invalid)?;
        let last = index + 1 == asked.len();
        let same = part.etag.eq_ignore_ascii_case(etag.trim_matches('"'));
        if *number <= previous || !same || (!last && part.size < PART_BYTES_MIN) {
            return Err(invalid());
        }
        previous = *number;
    }
    Ok(())
}

/// The ETag of an object made of parts: the MD5 of their MD5s, and how many there are.
pub fn combined_etag(asked: &[(u32, String)]) -> String {
    let mut md5 = Md5::new();
    for (_, etag) in asked {
        md5.update(hex::decode(etag.trim_matches('"')).unwrap_or_default());
    }
    format!("{}-{}", hex::encode(md5.finalize()), asked.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(number: u32, size: u64) -> (u32, Part) {
        (number, Part { number, etag: format!("{number:032x}"), size })
    }

    #[test]
    fn buckets_are_named_as_in_s3() {
        for good in ["user-ann", "project-reef.2", "abc", "user-ann_b"] {
            assert!(check_bucket(good).is_ok(), "{good}");
        }
        for bad in ["", "ab", "..", "a/b", "User-ann", "-abc", "abc-", "a..b", "größe", &"a".repeat(64)] {
            assert!(check_bucket(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn parts_are_checked_for_order_size_and_etag() {
        let written = BTreeMap::from([part(1, PART_BYTES_MIN), part(2, 1), part(3, 1)]);
        let asked = |numbers: &[u32]| numbers.iter().map(|n| (*n, format!("\"{n:032X}\""))).collect::<Vec<_>>();
        assert!(check_parts(&written, &asked(&[1, 2])).is_ok());
        assert!(check_parts(&written, &asked(&[1, 3])).is_ok());
        for bad in [&[][..], &[2, 1], &[1, 1], &[1, 2, 3], &[1, 4]] {
            assert!(check_parts(&written, &asked(bad)).is_err(), "{bad:?}");
        }
        assert!(check_parts(&written, &[(1, "0".repeat(32))]).is_err());
    }

    #[test]
    fn an_etag_of_parts_is_as_s3_makes_it() {
        // Two parts whose MD5s are those of "a" and "b"; the digest was computed with Python's hashlib.
        let parts =
            [(1, "0cc175b9c0f1b6a831c399e269772661".to_owned()), (2, "92eb5ffee6ae2fec3ad71c777531578f".to_owned())];
        assert_eq!(combined_etag(&parts), "96e024ba2074fe77e8e965ba43a704be-2");
    }

    #[test]
    fn a_condition_is_on_what_is_there() {
        let at = Location::new("abc", "k");
        let matches = Condition::Matches("e".into());
        assert!(check_condition(&Condition::Absent, None, &at).is_ok());
        assert!(matches!(check_condition(&Condition::Absent, Some("e"), &at), Err(BlobError::ConditionFailed(_))));
        assert!(check_condition(&matches, Some("e"), &at).is_ok());
        assert!(matches!(check_condition(&matches, Some("f"), &at), Err(BlobError::ConditionFailed(_))));
        assert!(matches!(check_condition(&matches, None, &at), Err(BlobError::NoSuchKey(_))));
    }
}
