//! Credentials to principals, by asking iam.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use okeanos_fault::{Fault, Kind};
use okeanos_proto::iam::v1::{AuthenticateRequest, authenticate_request, iam_service_client::IamServiceClient};
use sha2::{Digest, Sha256};
use tonic::{body::Body, client::GrpcService};

use crate::Principal;

/// What a client presents.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// `Authorization: Bearer …`: an API token or an access token.
    Bearer(String),
    /// The session cookie.
    Session(String),
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::Bearer(_)) { "Bearer(…)" } else { "Session(…)" })
    }
}

/// Turns a credential into a principal.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The principal behind a credential.
    ///
    /// # Errors
    /// `auth/bad-credential` when it is unknown, revoked or expired.
    async fn authenticate(&self, credential: Credential) -> Result<Principal, Fault>;
}

/// Longest credential that is looked at.
const CREDENTIAL_BYTES_MAX: usize = 8 * 1024;
/// How many answers are kept.
const CACHE_ENTRIES_MAX: usize = 10_000;

type Key = [u8; 32];

/// Asks the iam service and keeps its answers for as long as it allows.
pub struct PeerAuthenticator<T> {
    iam: IamServiceClient<T>,
    cache: Mutex<HashMap<Key, (Principal, Instant)>>,
}

impl<T> PeerAuthenticator<T>
where
    T: GrpcService<Body> + Clone + Send + Sync + 'static,
    T::Error: Into<tonic::codegen::StdError>,
    T::Future: Send,
    T::ResponseBody: tonic::codegen::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <T::ResponseBody as tonic::codegen::Body>::Error: Into<tonic::codegen::StdError> + Send,
{
    /// Over a channel to the iam service.
    pub fn new(channel: T) -> Arc<Self> {
        Arc::new(Self { iam: IamServiceClient::new(channel), cache: Mutex::default() })
    }

    fn cached(&self, key: &Key) -> Option<Principal> {
        let cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        cache.get(key).filter(|(_, until)| *until > Instant::now()).map(|(who, _)| who.clone())
    }

    fn keep(&self, key: Key, who: &Principal, lifetime: Duration) {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if cache.len() >= CACHE_ENTRIES_MAX {
            cache.retain(|_, (_, until)| *until > now);
        }
        if cache.len() < CACHE_ENTRIES_MAX {
            cache.insert(key, (who.clone(), now + lifetime));
        }
    }
}

impl<T> fmt::Debug for PeerAuthenticator<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PeerAuthenticator")
    }
}

#[async_trait]
impl<T> Authenticator for PeerAuthenticator<T>
where
    T: GrpcService<Body> + Clone + Send + Sync + 'static,
    T::Error: Into<tonic::codegen::StdError>,
    T::Future: Send,
    T::ResponseBody: tonic::codegen::Body<Data = tonic::codegen::Bytes> + Send + 'static,
    <T::ResponseBody as tonic::codegen::Body>::Error: Into<tonic::codegen::StdError> + Send,
{
    async fn authenticate(&self, credential: Credential) -> Result<Principal, Fault> {
        let (tag, secret) = match &credential {
            Credential::Bearer(token) => (b'b', token),
            Credential::Session(id) => (b's', id),
        };
        if secret.len() > CREDENTIAL_BYTES_MAX {
            return Err(bad_credential("it is too long"));
        }
        let key: Key = Sha256::new().chain_update([tag]).chain_update(secret).finalize().into();
        if let Some(who) = self.cached(&key) {
            return Ok(who);
        }
        let credential = match credential {
            Credential::Bearer(token) => authenticate_request::Credential::Bearer(token),
            Credential::Session(id) => authenticate_request::Credential::Session(id),
        };
        let request = AuthenticateRequest { credential: Some(credential) };
        let answer = self.iam.clone().authenticate(request).await?.into_inner();
        let who = Principal::from(answer.principal.unwrap_or_default());
        if who.is_anonymous() {
            return Err(bad_credential("it belongs to nobody"));
        }
        self.keep(key, &who, Duration::from_secs(answer.cache_s.into()));
        Ok(who)
    }
}

/// The refusal of a credential that is not good.
pub fn bad_credential(why: &str) -> Fault {
    Fault::new(Kind::Unauthenticated, "auth/bad-credential", format!("the credential is not accepted: {why}"))
}
