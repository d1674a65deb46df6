//! Collections and their extents.

use okeanos_stac::{Bbox, Extent, Footprint, Interval};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, QueryResult,
    sea_query::{Expr, ExprTrait, Order, Query, SelectStatement, SimpleExpr},
};

use super::{bbox, get, instant, maybe_instant, misbuilt, owner, within};
use crate::domain::CollectionRecord;

const TABLE: &str = "catalog_collections";
const BOX: [&str; 4] = ["west", "south", "east", "north"];
const COLUMNS: [&str; 15] = [
    "id",
    "title",
    "owner",
    "document",
    "links",
    "said_extent",
    "starts",
    "ends",
    "items",
    "created",
    "updated",
    "west",
    "south",
    "east",
    "north",
];

/// Collections in the order of their ids, after one, at most so many and about so many bytes; whether the bytes ended it.
pub(crate) async fn page(
    c: &DatabaseConnection,
    after: Option<&str>,
    limit: u64,
    bytes_max: usize,
) -> Result<(Vec<CollectionRecord>, bool), DbErr> {
    let mut select = records().order_by("id", Order::Asc).limit(limit).to_owned();
    if let Some(after) = after {
        select.and_where(Expr::col("id").gt(after));
    }
    within(c, &select, bytes_max, record, CollectionRecord::bytes).await
}

/// How many there are.
pub(crate) async fn count(c: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let select = Query::select().expr_as(Expr::col("id").count(), "n").from(TABLE).to_owned();
    let row = c.query_one(&select).await?.ok_or_else(|| DbErr::Custom("a count has a row".to_owned()))?;
    get::<i64>(&row, "n").map(i64::cast_unsigned)
}

/// One collection.
pub(crate) async fn one(c: &impl ConnectionTrait, id: &str) -> Result<Option<CollectionRecord>, DbErr> {
    let select = records().and_where(Expr::col("id").eq(id)).to_owned();
    c.query_one(&select).await?.as_ref().map(record).transpose()
}

/// One collection, for a transaction that will change it or its items: others who want to wait for their turn.
pub(crate) async fn one_to_change(c: &impl ConnectionTrait, id: &str) -> Result<Option<CollectionRecord>, DbErr> {
    let select = records().and_where(Expr::col("id").eq(id)).lock_exclusive().to_owned();
    c.query_one(&select).await?.as_ref().map(record).transpose()
}

/// Of these ids, the collections that exist, as id and title.
pub(crate) async fn titles(c: &impl ConnectionTrait, ids: &[String]) -> Result<Vec<(String, Option<String>)>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let select = Query::select()
        .columns(["id", "title"])
        .from(TABLE)
        .and_where(Expr::col("id").is_in(ids.iter().map(String::as_str)))
        .order_by("id", Order::Asc)
        .to_owned();
    c.query_all(&select).await?.iter().map(|row| Ok((get(row, "id")?, get(row, "title")?))).collect()
}

/// Writes a new collection.
pub(crate) async fn insert(c: &impl ConnectionTrait, collection: &CollectionRecord) -> Result<(), DbErr> {
    let insert =
        Query::insert().into_table(TABLE).columns(COLUMNS).values(values(collection)).map_err(misbuilt)?.to_owned();
    c.execute(&insert).await.map(drop)
}

/// Writes a collection that exists.
pub(crate) async fn update(c: &impl ConnectionTrait, collection: &CollectionRecord) -> Result<(), DbErr> {
    let update = Query::update()
        .table(TABLE)
        .values(COLUMNS.into_iter().zip(values(collection)))
        .and_where(Expr::col("id").eq(collection.id.as_str()))
        .to_owned();
    c.execute(&update).await.map(drop)
}

/// Removes a collection and the references to it.
pub(crate) async fn delete(c: &impl ConnectionTrait, id: &str) -> Result<(), DbErr> {
    let members = Query::delete().from_table("catalog_members").and_where(Expr::col("collection").eq(id)).to_owned();
    c.execute(&members).await?;
    let delete = Query::delete().from_table(TABLE).and_where(Expr::col("id").eq(id)).to_owned();
    c.execute(&delete).await.map(drop)
}

/// Counts the public items of a collection and measures their extent.
pub(crate) async fn measure(c: &impl ConnectionTrait, id: &str) -> Result<(i64, Extent), DbErr> {
    let min = |column: &'static str| Expr::col(column).min();
    let max = |column: &'static str| Expr::col(column).max();
    let select = Query::select()
        .expr_as(Expr::col("id").count(), "items")
        .expr_as(min("starts"), "starts")
        .expr_as(max("ends"), "ends")
        .exprs_as_boxes(min, max)
        .from("catalog_items")
        .and_where(Expr::col("collection").eq(id))
        .and_where(Expr::col("visibility").eq("public"))
        .to_owned();
    let row = c.query_one(&select).await?.ok_or_else(|| DbErr::Custom("a count has a row".to_owned()))?;
    let interval = Interval { start: maybe_instant(&row, "starts")?, end: maybe_instant(&row, "ends")? };
    let mut extent = Extent { bbox: None, interval };
    for columns in [BOX, ["west2", "south2", "east2", "north2"]] {
        if let Some(first) = bbox(&row, columns)? {
            extent.add(Some(&Footprint { first, second: None, exact: true }), interval);
        }
    }
    Ok((get(&row, "items")?, extent))
}

trait BoxColumns {
    /// The least west and south and the greatest east and north of both boxes.
    fn exprs_as_boxes(
        &mut self,
        min: impl Fn(&'static str) -> SimpleExpr,
        max: impl Fn(&'static str) -> SimpleExpr,
    ) -> &mut Self;
}

impl BoxColumns for SelectStatement {
    fn exprs_as_boxes(
        &mut self,
        min: impl Fn(&'static str) -> SimpleExpr,
        max: impl Fn(&'static str) -> SimpleExpr,
    ) -> &mut Self {
        for column in ["west", "south", "west2", "south2"] {
            self.expr_as(min(column), column);
        }
        for column in ["east", "north", "east2", "north2"] {
            self.expr_as(max(column), column);
        }
        self
    }
}

fn records() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).to_owned()
}

fn values(collection: &CollectionRecord) -> Vec<SimpleExpr> {
    let interval = collection.extent.interval;
    let mut values: Vec<SimpleExpr> = vec![
        collection.id.as_str().into(),
        collection.title.clone().into(),
        collection.owner.to_string().into(),
        collection.document.as_str().into(),
        collection.links.as_str().into(),
        collection.said_extent.as_str().into(),
        interval.start.map(|i| i.micros()).into(),
        interval.end.map(|i| i.micros()).into(),
        collection.items.into(),
        collection.created.micros().into(),
        collection.updated.micros().into(),
    ];
    let sides = collection.extent.bbox.map_or([None; 4], |b: Bbox| b.numbers().map(Some));
    values.extend(sides.map(SimpleExpr::from));
    values
}

fn record(row: &QueryResult) -> Result<CollectionRecord, DbErr> {
    Ok(CollectionRecord {
        id: get(row, "id")?,
        title: get(row, "title")?,
        owner: owner(row)?,
        document: get(row, "document")?,
        links: get(row, "links")?,
        said_extent: get(row, "said_extent")?,
        extent: Extent {
            bbox: bbox(row, BOX)?,
            interval: Interval { start: maybe_instant(row, "starts")?, end: maybe_instant(row, "ends")? },
        },
        items: get(row, "items")?,
        created: instant(row, "created")?,
        updated: instant(row, "updated")?,
    })
}
