//! Which keys are taken: such as mean the same thing to every program that turns them into paths and URLs.

use super::Error;

/// Longest key, in bytes.
const KEY_BYTES_MAX: usize = 1024;

/// Refuses a key that is empty or too long, has control characters, or segments that a path would swallow (`.`, `..`,
/// empty ones but a last, which marks a folder).
pub(crate) fn check(key: &str) -> Result<(), Error> {
    if key.is_empty() {
        return Err(Error::BadKey("it is empty"));
    }
    if key.len() > KEY_BYTES_MAX {
        return Err(Error::KeyTooLong(key.len()));
    }
    if key.chars().any(char::is_control) {
        return Err(Error::BadKey("it has a control character"));
    }
    let folder = key.strip_suffix('/').unwrap_or(key);
    for segment in folder.split('/') {
        match segment {
            "" => return Err(Error::BadKey("it has an empty segment")),
            "." | ".." => return Err(Error::BadKey("it has a segment . or ..")),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn keys_that_paths_would_swallow_are_refused() {
        for good in ["a", "a/b.nc", "a=b/größe 日本", "folder/", "a..b/...c", "x\\y"] {
            assert!(check(good).is_ok(), "{good}");
        }
        for bad in
            ["", "/", "/a", "a//b", "..", "../x", "a/../b", "a/.", "./a", "a//", "a\0b", "a\nb", &"k".repeat(1025)]
        {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}
