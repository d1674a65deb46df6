//! Changes of the schema, oldest first.

use sea_orm_migration::MigrationTrait;

mod m0001_create;

pub(crate) fn all() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m0001_create::Migration)]
}
