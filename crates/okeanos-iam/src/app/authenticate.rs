//! Credentials to principals.

use std::collections::BTreeSet;

use okeanos_auth::{Credential, Principal, Scope, bad_credential};
use okeanos_fault::Fault;

use super::{Iam, commit, require_service};
use crate::{
    domain::{
        audit::Action,
        rights,
        secret::{ApiToken, Opaque},
        user::User,
    },
    store::{self, credentials},
};

impl Iam {
    /// The principal behind a credential, with the groups and rights that the person has now.
    pub(crate) async fn authenticate(&self, who: &Principal, credential: Credential) -> Result<Principal, Fault> {
        require_service(who)?;
        match credential {
            Credential::Bearer(text) if ApiToken::looks_like(&text) => self.by_api_token(&text).await,
            Credential::Bearer(text) => self.by_access_token(&text).await,
            Credential::Session(text) => self.by_session(&text).await,
        }
    }

    async fn by_api_token(&self, text: &str) -> Result<Principal, Fault> {
        let now = self.now();
        let unknown = || bad_credential("the token is not known, or has ended");
        let token = ApiToken::parse(text).ok_or_else(unknown)?;
        let kept = credentials::token(self.db.conn(), token.id()).await?.ok_or_else(unknown)?;
        // The right secret is never locked out by those who guess: they know no more than the token's id.
        if !token.matches(&kept.hash) {
            self.token_failures.check(token.id(), now)?;
            self.token_failures.failed(token.id(), now);
            let tx = self.begin().await?;
            self.note(&tx, "", Action::AuthenticationFailed, &kept.user, &format!("token {}", kept.id)).await?;
            commit(tx).await?;
            return Err(unknown());
        }
        if kept.ended(now) {
            return Err(unknown());
        }
        let user = self.active(&kept.user).await?;
        if kept.worth_noting(now) {
            let tx = self.begin().await?;
            credentials::token_used(&*tx, &kept.id, now).await?;
            commit(tx).await?;
        }
        self.principal(&user, &kept.scopes).await
    }

    async fn by_access_token(&self, text: &str) -> Result<Principal, Fault> {
        let claims = self.verify(text, self.now()).await?;
        let user = self.active(&claims.sub).await?;
        self.principal(&user, &rights::split(&claims.scope)).await
    }

    async fn by_session(&self, text: &str) -> Result<Principal, Fault> {
        let now = self.now();
        let unknown = || bad_credential("the session is not known, or has ended");
        let hash = Opaque::parse(text).ok_or_else(unknown)?.hash();
        let session = credentials::session(self.db.conn(), &hash).await?.ok_or_else(unknown)?;
        if session.ended(now, self.settings.session_idle) {
            return Err(unknown());
        }
        let user = self.active(&session.user).await?;
        if session.worth_noting(now) {
            let tx = self.begin().await?;
            credentials::session_seen(&*tx, &hash, now).await?;
            commit(tx).await?;
        }
        self.principal(&user, &user.rights()).await
    }

    /// The account of a credential; one that is suspended or deleted has none.
    pub(super) async fn active(&self, name: &str) -> Result<User, Fault> {
        let user = store::people::user(self.db.conn(), name).await?;
        user.filter(|u| !u.suspended).ok_or_else(|| bad_credential("its account is not active"))
    }

    pub(super) async fn principal(&self, user: &User, scopes: &BTreeSet<Scope>) -> Result<Principal, Fault> {
        let groups = store::people::groups_of(self.db.conn(), &user.name).await?;
        Ok(user.principal(groups, scopes))
    }
}
