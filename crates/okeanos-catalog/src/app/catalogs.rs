//! Catalogs: trees of references that people make of collections and items.

use okeanos_auth::{
    Action, Owner, Principal, Resource, Scope,
    access::{require, require_admin},
    authorize,
};
use okeanos_db::Tx;
use okeanos_fault::Fault;
use okeanos_stac::{Catalog, Invalid, Problems};
use serde_json::Value;

use super::{
    App,
    items::{Said, same, visibility},
    may_show_to,
};
use crate::{
    domain::{CatalogPath, CatalogRecord, Error, Sees, check_name},
    store::{broken, catalogs, collections, items},
};

/// Most catalogs in a catalog, most collections that it refers to, most items that it refers to.
const MEMBERS_MAX: usize = 1_000;
/// Most namespaces on the page of all users or projects.
const NAMESPACES_MAX: u64 = 10_000;

/// A catalog and what it holds.
#[derive(Debug)]
pub(crate) struct CatalogPage {
    pub(crate) path: CatalogPath,
    /// `None` for a catalog that nobody has to create.
    pub(crate) record: Option<CatalogRecord>,
    /// Path and title of the catalogs in it that the caller sees.
    pub(crate) catalogs: Vec<(String, Option<String>)>,
    /// Id and title of the collections that it refers to.
    pub(crate) collections: Vec<(String, Option<String>)>,
}

/// A reference to an item of this platform in the links of a catalog.
#[derive(Debug)]
pub(crate) struct ItemReference {
    /// Place of the link in the document.
    pub(crate) place: usize,
    pub(crate) collection: String,
    pub(crate) id: String,
}

impl App {
    /// A catalog that somebody sees.
    pub(crate) async fn catalog(&self, who: &Principal, path: CatalogPath) -> Result<CatalogPage, Fault> {
        let (c, sees) = (self.db.conn(), Sees::of(who));
        let record = catalogs::one(c, &sees, &path).await.map_err(broken)?;
        if record.is_none() && !path.is_given() {
            return Err(Error::NoSuchCatalog(path.to_string()).into());
        }
        let most = MEMBERS_MAX as u64;
        // A namespace is there for everyone, since it says nothing; what its owner keeps in it is private.
        let (owner, visibility) = (path.owner(), path.visibility());
        let given = Resource { owner: &owner, visibility: &visibility };
        let ids = if record.is_some() || authorize(who, Action::Read, &given).is_ok() {
            catalogs::members(c, &path, most).await.map_err(broken)?
        } else {
            Vec::new()
        };
        let children = if matches!(path.as_str(), "users" | "projects") {
            let spaces = catalogs::namespaces(c, &sees, &path, NAMESPACES_MAX).await.map_err(broken)?;
            spaces.into_iter().map(|space| (space, None)).collect()
        } else {
            catalogs::children(c, &sees, &path, most).await.map_err(broken)?
        };
        let collections = collections::titles(c, &ids).await.map_err(broken)?;
        Ok(CatalogPage { path, record, catalogs: children, collections })
    }

    /// Creates a catalog in another, which must exist.
    pub(crate) async fn create_catalog(
        &self,
        who: &Principal,
        parent: &CatalogPath,
        document: Value,
        references: &[ItemReference],
        said: &Said,
    ) -> Result<CatalogRecord, Fault> {
        self.may_write_in(who, parent).await?;
        let visibility = visibility(&document, "/okeanos:visibility", said, &parent.visibility())?;
        may_show_to(who, &visibility)?;
        let catalog = Catalog::new(document).map_err(Error::from)?;
        let path = parent.child(catalog.id())?;
        if path.is_given() {
            return Err(Error::ReservedName(catalog.id().to_owned()).into());
        }
        self.check_references(who, references).await?;
        let record = CatalogRecord::new(catalog, path, visibility, self.now());
        self.catalog_bounded(&record)?;
        let tx = self.db.begin().await.map_err(broken)?;
        self.check_room(&tx, parent, &record.path).await?;
        catalogs::insert(&*tx, &record).await.map_err(taken(&record.path))?;
        tx.commit().await.map_err(broken)?;
        Ok(record)
    }

    /// Refers to a collection in a catalog.
    pub(crate) async fn add_to_catalog(
        &self,
        who: &Principal,
        path: &CatalogPath,
        collection: &str,
    ) -> Result<(), Fault> {
        self.may_write_in(who, path).await?;
        self.collection(collection).await?;
        let tx = self.db.begin().await.map_err(broken)?;
        let members = catalogs::members(&*tx, path, MEMBERS_MAX as u64).await.map_err(broken)?;
        if members.iter().any(|m| m == collection) {
            return Err(Error::CatalogExists(format!("a reference to {collection} in {path}")).into());
        }
        if members.len() == MEMBERS_MAX {
            return Err(Error::TooMany(MEMBERS_MAX).into());
        }
        catalogs::add_member(&*tx, path, collection).await.map_err(taken(path))?;
        tx.commit().await.map_err(broken)
    }

