//! How services of one platform know each other.
//!
//! All services of a platform share a node key. Every RPC carries a call token: who calls, on whose behalf, until when,
//! signed with that key (HMAC-SHA-256). It is checked on every call, also inside one process.

use std::{fmt, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use hmac::{Hmac, Mac};
use okeanos_fault::{Fault, Kind};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use time::OffsetDateTime;

use crate::Principal;

/// The metadata key that a call token travels under.
pub const CALL_TOKEN: &str = "okeanos-call-token";
/// How long a call token is good for.
const LIFETIME: Duration = Duration::from_secs(60);
/// How far clocks of two machines may be apart.
const SKEW_S: i64 = 30;

/// The key that all services of a platform share.
#[derive(Clone)]
pub struct NodeKey(Arc<[u8]>);

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NodeKey(…)")
    }
}

/// Attached to an RPC request's extensions, makes the call on behalf of this principal instead of the service itself.
#[derive(Clone, Debug)]
pub struct OnBehalfOf(pub Principal);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    service: String,
    on_behalf_of: Option<Principal>,
    expires_at: i64,
}

impl NodeKey {
    /// From a secret of at least 32 bytes.
    ///
    /// # Errors
    /// When it is shorter.
    pub fn new(secret: &[u8]) -> Result<Self, Fault> {
        if secret.len() < 32 {
            return Err(Fault::invalid("auth/short-node-key", "node_key", "at least 32 bytes are needed"));
        }
        Ok(Self(secret.into()))
    }

    /// A call token of a service.
    pub fn sign(&self, service: &str, on_behalf_of: Option<Principal>, now: OffsetDateTime) -> String {
        let expires_at = now.unix_timestamp() + LIFETIME.as_secs().cast_signed();
        let claims = Claims { service: service.to_owned(), on_behalf_of, expires_at };
        let payload = BASE64.encode(serde_json::to_vec(&claims).unwrap_or_default());
        let signature = BASE64.encode(self.mac(payload.as_bytes()).finalize().into_bytes());
        format!("{payload}.{signature}")
    }

    /// The principal of a call token: whom the call acts for, else the calling service itself.
    ///
    /// # Errors
    /// `auth/bad-call-token` when it is not signed with our key or has expired.
    pub fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Principal, Fault> {
        let bad = || Fault::new(Kind::Unauthenticated, "auth/bad-call-token", "the call is not from a service of ours");
        let (payload, signature) = token.split_once('.').ok_or_else(bad)?;
        let signature = BASE64.decode(signature).map_err(|_| bad())?;
        self.mac(payload.as_bytes()).verify_slice(&signature).map_err(|_| bad())?;
        let claims = BASE64.decode(payload).map_err(|_| bad())?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| bad())?;
        if claims.expires_at + SKEW_S < now.unix_timestamp() {
            return Err(bad());
        }
        Ok(claims.on_behalf_of.unwrap_or_else(|| Principal::service(claims.service)))
    }

    fn mac(&self, payload: &[u8]) -> Hmac<Sha256> {
        #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length");
        mac.update(payload);
        mac
    }
}

/// The principal of a call that has passed the node's guard; nobody if there was no guard.
pub fn principal<T>(request: &tonic::Request<T>) -> Principal {
    request.extensions().get::<Principal>().cloned().unwrap_or_else(Principal::anonymous)
}

/// A request on behalf of a principal.
pub fn on_behalf_of<T>(who: &Principal, message: T) -> tonic::Request<T> {
    let mut request = tonic::Request::new(message);
    request.extensions_mut().insert(OnBehalfOf(who.clone()));
    request
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_until_it_ends_and_only_with_our_key() {
        let key = NodeKey::new(&[7; 32]).unwrap();
        let now = OffsetDateTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
        let ann = Principal::person("ann", ["reef".to_owned()]);
        let token = key.sign("catalog", Some(ann.clone()), now);
        assert_eq!(key.verify(&token, now).unwrap(), ann);
        assert!(key.verify(&token, now + Duration::from_secs(91)).is_err());
        assert!(NodeKey::new(&[8; 32]).unwrap().verify(&token, now).is_err());
        assert!(key.verify(&token.replace('.', "A."), now).is_err());
        assert!(key.verify(&key.sign("iam", None, now), now).unwrap().service);
    }
}
