//! Names of users and groups: they become names of buckets and of catalog paths, so they are strict.

use super::Error;

const LENGTH_MAX: usize = 32;
/// Names that would be mistaken for the platform, for one of its parts, or for everybody.
const RESERVED: [&str; 26] = [
    "admin",
    "administrator",
    "anonymous",
    "anyone",
    "api",
    "auth",
    "catalog",
    "everyone",
    "group",
    "guest",
    "iam",
    "me",
    "nobody",
    "okeanos",
    "operator",
    "platform",
    "private",
    "project",
    "public",
    "root",
    "s3",
    "service",
    "support",
    "system",
    "user",
    "users",
];

/// The name of the first administrator, which nobody else can take.
pub(crate) const ADMIN: &str = "admin";

/// Checks the form of a name: `^[a-z][a-z0-9-]{0,30}[a-z0-9]$`.
pub(crate) fn check(field: &'static str, name: &str) -> Result<(), Error> {
    let bytes = name.as_bytes();
    let plain = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let good = (2..=LENGTH_MAX).contains(&bytes.len())
        && bytes.iter().all(|b| plain(b) || *b == b'-')
        && bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(plain);
    if good { Ok(()) } else { Err(Error::BadName(field)) }
}

/// Checks a name that is to be given to somebody.
pub(crate) fn check_new(name: &str) -> Result<(), Error> {
    check("name", name)?;
    if RESERVED.contains(&name) { Err(Error::ReservedName(name.to_owned())) } else { Ok(()) }
}

/// A text for people: printable, trimmed, not too long.
pub(crate) fn text(field: &'static str, text: &str, max: usize) -> Result<String, Error> {
    let text = text.trim();
    let printable = |c: char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().count() <= max && text.chars().all(printable) {
        Ok(text.to_owned())
    } else {
        Err(Error::BadText { field, max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        let longest = format!("a{}", "b".repeat(31));
        for good in ["ann", "a1", "reef-watch-2", "a--b", &longest] {
            assert_eq!(check("name", good), Ok(()), "{good}");
        }
        let too_long = format!("{longest}c");
        for bad in [
            "", "a", "1a", "-a", "a-", "Ann", "ann ", " ann", "a_b", "a.b", "a/b", "..", "../ann", "ann\0", "ann\n",
            "änn", "аnn", "ann%2f", "a b", &too_long,
        ] {
            assert_eq!(check("name", bad), Err(Error::BadName("name")), "{bad:?}");
        }
    }

    #[test]
    fn names_of_the_platform_are_not_given_away() {
        assert!(RESERVED.is_sorted());
        for name in RESERVED {
            assert!(check_new(name).is_err(), "{name}");
        }
        assert_eq!(check_new("administrators"), Ok(()));
    }

    #[test]
    fn texts_hide_nothing() {
        assert_eq!(text("title", "  Reef watch ", 20).unwrap(), "Reef watch");
        assert!(text("title", "abc", 2).is_err());
        assert!(text("title", "a\u{202e}b", 20).is_err() && text("title", "a\nb", 20).is_err());
    }
}
