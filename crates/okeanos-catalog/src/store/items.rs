//! Items.

use okeanos_stac::{Bbox, Footprint, Interval};
use sea_orm::{
    ConnectionTrait, DbErr, QueryResult,
    sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr},
};
use uuid::Uuid;

use super::{
    bbox,
    filter::{ItemFilter, beyond},
    get, instant, maybe_instant, misbuilt, owner, visibility,
};
use crate::domain::{Direction, ItemRecord, Key, Sees, Source};

const TABLE: &str = "catalog_items";
const FIRST_BOX: [&str; 4] = ["west", "south", "east", "north"];
const SECOND_BOX: [&str; 4] = ["west2", "south2", "east2", "north2"];
const COLUMNS: [&str; 24] = [
    "collection",
    "id",
    "uuid",
    "owner",
    "visibility",
    "rank",
    "starts",
    "ends",
    "exact",
    "document",
    "links",
    "source_bucket",
    "source_key",
    "created",
    "updated",
    "version",
    "west",
    "south",
    "east",
    "north",
    "west2",
    "south2",
    "east2",
    "north2",
];

/// An item as an answer needs it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) key: Key,
    /// Whether its boxes are its geometry.
    pub(crate) exact: bool,
    pub(crate) document: String,
    pub(crate) links: String,
}

/// The items of a filter in their order, from a key on, at most so many. Before a key they come nearest first.
pub(crate) async fn page(
    c: &impl ConnectionTrait,
    filter: &ItemFilter,
    from: Option<(&Key, Direction)>,
    limit: u64,
) -> Result<Vec<Found>, DbErr> {
    let mut condition = filter.condition();
    let mut order = Order::Asc;
    if let Some((key, direction)) = from {
        condition = condition.add(beyond(key, direction));
        if direction == Direction::Previous {
            order = Order::Desc;
        }
    }
    let select = Query::select()
        .columns(["collection", "id", "rank", "exact", "document", "links"])
        .from(TABLE)
        .cond_where(condition)
        .order_by("rank", order.clone())
        .order_by("id", order.clone())
        .order_by("collection", order)
        .limit(limit)
        .to_owned();
    c.query_all(&select).await?.iter().map(found).collect()
}

/// How many items a filter has, and how many of them have boxes that are less exact than their geometry.
pub(crate) async fn count(c: &impl ConnectionTrait, filter: &ItemFilter) -> Result<(u64, u64), DbErr> {
    let exact = Func::sum(Expr::col("exact")).cast_as("bigint");
    let select = Query::select()
        .expr_as(Expr::col("id").count(), "items")
        .expr_as(Func::coalesce([exact, Expr::val(0_i64)]), "exact_items")
        .from(TABLE)
        .cond_where(filter.condition())
        .to_owned();
    let row = c.query_one(&select).await?.ok_or_else(|| DbErr::Custom("a count has a row".to_owned()))?;
    let (all, exact): (i64, i64) = (get(&row, "items")?, get(&row, "exact_items")?);
    Ok((all.cast_unsigned(), (all - exact).cast_unsigned()))
}

/// The items of a filter whose boxes are less exact than their geometry.
pub(crate) async fn inexact(c: &impl ConnectionTrait, filter: &ItemFilter, limit: u64) -> Result<Vec<Found>, DbErr> {
    let select = Query::select()
        .columns(["collection", "id", "rank", "exact", "document", "links"])
        .from(TABLE)
        .cond_where(filter.condition().add(Expr::col("exact").eq(0)))
        .limit(limit)
        .to_owned();
    c.query_all(&select).await?.iter().map(found).collect()
}

/// The item of an id, else of a UUID, that somebody sees, in a collection or in any: then the one that changed last.
pub(crate) async fn one(
    c: &impl ConnectionTrait,
    sees: &Sees,
    collection: Option<&str>,
    id: &str,
) -> Result<Option<ItemRecord>, DbErr> {
    let uuid = Uuid::try_parse(id).map(|uuid| uuid.to_string()).ok();
    for (column, value) in [("id", Some(id)), ("uuid", uuid.as_deref())] {
        let Some(value) = value else { continue };
        let mut condition = ItemFilter::seen_by(sees.clone()).condition().add(Expr::col(column).eq(value));
        if let Some(collection) = collection {
            condition = condition.add(Expr::col("collection").eq(collection));
        }
        let select = records().cond_where(condition).order_by("updated", Order::Desc).limit(1).to_owned();
        if let Some(row) = c.query_one(&select).await? {
            return record(&row).map(Some);
        }
    }
    Ok(None)
}

/// Whether there is an item of this id, whoever sees it: ids are unique in a collection.
pub(crate) async fn exists(c: &impl ConnectionTrait, collection: &str, id: &str) -> Result<bool, DbErr> {
    let select = Query::select().column("id").from(TABLE).cond_where(at(collection, id)).to_owned();
    Ok(c.query_one(&select).await?.is_some())
}

/// Whether a collection has items, whoever sees them.
pub(crate) async fn any_in(c: &impl ConnectionTrait, collection: &str) -> Result<bool, DbErr> {
    let select =
        Query::select().column("id").from(TABLE).and_where(Expr::col("collection").eq(collection)).limit(1).to_owned();
    Ok(c.query_one(&select).await?.is_some())
}

