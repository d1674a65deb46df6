//! Items.

use okeanos_stac::{Bbox, Footprint, Interval, item_uuid};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement,
    sea_query::{Cond, Expr, ExprTrait, Func, Order, Query, SelectStatement, SimpleExpr},
};

use super::{
    bbox,
    filter::{ItemFilter, beyond, one_of},
    get, instant, maybe_instant, misbuilt, owner, visibility, within,
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

impl Found {
    /// How long its text is.
    pub(crate) fn bytes(&self) -> usize {
        self.document.len() + self.links.len()
    }
}

/// The items of a filter in their order, from a key on, at most so many and about so many bytes; whether the bytes ended
/// it. Before a key they come nearest first.
pub(crate) async fn page(
    c: &DatabaseConnection,
    filter: &ItemFilter,
    from: Option<(&Key, Direction)>,
    limit: u64,
    bytes_max: usize,
) -> Result<(Vec<Found>, bool), DbErr> {
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
    within(c, &select, bytes_max, found, Found::bytes).await
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

/// The items of a filter whose boxes are less exact than their geometry, as [`page`] gives them.
pub(crate) async fn inexact(
    c: &DatabaseConnection,
    filter: &ItemFilter,
    limit: u64,
    bytes_max: usize,
) -> Result<(Vec<Found>, bool), DbErr> {
    let select = Query::select()
        .columns(["collection", "id", "rank", "exact", "document", "links"])
        .from(TABLE)
        .cond_where(filter.condition().add(Expr::col("exact").eq(0)))
        .limit(limit)
        .to_owned();
    within(c, &select, bytes_max, found, Found::bytes).await
}

/// The item of an id or UUID that somebody sees, in a collection or in any. Of several, which are in different
/// collections, theirs goes first, then the oldest: nobody gets before an item by posting one of its name.
pub(crate) async fn one(
    c: &impl ConnectionTrait,
    sees: &Sees,
    collection: Option<&str>,
    id: &str,
) -> Result<Option<ItemRecord>, DbErr> {
    // Every id has a UUID, and a UUID is its own: one question for both.
    let mut condition = ItemFilter::seen_by(sees.clone()).condition().add(Expr::col("uuid").eq(uuid(id)));
    if let Some(collection) = collection {
        condition = condition.add(Expr::col("collection").eq(collection));
    }
    let mut select = records().cond_where(condition).limit(1).to_owned();
    if let Sees::Some { owners, .. } = sees
        && !owners.is_empty()
    {
        select.order_by_expr(one_of(Expr::col("owner"), owners), Order::Desc);
    }
    select.order_by("created", Order::Asc).order_by("collection", Order::Asc);
    c.query_one(&select).await?.as_ref().map(record).transpose()
}

/// Whether there is an item of this id or UUID, whoever sees it: both are unique in a collection.
pub(crate) async fn exists(c: &impl ConnectionTrait, collection: &str, id: &str) -> Result<bool, DbErr> {
    let select = Query::select().column("id").from(TABLE).cond_where(called(collection, id)).to_owned();
    Ok(c.query_one(&select).await?.is_some())
}

/// Whether a collection has items, whoever sees them.
pub(crate) async fn any_in(c: &impl ConnectionTrait, collection: &str) -> Result<bool, DbErr> {
    let select =
        Query::select().column("id").from(TABLE).and_where(Expr::col("collection").eq(collection)).limit(1).to_owned();
    Ok(c.query_one(&select).await?.is_some())
}

/// Makes others who settle the items of the same object wait until the transaction ends. On SQLite they wait anyway.
pub(crate) async fn lock_source(c: &impl ConnectionTrait, source: &Source) -> Result<(), DbErr> {
    if c.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let lock = "SELECT pg_advisory_xact_lock(hashtext('okeanos catalog objects'), hashtext($1))";
    let object = format!("{}/{}", source.bucket, source.key);
    c.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, lock, [object.into()])).await.map(drop)
}

/// The collections of the items that were made from an object.
pub(crate) async fn collections_of(c: &impl ConnectionTrait, source: &Source) -> Result<Vec<String>, DbErr> {
    let select = Query::select().distinct().column("collection").from(TABLE).cond_where(made_from(source)).to_owned();
    c.query_all(&select).await?.iter().map(|row| get(row, "collection")).collect()
}

/// The items that were made from an object; for the platform's own bookkeeping.
pub(crate) async fn of_source(c: &impl ConnectionTrait, source: &Source) -> Result<Vec<ItemRecord>, DbErr> {
    let select = records().cond_where(made_from(source)).to_owned();
    c.query_all(&select).await?.iter().map(record).collect()
}

/// The item of an id or UUID that somebody posted, which is no object's; for the platform only.
pub(crate) async fn posted(c: &impl ConnectionTrait, collection: &str, id: &str) -> Result<Option<ItemRecord>, DbErr> {
    let nobodys = Expr::col("source_bucket").is_null();
    let select = records().cond_where(called(collection, id)).and_where(nobodys).to_owned();
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
        .cond_where(this(item, item.version - 1))
        .to_owned();
    Ok(c.execute(&update).await?.rows_affected() == 1)
}

