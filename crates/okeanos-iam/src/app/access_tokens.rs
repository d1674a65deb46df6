//! Access tokens: short, signed, checked without asking for the secret behind them.

use std::{collections::BTreeSet, time::Duration};

use jsonwebtoken::{Algorithm, Header};
use okeanos_auth::{Principal, Scope, token::Claims};
use okeanos_fault::Fault;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Iam, commit, keyring::Ring};
use crate::{
    domain::{Error, audit::Action, credential::Presented, rights, user::User},
    store,
};

/// Shortest life of an access token, in seconds.
const LIFETIME_S_MIN: u32 = 60;
/// More groups than this do not fit in a token; iam looks them up anyway.
const GROUPS_MAX: usize = 100;

/// An access token that was issued.
pub(crate) struct AccessToken {
    pub(crate) token: String,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) lifetime: Duration,
}

impl Iam {
    /// An access token for the caller, with all or some of the caller's scopes.
    pub(crate) async fn issue_access_token(
        &self,
        who: &Principal,
        presented: &Presented,
        scopes: Option<&[String]>,
        lifetime_s: Option<u32>,
    ) -> Result<AccessToken, Fault> {
        let user = self.account(who).await?;
        if *presented == Presented::AccessToken {
            return Err(Error::WeakCredential.into());
        }
        let scopes = rights::narrow(scopes, &who.scopes)?;
        let max = self.settings.access_token_s;
        let lifetime = rights::lifetime("lifetime_s", lifetime_s, max, (LIFETIME_S_MIN, max))?;
        let token = self.sign(&user, &scopes, lifetime).await?;
        let tx = self.begin().await?;
        self.note(&tx, &who.name, Action::AccessTokenIssued, &who.name, &rights::join(&scopes)).await?;
        commit(tx).await?;
        Ok(AccessToken { token, scopes, lifetime })
    }

    pub(super) async fn sign(
        &self,
        user: &User,
        scopes: &BTreeSet<Scope>,
        lifetime: Duration,
    ) -> Result<String, Fault> {
        let now = self.now();
        let groups = store::people::groups_of(self.db.conn(), &user.name).await?;
        let claims = Claims {
            iss: self.settings.issuer.clone(),
            sub: user.name.clone(),
            aud: self.settings.audience.clone(),
            iat: now.unix_timestamp(),
            nbf: now.unix_timestamp(),
            exp: (now + lifetime).unix_timestamp(),
            jti: Uuid::now_v7().to_string(),
            scope: rights::join(scopes),
            groups: if groups.len() > GROUPS_MAX { BTreeSet::new() } else { groups },
            admin: user.admin,
        };
        let signer = self.keys.signer(&self.db, now).await?;
        let header = Header { typ: Some("at+jwt".to_owned()), kid: Some(signer.id), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, &signer.key).map_err(Fault::internal)
    }

    /// The claims of an access token that we signed.
    pub(super) async fn verify(&self, token: &str, now: OffsetDateTime) -> Result<Claims, Fault> {
        let (issuer, audience) = (&self.settings.issuer, &self.settings.audience);
        let check = |ring: &Ring| okeanos_auth::token::verify(token, &ring.public, issuer, audience, now);
        let ring = self.keys.ring();
        match check(&ring) {
            // Another instance of this service may have made the key a moment ago.
            Err(_) if ring.may_be_stale(now) => {
                self.keys.refresh(&self.db, now).await?;
                check(&self.keys.ring())
            }
            outcome => outcome,
        }
    }

    /// The public keys, as a JSON Web Key Set.
    pub(crate) fn jwks(&self) -> Result<serde_json::Value, Fault> {
        serde_json::to_value(&self.keys.ring().public).map_err(Fault::internal)
    }
}
