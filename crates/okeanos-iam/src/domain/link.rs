//! Where a sign-in may lead to.

use super::Error;

const LENGTH_MAX: usize = 2048;

/// A path of our own site; anything that a browser could take for another site is refused.
pub(crate) fn safe_next(next: Option<&str>) -> Result<&str, Error> {
    let Some(next) = next else { return Ok("/") };
    let ours = next.starts_with('/')
        && !next.starts_with("//")
        && next.len() <= LENGTH_MAX
        && next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if ours { Ok(next) } else { Err(Error::BadNext) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths() {
        assert_eq!(safe_next(None), Ok("/"));
        assert_eq!(safe_next(Some("/map?c=sst#5/40/3")), Ok("/map?c=sst#5/40/3"));
        for bad in [
            "",
            "map",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "https://evil.example",
            "javascript:alert(1)",
            "/\t/evil",
            "/a\r\nSet-Cookie: x=y",
            "/ä",
            " /",
        ] {
            assert_eq!(safe_next(Some(bad)), Err(Error::BadNext), "{bad:?}");
        }
    }
}
