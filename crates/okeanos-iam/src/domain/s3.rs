//! S3 credentials. The secret is derived from the access key id with a master key, so none is kept.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use okeanos_fault::Fault;
use sha2::Sha256;

use super::secret::random;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ID_PREFIX: &str = "OKS";
const ID_LENGTH: usize = 20;
const SECRET_BYTES: usize = 30;

/// The key that secrets are derived with.
#[derive(Clone)]
pub(crate) struct MasterKey([u8; 32]);

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret access key of an access key id: 40 characters.
    pub(crate) fn secret(&self, access_key_id: &str) -> String {
        BASE64.encode(&self.derive("s3-secret", access_key_id)[..SECRET_BYTES])
    }

    /// The session token of an access key id.
    pub(crate) fn session_token(&self, access_key_id: &str) -> String {
        BASE64.encode(self.derive("s3-session", access_key_id))
    }

    fn derive(&self, purpose: &str, id: &str) -> [u8; 32] {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(id.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// A new access key id: 20 characters like those of AWS.
pub(crate) fn new_id() -> Result<String, Fault> {
    let random = random::<{ ID_LENGTH - ID_PREFIX.len() }>()?;
    let letters = random.iter().map(|b| char::from(ALPHABET[usize::from(b % 32)]));
    Ok(ID_PREFIX.chars().chain(letters).collect())
}

/// Whether a text can be an access key id of ours.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == ID_LENGTH && text.starts_with(ID_PREFIX) && text.bytes().all(|b| ALPHABET.contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_fresh_and_secrets_belong_to_one_id_one_key_and_one_purpose() {
        let (a, b) = (new_id().unwrap(), new_id().unwrap());
        assert!(a != b && is_id(&a) && is_id(&b));
        let (key, other) = (MasterKey::new([1; 32]), MasterKey::new([2; 32]));
        assert_eq!(key.secret(&a), key.secret(&a));
        assert_eq!(key.secret(&a).len(), 40);
        assert!(key.secret(&a) != key.secret(&b) && key.secret(&a) != other.secret(&a));
        assert!(!key.session_token(&a).starts_with(&key.secret(&a)[..20]));
    }

    #[test]
    fn what_is_not_ours_is_not_looked_up() {
        for bad in ["", "OKS", "AKIAIOSFODNN7EXAMPLE", "OKSaaaaaaaaaaaaaaaaa", "OKS' OR '1'='1' -- x"] {
            assert!(!is_id(bad), "{bad}");
        }
    }
}
