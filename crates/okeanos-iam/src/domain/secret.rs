//! Secrets that are handed out once and kept only as a hash.
//!
//! Each has 256 random bits, so a plain SHA-256 is enough to keep: there is nothing to guess.

use std::fmt;

use okeanos_fault::Fault;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const PREFIX: &str = "okp_";
const ID_BYTES: usize = 8;
const SECRET_BYTES: usize = 32;

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Fault::internal(format!("no randomness: {e}")))?;
    Ok(bytes)
}

/// SHA-256 as lower-case hex.
pub(crate) fn hash(secret: &[u8]) -> String {
    hex::encode(Sha256::digest(secret))
}

/// A secret without a name: a session, a sign-in link.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Opaque(String);

impl Opaque {
    pub(crate) fn generate() -> Result<Self, Fault> {
        Ok(Self(hex::encode(random::<SECRET_BYTES>()?)))
    }

    /// Reads what a client sent; `None` when it cannot be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_hex(text, SECRET_BYTES).then(|| Self(text.to_owned()))
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> String {
        hash(self.0.as_bytes())
    }

    /// What the client gets.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Opaque {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opaque(…)")
    }
}

/// An API token: `okp_<id>_<secret>`. The id is no secret and finds the row, the secret is compared in constant time.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ApiToken {
    id: String,
    secret: String,
}

impl ApiToken {
    pub(crate) fn generate() -> Result<Self, Fault> {
        Ok(Self { id: hex::encode(random::<ID_BYTES>()?), secret: hex::encode(random::<SECRET_BYTES>()?) })
    }

    /// Reads what a client sent; `None` when it cannot be one of ours.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        (is_hex(id, ID_BYTES) && is_hex(secret, SECRET_BYTES))
            .then(|| Self { id: id.to_owned(), secret: secret.to_owned() })
    }

    /// Whether a bearer credential means to be an API token.
    pub(crate) fn looks_like(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> String {
        hash(self.secret.as_bytes())
    }

    /// Whether it is the token that this hash was kept of.
    pub(crate) fn matches(&self, kept: &str) -> bool {
        self.hash().as_bytes().ct_eq(kept.as_bytes()).into()
    }

    /// What the client gets, once.
    pub(crate) fn reveal(&self) -> String {
        format!("{PREFIX}{}_{}", self.id, self.secret)
    }
}

impl fmt::Debug for ApiToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiToken({})", self.id)
    }
}

fn is_hex(text: &str, bytes: usize) -> bool {
    text.len() == 2 * bytes && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_round_trips_and_only_it_matches() {
        let token = ApiToken::generate().unwrap();
        let read = ApiToken::parse(&token.reveal()).unwrap();
        assert_eq!(read, token);
        assert!(read.matches(&token.hash()));
        assert!(!ApiToken::generate().unwrap().matches(&token.hash()));
        assert!(!token.matches(""));
    }

    #[test]
    fn what_is_not_ours_is_not_looked_up() {
        let token = ApiToken::generate().unwrap().reveal();
        for bad in [
            "",
            "okp_",
            "okp__",
            "okp_a_b",
            &token.to_uppercase(),
            &format!("{token} "),
            &token[1..],
            &format!("{token}_0"),
        ] {
            assert_eq!(ApiToken::parse(bad), None, "{bad}");
        }
        assert_eq!(Opaque::parse("' OR 1=1 --"), None);
    }

    #[test]
    fn secrets_are_not_printed() {
        let (token, opaque) = (ApiToken::generate().unwrap(), Opaque::generate().unwrap());
        assert!(!format!("{token:?}").contains(&token.secret));
        assert!(!format!("{opaque:?}").contains(opaque.reveal()));
    }
}
