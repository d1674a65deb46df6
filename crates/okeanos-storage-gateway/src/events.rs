//! What is published: `storage.v1.object.created` and `storage.v1.object.removed`. Nothing is consumed.

use okeanos_blob::{Location, Meta};
use okeanos_events::Event;
use okeanos_proto::storage::v1::{ObjectCreated, ObjectRemoved};
use time::OffsetDateTime;

use crate::domain::Error;

/// Tells what is at a place now.
pub(crate) fn about(at: &Location, there: Option<&Meta>, principal: &str, now: OffsetDateTime) -> Result<Event, Error> {
    let event = match there {
        Some(meta) => {
            let created = ObjectCreated {
                bucket: at.bucket.clone(),
                key: at.key.clone(),
                size: meta.size,
                etag: meta.etag.clone(),
                content_type: meta.content_type.clone().unwrap_or_default(),
                metadata: meta.metadata.clone().into_iter().collect(),
                principal: principal.to_owned(),
            };
            Event::new("storage.v1.object.created", at.to_string(), &created, now)
        }
        None => {
            let removed =
                ObjectRemoved { bucket: at.bucket.clone(), key: at.key.clone(), principal: principal.to_owned() };
            Event::new("storage.v1.object.removed", at.to_string(), &removed, now)
        }
    };
    event.map_err(Error::away)
}
