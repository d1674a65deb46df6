//! Credentials of the S3 interface, and what a job acts with.

use std::{collections::BTreeSet, time::Duration};

use okeanos_auth::{
    Principal, Scope,
    access::{require, require_admin},
    bad_credential,
};
use okeanos_fault::Fault;
use time::OffsetDateTime;

use super::{Iam, commit, require_service};
use crate::{
    domain::{
        Error,
        audit::Action,
        credential::{Presented, S3Key},
        page::{Listed, Page},
        rights, s3,
    },
    store::{credentials, people},
};

const DURATION_S_DEFAULT: u32 = 60 * 60;
/// With a session or an API token.
const DURATION_S: (u32, u32) = (60, 12 * 60 * 60);
/// With an access token, which itself lives for minutes.
const DURATION_S_SHORT: (u32, u32) = (60, 60 * 60);
/// Credentials of one user that are alive at once, besides those of jobs.
const KEYS_MAX: u32 = 1000;

/// S3 credentials that were issued.
pub(crate) struct S3Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    pub(crate) session_token: String,
    pub(crate) expires_at: OffsetDateTime,
}

/// What the S3 interface needs to check a signature.
pub(crate) struct S3Secret {
    pub(crate) credentials: S3Credentials,
    pub(crate) principal: Principal,
}

/// What a job acts with.
pub(crate) struct Delegation {
    pub(crate) s3: S3Credentials,
    pub(crate) access_token: String,
}

impl Iam {
    /// S3 credentials for the caller, with all or some of the caller's scopes.
    pub(crate) async fn issue_s3(
        &self,
        who: &Principal,
        presented: &Presented,
        scopes: Option<&[String]>,
        duration_s: Option<u32>,
    ) -> Result<S3Credentials, Fault> {
        self.account(who).await?;
        let bounds = if *presented == Presented::AccessToken { DURATION_S_SHORT } else { DURATION_S };
        let lifetime = rights::lifetime("duration_s", duration_s, DURATION_S_DEFAULT, bounds)?;
        let scopes = rights::narrow(scopes, &who.scopes)?;
        if credentials::s3_key_count(self.db.conn(), &who.name, self.now()).await? >= KEYS_MAX.into() {
            return Err(Error::TooManyS3Keys(KEYS_MAX).into());
        }
        let key = self.new_s3_key(&who.name, scopes, lifetime)?;
        let key = match presented {
            // With the token that it was made with it ends too.
            Presented::ApiToken(id) => {
                let kept = credentials::token(self.db.conn(), id).await?.ok_or(Error::NoSuchToken)?;
                let expires_at = kept.expires_at.map_or(key.expires_at, |end| end.min(key.expires_at));
                S3Key { token: Some(kept.id), expires_at, ..key }
            }
            Presented::Session(hash) => {
                let session = credentials::session(self.db.conn(), hash).await?.ok_or_else(ended)?;
                let expires_at = session.expires_at.min(key.expires_at);
                S3Key { session: Some(session.hash), expires_at, ..key }
            }
            Presented::AccessToken => key,
        };
        self.add_s3_key(key, &who.name, Action::S3CredentialsIssued).await
    }

    /// The S3 keys of a user that are alive, those of jobs too: one's own, anybody's for administrators.
    pub(crate) async fn s3_keys(&self, who: &Principal, of: Option<&str>, page: &Page) -> Result<Listed<S3Key>, Fault> {
        require(who, Scope::Read)?;
        let of = of.unwrap_or(&who.name);
        if of != who.name {
            require_admin(who)?;
        }
        credentials::s3_keys(self.db.conn(), of, self.now(), page).await
    }

