//! Who signed a request. The framework checks the signature with the secret that it gets here; everything that it leaves
//! open is closed here: expiry, the session token, and that nobody only reads. What may be done is the app's to decide.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use http::Method;
use okeanos_auth::{Principal, access};
use okeanos_runtime::Clock;
use s3s::{
    S3Result,
    access::{S3Access, S3AccessContext},
    auth::{S3Auth, SecretKey},
};
use subtle::ConstantTimeEq;

use crate::{
    domain::Error,
    ports::{AccessKey, Keys},
};

/// What a request turned out to be, for whoever is around it: filled when its operation is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Operation(Arc<OnceLock<String>>);

impl Operation {
    /// The operation's name, `none` when the request came to none.
    pub(crate) fn name(&self) -> &str {
        self.0.get().map_or("none", String::as_str)
    }
}

/// Secrets for checking signatures.
pub(super) struct Secrets(pub(super) Arc<dyn Keys>);

#[async_trait]
impl S3Auth for Secrets {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        Ok(SecretKey::from(self.0.find(access_key).await?.secret))
    }
}

/// Lets a request in as somebody or nobody.
pub(super) struct Gate {
    pub(super) keys: Arc<dyn Keys>,
    pub(super) clock: Clock,
}

#[async_trait]
impl S3Access for Gate {
    async fn check(&self, cx: &mut S3AccessContext<'_>) -> S3Result<()> {
        let operation = cx.s3_op().name().to_owned();
        if let Some(slot) = cx.extensions_mut().get::<Operation>() {
            // Set once: a request is one operation.
            let _ = slot.0.set(operation);
        }
        let who = match cx.credentials().map(|c| c.access_key.clone()) {
            Some(id) => self.signer(&id, cx).await?,
            None => Principal::anonymous(),
        };
        if who.is_anonymous() && !matches!(*cx.method(), Method::GET | Method::HEAD) {
            return Err(Error::Refused(access::refusal(&who)).into());
        }
        cx.extensions_mut().insert(who);
        Ok(())
    }
}

impl Gate {
    async fn signer(&self, id: &str, cx: &S3AccessContext<'_>) -> Result<Principal, Error> {
        let key = self.keys.find(id).await?;
        if key.expires_at.is_some_and(|end| end <= self.clock.now()) {
            return Err(Error::ExpiredKey);
        }
        check_session(&key, &session_tokens(cx)?)?;
        Ok(key.principal)
    }
}

/// All session tokens that a request carries, in its header or its query.
fn session_tokens(cx: &S3AccessContext<'_>) -> Result<Vec<String>, Error> {
    let mut tokens = Vec::new();
    for value in cx.headers().get_all("x-amz-security-token") {
        tokens.push(value.to_str().map_err(|_| Error::BadSessionToken)?.to_owned());
    }
    for pair in cx.uri().query().unwrap_or_default().split('&') {
        if let Some(("X-Amz-Security-Token", value)) = pair.split_once('=') {
            let value = percent_encoding::percent_decode_str(value).decode_utf8();
            tokens.push(value.map_err(|_| Error::BadSessionToken)?.into_owned());
        }
    }
    Ok(tokens)
}

/// A key with a session token needs it, once; a key without one must not come with any.
fn check_session(key: &AccessKey, presented: &[String]) -> Result<(), Error> {
    match (&key.session_token, presented) {
        (None, []) => Ok(()),
        (Some(expected), [token]) if expected.as_bytes().ct_eq(token.as_bytes()).into() => Ok(()),
        _ => Err(Error::BadSessionToken),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_token_is_needed_exactly_when_the_key_has_one() {
        let key = |session_token: Option<&str>| AccessKey {
            secret: "s".into(),
            session_token: session_token.map(str::to_owned),
            principal: Principal::person("ann", []),
            expires_at: None,
        };
        let check = |key: &AccessKey, tokens: &[&str]| {
            check_session(key, &tokens.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>()).is_ok()
        };
        assert!(check(&key(None), &[]));
        assert!(!check(&key(None), &["t"]));
        assert!(check(&key(Some("t")), &["t"]));
        for wrong in [&[][..], &["x"], &["t", "t"], &[""]] {
            assert!(!check(&key(Some("t")), wrong), "{wrong:?}");
        }
    }
}
