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
        broken,
        filter::{ItemFilter, boxes_of},
        items::{self, Found},
    },
};

/// How many candidates are read at once when geometries must be compared.
const BATCH: usize = 64;
/// So many times more candidates one request looks at when it has nothing yet: some clients take an empty page for the last.
const PATIENCE: usize = 10;
/// Longest filter, in words, whose count is kept.
const NAME_BYTES_MAX: usize = 4 * 1024;
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
            self.collection(collection).await?;
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
        let (bytes_max, candidates_max) = (self.config.page_bytes_max, self.config.candidates_max.max(1));
        let (mut kept, mut bytes, mut looked_at, mut pairs) = (Vec::new(), 0_usize, 0_usize, self.config.pairs_max);
        let resume = loop {
            let lacking = limit + 1 - kept.len();
            let size = if shape.is_some() { lacking.max(BATCH).min(candidates_max) } else { lacking };
            let (start, left) = (from.as_ref().map(|key| (key, direction)), bytes_max.saturating_sub(bytes));
            let read = items::page(self.db.conn(), filter, start, size as u64, left).await.map_err(broken)?;
            let (mut batch, cut) = read;
            looked_at += batch.len();
            let mut last = batch.last().map(|f| f.key.clone());
            let mut ended = !cut && batch.len() < size;
            if let Some(shape) = shape {
                let compared = self.compare(batch, Arc::clone(shape), pairs).await?;
                (batch, pairs) = (compared.kept, compared.pairs_left);
                if let Some(stopped_at) = compared.stopped_at {
                    (last, ended) = (Some(stopped_at), false);
                }
            }
            bytes += batch.iter().map(Found::bytes).sum::<usize>();
            kept.extend(batch);
            if kept.len() > limit {
                kept.truncate(limit);
                break kept.last().map(|f: &Found| f.key.clone());
            }
            if ended {
                break None;
            }
            let enough = candidates_max.saturating_mul(if kept.is_empty() { PATIENCE } else { 1 });
            let full = bytes >= bytes_max || (cut && !kept.is_empty());
            if full || pairs == 0 || looked_at >= enough {
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
                let read = items::inexact(self.db.conn(), filter, COUNTED_MAX, self.config.page_bytes_max);
                self.meeting(read.await.map_err(broken)?, shape).await?.map(|meeting| all - inexact + meeting)
            }
            Some(shape) if !shape.exact && all <= COUNTED_MAX => {
                let read = items::page(self.db.conn(), filter, None, COUNTED_MAX, self.config.page_bytes_max);
                self.meeting(read.await.map_err(broken)?, shape).await?
            }
            Some(_) => None,
        };
        if let Some(name) = name {
            self.counts.keep(name, matched, generation, now);
        }
        Ok(matched)
    }

    /// How many of these meet a shape, unless they are not all or too much to compare.
    async fn meeting(&self, (all, cut): (Vec<Found>, bool), shape: &Arc<Shape>) -> Result<Option<u64>, Fault> {
        if cut {
            return Ok(None);
        }
        let compared = self.compare(all, Arc::clone(shape), self.config.pairs_max).await?;
        Ok(compared.stopped_at.is_none().then_some(compared.kept.len() as u64))
    }

    /// Keeps the items whose geometry meets a shape, off the threads that serve.
    async fn compare(&self, items: Vec<Found>, shape: Arc<Shape>, pairs: usize) -> Result<Compared, Fault> {
        if items.iter().all(|item| shape.settled_by_boxes(item)) {
            return Ok(Compared { kept: items, pairs_left: pairs, stopped_at: None });
        }
        self.gate.run(move || compare_now(items, &shape, pairs)).await
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
    /// The last item that was looked at, when what may be spent was spent before all were.
    stopped_at: Option<Key>,
}

fn compare_now(items: Vec<Found>, shape: &Shape, mut pairs: usize) -> Compared {
    let mut kept = Vec::with_capacity(items.len());
    let mut items = items.into_iter().peekable();
    while let Some(item) = items.next() {
        let key = item.key.clone();
        if meets(&item, shape, &mut pairs) {
            kept.push(item);
        }
        if pairs == 0 && items.peek().is_some() {
            return Compared { kept, pairs_left: 0, stopped_at: Some(key) };
        }
    }
    Compared { kept, pairs_left: pairs, stopped_at: None }
}

/// Whether an item meets a shape; finding out costs reading its text and comparing pairs of positions.
fn meets(item: &Found, shape: &Shape, pairs: &mut usize) -> bool {
    if shape.settled_by_boxes(item) {
        return true;
    }
    *pairs = pairs.saturating_sub(item.document.len());
    geometry_of(&item.document).is_some_and(|geometry| {
        *pairs = pairs.saturating_sub(geometry.coords_count().saturating_mul(shape.vertices));
        geometry::intersects(&shape.geometry, &geometry)
    })
}

fn geometry_of(document: &str) -> Option<Geometry> {
    let document: Value = serde_json::from_str(document).ok()?;
    geometry::parse(document.get("geometry")?, "/geometry", ITEM_VERTICES_MAX).ok()
}
