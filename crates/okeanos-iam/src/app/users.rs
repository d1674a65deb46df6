//! Accounts.

use std::collections::BTreeSet;

use okeanos_auth::{Principal, access::require_admin};
use okeanos_fault::Fault;

use super::{Iam, commit};
use crate::{
    domain::{
        Error,
        audit::Action,
        name,
        page::{Listed, Page},
        user::{DISPLAY_NAME_MAX, User},
    },
    store::{credentials, people},
};

/// A user to be created.
#[derive(Debug)]
pub(crate) struct NewUser {
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) admin: bool,
}

/// What is to change of a user.
#[derive(Debug, Default)]
pub(crate) struct UserChange {
    pub(crate) display_name: Option<String>,
    pub(crate) admin: Option<bool>,
    pub(crate) suspended: Option<bool>,
}

/// A user with the groups it belongs to.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) user: User,
    pub(crate) groups: BTreeSet<String>,
}

impl Iam {
    /// Users by name; for administrators.
    pub(crate) async fn users(&self, who: &Principal, page: &Page) -> Result<Listed<User>, Fault> {
        require_admin(who)?;
        people::users(self.db.conn(), page).await
    }

    /// One user: oneself, or any for administrators.
    pub(crate) async fn user(&self, who: &Principal, name: &str) -> Result<Whole, Fault> {
        if who.is_anonymous() || who.name != name {
            require_admin(who)?;
        }
        let user = people::user(self.db.conn(), name).await?.ok_or_else(|| Error::NoSuchUser(name.to_owned()))?;
        let groups = people::groups_of(self.db.conn(), name).await?;
        Ok(Whole { user, groups })
    }

    /// Creates a user; for administrators.
    pub(crate) async fn create_user(&self, who: &Principal, new: NewUser) -> Result<Whole, Fault> {
        require_admin(who)?;
        name::check_new(&new.name)?;
        let user = User {
            display_name: name::text("display_name", &new.display_name, DISPLAY_NAME_MAX)?,
            name: new.name,
            admin: new.admin,
            suspended: false,
            created_at: self.now(),
        };
        let tx = self.begin().await?;
        people::add_user(&*tx, &user).await?;
        self.note(&tx, &who.name, Action::UserCreated, &user.name, if user.admin { "admin" } else { "" }).await?;
        commit(tx).await?;
        Ok(Whole { user, groups: BTreeSet::new() })
    }

    /// Changes a user; for administrators. Suspending ends sessions, links and S3 keys, and lets tokens rest.
    pub(crate) async fn change_user(&self, who: &Principal, name: &str, change: UserChange) -> Result<Whole, Fault> {
        require_admin(who)?;
        let detail = format!("admin {:?}, suspended {:?}", change.admin, change.suspended);
        let tx = self.begin().await?;
        let acting = people::acting_admins(&*tx).await?;
        let mut user = people::user(&*tx, name).await?.ok_or_else(|| Error::NoSuchUser(name.to_owned()))?;
        if let Some(text) = change.display_name {
            user.display_name = name::text("display_name", &text, DISPLAY_NAME_MAX)?;
        }
        user.admin = change.admin.unwrap_or(user.admin);
        user.suspended = change.suspended.unwrap_or(user.suspended);
        if !user.admin || user.suspended {
            keep_an_admin(&acting, name)?;
        }
        people::change_user(&*tx, &user).await?;
        if user.suspended {
            credentials::end_short_lived(&*tx, name).await?;
        }
        self.note(&tx, &who.name, Action::UserChanged, name, &detail).await?;
        let groups = people::groups_of(&*tx, name).await?;
        commit(tx).await?;
        Ok(Whole { user, groups })
    }

    /// Deletes a user and all its credentials; for administrators. The name is never given away again.
    pub(crate) async fn delete_user(&self, who: &Principal, name: &str) -> Result<(), Fault> {
        require_admin(who)?;
        let tx = self.begin().await?;
        let acting = people::acting_admins(&*tx).await?;
        people::user(&*tx, name).await?.ok_or_else(|| Error::NoSuchUser(name.to_owned()))?;
        keep_an_admin(&acting, name)?;
        people::delete_user(&*tx, name, self.now()).await?;
        credentials::end_all(&*tx, name).await?;
        self.note(&tx, &who.name, Action::UserDeleted, name, "").await?;
        commit(tx).await
    }
}

/// Refuses to lose the last administrator who can act.
fn keep_an_admin(acting: &[String], leaving: &str) -> Result<(), Error> {
    if acting == [leaving] { Err(Error::LastAdmin(leaving.to_owned())) } else { Ok(()) }
}
