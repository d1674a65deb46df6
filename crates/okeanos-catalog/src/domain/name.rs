//! Names from outside that go into a query.

use okeanos_stac::Invalid;

/// Longest name, in bytes: that of an id.
const BYTES_MAX: usize = 512;
/// Longest name of a person, a project or a group, in bytes.
const HOLDER_BYTES_MAX: usize = 200;

/// Checks an id, which there may be or not. No record has a control character in its id, and PostgreSQL takes no NUL.
///
/// # Errors
/// A control character, or too long for an id.
pub(crate) fn check_name(text: &str, at: &str) -> Result<(), Invalid> {
    check(text, at, BYTES_MAX)
}

/// Checks who is said to own or to see something.
///
/// # Errors
/// A control character, or too long for a name.
pub(crate) fn check_holder(text: &str, at: &str) -> Result<(), Invalid> {
    check(text, at, HOLDER_BYTES_MAX)
}

fn check(text: &str, at: &str, bytes_max: usize) -> Result<(), Invalid> {
    if text.len() > bytes_max {
        return Err(Invalid::at(at, format!("a name has at most {bytes_max} bytes")));
    }
    if text.chars().any(char::is_control) {
        return Err(Invalid::at(at, "a name has no control character"));
    }
    Ok(())
}
