//! Catalogs, and the collections that they refer to.

use sea_orm::{
    ConnectionTrait, DbErr, QueryResult,
    sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr},
};

use super::{filter::visible, get, instant, misbuilt, owner, visibility};
use crate::domain::{CatalogPath, CatalogRecord, Sees};

const TABLE: &str = "catalog_catalogs";
const MEMBERS: &str = "catalog_members";
const COLUMNS: [&str; 9] =
    ["path", "parent", "title", "owner", "visibility", "document", "links", "created", "updated"];

/// One catalog, if somebody sees it.
pub(crate) async fn one(
    c: &impl ConnectionTrait,
    sees: &Sees,
    path: &CatalogPath,
) -> Result<Option<CatalogRecord>, DbErr> {
    let select = records().cond_where(visible(sees)).and_where(Expr::col("path").eq(path.as_str())).to_owned();
    c.query_one(&select).await?.as_ref().map(record).transpose()
}

/// Whether there is a catalog of this path, whoever sees it: paths are unique.
pub(crate) async fn exists(c: &impl ConnectionTrait, path: &CatalogPath) -> Result<bool, DbErr> {
    let select = Query::select().column("path").from(TABLE).and_where(Expr::col("path").eq(path.as_str())).to_owned();
    Ok(c.query_one(&select).await?.is_some())
}

/// The catalogs in a catalog that somebody sees, as path and title in the order of their paths, at most so many.
pub(crate) async fn children(
    c: &impl ConnectionTrait,
    sees: &Sees,
    parent: &CatalogPath,
    limit: u64,
) -> Result<Vec<(String, Option<String>)>, DbErr> {
    let select = Query::select()
        .columns(["path", "title"])
        .from(TABLE)
        .cond_where(visible(sees))
        .and_where(Expr::col("parent").eq(parent.as_str()))
        .order_by("path", Order::Asc)
        .limit(limit)
        .to_owned();
    c.query_all(&select).await?.iter().map(|row| Ok((get(row, "path")?, get(row, "title")?))).collect()
}

/// The namespaces (`users/ann`) below `users` or `projects` that have a catalog which somebody sees.
pub(crate) async fn namespaces(
    c: &impl ConnectionTrait,
    sees: &Sees,
    below: &CatalogPath,
    limit: u64,
) -> Result<Vec<String>, DbErr> {
    // Every catalog of a namespace lies, at some depth, in one whose parent is the namespace itself; but that one may be
    // hidden while one below it is not, so that all paths count.
    let prefix = format!("{}/", below.as_str());
    let select = Query::select()
        .distinct()
        .column("owner")
        .from(TABLE)
        .cond_where(visible(sees))
        .and_where(starts_with(&prefix))
        .order_by("owner", Order::Asc)
        .limit(limit)
        .to_owned();
    let rows = c.query_all(&select).await?;
    rows.iter()
        .map(|row| {
            let owner: String = get(row, "owner")?;
            Ok(owner.split_once('-').map_or(owner.clone(), |(_, name)| format!("{prefix}{name}")))
        })
        .collect()
}

/// The ids of the collections that a catalog refers to.
pub(crate) async fn members(c: &impl ConnectionTrait, path: &CatalogPath, limit: u64) -> Result<Vec<String>, DbErr> {
    let select = Query::select()
        .column("collection")
        .from(MEMBERS)
        .and_where(Expr::col("path").eq(path.as_str()))
        .order_by("collection", Order::Asc)
        .limit(limit)
        .to_owned();
    c.query_all(&select).await?.iter().map(|row| get(row, "collection")).collect()
}

/// Adds a reference to a collection.
pub(crate) async fn add_member(c: &impl ConnectionTrait, path: &CatalogPath, collection: &str) -> Result<(), DbErr> {
    let insert = Query::insert()
        .into_table(MEMBERS)
        .columns(["path", "collection"])
        .values([path.as_str().into(), collection.into()])
        .map_err(misbuilt)?
        .to_owned();
    c.execute(&insert).await.map(drop)
}

