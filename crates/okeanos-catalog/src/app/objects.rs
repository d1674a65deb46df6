//! Items that were made from a stored object: all of them at once.

use std::collections::{BTreeMap, BTreeSet};

use okeanos_auth::{Owner, Principal, Visibility};
use okeanos_db::Tx;
use okeanos_fault::Fault;
use okeanos_stac::{Invalid, Item};
use serde_json::Value;

use super::{App, items::same, tally::Tally};
use crate::{
    domain::{Error, ItemRecord, Source, record::Standing},
    events::{self, Change},
    store::{broken, items},
};

/// Most items of one object.
const ITEMS_MAX: usize = 10_000;

/// How many items changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) created: u32,
    pub(crate) updated: u32,
    pub(crate) removed: u32,
}

/// The items of an object, each with its collection.
#[derive(Debug)]
pub(crate) struct ObjectItems {
    pub(crate) source: Source,
    pub(crate) owner: Owner,
    pub(crate) visibility: Visibility,
    pub(crate) items: Vec<(String, Value)>,
}

impl App {
    /// Makes these the only items of an object, in one transaction.
    pub(crate) async fn put_object_items(&self, who: &Principal, object: ObjectItems) -> Result<Changes, Fault> {
        if !who.service {
            return Err(Error::ServicesOnly.into());
        }
        if object.source.bucket.is_empty() || object.source.key.is_empty() {
            return Err(Error::from(Invalid::at("object", "a bucket and a key are expected")).into());
        }
        if [&object.source.bucket, &object.source.key].iter().any(|name| name.contains('\0')) {
            return Err(Error::from(Invalid::at("object", "a bucket and a key have no NUL")).into());
        }
        if object.items.len() > ITEMS_MAX {
            return Err(Error::TooMany(ITEMS_MAX).into());
        }
        let wanted = self.wanted(&object)?;
        let tx = self.db.begin().await.map_err(broken)?;
        // Whoever reads before it is their turn decides by what another is about to change.
        items::lock_source(&*tx, &object.source).await.map_err(broken)?;
        let mut touched: BTreeSet<String> = wanted.keys().map(|(collection, _)| collection.clone()).collect();
        touched.extend(items::collections_of(&*tx, &object.source).await.map_err(broken)?);
        let mut tallies = BTreeMap::new();
        for collection in touched {
            let tally = Tally::open(&tx, &collection).await?;
            tallies.insert(collection, tally);
        }
        let old = items::of_source(&*tx, &object.source).await.map_err(broken)?;
        let changes = self.settle(&tx, old, wanted, tallies).await?;
        tx.commit().await.map_err(broken)?;
        self.counts.forget();
        Ok(changes)
    }

    /// Removes the items of an object; how many there were.
    pub(crate) async fn remove_object_items(&self, who: &Principal, source: Source) -> Result<u32, Fault> {
        let none = ObjectItems { source, owner: Owner::Platform, visibility: Visibility::Private, items: Vec::new() };
        Ok(self.put_object_items(who, none).await?.removed)
    }

    /// The records to be, by collection and id.
    fn wanted(&self, object: &ObjectItems) -> Result<BTreeMap<(String, String), ItemRecord>, Error> {
        let mut wanted = BTreeMap::new();
        for (collection, document) in &object.items {
            same("/collection", collection, document.get("collection").filter(|c| !c.is_null()))?;
            let standing = Standing {
                collection: collection.clone(),
                owner: object.owner.clone(),
                visibility: object.visibility.clone(),
                source: Some(object.source.clone()),
                now: self.now(),
            };
            let record = ItemRecord::new(Item::new(document.clone())?, standing);
            self.bounded(|| format!("the item {}", record.key.id), record.bytes())?;
            let id = record.key.id.clone();
            if wanted.insert((collection.clone(), id.clone()), record).is_some() {
                return Err(Error::ItemExists { collection: collection.clone(), id });
            }
        }
        Ok(wanted)
    }

    /// Turns the old items of an object into the wanted ones.
    async fn settle(
        &self,
        tx: &Tx,
        old: Vec<ItemRecord>,
        mut wanted: BTreeMap<(String, String), ItemRecord>,
        mut tallies: BTreeMap<String, Tally>,
    ) -> Result<Changes, Fault> {
        let mut changes = Changes::default();
        for old in old {
            let new = wanted.remove(&(old.key.collection.clone(), old.key.id.clone()));
            let Some(tally) = tallies.get_mut(&old.key.collection) else { continue };
            match new {
                None => {
                    self.remove(tx, &old, tally).await?;
                    changes.removed += 1;
                }
                Some(new) => changes.updated += u32::from(self.update(tx, &old, new, tally).await?),
            }
        }
        for new in wanted.into_values() {
            let Some(tally) = tallies.get_mut(&new.key.collection) else { continue };
            let (collection, id) = (&new.key.collection, &new.key.id);
            if let Some(posted) = items::posted(&**tx, collection, id).await.map_err(broken)? {
                // The id says which object it is of: nobody keeps an object out of the catalog by being there first,
                // with the id or with its UUID.
                self.remove(tx, &posted, tally).await?;
            } else if items::exists(&**tx, collection, id).await.map_err(broken)? {
                let (collection, id) = (new.key.collection, new.key.id);
                return Err(Error::OtherSource { collection, id }.into());
            }
            items::insert(&**tx, &new).await.map_err(broken)?;
            tally.added(&new);
            events::item(tx, Change::Created, &new, self.clock.now()).await?;
            changes.created += 1;
        }
        for tally in tallies.into_values() {
            tally.write(tx).await?;
        }
        Ok(changes)
    }

    async fn remove(&self, tx: &Tx, old: &ItemRecord, tally: &mut Tally) -> Result<(), Fault> {
        if !items::delete(&**tx, old).await.map_err(broken)? {
            return Err(Error::Changed.into());
        }
        tally.removed(old);
        events::item(tx, Change::Deleted, old, self.clock.now()).await
    }

    /// Whether anything has changed.
    async fn update(&self, tx: &Tx, old: &ItemRecord, new: ItemRecord, tally: &mut Tally) -> Result<bool, Fault> {
        // What its owner has shared since stays shared: the object's place says only that nobody else need see it.
        let new = if new.visibility == Visibility::Private && old.visibility != Visibility::Private {
            new.shown_as(&old.visibility)
        } else {
            new
        };
        let Some(new) = new.replacing(old) else { return Ok(false) };
        if !items::update(&**tx, &new).await.map_err(broken)? {
            return Err(Error::Changed.into());
        }
        tally.removed(old);
        tally.added(&new);
        events::item(tx, Change::Updated, &new, self.clock.now()).await?;
        Ok(true)
    }
}
