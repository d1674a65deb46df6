//! What can be wrong, as facts.

use okeanos_fault::{Fault, Kind};
use okeanos_stac::{Invalid, Problems};

/// The code of a change that came too late.
pub(crate) const CHANGED: &str = "catalog/changed";

/// What can be wrong with a request to the catalog.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("there is no item {0}")]
    NoSuchItem(String),
    #[error("there is no collection {0}")]
    NoSuchCollection(String),
    #[error("there is no catalog {0}")]
    NoSuchCatalog(String),
    #[error("there is an item {id} in the collection {collection} already")]
    ItemExists { collection: String, id: String },
    #[error("there is a collection {0} already")]
    CollectionExists(String),
    #[error("there is {0} already")]
    CatalogExists(String),
    #[error("{0}")]
    InvalidDocument(#[from] Problems),
    #[error("{}", .0.message)]
    InvalidParameter(#[from] Invalid),
    #[error("{found:?} is not {expected:?}, which the address says")]
    Mismatch { field: &'static str, expected: String, found: String },
    #[error("the collection {0} still has items; delete them first")]
    CollectionNotEmpty(String),
    #[error("the catalog {0} is not empty; say _force=1 to delete it with all that it holds")]
    CatalogNotEmpty(String),
    #[error("{0} is a name that the platform keeps for itself")]
    ReservedName(String),
    #[error("the record was changed by somebody else since it was read")]
    Changed,
    #[error("the item {id} of the collection {collection} belongs to another object")]
    OtherSource { collection: String, id: String },
    #[error("only a service of the platform may do this")]
    ServicesOnly,
    #[error("at most {0} are accepted at once")]
    TooMany(usize),
    #[error("the text of {what} has {bytes} bytes; at most {most} are accepted")]
    DocumentTooLarge { what: String, bytes: usize, most: usize },
    #[error("too many searches compare geometries right now; try again shortly, or search by a box")]
    Busy,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        let new = |kind, code| Self::new(kind, code, message.clone());
        match &error {
            Error::NoSuchItem(_) => new(Kind::NotFound, "catalog/no-such-item"),
            Error::NoSuchCollection(_) => new(Kind::NotFound, "catalog/no-such-collection"),
            Error::NoSuchCatalog(_) => new(Kind::NotFound, "catalog/no-such-catalog"),
            Error::ItemExists { .. } => new(Kind::Conflict, "catalog/item-exists"),
            Error::CollectionExists(_) => new(Kind::Conflict, "catalog/collection-exists"),
            Error::CatalogExists(_) => new(Kind::Conflict, "catalog/catalog-exists"),
            Error::InvalidDocument(problems) => {
                let field = problems.all().first().map(|p| p.field.clone()).unwrap_or_default();
                new(Kind::InvalidArgument, "catalog/invalid-document").field(field)
            }
            Error::InvalidParameter(invalid) => {
                new(Kind::InvalidArgument, "catalog/invalid-parameter").field(invalid.field.clone())
            }
            Error::Mismatch { field, .. } => new(Kind::InvalidArgument, "catalog/mismatch").field(*field),
            Error::CollectionNotEmpty(_) => new(Kind::Conflict, "catalog/collection-not-empty"),
            Error::CatalogNotEmpty(_) => new(Kind::InvalidArgument, "catalog/catalog-not-empty").field("_force"),
            Error::ReservedName(_) => new(Kind::InvalidArgument, "catalog/reserved-name").field("/id"),
            Error::Changed => new(Kind::Precondition, CHANGED).field("If-Match"),
            Error::OtherSource { .. } => new(Kind::Conflict, "catalog/other-source"),
            Error::ServicesOnly => new(Kind::Forbidden, "catalog/services-only"),
            Error::TooMany(_) => new(Kind::TooLarge, "catalog/too-many"),
            Error::DocumentTooLarge { .. } => new(Kind::TooLarge, "catalog/document-too-large"),
            Error::Busy => new(Kind::Unavailable, "catalog/busy"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_of_a_document_is_named_by_its_place() {
        let problems = okeanos_stac::Item::new(serde_json::json!({"type": "Feature"})).unwrap_err();
        let fault = Fault::from(Error::from(problems));
        assert_eq!((fault.code(), fault.field_name()), ("catalog/invalid-document", Some("/stac_version")));
        assert!(fault.message().contains("/assets"), "every problem is told: {}", fault.message());
    }
}
