//! Keeps the extent and the count of a collection true to its public items, in the transaction that changes them.

use okeanos_auth::Visibility;
use okeanos_db::Tx;
use okeanos_fault::Fault;
use okeanos_stac::Extent;

use crate::{
    domain::{CollectionRecord, Error, ItemRecord, check_name},
    store::{broken, collections},
};

/// A collection whose items change. It is locked until the transaction ends.
#[derive(Debug)]
pub(crate) struct Tally {
    collection: CollectionRecord,
    changed: bool,
    measure: bool,
}

impl Tally {
    /// Of a collection. Whoever opens several does so in the order of their ids, so that two never wait for each other.
    pub(crate) async fn open(tx: &Tx, collection: &str) -> Result<Self, Fault> {
        check_name(collection, "collection").map_err(Error::from)?;
        let found = collections::one_to_change(&**tx, collection).await.map_err(broken)?;
        let collection = found.ok_or_else(|| Error::NoSuchCollection(collection.to_owned()))?;
        Ok(Self { collection, changed: false, measure: false })
    }

    /// An item has come.
    pub(crate) fn added(&mut self, item: &ItemRecord) {
        if item.visibility == Visibility::Public {
            self.changed = true;
            self.collection.items += 1;
            self.collection.extent.add(item.footprint.as_ref(), item.interval);
        }
    }

    /// An item has gone. Only one that lies on the edge of the extent makes it necessary to measure anew.
    pub(crate) fn removed(&mut self, item: &ItemRecord) {
        if item.visibility == Visibility::Public {
            self.changed = true;
            self.collection.items -= 1;
            self.measure |= is_on_edge(&self.collection.extent, item);
        }
    }

    /// Writes what has changed.
    pub(crate) async fn write(mut self, tx: &Tx) -> Result<(), Fault> {
        if !self.changed {
            return Ok(());
        }
        if self.measure {
            let (items, extent) = collections::measure(&**tx, &self.collection.id).await.map_err(broken)?;
            self.collection.items = items;
            self.collection.extent = extent;
        }
        collections::update(&**tx, &self.collection).await.map_err(broken)
    }
}

fn is_on_edge(extent: &Extent, item: &ItemRecord) -> bool {
    let in_time = item.interval.start == extent.interval.start || item.interval.end == extent.interval.end;
    let boxes = item.footprint.iter().flat_map(|f| [Some(f.first), f.second]).flatten();
    in_time
        || boxes
            .into_iter()
            .any(|own| extent.bbox.is_none_or(|edge| own.numbers().iter().zip(edge.numbers()).any(|(a, b)| *a == b)))
}
