//! Migrations, one file per change.

mod m0001_intents;

use sea_orm_migration::MigrationTrait;

/// All migrations, oldest first.
pub(crate) fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m0001_intents::Migration)]
}