    /// Puts a document in the place of a catalog. What it holds stays; its own links stay when the document has none.
    pub(crate) async fn replace_catalog(
        &self,
        who: &Principal,
        path: &CatalogPath,
        mut document: Value,
        references: &[ItemReference],
        said: &Said,
    ) -> Result<CatalogRecord, Fault> {
        let old = self.catalog_to_change(who, path).await?;
        if let Some(document) = document.as_object_mut() {
            document.entry("id").or_insert_with(|| path.name().into());
        }
        same("/id", path.name(), document.get("id"))?;
        let keeps_links = document.get("links").is_none();
        let visibility = visibility(&document, "/okeanos:visibility", said, &old.visibility)?;
        may_show_to(who, &visibility)?;
        let catalog = Catalog::new(document).map_err(Error::from)?;
        self.check_references(who, references).await?;
        let mut record = CatalogRecord::new(catalog, path.clone(), visibility, self.now());
        record.created = old.created;
        if keeps_links {
            record.links = old.links;
        }
        self.catalog_bounded(&record)?;
        let tx = self.db.begin().await.map_err(broken)?;
        if !catalogs::update(&*tx, &record).await.map_err(broken)? {
            return Err(Error::Changed.into());
        }
        tx.commit().await.map_err(broken)?;
        Ok(record)
    }

    /// Removes a catalog, or the reference to a collection that the last name of the path says.
    pub(crate) async fn delete_catalog(&self, who: &Principal, path: &CatalogPath, force: bool) -> Result<(), Fault> {
        require(who, Scope::Write)?;
        // One that they do not see is answered like one that is not there.
        let seen = catalogs::one(self.db.conn(), &Sees::of(who), path).await.map_err(broken)?.is_some();
        // Who may is asked before there is a transaction: one that waits for a second connection can wait for itself.
        if !seen && let Some(parent) = path.parent() {
            self.may_write_in(who, &parent).await?;
            let tx = self.db.begin().await.map_err(broken)?;
            if !catalogs::remove_member(&*tx, &parent, path.name()).await.map_err(broken)? {
                return Err(Error::NoSuchCatalog(path.to_string()).into());
            }
            return tx.commit().await.map_err(broken);
        }
        self.catalog_to_change(who, path).await?;
        let tx = self.db.begin().await.map_err(broken)?;
        if !force && !catalogs::is_empty(&*tx, path).await.map_err(broken)? {
            return Err(Error::CatalogNotEmpty(path.to_string()).into());
        }
        catalogs::delete(&*tx, path).await.map_err(broken)?;
        tx.commit().await.map_err(broken)
    }

    /// Whether somebody may create things in a catalog: it exists, and it is in a namespace of theirs.
    async fn may_write_in(&self, who: &Principal, path: &CatalogPath) -> Result<(), Fault> {
        require(who, Scope::Write)?;
        if path.owner() == Owner::Platform {
            // The lists of all users and all projects are nobody's to write in.
            if matches!(path.as_str(), "users" | "projects" | "collections") {
                return Err(Error::ReservedName(path.to_string()).into());
            }
            require_admin(who)?;
        } else {
            let resource = Resource { owner: &path.owner(), visibility: &path.visibility() };
            authorize(who, Action::Write, &resource)?;
        }
        if path.is_given() || catalogs::exists(self.db.conn(), path).await.map_err(broken)? {
            return Ok(());
        }
        Err(Error::NoSuchCatalog(path.to_string()).into())
    }

    fn catalog_bounded(&self, record: &CatalogRecord) -> Result<(), Error> {
        self.bounded(|| format!("the catalog {}", record.path), record.bytes())
    }

    async fn catalog_to_change(&self, who: &Principal, path: &CatalogPath) -> Result<CatalogRecord, Fault> {
        require(who, Scope::Write)?;
        let old = catalogs::one(self.db.conn(), &Sees::of(who), path).await.map_err(broken)?;
        let old = old.ok_or_else(|| Error::NoSuchCatalog(path.to_string()))?;
        authorize(who, Action::Write, &Resource { owner: &old.owner, visibility: &old.visibility })?;
        Ok(old)
    }

    async fn check_room(&self, tx: &Tx, parent: &CatalogPath, path: &CatalogPath) -> Result<(), Fault> {
        if catalogs::exists(&**tx, path).await.map_err(broken)? {
            return Err(Error::CatalogExists(format!("a catalog {path}")).into());
        }
        let siblings =
            catalogs::children(&**tx, &Sees::Everything, parent, MEMBERS_MAX as u64).await.map_err(broken)?;
        if siblings.len() == MEMBERS_MAX {
            return Err(Error::TooMany(MEMBERS_MAX).into());
        }
        Ok(())
    }

    /// Items must be there, and seen by who refers to them, before they are referred to.
    async fn check_references(&self, who: &Principal, references: &[ItemReference]) -> Result<(), Fault> {
        if references.len() > MEMBERS_MAX {
            return Err(Error::TooMany(MEMBERS_MAX).into());
        }
        let sees = Sees::of(who);
        for ItemReference { place, collection, id } in references {
            let named = check_name(collection, "").and_then(|()| check_name(id, "")).is_ok();
            let found = if named {
                items::one(self.db.conn(), &sees, Some(collection), id).await.map_err(broken)?
            } else {
                None
            };
            if found.is_none() {
                let wrong =
                    Invalid::at(format!("/links/{place}/href"), format!("there is no item {id} in {collection}"));
                return Err(Error::from(Problems::from(wrong)).into());
            }
        }
        Ok(())
    }
}

/// Somebody else was quicker, on a database where writers do not wait for each other.
fn taken(path: &CatalogPath) -> impl FnOnce(sea_orm::DbErr) -> Fault {
    let path = path.to_string();
    move |error| match error.sql_err() {
        Some(sea_orm::SqlErr::UniqueConstraintViolation(_)) => Error::CatalogExists(format!("a catalog {path}")).into(),
        _ => broken(error),
    }
}
