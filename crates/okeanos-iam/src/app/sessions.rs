//! Signing in with a one-time link, and out.

use okeanos_auth::{Principal, access::require_admin};
use okeanos_fault::Fault;
use time::OffsetDateTime;

use super::{Iam, commit};
use crate::{
    domain::{
        Error,
        audit::Action,
        credential::{Presented, Session},
        secret::Opaque,
    },
    store::{credentials, people},
};

impl Iam {
    /// Makes a one-time sign-in link for somebody; for administrators. Returns its token and when it ends.
    pub(crate) async fn create_link(
        &self,
        who: &Principal,
        presented: &Presented,
        user: &str,
    ) -> Result<(Opaque, OffsetDateTime), Fault> {
        require_admin(who)?;
        if *presented == Presented::AccessToken {
            return Err(Error::WeakCredential.into());
        }
        let (link, expires_at) = (Opaque::generate()?, self.now() + self.settings.link);
        let tx = self.begin().await?;
        let account = people::user(&*tx, user).await?.ok_or_else(|| Error::NoSuchUser(user.to_owned()))?;
        if account.suspended {
            return Err(Error::Suspended(user.to_owned()).into());
        }
        credentials::add_link(&*tx, &link.hash(), user, expires_at).await?;
        self.note(&tx, &who.name, Action::LinkCreated, user, "").await?;
        commit(tx).await?;
        Ok((link, expires_at))
    }

    /// Uses a sign-in link up and begins a session. A good link always works; who shows bad ones too often is told so.
    pub(crate) async fn sign_in(&self, link: &str, address: &str) -> Result<Opaque, Fault> {
        let now = self.now();
        if let Some(session) = self.use_link(link, now).await? {
            return Ok(session);
        }
        self.link_failures.check(address, now)?;
        self.link_failures.failed(address, now);
        Err(Error::LinkEnded.into())
    }

    async fn use_link(&self, link: &str, now: OffsetDateTime) -> Result<Option<Opaque>, Fault> {
        let Some(link) = Opaque::parse(link) else { return Ok(None) };
        let tx = self.begin().await?;
        let Some(name) = credentials::use_link(&*tx, &link.hash(), now).await? else { return Ok(None) };
        let Some(user) = people::user(&*tx, &name).await?.filter(|u| !u.suspended) else { return Ok(None) };
        let session = Opaque::generate()?;
        let kept = Session {
            hash: session.hash(),
            user: user.name,
            created_at: now,
            seen_at: now,
            expires_at: now + self.settings.session,
        };
        credentials::add_session(&*tx, &kept).await?;
        self.note(&tx, &name, Action::SignedIn, &name, "").await?;
        commit(tx).await?;
        Ok(Some(session))
    }

    /// Ends a session.
    pub(crate) async fn sign_out(&self, who: &Principal, session: &str) -> Result<(), Fault> {
        let Some(session) = Opaque::parse(session) else { return Ok(()) };
        let tx = self.begin().await?;
        credentials::delete_session(&*tx, &session.hash()).await?;
        self.note(&tx, &who.name, Action::SignedOut, &who.name, "").await?;
        commit(tx).await
    }
}
