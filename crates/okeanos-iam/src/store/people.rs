//! Users, groups and members.

use std::collections::BTreeSet;

use okeanos_fault::Fault;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    SqlErr, sea_query::OnConflict,
};
use time::OffsetDateTime;

use super::{
    broken,
    entity::{group, member, user},
    micros, time,
};
use crate::domain::{
    Error,
    page::{Listed, Page},
    user::{Group, User},
};

impl From<user::Model> for User {
    fn from(row: user::Model) -> Self {
        Self {
            name: row.name,
            display_name: row.display_name,
            admin: row.admin,
            suspended: row.suspended,
            created_at: time(row.created_at),
        }
    }
}

impl From<&User> for user::Model {
    fn from(user: &User) -> Self {
        Self {
            name: user.name.clone(),
            display_name: user.display_name.clone(),
            admin: user.admin,
            suspended: user.suspended,
            created_at: micros(user.created_at),
            deleted_at: None,
        }
    }
}

impl From<group::Model> for Group {
    fn from(row: group::Model) -> Self {
        Self { name: row.name, title: row.title, created_at: time(row.created_at) }
    }
}

/// A user who is not deleted.
pub(crate) async fn user(c: &impl ConnectionTrait, name: &str) -> Result<Option<User>, Fault> {
    let row = user::Entity::find_by_id(name).filter(user::Column::DeletedAt.is_null()).one(c).await;
    Ok(row.map_err(broken)?.map(User::from))
}

/// Users in the order of their names.
pub(crate) async fn users(c: &impl ConnectionTrait, page: &Page) -> Result<Listed<User>, Fault> {
    let mut find = user::Entity::find().filter(user::Column::DeletedAt.is_null()).order_by_asc(user::Column::Name);
    if let Some(after) = &page.after {
        find = find.filter(user::Column::Name.gt(after.as_str()));
    }
    let rows = find.limit(u64::from(page.limit) + 1).all(c).await.map_err(broken)?;
    Ok(Listed::of(rows.into_iter().map(User::from).collect(), page.limit, |u| &u.name))
}

/// Adds a user whose name nobody has or had.
pub(crate) async fn add_user(c: &impl ConnectionTrait, user: &User) -> Result<(), Fault> {
    let insert = user::Entity::insert(user::Model::from(user).into_active_model());
    insert.exec_without_returning(c).await.map(drop).map_err(|e| taken(e, &user.name))
}

fn taken(error: sea_orm::DbErr, name: &str) -> Fault {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => Error::NameTaken(name.to_owned()).into(),
        _ => broken(error),
    }
}

/// Changes what may change of a user.
pub(crate) async fn change_user(c: &impl ConnectionTrait, user: &User) -> Result<(), Fault> {
    let change = user::ActiveModel {
        display_name: Set(user.display_name.clone()),
        admin: Set(user.admin),
        suspended: Set(user.suspended),
        ..Default::default()
    };
    let update = user::Entity::update_many().set(change).filter(user::Column::Name.eq(user.name.as_str()));
    update.exec(c).await.map(drop).map_err(broken)
}

/// Marks a user as deleted and takes it out of every group; the name stays taken.
pub(crate) async fn delete_user(c: &impl ConnectionTrait, name: &str, now: OffsetDateTime) -> Result<(), Fault> {
    let change = user::ActiveModel { deleted_at: Set(Some(micros(now))), admin: Set(false), ..Default::default() };
    let update = user::Entity::update_many().set(change).filter(user::Column::Name.eq(name));
    update.exec(c).await.map_err(broken)?;
    let leave = member::Entity::delete_many().filter(member::Column::UserName.eq(name));
    leave.exec(c).await.map(drop).map_err(broken)
}

