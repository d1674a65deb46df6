//! The catalog's own rules: pure and sync.

pub(crate) mod catalog_path;
pub(crate) mod error;
pub(crate) mod name;
pub(crate) mod record;
pub(crate) mod sees;
pub(crate) mod token;

pub(crate) use self::{
    catalog_path::CatalogPath,
    error::Error,
    name::{check_holder, check_name},
    record::{CatalogRecord, CollectionRecord, ItemRecord, Source},
    sees::Sees,
    token::{Direction, Key, PageToken},
};
