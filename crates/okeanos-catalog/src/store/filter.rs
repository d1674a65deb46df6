//! What a search asks for, as the condition of a query.

use okeanos_auth::Owner;
use okeanos_stac::{Bbox, Footprint, Interval, item_uuid};
use sea_orm::sea_query::{Cond, Expr, ExprTrait, Func, SimpleExpr};

use crate::domain::{Direction, Key, Sees};

/// A filter over items. It is made with what somebody sees; there is none without.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ItemFilter {
    sees: Sees,
    /// Only of these collections; empty is all.
    pub(crate) collections: Vec<String>,
    /// Only of these ids or UUIDs; empty is all.
    pub(crate) ids: Vec<String>,
    /// Only of this owner.
    pub(crate) owner: Option<Owner>,
    /// Only what overlaps this interval.
    pub(crate) interval: Option<Interval>,
    /// Only what has a box that meets one of these.
    pub(crate) boxes: Option<Vec<Bbox>>,
}

impl ItemFilter {
    /// All that somebody sees.
    pub(crate) fn seen_by(sees: Sees) -> Self {
        Self { sees, collections: Vec::new(), ids: Vec::new(), owner: None, interval: None, boxes: None }
    }

    /// The condition.
    pub(crate) fn condition(&self) -> Cond {
        let mut all = Cond::all().add(visible(&self.sees));
        if !self.collections.is_empty() {
            all = all.add(one_of(self.beside_ids("collection"), &self.collections));
        }
        if !self.ids.is_empty() {
            let uuids: Vec<String> = self.ids.iter().map(|id| item_uuid(id).to_string()).collect();
            all = all.add(one_of(Expr::col("uuid"), &uuids));
        }
        if let Some(owner) = &self.owner {
            all = all.add(self.beside_ids("owner").eq(owner.to_string()));
        }
        if let Some(interval) = &self.interval {
            all = all.add(overlaps(interval));
        }
        if let Some(boxes) = &self.boxes {
            all = all.add(boxes.iter().fold(Cond::any(), |any, bbox| any.add(meets(bbox))));
        }
        all
    }

    /// A column to compare. SQLite, which does not know how many items a collection or a person has, would rather walk all
    /// of them than look up the ids; an expression has no index.
    fn beside_ids(&self, column: &'static str) -> SimpleExpr {
        if self.ids.is_empty() { Expr::col(column) } else { Func::coalesce([Expr::col(column), Expr::val("")]).into() }
    }
}

/// Who sees it.
pub(crate) fn visible(sees: &Sees) -> Cond {
    match sees {
        Sees::Everything => Cond::all(),
        Sees::Nothing => Cond::all().add(Expr::val(1).eq(0)),
        Sees::Some { owners, groups } => {
            let mut any = Cond::any().add(Expr::col("visibility").eq("public"));
            if !owners.is_empty() {
                any = any.add(one_of(Expr::col("owner"), owners));
            }
            if !groups.is_empty() {
                any = any.add(one_of(Expr::col("visibility"), groups));
            }
            any
        }
    }
}

/// Whether a column has one of these values.
pub(crate) fn one_of(column: SimpleExpr, values: &[String]) -> SimpleExpr {
    match values {
        [one] => column.eq(one.as_str()),
        many => column.is_in(many.iter().map(String::as_str)),
    }
}

/// Items are closed intervals; a side that is null is open.
fn overlaps(interval: &Interval) -> Cond {
    let mut all = Cond::all();
    if let Some(end) = interval.end {
        all = all.add(Cond::any().add(Expr::col("starts").lte(end.micros())).add(Expr::col("starts").is_null()));
    }
    if let Some(start) = interval.start {
        all = all.add(Cond::any().add(Expr::col("ends").gte(start.micros())).add(Expr::col("ends").is_null()));
    }
    all
}

fn meets(bbox: &Bbox) -> Cond {
    if *bbox == Bbox::WORLD {
        return Cond::all().add(Expr::col("west").is_not_null());
    }
    let with = |[west, south, east, north]: [&'static str; 4]| {
        Cond::all()
            .add(Expr::col(west).lte(bbox.east))
            .add(Expr::col(east).gte(bbox.west))
            .add(Expr::col(south).lte(bbox.north))
            .add(Expr::col(north).gte(bbox.south))
    };
    Cond::any().add(with(["west", "south", "east", "north"])).add(with(["west2", "south2", "east2", "north2"]))
}

/// The boxes to look in for a footprint. The meridians 180 and -180 are one line: what touches it is on both sides.
pub(crate) fn boxes_of(footprint: &Footprint) -> Vec<Bbox> {
    let mut boxes: Vec<Bbox> = [Some(footprint.first), footprint.second].into_iter().flatten().collect();
    let at = |bbox: &Bbox, lon: f64| Bbox { west: lon, east: lon, ..*bbox };
    let touching: Vec<Bbox> = boxes
        .iter()
        .filter_map(|bbox| match (bbox.west == -180.0, bbox.east == 180.0) {
            (true, false) => Some(at(bbox, 180.0)),
            (false, true) => Some(at(bbox, -180.0)),
            _ => None,
        })
        .collect();
    boxes.extend(touching);
    boxes
}

/// What lies beyond a key. The first comparison says less than the second, but an index can start from it.
pub(crate) fn beyond(key: &Key, direction: Direction) -> Cond {
    let columns = Expr::tuple([Expr::col("rank"), Expr::col("id"), Expr::col("collection")]);
    let values = Expr::tuple([Expr::val(key.rank), Expr::val(key.id.as_str()), Expr::val(key.collection.as_str())]);
    match direction {
        Direction::Next => Cond::all().add(Expr::col("rank").gte(key.rank)).add(columns.gt(values)),
        Direction::Previous => Cond::all().add(Expr::col("rank").lte(key.rank)).add(columns.lt(values)),
    }
}