/// Administrators who can act, locked until the transaction ends.
pub(crate) async fn acting_admins(c: &impl ConnectionTrait) -> Result<Vec<String>, Fault> {
    let rows = user::Entity::find()
        .filter(user::Column::Admin.eq(true))
        .filter(user::Column::Suspended.eq(false))
        .filter(user::Column::DeletedAt.is_null())
        .lock_exclusive()
        .all(c)
        .await;
    Ok(rows.map_err(broken)?.into_iter().map(|u| u.name).collect())
}

/// The groups that a user belongs to.
pub(crate) async fn groups_of(c: &impl ConnectionTrait, user: &str) -> Result<BTreeSet<String>, Fault> {
    let rows = member::Entity::find().filter(member::Column::UserName.eq(user)).all(c).await.map_err(broken)?;
    Ok(rows.into_iter().map(|m| m.group_name).collect())
}

/// A group.
pub(crate) async fn group(c: &impl ConnectionTrait, name: &str) -> Result<Option<Group>, Fault> {
    Ok(group::Entity::find_by_id(name).one(c).await.map_err(broken)?.map(Group::from))
}

/// Groups in the order of their names: all of them, or those of a user.
pub(crate) async fn groups(c: &impl ConnectionTrait, of: Option<&str>, page: &Page) -> Result<Listed<Group>, Fault> {
    let mut find = group::Entity::find().order_by_asc(group::Column::Name);
    if let Some(user) = of {
        let theirs = member::Entity::find()
            .select_only()
            .column(member::Column::GroupName)
            .filter(member::Column::UserName.eq(user));
        find = find.filter(group::Column::Name.in_subquery(sea_orm::QueryTrait::into_query(theirs)));
    }
    if let Some(after) = &page.after {
        find = find.filter(group::Column::Name.gt(after.as_str()));
    }
    let rows = find.limit(u64::from(page.limit) + 1).all(c).await.map_err(broken)?;
    Ok(Listed::of(rows.into_iter().map(Group::from).collect(), page.limit, |g| &g.name))
}

/// Adds a group whose name no group has.
pub(crate) async fn add_group(c: &impl ConnectionTrait, group: &Group) -> Result<(), Fault> {
    let row = group::ActiveModel {
        name: Set(group.name.clone()),
        title: Set(group.title.clone()),
        created_at: Set(micros(group.created_at)),
    };
    group::Entity::insert(row).exec_without_returning(c).await.map(drop).map_err(|e| taken(e, &group.name))
}

/// The members of a group in the order of their names.
pub(crate) async fn members(c: &impl ConnectionTrait, group: &str, page: &Page) -> Result<Listed<String>, Fault> {
    let mut find =
        member::Entity::find().filter(member::Column::GroupName.eq(group)).order_by_asc(member::Column::UserName);
    if let Some(after) = &page.after {
        find = find.filter(member::Column::UserName.gt(after.as_str()));
    }
    let rows = find.limit(u64::from(page.limit) + 1).all(c).await.map_err(broken)?;
    Ok(Listed::of(rows.into_iter().map(|m| m.user_name).collect(), page.limit, |n| n))
}

/// Adds a member; whether it was not one before.
pub(crate) async fn add_member(c: &impl ConnectionTrait, group: &str, user: &str) -> Result<bool, Fault> {
    let row = member::ActiveModel { group_name: Set(group.to_owned()), user_name: Set(user.to_owned()) };
    let once = OnConflict::columns([member::Column::GroupName, member::Column::UserName]).do_nothing().to_owned();
    let added = member::Entity::insert(row).on_conflict(once).exec_without_returning(c).await;
    match added {
        Ok(rows) => Ok(rows > 0),
        Err(sea_orm::DbErr::RecordNotInserted) => Ok(false),
        Err(error) => Err(broken(error)),
    }
}

/// Removes a member; whether it was one.
pub(crate) async fn remove_member(c: &impl ConnectionTrait, group: &str, user: &str) -> Result<bool, Fault> {
    let gone = member::Entity::delete_by_id((group.to_owned(), user.to_owned())).exec(c).await.map_err(broken)?;
    Ok(gone.rows_affected > 0)
}
