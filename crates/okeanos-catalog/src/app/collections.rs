//! Collections. Their documents are public: what is measured is what the ocean community shares.

use okeanos_auth::{
    Action, Owner, Principal, Resource, Scope, Visibility,
    access::{require, require_admin},
    authorize,
};
use okeanos_db::Tx;
use okeanos_fault::Fault;
use okeanos_stac::Collection;
use serde_json::Value;

use super::{App, items::same};
use crate::{
    domain::{CollectionRecord, Error, check_name},
    events::{self, Change},
    store::{broken, collections, items},
};

/// Ids that start so belong to the platform: one collection per CF standard name.
const RESERVED_PREFIX: &str = "climate_forecast-";
/// The platform's too: the collection of what has no known name.
const RESERVED: &str = "uncategorised";

fn is_reserved(id: &str) -> bool {
    id.starts_with(RESERVED_PREFIX) || id == RESERVED
}

impl App {
    /// One collection.
    pub(crate) async fn collection(&self, id: &str) -> Result<CollectionRecord, Fault> {
        check_name(id, "collection").map_err(Error::from)?;
        let found = collections::one(self.db.conn(), id).await.map_err(broken)?;
        Ok(found.ok_or_else(|| Error::NoSuchCollection(id.to_owned()))?)
    }

    /// A page of collections by id, whether there are more, and how many there are in all.
    pub(crate) async fn collections(
        &self,
        after: Option<&str>,
        limit: u32,
    ) -> Result<(Vec<CollectionRecord>, bool, u64), Fault> {
        let limit = limit.clamp(1, self.config.page_size_max.max(1));
        if let Some(after) = after {
            check_name(after, "token").map_err(Error::from)?;
        }
        let (c, bytes_max) = (self.db.conn(), self.config.page_bytes_max);
        let (mut page, cut) = collections::page(c, after, u64::from(limit) + 1, bytes_max).await.map_err(broken)?;
        let more = cut || page.len() > limit as usize;
        page.truncate(limit as usize);
        let all = collections::count(self.db.conn()).await.map_err(broken)?;
        Ok((page, more, all))
    }

    /// Creates a collection of the caller's.
    pub(crate) async fn create_collection(&self, who: &Principal, document: Value) -> Result<CollectionRecord, Fault> {
        require(who, Scope::Write)?;
        if !self.config.open_collections {
            require_admin(who)?;
        }
        let collection = Collection::new(document).map_err(Error::from)?;
        if is_reserved(collection.id()) && !who.administers() {
            return Err(Error::ReservedName(collection.id().to_owned()).into());
        }
        let record = CollectionRecord::new(collection, Owner::User(who.name.clone()), self.now());
        self.collection_bounded(&record)?;
        if self.insert_collection(&record).await? { Ok(record) } else { Err(Error::CollectionExists(record.id).into()) }
    }

    /// Creates a collection of the platform's if there is none of its id; whether there was none.
    pub(crate) async fn ensure_collection(&self, who: &Principal, document: Value) -> Result<bool, Fault> {
        if !who.service {
            return Err(Error::ServicesOnly.into());
        }
        let collection = Collection::new(document).map_err(Error::from)?;
        if collections::one(self.db.conn(), collection.id()).await.map_err(broken)?.is_some() {
            return Ok(false);
        }
        self.insert_collection(&CollectionRecord::new(collection, Owner::Platform, self.now())).await
    }

    /// Puts a document in the place of a collection; its items stay.
    pub(crate) async fn replace_collection(
        &self,
        who: &Principal,
        id: &str,
        mut document: Value,
    ) -> Result<CollectionRecord, Fault> {
        let old = self.collection_to_change(who, id).await?;
        if let Some(document) = document.as_object_mut() {
            document.entry("id").or_insert_with(|| id.into());
        }
        same("/id", id, document.get("id"))?;
        let collection = Collection::new(document).map_err(Error::from)?;
        let tx = self.db.begin().await.map_err(broken)?;
        let now = still(&tx, &old).await?;
        let record = CollectionRecord {
            created: now.created,
            items: now.items,
            extent: now.extent,
            ..CollectionRecord::new(collection, old.owner, self.now())
        };
        self.collection_bounded(&record)?;
        collections::update(&*tx, &record).await.map_err(broken)?;
        events::collection(&tx, Change::Updated, id, self.clock.now()).await?;
        tx.commit().await.map_err(broken)?;
        Ok(record)
    }

    /// Removes a collection that has no items.
    pub(crate) async fn delete_collection(&self, who: &Principal, id: &str) -> Result<(), Fault> {
        let old = self.collection_to_change(who, id).await?;
        let tx = self.db.begin().await.map_err(broken)?;
        still(&tx, &old).await?;
        if items::any_in(&*tx, id).await.map_err(broken)? {
            return Err(Error::CollectionNotEmpty(id.to_owned()).into());
        }
        collections::delete(&*tx, id).await.map_err(broken)?;
        events::collection(&tx, Change::Deleted, id, self.clock.now()).await?;
        tx.commit().await.map_err(broken)
    }

    async fn collection_to_change(&self, who: &Principal, id: &str) -> Result<CollectionRecord, Fault> {
        require(who, Scope::Write)?;
        let old = self.collection(id).await?;
        authorize(who, Action::Write, &Resource { owner: &old.owner, visibility: &Visibility::Public })?;
        Ok(old)
    }

    fn collection_bounded(&self, record: &CollectionRecord) -> Result<(), Error> {
        self.bounded(|| format!("the collection {}", record.id), record.bytes())
    }

    /// Writes a new collection; `false` when its id is taken.
    async fn insert_collection(&self, record: &CollectionRecord) -> Result<bool, Fault> {
        let tx = self.db.begin().await.map_err(broken)?;
        if collections::one(&*tx, &record.id).await.map_err(broken)?.is_some() {
            return Ok(false);
        }
        match collections::insert(&*tx, record).await {
            // Somebody else was quicker, on a database where writers do not wait for each other.
            Err(error) if matches!(error.sql_err(), Some(sea_orm::SqlErr::UniqueConstraintViolation(_))) => {
                return Ok(false);
            }
            other => other.map_err(broken)?,
        }
        events::collection(&tx, Change::Created, &record.id, self.clock.now()).await?;
        tx.commit().await.map_err(broken)?;
        Ok(true)
    }
}

/// The collection, locked, unless others were quicker: it is gone, or there is another of its id, perhaps somebody else's.
async fn still(tx: &Tx, old: &CollectionRecord) -> Result<CollectionRecord, Fault> {
    let now = collections::one_to_change(&**tx, &old.id).await.map_err(broken)?;
    let now = now.ok_or_else(|| Error::NoSuchCollection(old.id.clone()))?;
    if now.created == old.created { Ok(now) } else { Err(Error::Changed.into()) }
}
