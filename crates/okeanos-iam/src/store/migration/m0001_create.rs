//! The first tables.

use sea_orm_migration::{
    MigrationTrait, SchemaManager, async_trait,
    prelude::{DeriveMigrationName, Index},
    schema::{big_integer, big_integer_null, boolean, string_len, text, text_null},
    sea_orm::DbErr,
    sea_query::{ColumnDef, Table},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

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
        for (table, column) in [
            ("iam_members", "user_name"),
            ("iam_tokens", "user_name"),
            ("iam_sessions", "user_name"),
            ("iam_links", "user_name"),
            ("iam_s3_keys", "user_name"),
            ("iam_s3_keys", "token_id"),
            ("iam_s3_keys", "session_hash"),
        ] {
            let name = format!("{table}_{column}");
            manager.create_index(Index::create().name(name).table(table).col(column).to_owned()).await?;
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

/// Each table with its columns and its primary key.
fn tables() -> Vec<(&'static str, Vec<ColumnDef>, &'static [&'static str])> {
    vec![
        (
            "iam_users",
            vec![
                string_len("name", 64),
                text("display_name"),
                boolean("admin"),
                boolean("suspended"),
                big_integer("created_at"),
                big_integer_null("deleted_at"),
            ],
            &["name"],
        ),
        ("iam_groups", vec![string_len("name", 64), text("title"), big_integer("created_at")], &["name"]),
        ("iam_members", vec![string_len("group_name", 64), string_len("user_name", 64)], &["group_name", "user_name"]),
        (
            "iam_tokens",
            vec![
                string_len("id", 64),
                text("user_name"),
                text("name"),
                text("hash"),
                text("scopes"),
                big_integer("created_at"),
                big_integer_null("expires_at"),
                big_integer_null("last_used_at"),
            ],
            &["id"],
        ),
        (
            "iam_sessions",
            vec![
                string_len("hash", 64),
                text("user_name"),
                big_integer("created_at"),
                big_integer("seen_at"),
                big_integer("expires_at"),
            ],
            &["hash"],
        ),
        ("iam_links", vec![string_len("hash", 64), text("user_name"), big_integer("expires_at")], &["hash"]),
        (
            "iam_s3_keys",
            vec![
                string_len("id", 64),
                text("user_name"),
                text("scopes"),
                text_null("token_id"),
                text_null("session_hash"),
                boolean("delegated"),
                big_integer("created_at"),
                big_integer("expires_at"),
            ],
            &["id"],
        ),
        (
            "iam_signing_keys",
            vec![string_len("id", 64), text("private_der"), big_integer("signs_from"), big_integer("signs_until")],
            &["id"],
        ),
        ("iam_facts", vec![string_len("name", 64), text("value")], &["name"]),
        (
            "iam_audit",
            vec![
                string_len("id", 64),
                big_integer("at"),
                text("actor"),
                text("action"),
                text("subject"),
                text("detail"),
            ],
            &["id"],
        ),
    ]
}