/// Removes a reference to a collection; `false` when there is none.
pub(crate) async fn remove_member(
    c: &impl ConnectionTrait,
    path: &CatalogPath,
    collection: &str,
) -> Result<bool, DbErr> {
    let delete = Query::delete()
        .from_table(MEMBERS)
        .and_where(Expr::col("path").eq(path.as_str()))
        .and_where(Expr::col("collection").eq(collection))
        .to_owned();
    Ok(c.execute(&delete).await?.rows_affected() > 0)
}

/// Writes a new catalog.
pub(crate) async fn insert(c: &impl ConnectionTrait, catalog: &CatalogRecord) -> Result<(), DbErr> {
    let insert =
        Query::insert().into_table(TABLE).columns(COLUMNS).values(values(catalog)).map_err(misbuilt)?.to_owned();
    c.execute(&insert).await.map(drop)
}

/// Writes a catalog in the place of what was created at the same time; `false` when that is not there any more.
pub(crate) async fn update(c: &impl ConnectionTrait, catalog: &CatalogRecord) -> Result<bool, DbErr> {
    let update = Query::update()
        .table(TABLE)
        .values(COLUMNS.into_iter().zip(values(catalog)))
        .and_where(Expr::col("path").eq(catalog.path.as_str()))
        .and_where(Expr::col("created").eq(catalog.created.micros()))
        .to_owned();
    Ok(c.execute(&update).await?.rows_affected() == 1)
}

/// Whether a catalog holds catalogs or references, whoever sees them.
pub(crate) async fn is_empty(c: &impl ConnectionTrait, path: &CatalogPath) -> Result<bool, DbErr> {
    let children = children(c, &Sees::Everything, path, 1).await?;
    Ok(children.is_empty() && members(c, path, 1).await?.is_empty())
}

/// Removes a catalog with all that it holds. Records that it refers to stay.
pub(crate) async fn delete(c: &impl ConnectionTrait, path: &CatalogPath) -> Result<(), DbErr> {
    let prefix = format!("{}/", path.as_str());
    let within = || Cond::any().add(Expr::col("path").eq(path.as_str())).add(starts_with(&prefix));
    for table in [MEMBERS, TABLE] {
        let delete = Query::delete().from_table(table).cond_where(within()).to_owned();
        c.execute(&delete).await?;
    }
    Ok(())
}

/// Neither LIKE, which ignores case on SQLite, nor a range, which a collation of PostgreSQL may order otherwise.
fn starts_with(prefix: &str) -> SimpleExpr {
    let length = i32::try_from(prefix.chars().count()).unwrap_or(i32::MAX);
    Func::cust("substr").args([Expr::col("path"), Expr::val(1), Expr::val(length)]).eq(prefix)
}

fn records() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).to_owned()
}

fn values(catalog: &CatalogRecord) -> Vec<SimpleExpr> {
    let parent = catalog.path.parent().map(|p| p.as_str().to_owned()).unwrap_or_default();
    vec![
        catalog.path.as_str().into(),
        parent.into(),
        catalog.title.clone().into(),
        catalog.owner.to_string().into(),
        catalog.visibility.to_string().into(),
        catalog.document.as_str().into(),
        catalog.links.as_str().into(),
        catalog.created.micros().into(),
        catalog.updated.micros().into(),
    ]
}

fn record(row: &QueryResult) -> Result<CatalogRecord, DbErr> {
    let path: String = get(row, "path")?;
    Ok(CatalogRecord {
        path: CatalogPath::parse(&path).map_err(|e| DbErr::Custom(e.to_string()))?,
        title: get(row, "title")?,
        owner: owner(row)?,
        visibility: visibility(row)?,
        document: get(row, "document")?,
        links: get(row, "links")?,
        created: instant(row, "created")?,
        updated: instant(row, "updated")?,
    })
}
