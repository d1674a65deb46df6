//! Faults as gRPC statuses, and back: a peer gets the code and the field of the fault, not only its words.

use tonic::{Code, Status, metadata::MetadataMap};

use crate::{Fault, Kind};

const CODE: &str = "okeanos-fault-code";
const KIND: &str = "okeanos-fault-kind";
const FIELD: &str = "okeanos-fault-field-bin";

const KINDS: [(Kind, Code, &str); 16] = [
    (Kind::InvalidArgument, Code::InvalidArgument, "invalid-argument"),
    (Kind::Unauthenticated, Code::Unauthenticated, "unauthenticated"),
    (Kind::Forbidden, Code::PermissionDenied, "forbidden"),
    (Kind::NotFound, Code::NotFound, "not-found"),
    (Kind::MethodNotAllowed, Code::Unimplemented, "method-not-allowed"),
    (Kind::Gone, Code::NotFound, "gone"),
    (Kind::Conflict, Code::AlreadyExists, "conflict"),
    (Kind::Precondition, Code::FailedPrecondition, "precondition"),
    (Kind::TooLarge, Code::OutOfRange, "too-large"),
    (Kind::Unsupported, Code::Unimplemented, "unsupported"),
    (Kind::NotAcceptable, Code::InvalidArgument, "not-acceptable"),
    (Kind::TooMany, Code::ResourceExhausted, "too-many"),
    (Kind::Timeout, Code::DeadlineExceeded, "timeout"),
    (Kind::Unavailable, Code::Unavailable, "unavailable"),
    (Kind::NotImplemented, Code::Unimplemented, "not-implemented"),
    (Kind::Internal, Code::Internal, "internal"),
];

impl From<Fault> for Status {
    fn from(fault: Fault) -> Self {
        if fault.kind() == Kind::Internal {
            tracing::error!(code = fault.code(), cause = crate::chain(&fault), "call failed");
        }
        let (_, code, name) = KINDS.iter().find(|(kind, ..)| *kind == fault.kind()).copied().unwrap_or(KINDS[15]);
        let mut metadata = MetadataMap::new();
        metadata.insert(KIND, tonic::metadata::MetadataValue::from_static(name));
        if let Ok(value) = fault.code().parse() {
            metadata.insert(CODE, value);
        }
        if let Some(field) = fault.field_name() {
            metadata.insert_bin(FIELD, tonic::metadata::MetadataValue::from_bytes(field.as_bytes()));
        }
        Self::with_metadata(code, fault.message(), metadata)
    }
}

impl From<Status> for Fault {
    fn from(status: Status) -> Self {
        let metadata = status.metadata();
        let Some(code) = metadata.get(CODE).and_then(|v| v.to_str().ok()).map(str::to_owned) else {
            return foreign(status);
        };
        let named = metadata.get(KIND).and_then(|v| v.to_str().ok());
        let kind = KINDS
            .iter()
            .find(|(_, code, name)| named.map_or(*code == status.code(), |n| n == *name))
            .map_or(Kind::Internal, |(kind, ..)| *kind);
        let field = metadata.get_bin(FIELD).and_then(|v| v.to_bytes().ok());
        let fault = Self::new(kind, code, status.message());
        match field.and_then(|f| String::from_utf8(f.to_vec()).ok()) {
            Some(field) => fault.field(field),
            None => fault,
        }
    }
}

/// A status that is not one of ours: made by the transport when a peer is away, went away in the middle of a call, or was
/// too slow. Its words are for the log.
fn foreign(status: Status) -> Fault {
    match status.code() {
        Code::Unavailable
        | Code::DeadlineExceeded
        | Code::ResourceExhausted
        | Code::Cancelled
        | Code::Unknown
        | Code::Aborted => Fault::unavailable(status),
        _ => Fault::internal(status),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_the_wire() {
        for (kind, ..) in KINDS {
            let back = Fault::from(Status::from(Fault::new(kind, "iam/what", "so").field("größe")));
            assert_eq!((back.kind(), back.code(), back.message()), (kind, "iam/what", "so"));
            assert_eq!(back.field_name(), Some("größe"));
        }
    }

    #[test]
    fn a_foreign_status_is_not_repeated_to_the_client() {
        let fault = Fault::from(Status::internal("h2 protocol error at 10.0.0.7"));
        assert_eq!(fault.kind(), Kind::Internal);
        assert!(!fault.message().contains("10.0.0.7"));
    }

    #[test]
    fn a_peer_that_died_or_was_too_slow_may_answer_later() {
        let gone = [
            Code::Unavailable,
            Code::DeadlineExceeded,
            Code::ResourceExhausted,
            Code::Cancelled,
            Code::Unknown,
            Code::Aborted,
        ];
        for code in gone {
            assert_eq!(Fault::from(Status::new(code, "away")).kind(), Kind::Unavailable, "{code:?}");
        }
    }
}