/// The items that were made from an object; for the platform's own bookkeeping.
pub(crate) async fn of_source(c: &impl ConnectionTrait, source: &Source) -> Result<Vec<ItemRecord>, DbErr> {
    let select = records()
        .and_where(Expr::col("source_bucket").eq(source.bucket.as_str()))
        .and_where(Expr::col("source_key").eq(source.key.as_str()))
        .to_owned();
    c.query_all(&select).await?.iter().map(record).collect()
}

/// The item of an id that somebody posted, which is no object's; for the platform only.
pub(crate) async fn posted(c: &impl ConnectionTrait, collection: &str, id: &str) -> Result<Option<ItemRecord>, DbErr> {
    let nobodys = Expr::col("source_bucket").is_null();
    let select = records().cond_where(at(collection, id)).and_where(nobodys).to_owned();
    c.query_one(&select).await?.as_ref().map(record).transpose()
}

/// Writes a new item.
pub(crate) async fn insert(c: &impl ConnectionTrait, item: &ItemRecord) -> Result<(), DbErr> {
    let insert = Query::insert().into_table(TABLE).columns(COLUMNS).values(values(item)).map_err(misbuilt)?.to_owned();
    c.execute(&insert).await.map(drop)
}

/// Writes an item in the place of an earlier version; `false` when that is not there any more.
pub(crate) async fn update(c: &impl ConnectionTrait, item: &ItemRecord) -> Result<bool, DbErr> {
    let update = Query::update()
        .table(TABLE)
        .values(COLUMNS.into_iter().zip(values(item)))
        .cond_where(at(&item.key.collection, &item.key.id))
        .and_where(Expr::col("version").eq(item.version - 1))
        .to_owned();
    Ok(c.execute(&update).await?.rows_affected() == 1)
}

/// Removes an item; `false` when this version of it is not there any more.
pub(crate) async fn delete(c: &impl ConnectionTrait, item: &ItemRecord) -> Result<bool, DbErr> {
    let delete = Query::delete()
        .from_table(TABLE)
        .cond_where(at(&item.key.collection, &item.key.id))
        .and_where(Expr::col("version").eq(item.version))
        .to_owned();
    Ok(c.execute(&delete).await?.rows_affected() == 1)
}

fn at(collection: &str, id: &str) -> Cond {
    Cond::all().add(Expr::col("collection").eq(collection)).add(Expr::col("id").eq(id))
}

fn records() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).to_owned()
}

fn values(item: &ItemRecord) -> Vec<SimpleExpr> {
    let sides = |bbox: Option<Bbox>| match bbox {
        Some(bbox) => bbox.numbers().map(Some),
        None => [None; 4],
    };
    let first = sides(item.footprint.as_ref().map(|f| f.first));
    let second = sides(item.footprint.as_ref().and_then(|f| f.second));
    let mut values: Vec<SimpleExpr> = vec![
        item.key.collection.as_str().into(),
        item.key.id.as_str().into(),
        item.uuid.as_str().into(),
        item.owner.to_string().into(),
        item.visibility.to_string().into(),
        item.key.rank.into(),
        item.interval.start.map(|i| i.micros()).into(),
        item.interval.end.map(|i| i.micros()).into(),
        // An item without a geometry is in no box and needs no second look.
        i64::from(item.footprint.as_ref().is_none_or(|f| f.exact)).into(),
        item.document.as_str().into(),
        item.links.as_str().into(),
        item.source.as_ref().map(|s| s.bucket.clone()).into(),
        item.source.as_ref().map(|s| s.key.clone()).into(),
        item.created.micros().into(),
        item.updated.micros().into(),
        item.version.into(),
    ];
    values.extend(first.into_iter().chain(second).map(SimpleExpr::from));
    values
}

fn key(row: &QueryResult) -> Result<Key, DbErr> {
    Ok(Key { rank: get(row, "rank")?, id: get(row, "id")?, collection: get(row, "collection")? })
}

fn found(row: &QueryResult) -> Result<Found, DbErr> {
    Ok(Found {
        key: key(row)?,
        exact: get::<i64>(row, "exact")? == 1,
        document: get(row, "document")?,
        links: get(row, "links")?,
    })
}

fn record(row: &QueryResult) -> Result<ItemRecord, DbErr> {
    let exact = get::<i64>(row, "exact")? == 1;
    let second = bbox(row, SECOND_BOX)?;
    let source = match (get(row, "source_bucket")?, get(row, "source_key")?) {
        (Some(bucket), Some(key)) => Some(Source { bucket, key }),
        _ => None,
    };
    Ok(ItemRecord {
        key: key(row)?,
        uuid: get(row, "uuid")?,
        owner: owner(row)?,
        visibility: visibility(row)?,
        interval: Interval { start: maybe_instant(row, "starts")?, end: maybe_instant(row, "ends")? },
        footprint: bbox(row, FIRST_BOX)?.map(|first| Footprint { first, second, exact }),
        document: get(row, "document")?,
        links: get(row, "links")?,
        source,
        created: instant(row, "created")?,
        updated: instant(row, "updated")?,
        version: get(row, "version")?,
    })
}
