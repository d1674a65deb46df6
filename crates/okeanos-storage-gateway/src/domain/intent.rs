//! What is about to be written.

use okeanos_blob::Location;
use uuid::Uuid;

/// Said before an object is written or removed, taken back together with the event that tells of it. One that is left
/// over means: nobody was told what became of this object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Intent {
    pub(crate) id: Uuid,
    pub(crate) at: Location,
    /// Who writes.
    pub(crate) principal: String,
}

impl Intent {
    pub(crate) fn new(at: Location, principal: &str) -> Self {
        Self { id: Uuid::now_v7(), at, principal: principal.to_owned() }
    }
}
