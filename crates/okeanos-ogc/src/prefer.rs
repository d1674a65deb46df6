//! The `Prefer` header (RFC 7240), as far as OGC API Processes uses it.

use std::time::Duration;

/// What a client prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preference {
    /// `respond-async`: do not wait for the end.
    pub asynchronous: bool,
    /// `wait=<seconds>`: wait at most so long.
    pub wait: Option<Duration>,
    /// `return=minimal`: links rather than values.
    pub minimal: bool,
}

impl Preference {
    /// From the values of all `Prefer` headers. The first of several wins; what is not understood is not a preference
    /// (RFC 7240, section 2).
    pub fn parse<'a>(headers: impl IntoIterator<Item = &'a str>) -> Self {
        let mut preference = Self::default();
        let mut returns = None;
        for token in headers.into_iter().flat_map(|h| h.split(',')) {
            // Parameters after `;` are of no concern here.
            let token = token.split(';').next().unwrap_or_default();
            let (name, value) = token.split_once('=').unwrap_or((token, ""));
            let value = value.trim().trim_matches('"');
            match name.trim().to_ascii_lowercase().as_str() {
                "respond-async" => preference.asynchronous = true,
                "wait" => preference.wait = preference.wait.or_else(|| value.parse().ok().map(Duration::from_secs)),
                "return" => returns = returns.or(Some(value)),
                _ => {}
            }
        }
        preference.minimal = returns == Some("minimal");
        preference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_in_any_number_of_headers() {
        let parsed =
            Preference::parse(["Respond-Async, wait = 10, wait=20", "return=\"minimal\"; x=y, handling=lenient"]);
        let expected = Preference { asynchronous: true, wait: Some(Duration::from_secs(10)), minimal: true };
        assert_eq!(parsed, expected);
        assert_eq!(Preference::parse(["wait=soon, return=representation, return=minimal,, ="]), Preference::default());
    }
}
