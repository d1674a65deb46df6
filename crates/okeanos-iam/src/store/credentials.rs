//! API tokens, sessions, sign-in links and S3 keys.

use okeanos_fault::Fault;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use time::OffsetDateTime;

use super::{
    broken,
    entity::{link, s3_key, session, token},
    micros, time,
};
use crate::domain::{
    credential::{KeptToken, S3Key, Session},
    page::{Listed, Page},
    rights,
};

impl From<token::Model> for KeptToken {
    fn from(row: token::Model) -> Self {
        Self {
            id: row.id,
            user: row.user_name,
            name: row.name,
            hash: row.hash,
            scopes: rights::split(&row.scopes),
            created_at: time(row.created_at),
            expires_at: row.expires_at.map(time),
            last_used_at: row.last_used_at.map(time),
        }
    }
}

/// A token by its id.
pub(crate) async fn token(c: &impl ConnectionTrait, id: &str) -> Result<Option<KeptToken>, Fault> {
    Ok(token::Entity::find_by_id(id).one(c).await.map_err(broken)?.map(KeptToken::from))
}

/// The tokens of a user in the order of their ids.
pub(crate) async fn tokens(c: &impl ConnectionTrait, user: &str, page: &Page) -> Result<Listed<KeptToken>, Fault> {
    let mut find = token::Entity::find().filter(token::Column::UserName.eq(user)).order_by_asc(token::Column::Id);
    if let Some(after) = &page.after {
        find = find.filter(token::Column::Id.gt(after.as_str()));
    }
    let rows = find.limit(u64::from(page.limit) + 1).all(c).await.map_err(broken)?;
    Ok(Listed::of(rows.into_iter().map(KeptToken::from).collect(), page.limit, |t| &t.id))
}

/// How many tokens a user has.
pub(crate) async fn token_count(c: &impl ConnectionTrait, user: &str) -> Result<u64, Fault> {
    token::Entity::find().filter(token::Column::UserName.eq(user)).count(c).await.map_err(broken)
}

