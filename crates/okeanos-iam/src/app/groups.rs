//! Groups and projects.

use okeanos_auth::{
    Principal, Scope,
    access::{require, require_admin},
};
use okeanos_fault::Fault;

use super::{Iam, commit};
use crate::{
    domain::{
        Error,
        audit::Action,
        name,
        page::{Listed, Page},
        user::{DISPLAY_NAME_MAX, Group},
    },
    store::people,
};

impl Iam {
    /// Groups by name: one's own, all for administrators.
    pub(crate) async fn groups(&self, who: &Principal, page: &Page) -> Result<Listed<Group>, Fault> {
        require(who, Scope::Read)?;
        let of = (!who.administers()).then_some(who.name.as_str());
        people::groups(self.db.conn(), of, page).await
    }

    /// A group and its members; for members and administrators. To others it does not exist.
    pub(crate) async fn group(
        &self,
        who: &Principal,
        name: &str,
        page: &Page,
    ) -> Result<(Group, Listed<String>), Fault> {
        require(who, Scope::Read)?;
        let unknown = || Error::NoSuchGroup(name.to_owned());
        let group = people::group(self.db.conn(), name).await?.ok_or_else(unknown)?;
        if !who.administers() && !who.groups.contains(name) {
            return Err(unknown().into());
        }
        Ok((group, people::members(self.db.conn(), name, page).await?))
    }

    /// Creates a group without members; for administrators.
    pub(crate) async fn create_group(&self, who: &Principal, name: String, title: &str) -> Result<Group, Fault> {
        require_admin(who)?;
        name::check_new(&name)?;
        let group = Group { title: name::text("title", title, DISPLAY_NAME_MAX)?, name, created_at: self.now() };
        let tx = self.begin().await?;
        people::add_group(&*tx, &group).await?;
        self.note(&tx, &who.name, Action::GroupCreated, &group.name, "").await?;
        commit(tx).await?;
        Ok(group)
    }

    /// Makes somebody a member; for administrators. Doing it twice changes nothing.
    pub(crate) async fn add_member(&self, who: &Principal, group: &str, user: &str) -> Result<(), Fault> {
        require_admin(who)?;
        let tx = self.begin().await?;
        people::group(&*tx, group).await?.ok_or_else(|| Error::NoSuchGroup(group.to_owned()))?;
        people::user(&*tx, user).await?.ok_or_else(|| Error::NoSuchUser(user.to_owned()))?;
        if people::add_member(&*tx, group, user).await? {
            self.note(&tx, &who.name, Action::MemberAdded, group, user).await?;
        }
        commit(tx).await
    }

    /// Ends a membership; for administrators. Doing it twice changes nothing.
    pub(crate) async fn remove_member(&self, who: &Principal, group: &str, user: &str) -> Result<(), Fault> {
        require_admin(who)?;
        let tx = self.begin().await?;
        people::group(&*tx, group).await?.ok_or_else(|| Error::NoSuchGroup(group.to_owned()))?;
        if people::remove_member(&*tx, group, user).await? {
            self.note(&tx, &who.name, Action::MemberRemoved, group, user).await?;
        }
        commit(tx).await
    }
}
