//! Items, one by one.

use okeanos_auth::{
    Action, Owner, Principal, Resource, Scope, Visibility,
    access::{owns, refusal, require},
    authorize,
};
use okeanos_db::Tx;
use okeanos_fault::Fault;
use okeanos_stac::{Invalid, Item, Problems};
use serde_json::Value;

use super::{App, may_show_to, tally::Tally};
use crate::{
    domain::{
        Error, ItemRecord, Sees, check_holder, check_name,
        record::{Standing, VISIBILITY},
    },
    events::{self, Change},
    store::{broken, items},
};

/// Most features of one request.
pub(crate) const FEATURES_MAX: usize = 10_000;

/// What a request says of an item beside the document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// Whose it is to be; nothing is the caller.
    pub(crate) owner: Option<String>,
    /// Who is to see it; nothing is what the document says, else what it was, else its owner only.
    pub(crate) visibility: Option<String>,
    /// The entity tags of which the record must have one; nothing is any.
    pub(crate) if_match: Option<Vec<String>>,
}

/// What became of the features of a FeatureCollection.
#[derive(Debug, Default)]
pub(crate) struct Inserted {
    pub(crate) items: Vec<ItemRecord>,
    /// The id as posted, if it could be read, and what was wrong.
    pub(crate) errors: Vec<(Option<String>, Fault)>,
}

impl App {
    /// One item that somebody sees, by its id or UUID.
    pub(crate) async fn item(&self, who: &Principal, collection: Option<&str>, id: &str) -> Result<ItemRecord, Fault> {
        check_name(id, "item").map_err(Error::from)?;
        if let Some(collection) = collection {
            check_name(collection, "collection").map_err(Error::from)?;
        }
        let found = items::one(self.db.conn(), &Sees::of(who), collection, id).await.map_err(broken)?;
        Ok(found.ok_or_else(|| Error::NoSuchItem(id.to_owned()))?)
    }

    /// Creates an item in a collection.
    pub(crate) async fn create_item(
        &self,
        who: &Principal,
        collection: &str,
        document: Value,
        said: &Said,
    ) -> Result<ItemRecord, Fault> {
        let inserted = self.create_items(who, collection, vec![document], said).await?;
        match (inserted.items.into_iter().next(), inserted.errors.into_iter().next()) {
            (Some(item), _) => Ok(item),
            (None, Some((_, fault))) => Err(fault),
            (None, None) => Err(Fault::internal("an item was neither created nor refused")),
        }
    }

    /// Creates items in a collection, in one transaction. Those that are wrong are left out and told of.
    pub(crate) async fn create_items(
        &self,
        who: &Principal,
        collection: &str,
        documents: Vec<Value>,
        said: &Said,
    ) -> Result<Inserted, Fault> {
        require(who, Scope::Write)?;
        let owner = owner(who, said)?;
        if documents.len() > FEATURES_MAX {
            return Err(Error::TooMany(FEATURES_MAX).into());
        }
        let mut inserted = Inserted::default();
        let mut ready = Vec::with_capacity(documents.len());
        for document in documents {
            let id = document.get("id").and_then(Value::as_str).map(str::to_owned);
            match self.prepare(who, collection, document, &owner, said, &Visibility::Private) {
                Ok(item) => ready.push(item),
                Err(fault) => inserted.errors.push((id, fault)),
            }
        }
        let now = self.clock.now();
        let tx = self.db.begin().await.map_err(broken)?;
        let mut tally = Tally::open(&tx, collection).await?;
        for item in ready {
            if items::exists(&*tx, collection, &item.key.id).await.map_err(broken)? {
                let error = Error::ItemExists { collection: collection.to_owned(), id: item.key.id.clone() };
                inserted.errors.push((Some(item.key.id), error.into()));
                continue;
            }
            items::insert(&*tx, &item).await.map_err(broken)?;
            tally.added(&item);
            events::item(&tx, Change::Created, &item, now).await?;
            inserted.items.push(item);
        }
        tally.write(&tx).await?;
        tx.commit().await.map_err(broken)?;
        self.counts.forget();
        Ok(inserted)
    }

    /// Puts a document in the place of an item.
    pub(crate) async fn replace_item(
        &self,
        who: &Principal,
        collection: Option<&str>,
        id: &str,
        document: Value,
        said: &Said,
    ) -> Result<ItemRecord, Fault> {
        let (tx, tally, old) = self.item_to_change(who, collection, id, said).await?;
        self.put(who, tx, tally, old, document, said).await
    }

    /// Changes members of an item: a JSON merge patch (RFC 7396).
    pub(crate) async fn patch_item(
        &self,
        who: &Principal,
        collection: Option<&str>,
        id: &str,
        patch: &Value,
        said: &Said,
    ) -> Result<ItemRecord, Fault> {
        if !patch.is_object() {
            return Err(Error::from(Invalid::at("/", "a JSON object is expected")).into());
        }
        let (tx, tally, old) = self.item_to_change(who, collection, id, said).await?;
        let mut document = old.whole();
        merge(&mut document, patch);
        self.put(who, tx, tally, old, document, said).await
    }

    /// Removes an item.
    pub(crate) async fn delete_item(
        &self,
        who: &Principal,
        collection: Option<&str>,
        id: &str,
        said: &Said,
    ) -> Result<(), Fault> {
        let (tx, mut tally, old) = self.item_to_change(who, collection, id, said).await?;
        if !items::delete(&*tx, &old).await.map_err(broken)? {
            return Err(Error::Changed.into());
        }
        tally.removed(&old);
        events::item(&tx, Change::Deleted, &old, self.clock.now()).await?;
        tally.write(&tx).await?;
        tx.commit().await.map_err(broken)?;
        self.counts.forget();
        Ok(())
    }

