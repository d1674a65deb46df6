//! Search.

use std::sync::Arc;

use geo::{CoordsIter, Geometry};
use okeanos_auth::{Owner, Principal};
use okeanos_fault::Fault;
use okeanos_stac::{
    Footprint, Invalid, Search,
    geometry::{self, ITEM_VERTICES_MAX},
};
use serde_json::Value;

use super::App;
use crate::{
    domain::{Direction, Error, Key, PageToken, Sees},
    store::{
        broken, collections,
        filter::{ItemFilter, boxes_of},
        items::{self, Found},
    },
};

/// How many candidates are read at once when geometries must be compared.
const BATCH: u64 = 64;
/// Longest filter, in words, whose count is kept.
const NAME_BYTES_MAX: usize = 4 * 1024;
/// How many candidates one request looks at; then it answers with what it has and a link to go on.
const CANDIDATES_MAX: usize = 5_000;
/// How many pairs of positions one request compares.
const PAIRS_MAX: usize = 200_000_000;
/// Over so many geometries nothing is counted that would need comparing them.
const COUNTED_MAX: u64 = 1_000;

/// A page of items.
#[derive(Debug)]
pub(crate) struct ItemPage {
    pub(crate) items: Vec<Found>,
    pub(crate) next: Option<PageToken>,
    pub(crate) previous: Option<PageToken>,
    /// How many items the search has, when that can be told exactly at a bearable cost.
    pub(crate) matched: Option<u64>,
}

/// A geometry that items are compared with, beyond what their boxes tell.
#[derive(Debug)]
struct Shape {
    geometry: Geometry,
    vertices: usize,
    /// The geometry is its boxes: items whose boxes are as exact need not be compared.
    exact: bool,
}

impl Shape {
    fn settled_by_boxes(&self, item: &Found) -> bool {
        self.exact && item.exact
    }
}

impl App {
    /// Items that somebody sees and that a search asks for; only those of one collection if that is given.
    pub(crate) async fn search(
        &self,
        who: &Principal,
        search: &Search,
        within: Option<&str>,
    ) -> Result<ItemPage, Fault> {
        if let Some(collection) = within {
            // pystac-client names the collection once more.
            if search.collections.iter().any(|c| c != collection) {
                let message = format!("only items of {collection} are here; see /data/search for others");
                return Err(Error::from(Invalid::at("collections", message)).into());
            }
            let found = collections::one(self.db.conn(), collection).await.map_err(broken)?;
            found.ok_or_else(|| Error::NoSuchCollection(collection.to_owned()))?;
        }
        let token = search.token.as_deref().map(PageToken::decode).transpose().map_err(Error::from)?;
        let limit = search.limit.unwrap_or(self.config.page_size).clamp(1, self.config.page_size_max.max(1));
        let (filter, shape) = filter(who, search, within)?;
        let shape = shape.map(Arc::new);
        let matched = self.matched(&filter, shape.as_ref()).await?;
        let page = self.walk(&filter, shape.as_ref(), token.as_ref(), limit as usize).await?;
        Ok(ItemPage { matched, ..page })
    }

    /// Reads from a token on until the page is full, comparing geometries on the way.
    async fn walk(
        &self,
        filter: &ItemFilter,
        shape: Option<&Arc<Shape>>,
        token: Option<&PageToken>,
        limit: usize,
    ) -> Result<ItemPage, Fault> {
        let direction = token.map_or(Direction::Next, |t| t.direction);
        let mut from: Option<Key> = token.map(|t| t.key.clone());
        let (mut kept, mut looked_at, mut pairs) = (Vec::new(), 0, PAIRS_MAX);
        let resume = loop {
            let lacking = (limit + 1 - kept.len()) as u64;
            let size = if shape.is_some() { lacking.max(BATCH) } else { lacking };
            let start = from.as_ref().map(|key| (key, direction));
            let mut batch = items::page(self.db.conn(), filter, start, size).await.map_err(broken)?;
            let ended = (batch.len() as u64) < size;
            looked_at += batch.len();
            let mut last = batch.last().map(|f| f.key.clone());
            let mut spent = false;
            if let Some(shape) = shape {
                let compared = compare(batch, Arc::clone(shape), pairs).await?;
                (batch, pairs) = (compared.kept, compared.pairs_left);
                if let Some(stopped_at) = compared.stopped_at {
                    (last, spent) = (Some(stopped_at), true);
                }
            }
            kept.extend(batch);
            if kept.len() > limit {
                kept.truncate(limit);
                break kept.last().map(|f: &Found| f.key.clone());
            }
            if ended && !spent {
                break None;
            }
            // Clients take an empty page for the last one.
            if spent || (looked_at >= CANDIDATES_MAX && !kept.is_empty()) {
                break last;
            }
            from = last;
        };
        Ok(page(kept, resume, direction, token.is_some()))
    }