/// Adds a token.
pub(crate) async fn add_token(c: &impl ConnectionTrait, token: &KeptToken) -> Result<(), Fault> {
    let row = token::Model {
        id: token.id.clone(),
        user_name: token.user.clone(),
        name: token.name.clone(),
        hash: token.hash.clone(),
        scopes: rights::join(&token.scopes),
        created_at: micros(token.created_at),
        expires_at: token.expires_at.map(micros),
        last_used_at: token.last_used_at.map(micros),
    };
    token::Entity::insert(row.into_active_model()).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// Notes that a token was used.
pub(crate) async fn token_used(c: &impl ConnectionTrait, id: &str, now: OffsetDateTime) -> Result<(), Fault> {
    let used = token::ActiveModel { last_used_at: Set(Some(micros(now))), ..Default::default() };
    let update = token::Entity::update_many().set(used).filter(token::Column::Id.eq(id));
    update.exec(c).await.map(drop).map_err(broken)
}

/// Removes a token, and the S3 keys that were made with it.
pub(crate) async fn delete_token(c: &impl ConnectionTrait, id: &str) -> Result<(), Fault> {
    s3_key::Entity::delete_many().filter(s3_key::Column::TokenId.eq(id)).exec(c).await.map_err(broken)?;
    token::Entity::delete_by_id(id).exec(c).await.map(drop).map_err(broken)
}

/// A session by the hash of its secret.
pub(crate) async fn session(c: &impl ConnectionTrait, hash: &str) -> Result<Option<Session>, Fault> {
    let row = session::Entity::find_by_id(hash).one(c).await.map_err(broken)?;
    Ok(row.map(|s| Session {
        hash: s.hash,
        user: s.user_name,
        created_at: time(s.created_at),
        seen_at: time(s.seen_at),
        expires_at: time(s.expires_at),
    }))
}

/// Adds a session.
pub(crate) async fn add_session(c: &impl ConnectionTrait, session: &Session) -> Result<(), Fault> {
    let row = session::Model {
        hash: session.hash.clone(),
        user_name: session.user.clone(),
        created_at: micros(session.created_at),
        seen_at: micros(session.seen_at),
        expires_at: micros(session.expires_at),
    };
    session::Entity::insert(row.into_active_model()).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// Notes that a session was used.
pub(crate) async fn session_seen(c: &impl ConnectionTrait, hash: &str, now: OffsetDateTime) -> Result<(), Fault> {
    let seen = session::ActiveModel { seen_at: Set(micros(now)), ..Default::default() };
    let update = session::Entity::update_many().set(seen).filter(session::Column::Hash.eq(hash));
    update.exec(c).await.map(drop).map_err(broken)
}

/// Ends a session, and the S3 keys that were made with it.
pub(crate) async fn delete_session(c: &impl ConnectionTrait, hash: &str) -> Result<(), Fault> {
    s3_key::Entity::delete_many().filter(s3_key::Column::SessionHash.eq(hash)).exec(c).await.map_err(broken)?;
    session::Entity::delete_by_id(hash).exec(c).await.map(drop).map_err(broken)
}

/// Adds a sign-in link.
pub(crate) async fn add_link(
    c: &impl ConnectionTrait,
    hash: &str,
    user: &str,
    expires_at: OffsetDateTime,
) -> Result<(), Fault> {
    let row = link::Model { hash: hash.to_owned(), user_name: user.to_owned(), expires_at: micros(expires_at) };
    link::Entity::insert(row.into_active_model()).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// Whom a sign-in link is for; whoever removes the row first has used it.
pub(crate) async fn use_link(
    c: &impl ConnectionTrait,
    hash: &str,
    now: OffsetDateTime,
) -> Result<Option<String>, Fault> {
    let Some(row) = link::Entity::find_by_id(hash).one(c).await.map_err(broken)? else { return Ok(None) };
    let gone = link::Entity::delete_by_id(hash).exec(c).await.map_err(broken)?;
    Ok((gone.rows_affected == 1 && time(row.expires_at) > now).then_some(row.user_name))
}

/// Removes the sign-in links of a user.
pub(crate) async fn delete_links(c: &impl ConnectionTrait, user: &str) -> Result<(), Fault> {
    link::Entity::delete_many().filter(link::Column::UserName.eq(user)).exec(c).await.map(drop).map_err(broken)
}

impl From<s3_key::Model> for S3Key {
    fn from(row: s3_key::Model) -> Self {
        Self {
            id: row.id,
            user: row.user_name,
            scopes: rights::split(&row.scopes),
            token: row.token_id,
            session: row.session_hash,
            delegated: row.delegated,
            created_at: time(row.created_at),
            expires_at: time(row.expires_at),
        }
    }
}

/// An S3 key by its id.
pub(crate) async fn s3_key(c: &impl ConnectionTrait, id: &str) -> Result<Option<S3Key>, Fault> {
    Ok(s3_key::Entity::find_by_id(id).one(c).await.map_err(broken)?.map(S3Key::from))
}

/// The S3 keys of a user that are alive, in the order of their ids.
pub(crate) async fn s3_keys(
    c: &impl ConnectionTrait,
    user: &str,
    now: OffsetDateTime,
    page: &Page,
) -> Result<Listed<S3Key>, Fault> {
    let mut find = s3_key::Entity::find()
        .filter(s3_key::Column::UserName.eq(user))
        .filter(s3_key::Column::ExpiresAt.gt(micros(now)))
        .order_by_asc(s3_key::Column::Id);
    if let Some(after) = &page.after {
        find = find.filter(s3_key::Column::Id.gt(after.as_str()));
    }
    let rows = find.limit(u64::from(page.limit) + 1).all(c).await.map_err(broken)?;
    Ok(Listed::of(rows.into_iter().map(S3Key::from).collect(), page.limit, |k| &k.id))
}

/// Removes an S3 key.
pub(crate) async fn delete_s3_key(c: &impl ConnectionTrait, id: &str) -> Result<(), Fault> {
    s3_key::Entity::delete_by_id(id).exec(c).await.map(drop).map_err(broken)
}

/// How many S3 keys of a user are alive, besides those of jobs.
pub(crate) async fn s3_key_count(c: &impl ConnectionTrait, user: &str, now: OffsetDateTime) -> Result<u64, Fault> {
    let alive = s3_key::Entity::find()
        .filter(s3_key::Column::UserName.eq(user))
        .filter(s3_key::Column::Delegated.eq(false))
        .filter(s3_key::Column::ExpiresAt.gt(micros(now)));
    alive.count(c).await.map_err(broken)
}

/// Adds an S3 key.
pub(crate) async fn add_s3_key(c: &impl ConnectionTrait, key: &S3Key) -> Result<(), Fault> {
    let row = s3_key::Model {
        id: key.id.clone(),
        user_name: key.user.clone(),
        scopes: rights::join(&key.scopes),
        token_id: key.token.clone(),
        session_hash: key.session.clone(),
        delegated: key.delegated,
        created_at: micros(key.created_at),
        expires_at: micros(key.expires_at),
    };
    s3_key::Entity::insert(row.into_active_model()).exec_without_returning(c).await.map(drop).map_err(broken)
}

/// Ends what a suspended user must not find again on return: sessions, links, S3 keys.
pub(crate) async fn end_short_lived(c: &impl ConnectionTrait, user: &str) -> Result<(), Fault> {
    session::Entity::delete_many().filter(session::Column::UserName.eq(user)).exec(c).await.map_err(broken)?;
    s3_key::Entity::delete_many().filter(s3_key::Column::UserName.eq(user)).exec(c).await.map_err(broken)?;
    delete_links(c, user).await
}

/// Ends every credential of a user.
pub(crate) async fn end_all(c: &impl ConnectionTrait, user: &str) -> Result<(), Fault> {
    end_short_lived(c, user).await?;
    token::Entity::delete_many().filter(token::Column::UserName.eq(user)).exec(c).await.map(drop).map_err(broken)
}

/// Removes what has ended; they were of no use any more.
pub(crate) async fn sweep(c: &impl ConnectionTrait, now: OffsetDateTime) -> Result<(), Fault> {
    let now = micros(now);
    session::Entity::delete_many().filter(session::Column::ExpiresAt.lte(now)).exec(c).await.map_err(broken)?;
    link::Entity::delete_many().filter(link::Column::ExpiresAt.lte(now)).exec(c).await.map_err(broken)?;
    s3_key::Entity::delete_many().filter(s3_key::Column::ExpiresAt.lte(now)).exec(c).await.map(drop).map_err(broken)
}
