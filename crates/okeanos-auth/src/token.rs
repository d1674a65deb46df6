//! Access tokens: JSON Web Tokens (RFC 7519, profile RFC 9068), verified against a key set.
//!
//! `jsonwebtoken` checks the signature; everything it leaves open is closed here: length before decoding, `typ`, `crit`,
//! the algorithm against the key's own, and that every claim we rely on is there.

use std::collections::BTreeSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode_header,
    jwk::{JwkSet, PublicKeyUse},
};
use okeanos_fault::Fault;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::{Principal, Scope, authenticate::bad_credential};

/// Longest token that is looked at, in bytes.
const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// How far clocks may be apart, in seconds.
const LEEWAY_S: i64 = 10;
/// Longest lifetime that we accept of a token, in seconds.
pub const LIFETIME_S_MAX: i64 = 15 * 60;

/// The claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Issuer.
    pub iss: String,
    /// The name of the person or service account.
    pub sub: String,
    /// Audience.
    pub aud: String,
    /// Issued at, seconds since the epoch.
    pub iat: i64,
    /// Not before, seconds since the epoch.
    pub nbf: i64,
    /// Expires at, seconds since the epoch.
    pub exp: i64,
    /// Id of the token.
    pub jti: String,
    /// Scopes, separated by spaces.
    pub scope: String,
    /// Groups and projects.
    #[serde(default)]
    pub groups: BTreeSet<String>,
    /// Whether the person administers the platform.
    #[serde(default)]
    pub admin: bool,
}

impl From<Claims> for Principal {
    fn from(claims: Claims) -> Self {
        Self {
            scopes: claims.scope.split(' ').filter_map(Scope::parse).collect(),
            name: claims.sub,
            groups: claims.groups,
            admin: claims.admin,
            service: false,
        }
    }
}

/// Verifies an access token against the keys of its issuer.
///
/// # Errors
/// `auth/bad-credential`, saying why.
pub fn verify(token: &str, keys: &JwkSet, issuer: &str, audience: &str, now: OffsetDateTime) -> Result<Claims, Fault> {
    if token.len() > TOKEN_BYTES_MAX || token.split('.').count() != 3 {
        return Err(bad_credential("it is not an access token"));
    }
    let header = decode_header(token).map_err(|e| bad_credential("its header cannot be read").because(e))?;
    if !header.typ.as_deref().is_some_and(|t| t.eq_ignore_ascii_case("at+jwt")) {
        return Err(bad_credential("it is not of type at+jwt"));
    }
    if json_part(token, 0).is_none_or(|h| h.get("crit").is_some() || h.get("b64").is_some()) {
        return Err(bad_credential("it asks for extensions that are not understood"));
    }
    if !matches!(header.alg, Algorithm::ES256 | Algorithm::RS256) {
        return Err(bad_credential("its algorithm is not accepted"));
    }
    let key_id = header.kid.as_deref().ok_or_else(|| bad_credential("it names no key"))?;
    let jwk = keys.find(key_id).ok_or_else(|| bad_credential("its key is not known"))?;
    if jwk.common.key_algorithm.is_none_or(|a| a.to_string() != format!("{:?}", header.alg)) {
        return Err(bad_credential("its algorithm is not the key's"));
    }
    if jwk.common.public_key_use.as_ref().is_some_and(|u| *u != PublicKeyUse::Signature) {
        return Err(bad_credential("its key is not for signing"));
    }
    let key = DecodingKey::from_jwk(jwk).map_err(Fault::internal)?;
    let mut validation = Validation::new(header.alg);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.set_issuer(&[issuer]);
    validation.set_audience(&[audience]);
    // Times are checked below against the clock that was passed in.
    validation.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &validation)
        .map_err(|e| bad_credential("its signature or claims do not hold").because(e))?
        .claims;
    if json_part(token, 1).is_none() {
        return Err(bad_credential("its claims are nested too deeply"));
    }
    check_times(&claims, now.unix_timestamp())?;
    if claims.sub.is_empty() {
        return Err(bad_credential("it names nobody"));
    }
    Ok(claims)
}

fn check_times(claims: &Claims, now: i64) -> Result<(), Fault> {
    if claims.exp.saturating_add(LEEWAY_S) < now {
        return Err(bad_credential("it has expired"));
    }
    if claims.nbf > now + LEEWAY_S || claims.iat > now + LEEWAY_S {
        return Err(bad_credential("it is not valid yet"));
    }
    if claims.exp.saturating_sub(claims.iat) > LIFETIME_S_MAX {
        return Err(bad_credential("it lives too long"));
    }
    Ok(())
}

/// A part of the token as JSON, whatever the library makes of it; `None` when it is none, or nested too deeply.
fn json_part(token: &str, index: usize) -> Option<serde_json::Value> {
    let bytes = BASE64.decode(token.split('.').nth(index)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests;