    /// How many items a search has.
    async fn matched(&self, filter: &ItemFilter, shape: Option<&Arc<Shape>>) -> Result<Option<u64>, Fault> {
        let now = self.now();
        // A search by geometry is hardly ever asked twice, and its text would be long.
        let name = shape.is_none_or(|s| s.exact).then(|| format!("{filter:?}"));
        let name = name.filter(|name| name.len() <= NAME_BYTES_MAX);
        let generation = match name.as_ref().map(|name| self.counts.get(name, now)) {
            Some(Ok(known)) => return Ok(known),
            Some(Err(generation)) => generation,
            None => 0,
        };
        let (all, inexact) = items::count(self.db.conn(), filter).await.map_err(broken)?;
        let matched = match shape {
            None => Some(all),
            Some(shape) if shape.exact && inexact == 0 => Some(all),
            Some(shape) if shape.exact && inexact <= COUNTED_MAX => {
                let candidates = items::inexact(self.db.conn(), filter, COUNTED_MAX).await.map_err(broken)?;
                let compared = compare(candidates, Arc::clone(shape), PAIRS_MAX).await?;
                compared.stopped_at.is_none().then(|| all - inexact + compared.kept.len() as u64)
            }
            Some(shape) if !shape.exact && all <= COUNTED_MAX => {
                let candidates = items::page(self.db.conn(), filter, None, COUNTED_MAX).await.map_err(broken)?;
                let compared = compare(candidates, Arc::clone(shape), PAIRS_MAX).await?;
                compared.stopped_at.is_none().then_some(compared.kept.len() as u64)
            }
            Some(_) => None,
        };
        if let Some(name) = name {
            self.counts.keep(name, matched, generation, now);
        }
        Ok(matched)
    }
}

fn filter(who: &Principal, search: &Search, within: Option<&str>) -> Result<(ItemFilter, Option<Shape>), Error> {
    let mut filter = ItemFilter::seen_by(Sees::of(who));
    filter.collections = within.map_or_else(|| search.collections.clone(), |c| vec![c.to_owned()]);
    filter.ids.clone_from(&search.ids);
    filter.interval = search.datetime;
    filter.owner = search.owner.as_deref().map(|name| owner(who, name)).transpose()?;
    let geometry = search.intersects.clone().or_else(|| search.bbox.map(Geometry::from));
    let shape = geometry.map(|geometry| {
        let footprint = Footprint::of(&geometry, false);
        filter.boxes = Some(footprint.as_ref().map(boxes_of).unwrap_or_default());
        Shape { vertices: geometry.coords_count(), exact: footprint.is_some_and(|f| f.exact), geometry }
    });
    Ok((filter, shape))
}

/// `me`, a namespace, or the name of a person.
fn owner(who: &Principal, name: &str) -> Result<Owner, Error> {
    match name {
        "me" if who.is_anonymous() => Err(Invalid::at("owner", "sign in or send a token to ask for your own").into()),
        "me" => Ok(Owner::User(who.name.clone())),
        name => Ok(name.parse().unwrap_or_else(|_| Owner::User(name.to_owned()))),
    }
}

/// A page of what was kept, which comes nearest first.
fn page(mut kept: Vec<Found>, resume: Option<Key>, direction: Direction, turned: bool) -> ItemPage {
    let at = |direction: Direction| move |key: Key| PageToken { direction, key };
    let (next, previous) = match direction {
        Direction::Next => {
            let first = kept.first().filter(|_| turned).map(|f| f.key.clone());
            (resume.map(at(Direction::Next)), first.map(at(Direction::Previous)))
        }
        Direction::Previous => {
            kept.reverse();
            let last = kept.last().map(|f| f.key.clone());
            (last.map(at(Direction::Next)), resume.map(at(Direction::Previous)))
        }
    };
    ItemPage { items: kept, next, previous, matched: None }
}

struct Compared {
    kept: Vec<Found>,
    pairs_left: usize,
    /// The last item that was looked at, when what may be spent was spent.
    stopped_at: Option<Key>,
}

/// Keeps the items whose geometry meets a shape, off the threads that serve.
async fn compare(items: Vec<Found>, shape: Arc<Shape>, pairs: usize) -> Result<Compared, Fault> {
    if items.iter().all(|item| shape.settled_by_boxes(item)) {
        return Ok(Compared { kept: items, pairs_left: pairs, stopped_at: None });
    }
    tokio::task::spawn_blocking(move || compare_now(items, &shape, pairs)).await.map_err(Fault::internal)
}

fn compare_now(items: Vec<Found>, shape: &Shape, mut pairs: usize) -> Compared {
    let mut kept = Vec::with_capacity(items.len());
    for item in items {
        let key = item.key.clone();
        let meets = shape.settled_by_boxes(&item)
            || geometry_of(&item.document).is_some_and(|geometry| {
                pairs = pairs.saturating_sub(geometry.coords_count().saturating_mul(shape.vertices));
                geometry::intersects(&shape.geometry, &geometry)
            });
        if meets {
            kept.push(item);
        }
        if pairs == 0 {
            return Compared { kept, pairs_left: 0, stopped_at: Some(key) };
        }
    }
    Compared { kept, pairs_left: pairs, stopped_at: None }
}

fn geometry_of(document: &str) -> Option<Geometry> {
    let document: Value = serde_json::from_str(document).ok()?;
    geometry::parse(document.get("geometry")?, "/geometry", ITEM_VERTICES_MAX).ok()
}
