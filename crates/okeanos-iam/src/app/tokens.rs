//! API tokens: made by hand, shown once, kept as a hash.

use std::collections::BTreeSet;

use okeanos_auth::{
    Principal, Scope,
    access::{require, require_admin},
};
use okeanos_fault::Fault;
use time::OffsetDateTime;

use super::{Iam, commit};
use crate::{
    domain::{
        Error,
        audit::Action,
        credential::{KeptToken, Presented},
        name,
        page::{Listed, Page},
        rights,
        secret::ApiToken,
        user::DISPLAY_NAME_MAX,
    },
    store::{credentials, people},
};

const DAY_S: u32 = 24 * 60 * 60;
const LIFETIME_S_DEFAULT: u32 = 90 * DAY_S;
const LIFETIME_S: (u32, u32) = (60, 366 * DAY_S);
/// Tokens of one user.
const TOKENS_MAX: u32 = 100;

/// A token to be made.
#[derive(Debug)]
pub(crate) struct NewToken {
    /// What it is for, in the words of its owner.
    pub(crate) name: String,
    /// Whose it will be, when not the caller's.
    pub(crate) user: Option<String>,
    /// All scopes of the caller but `admin` when none are given.
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) lifetime_s: Option<u32>,
}

impl Iam {
    /// The tokens of a user: one's own, anybody's for administrators.
    pub(crate) async fn tokens(
        &self,
        who: &Principal,
        of: Option<&str>,
        page: &Page,
    ) -> Result<Listed<KeptToken>, Fault> {
        require(who, Scope::Read)?;
        let of = of.unwrap_or(&who.name);
        if of != who.name {
            require_admin(who)?;
        }
        credentials::tokens(self.db.conn(), of, page).await
    }

    /// Makes a token that reaches no further and lives no longer than the credential that asks for it.
    pub(crate) async fn create_token(
        &self,
        who: &Principal,
        presented: &Presented,
        new: NewToken,
    ) -> Result<(KeptToken, ApiToken), Fault> {
        require(who, Scope::Write)?;
        let owner = new.user.as_deref().unwrap_or(&who.name);
        if owner != who.name {
            require_admin(who)?;
        }
        let now = self.now();
        let latest = self.end_of(presented).await?;
        let lifetime = rights::lifetime("lifetime_s", new.lifetime_s, LIFETIME_S_DEFAULT, LIFETIME_S)?;
        let expires_at = latest.map_or(now + lifetime, |end| end.min(now + lifetime));
        let tx = self.begin().await?;
        let user = people::user(&*tx, owner).await?.ok_or_else(|| Error::NoSuchUser(owner.to_owned()))?;
        let held: BTreeSet<_> = user.rights().intersection(&who.scopes).copied().collect();
        let usual = held.iter().copied().filter(|s| *s != Scope::Admin).collect();
        let scopes = match &new.scopes {
            Some(asked) => rights::narrow(Some(asked), &held)?,
            None => rights::narrow(None, &usual)?,
        };
        if credentials::token_count(&*tx, owner).await? >= TOKENS_MAX.into() {
            return Err(Error::TooManyTokens(TOKENS_MAX).into());
        }
        let token = ApiToken::generate()?;
        let kept = KeptToken {
            id: token.id().to_owned(),
            user: owner.to_owned(),
            name: name::text("name", &new.name, DISPLAY_NAME_MAX)?,
            hash: token.hash(),
            scopes,
            created_at: now,
            expires_at: Some(expires_at),
            last_used_at: None,
        };
        credentials::add_token(&*tx, &kept).await?;
        let detail = format!("token {}: {}", kept.id, rights::join(&kept.scopes));
        self.note(&tx, &who.name, Action::TokenCreated, owner, &detail).await?;
        commit(tx).await?;
        Ok((kept, token))
    }

    /// When the credential in use ends. An access token makes no others.
    async fn end_of(&self, presented: &Presented) -> Result<Option<OffsetDateTime>, Fault> {
        match presented {
            Presented::Session(_) => Ok(None),
            Presented::AccessToken => Err(Error::WeakCredential.into()),
            Presented::ApiToken(id) => {
                let kept = credentials::token(self.db.conn(), id).await?;
                kept.map(|t| t.expires_at).ok_or_else(|| Error::NoSuchToken.into())
            }
        }
    }

    /// Deletes a token: one's own, anybody's for administrators. Others do not exist.
    pub(crate) async fn delete_token(&self, who: &Principal, id: &str) -> Result<(), Fault> {
        require(who, Scope::Write)?;
        let tx = self.begin().await?;
        let kept = credentials::token(&*tx, id).await?;
        let kept = kept.filter(|t| t.user == who.name || who.administers()).ok_or(Error::NoSuchToken)?;
        credentials::delete_token(&*tx, id).await?;
        self.note(&tx, &who.name, Action::TokenDeleted, &kept.user, &format!("token {id}")).await?;
        commit(tx).await
    }
}