/// Removes an item; `false` when this version of it is not there any more.
pub(crate) async fn delete(c: &impl ConnectionTrait, item: &ItemRecord) -> Result<bool, DbErr> {
    let delete = Query::delete().from_table(TABLE).cond_where(this(item, item.version)).to_owned();
    Ok(c.execute(&delete).await?.rows_affected() == 1)
}

/// A version of an item. One that was deleted and posted again counts anew, but was created later.
fn this(item: &ItemRecord, version: i64) -> Cond {
    Cond::all()
        .add(Expr::col("collection").eq(item.key.collection.as_str()))
        .add(Expr::col("id").eq(item.key.id.as_str()))
        .add(Expr::col("created").eq(item.created.micros()))
        .add(Expr::col("version").eq(version))
}

fn called(collection: &str, id: &str) -> Cond {
    Cond::all().add(Expr::col("uuid").eq(uuid(id))).add(Expr::col("collection").eq(collection))
}

fn made_from(source: &Source) -> Cond {
    Cond::all()
        .add(Expr::col("source_bucket").eq(source.bucket.as_str()))
        .add(Expr::col("source_key").eq(source.key.as_str()))
}

fn uuid(id: &str) -> String {
    item_uuid(id).to_string()
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

#[cfg(test)]
mod tests {
    use okeanos_auth::{Owner, Visibility};
    use okeanos_db::{Db, DbConfig};
    use okeanos_stac::{Instant, Item};
    use sea_orm::sea_query::SqliteQueryBuilder;
    use serde_json::json;

    use super::*;
    use crate::{domain::record::Standing, store::migration::migrations};

    fn made(x: i32, at: i64) -> ItemRecord {
        let document = json!({
            "type": "Feature", "stac_version": "1.1.0", "id": "a", "geometry": null, "links": [], "assets": {},
            "properties": {"datetime": "2020-01-01T00:00:00Z", "x": x},
        });
        let standing = Standing {
            collection: "c".into(),
            owner: Owner::User("ann".into()),
            visibility: Visibility::Public,
            source: None,
            now: Instant::from_micros(at),
        };
        ItemRecord::new(Item::new(document).unwrap(), standing)
    }

    #[tokio::test]
    async fn what_was_deleted_and_posted_again_is_another_item() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbConfig::sqlite(folder.path()), "catalog").await.unwrap();
        db.migrate(migrations).await.unwrap();
        let (old, again) = (made(1, 1), made(1, 2));
        insert(db.conn(), &old).await.unwrap();
        assert!(delete(db.conn(), &old).await.unwrap());
        insert(db.conn(), &again).await.unwrap();
        let change = |of: &ItemRecord| made(2, 3).replacing(of).unwrap();
        assert!(!update(db.conn(), &change(&old)).await.unwrap(), "the first life is over");
        assert!(!delete(db.conn(), &old).await.unwrap());
        assert!(update(db.conn(), &change(&again)).await.unwrap());
    }

    #[tokio::test]
    async fn a_page_ends_before_it_has_too_many_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbConfig::sqlite(folder.path()), "catalog").await.unwrap();
        db.migrate(migrations).await.unwrap();
        let each = made(1, 1).bytes();
        for n in 0..4 {
            let mut item = made(1, 1);
            (item.key.id, item.uuid) = (format!("i{n}"), uuid(&format!("i{n}")));
            insert(db.conn(), &item).await.unwrap();
        }
        let filter = ItemFilter::seen_by(Sees::Everything);
        for (bytes, many, cut) in [(0, 1, true), (3 * each, 3, true), (4 * each, 4, false)] {
            let (found, ended) = page(db.conn(), &filter, None, 10, bytes).await.unwrap();
            assert_eq!((found.len(), ended), (many, cut), "{bytes}");
        }
    }

    #[tokio::test]
    async fn ids_are_looked_up_however_much_there_is_beside() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&DbConfig::sqlite(folder.path()), "catalog").await.unwrap();
        db.migrate(migrations).await.unwrap();
        let mut filter = ItemFilter::seen_by(Sees::Everything);
        filter.ids = vec!["a".into(), "b".into()];
        filter.collections = vec!["c".into()];
        filter.owner = Some(Owner::User("ann".into()));
        let select = records().cond_where(filter.condition()).order_by("rank", Order::Asc).limit(20).to_owned();
        let plan = format!("EXPLAIN QUERY PLAN {}", select.to_string(SqliteQueryBuilder));
        let rows = db.conn().query_all_raw(Statement::from_string(DbBackend::Sqlite, plan)).await.unwrap();
        let first: String = get(&rows[0], "detail").unwrap();
        assert!(first.contains("catalog_items_by_uuid"), "{first}");
    }
}
