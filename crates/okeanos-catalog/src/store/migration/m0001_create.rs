//! The first tables.
//!
//! `catalog_items` is one table, not one per collection. Its two wide indexes hold every column that a search filters by,
//! behind the order in which it answers: the footprints of ocean data are so large that walking the order and testing
//! boxes on the way beats a spatial index.

use sea_orm_migration::{
    MigrationTrait, SchemaManager, async_trait,
    prelude::{DeriveMigrationName, Index},
    schema::{big_integer, big_integer_null, double_null, string_len, text, text_null},
    sea_orm::DbErr,
    sea_query::{ColumnDef, IndexCreateStatement, Table},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// What a search filters by, beside the order.
const FILTERED: [&str; 13] = [
    "starts",
    "ends",
    "west",
    "south",
    "east",
    "north",
    "west2",
    "south2",
    "east2",
    "north2",
    "exact",
    "visibility",
    "owner",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns, key) in tables() {
            let mut create = Table::create().table(table).to_owned();
            for mut column in columns {
                create.col(&mut column);
            }
            let mut index = Index::create();
            for column in key {
                index.col(*column);
            }
            manager.create_table(create.primary_key(&mut index).to_owned()).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, ..) in tables() {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

fn indexes() -> Vec<IndexCreateStatement> {
    let index = |name: &str, table: &'static str, columns: &[&'static str]| {
        let mut index = Index::create().name(name).table(table).to_owned();
        for column in columns {
            index.col(*column);
        }
        index
    };
    let items = "catalog_items";
    let by_time = [&["rank", "id", "collection"][..], &FILTERED].concat();
    let by_collection = [&["collection", "rank", "id"][..], &FILTERED].concat();
    vec![
        index("catalog_items_by_time", items, &by_time),
        index("catalog_items_by_collection", items, &by_collection),
        // An item has one UUID, its own: one whose id is the UUID of another would stand before that.
        index("catalog_items_by_uuid", items, &["uuid", "collection"]).unique().to_owned(),
        index("catalog_items_by_source", items, &["source_bucket", "source_key"]),
        index("catalog_items_by_owner", items, &["owner", "rank", "id", "collection"]),
        index("catalog_catalogs_by_parent", "catalog_catalogs", &["parent", "path"]),
    ]
}

/// Each table with its columns and its primary key.
fn tables() -> Vec<(&'static str, Vec<ColumnDef>, &'static [&'static str])> {
    let mut items = vec![
        string_len("collection", 512),
        string_len("id", 512),
        string_len("uuid", 36),
        string_len("owner", 256),
        string_len("visibility", 256),
        big_integer("rank"),
        big_integer_null("starts"),
        big_integer_null("ends"),
        big_integer("exact"),
        text("document"),
        text("links"),
        text_null("source_bucket"),
        text_null("source_key"),
        big_integer("created"),
        big_integer("updated"),
        big_integer("version"),
    ];
    items.extend(["west", "south", "east", "north", "west2", "south2", "east2", "north2"].map(double_null));
    let mut collections = vec![
        string_len("id", 512),
        text_null("title"),
        string_len("owner", 256),
        text("document"),
        text("links"),
        text("said_extent"),
        big_integer_null("starts"),
        big_integer_null("ends"),
        big_integer("items"),
        big_integer("created"),
        big_integer("updated"),
    ];
    collections.extend(["west", "south", "east", "north"].map(double_null));
    let catalogs = vec![
        string_len("path", 1_024),
        string_len("parent", 1_024),
        text_null("title"),
        string_len("owner", 256),
        string_len("visibility", 256),
        text("document"),
        text("links"),
        big_integer("created"),
        big_integer("updated"),
    ];
    let members = vec![string_len("path", 1_024), string_len("collection", 512)];
    vec![
        ("catalog_items", items, &["collection", "id"]),
        ("catalog_collections", collections, &["id"]),
        ("catalog_catalogs", catalogs, &["path"]),
        ("catalog_members", members, &["path", "collection"]),
    ]
}
