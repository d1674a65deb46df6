//! What can be refused.

use okeanos_blob::BlobError;
use okeanos_fault::{Fault, Kind};

/// What can be refused, as facts.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Nobody, or somebody who may not; the reason is the policy's.
    #[error("{0}")]
    Refused(Fault),
    /// The store's refusal.
    #[error(transparent)]
    Blob(#[from] BlobError),
    #[error("the key is not taken: {0}")]
    BadKey(&'static str),
    #[error("a key has at most 1024 bytes, not {0}")]
    KeyTooLong(usize),
    #[error("the object is larger than {0} bytes")]
    TooLarge(u64),
    #[error("user metadata has {0} bytes, more than 2048")]
    MetadataTooLarge(usize),
    #[error("the bytes do not have the {0} that was said")]
    BadDigest(&'static str),
    #[error("the body ended early, or nothing came for too long")]
    Incomplete,
    #[error("a chunk of the body is not understood, or is signed and larger than 4 MiB")]
    BadChunk,
    #[error("{0} is not offered")]
    NotOffered(&'static str),
    #[error("{name} is wrong: {why}")]
    BadArgument { name: &'static str, why: &'static str },
    #[error("the condition on the object does not hold")]
    ConditionFailed,
    #[error("there is no access key of this id")]
    UnknownKey,
    #[error("the access key has expired")]
    ExpiredKey,
    #[error("the session token is missing or is not the access key's")]
    BadSessionToken,
    #[error("only Signature Version 4 is accepted")]
    OldSignature,
    #[error("a presigned URL is valid for at most 7 days")]
    PresignedTooLong,
    #[error("requests are signed for region {0}")]
    WrongRegion(String),
    #[error("the request carries its signature in a way that is not understood")]
    MalformedSignature,
    #[error("the header {0} must be signed")]
    UnsignedHeader(String),
    #[error("only a signed request may choose headers of its answer")]
    UnsignedOverride,
    #[error("too many requests at once")]
    Busy,
    /// Something needed is away for now.
    #[error("{0}")]
    Unavailable(Fault),
}

impl Error {
    /// Something needed is away for now.
    pub(crate) fn away(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Unavailable(Fault::unavailable(cause))
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let (kind, code) = match error {
            Error::Refused(fault) | Error::Unavailable(fault) => return fault,
            Error::Blob(error) => return error.into(),
            Error::BadKey(_) => (Kind::InvalidArgument, "storage-gateway/bad-key"),
            Error::KeyTooLong(_) => (Kind::InvalidArgument, "storage-gateway/key-too-long"),
            Error::TooLarge(_) => (Kind::TooLarge, "storage-gateway/too-large"),
            Error::MetadataTooLarge(_) => (Kind::InvalidArgument, "storage-gateway/metadata-too-large"),
            Error::BadDigest(_) => (Kind::InvalidArgument, "storage-gateway/bad-digest"),
            Error::Incomplete => (Kind::InvalidArgument, "storage-gateway/incomplete-body"),
            Error::BadChunk => (Kind::InvalidArgument, "storage-gateway/bad-chunk"),
            Error::NotOffered(_) => (Kind::Unsupported, "storage-gateway/not-offered"),
            Error::BadArgument { .. } => (Kind::InvalidArgument, "storage-gateway/bad-argument"),
            Error::ConditionFailed => (Kind::Precondition, "storage-gateway/condition-failed"),
            Error::UnknownKey => (Kind::Unauthenticated, "storage-gateway/unknown-access-key"),
            Error::ExpiredKey => (Kind::Unauthenticated, "storage-gateway/expired-access-key"),
            Error::BadSessionToken => (Kind::Unauthenticated, "storage-gateway/bad-session-token"),
            Error::OldSignature => (Kind::Unauthenticated, "storage-gateway/old-signature"),
            Error::PresignedTooLong => (Kind::Unauthenticated, "storage-gateway/presigned-too-long"),
            Error::WrongRegion(_) => (Kind::Unauthenticated, "storage-gateway/wrong-region"),
            Error::MalformedSignature => (Kind::Unauthenticated, "storage-gateway/malformed-signature"),
            Error::UnsignedHeader(_) => (Kind::Forbidden, "storage-gateway/unsigned-header"),
            Error::UnsignedOverride => (Kind::InvalidArgument, "storage-gateway/unsigned-override"),
            Error::Busy => (Kind::TooMany, "storage-gateway/busy"),
        };
        Self::new(kind, code, error.to_string())
    }
}