    /// An item that somebody may change, in the version that they mean. Nobody else changes its collection until the
    /// transaction ends.
    async fn item_to_change(
        &self,
        who: &Principal,
        collection: Option<&str>,
        id: &str,
        said: &Said,
    ) -> Result<(Tx, Tally, ItemRecord), Fault> {
        require(who, Scope::Write)?;
        let may = |item: &ItemRecord| {
            authorize(who, Action::Write, &Resource { owner: &item.owner, visibility: &item.visibility })
        };
        // Who may not does not make others wait.
        let found = self.item(who, collection, id).await?;
        may(&found)?;
        let tx = self.db.begin().await.map_err(broken)?;
        let tally = Tally::open(&tx, &found.key.collection).await?;
        let now = items::one(&*tx, &Sees::of(who), Some(&found.key.collection), id).await.map_err(broken)?;
        let now = now.ok_or_else(|| Error::NoSuchItem(id.to_owned()))?;
        may(&now)?;
        match &said.if_match {
            Some(tags) if !tags.contains(&now.etag()) => Err(Error::Changed.into()),
            _ => Ok((tx, tally, now)),
        }
    }

    async fn put(
        &self,
        who: &Principal,
        tx: Tx,
        mut tally: Tally,
        old: ItemRecord,
        mut document: Value,
        said: &Said,
    ) -> Result<ItemRecord, Fault> {
        if let Some(document) = document.as_object_mut() {
            let id = document.entry("id").or_insert_with(|| old.key.id.clone().into());
            // An item may be addressed and named by its UUID.
            if id.as_str() == Some(&old.uuid) {
                *id = old.key.id.clone().into();
            }
        }
        same("/id", &old.key.id, document.get("id"))?;
        let owner = match &said.owner {
            Some(_) => self::owner(who, said)?,
            None => old.owner.clone(),
        };
        let mut new = self.prepare(who, &old.key.collection, document, &owner, said, &old.visibility)?;
        new.source.clone_from(&old.source);
        let Some(new) = new.replacing(&old) else { return Ok(old) };
        if !items::update(&*tx, &new).await.map_err(broken)? {
            return Err(Error::Changed.into());
        }
        tally.removed(&old);
        tally.added(&new);
        events::item(&tx, Change::Updated, &new, self.clock.now()).await?;
        tally.write(&tx).await?;
        tx.commit().await.map_err(broken)?;
        self.counts.forget();
        Ok(new)
    }

    /// A record of a document that somebody sent.
    fn prepare(
        &self,
        who: &Principal,
        collection: &str,
        document: Value,
        owner: &Owner,
        said: &Said,
        default: &Visibility,
    ) -> Result<ItemRecord, Fault> {
        same("/collection", collection, document.get("collection").filter(|c| !c.is_null()))?;
        let visibility = visibility(&document, "/properties/okeanos:visibility", said, default)?;
        may_show_to(who, &visibility)?;
        let item = Item::new(document).map_err(Error::from)?;
        let standing = Standing {
            collection: collection.to_owned(),
            owner: owner.clone(),
            visibility,
            source: None,
            now: self.now(),
        };
        let record = ItemRecord::new(item, standing);
        self.bounded(|| format!("the item {}", record.key.id), record.bytes())?;
        Ok(record)
    }
}

/// Whose a new thing is: the caller's, unless they say that it belongs to another namespace of theirs.
fn owner(who: &Principal, said: &Said) -> Result<Owner, Fault> {
    let own = Owner::User(who.name.clone());
    let Some(name) = said.owner.as_deref().filter(|name| *name != "me") else { return Ok(own) };
    check_holder(name, "owner").map_err(Error::from)?;
    let owner: Owner = name.parse()?;
    if owns(who, &owner) || who.administers() { Ok(owner) } else { Err(refusal(who)) }
}

/// Who is to see a thing: as the query says, else as the document says, else the default.
pub(crate) fn visibility(
    document: &Value,
    pointer: &str,
    said: &Said,
    default: &Visibility,
) -> Result<Visibility, Fault> {
    let read = |text: &str, at: &str| {
        check_holder(text, at).map_err(Error::from)?;
        text.parse().map_err(|fault: Fault| fault.field(at))
    };
    if let Some(text) = &said.visibility {
        return read(text, "visibility");
    }
    match document.pointer(pointer) {
        None => Ok(default.clone()),
        Some(Value::String(text)) => read(text, pointer),
        Some(_) => {
            let wrong = Invalid::at(pointer, format!("{VISIBILITY} is private, group:<name> or public"));
            Err(Error::from(Problems::from(wrong)).into())
        }
    }
}

/// What a document says of itself must be what the address says.
pub(crate) fn same(field: &'static str, expected: &str, found: Option<&Value>) -> Result<(), Error> {
    match found {
        Some(found) if found.as_str() != Some(expected) => {
            let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned).chars().take(200).collect();
            Err(Error::Mismatch { field, expected: expected.to_owned(), found })
        }
        _ => Ok(()),
    }
}

/// JSON merge patch (RFC 7396). The depth is that of the patch, which the parser bounds.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Some(target) = target.as_object_mut() else { return };
    for (name, value) in members {
        if value.is_null() {
            target.shift_remove(name);
        } else {
            merge(target.entry(name).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_merge_patch_adds_changes_and_removes() {
        let mut target = json!({"a": 1, "b": {"c": 2, "d": 3}, "e": [1]});
        merge(&mut target, &json!({"a": 9, "b": {"c": null, "x": {"y": 1}}, "e": [2], "f": null}));
        assert_eq!(target, json!({"a": 9, "b": {"d": 3, "x": {"y": 1}}, "e": [2]}));
    }
}
