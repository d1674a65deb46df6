//! What the catalog tells: `catalog.v1.item.*` and `catalog.v1.collection.*`, through the outbox.

use okeanos_db::Tx;
use okeanos_events::{Event, relay};
use okeanos_fault::Fault;
use okeanos_proto::catalog::v1::{CollectionChanged, ItemChanged};
use time::OffsetDateTime;

use crate::{domain::ItemRecord, store::broken};

/// What happened to a record.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Change {
    Created,
    Updated,
    Deleted,
}

impl Change {
    fn verb(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }
}

/// Tells of an item, in the transaction of its change.
pub(crate) async fn item(tx: &Tx, change: Change, item: &ItemRecord, now: OffsetDateTime) -> Result<(), Fault> {
    let payload = ItemChanged {
        collection_id: item.key.collection.clone(),
        item_id: item.key.id.clone(),
        owner: item.owner.to_string(),
        visibility: item.visibility.to_string(),
    };
    let kind = format!("catalog.v1.item.{}", change.verb());
    let subject = format!("{}/{}", item.key.collection, item.key.id);
    let event = Event::new(&kind, subject, &payload, now).map_err(Fault::internal)?;
    relay::record(tx, &event).await.map_err(broken)
}

/// Tells of a collection, in the transaction of its change.
pub(crate) async fn collection(tx: &Tx, change: Change, id: &str, now: OffsetDateTime) -> Result<(), Fault> {
    let kind = format!("catalog.v1.collection.{}", change.verb());
    let payload = CollectionChanged { collection_id: id.to_owned() };
    let event = Event::new(&kind, id.to_owned(), &payload, now).map_err(Fault::internal)?;
    relay::record(tx, &event).await.map_err(broken)
}