    /// Deletes an S3 key: one's own, anybody's for administrators. Others do not exist.
    pub(crate) async fn delete_s3_key(&self, who: &Principal, id: &str) -> Result<(), Fault> {
        require(who, Scope::Write)?;
        let tx = self.begin().await?;
        let key = if s3::is_id(id) { credentials::s3_key(&*tx, id).await? } else { None };
        let key = key.filter(|k| k.user == who.name || who.administers()).ok_or(Error::NoSuchS3Key)?;
        credentials::delete_s3_key(&*tx, id).await?;
        self.note(&tx, &who.name, Action::S3CredentialsDeleted, &key.user, id).await?;
        commit(tx).await
    }

    /// What the S3 interface needs to check a signature; for services.
    pub(crate) async fn s3_secret(&self, who: &Principal, access_key_id: &str) -> Result<S3Secret, Fault> {
        require_service(who)?;
        if !s3::is_id(access_key_id) {
            return Err(Error::NoSuchS3Key.into());
        }
        let key = credentials::s3_key(self.db.conn(), access_key_id).await?;
        let key = key.filter(|k| k.expires_at > self.now()).ok_or(Error::NoSuchS3Key)?;
        let user = people::user(self.db.conn(), &key.user).await?;
        let user = user.filter(|u| !u.suspended).ok_or(Error::NoSuchS3Key)?;
        let principal = self.principal(&user, &key.scopes).await?;
        Ok(S3Secret { credentials: self.reveal(key), principal })
    }

    /// Credentials with which a job acts for its owner, never as an administrator; for services.
    pub(crate) async fn delegate(&self, who: &Principal, user: &str, lifetime_s: u32) -> Result<Delegation, Fault> {
        require_service(who)?;
        let lifetime = rights::lifetime("lifetime_s", Some(lifetime_s), DURATION_S_DEFAULT, DURATION_S)?;
        let user = people::user(self.db.conn(), user).await?.ok_or_else(|| Error::NoSuchUser(user.to_owned()))?;
        if user.suspended {
            return Err(Error::Suspended(user.name).into());
        }
        let scopes = BTreeSet::from([Scope::Read, Scope::Write, Scope::Execute]);
        let short = lifetime.min(Duration::from_secs(self.settings.access_token_s.into()));
        let access_token = self.sign(&user, &scopes, short).await?;
        let key = S3Key { delegated: true, ..self.new_s3_key(&user.name, scopes, lifetime)? };
        let s3 = self.add_s3_key(key, &who.name, Action::DelegationIssued).await?;
        Ok(Delegation { s3, access_token })
    }

    fn new_s3_key(&self, user: &str, scopes: BTreeSet<Scope>, lifetime: Duration) -> Result<S3Key, Fault> {
        let now = self.now();
        let (id, user) = (s3::new_id()?, user.to_owned());
        let expires_at = now + lifetime;
        Ok(S3Key { id, user, scopes, token: None, session: None, delegated: false, created_at: now, expires_at })
    }

    async fn add_s3_key(&self, key: S3Key, actor: &str, action: Action) -> Result<S3Credentials, Fault> {
        let tx = self.begin().await?;
        // Whoever suspends the user, deletes the token or signs out at this moment ends this key too, or we see it here.
        let user = people::user(&*tx, &key.user).await?.filter(|u| !u.suspended);
        user.ok_or_else(|| Error::Suspended(key.user.clone()))?;
        if let Some(token) = &key.token {
            credentials::token(&*tx, token).await?.ok_or(Error::NoSuchToken)?;
        }
        if let Some(session) = &key.session {
            credentials::session(&*tx, session).await?.ok_or_else(ended)?;
        }
        credentials::add_s3_key(&*tx, &key).await?;
        self.note(&tx, actor, action, &key.user, &key.id).await?;
        commit(tx).await?;
        Ok(self.reveal(key))
    }

    fn reveal(&self, key: S3Key) -> S3Credentials {
        S3Credentials {
            secret_access_key: self.master.secret(&key.id),
            session_token: self.master.session_token(&key.id),
            access_key_id: key.id,
            expires_at: key.expires_at,
        }
    }
}

fn ended() -> Fault {
    bad_credential("the session is not known, or has ended")
}
