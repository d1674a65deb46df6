//! What is refused, as S3 says it: S3's own code for programs, and our stable code after the message for people, who find
//! its page in the documentation.

use http::{HeaderMap, header::CONTENT_RANGE};
use okeanos_blob::BlobError;
use okeanos_fault::{Fault, Kind, chain};
use s3s::{S3Error, S3ErrorCode};

use crate::domain::Error;

impl From<Error> for S3Error {
    fn from(error: Error) -> Self {
        // What the reader of the body found wrong with it comes back through the store.
        let error = match error {
            Error::Blob(BlobError::BodyBroken(cause)) => found_in_body(cause),
            other => other,
        };
        let code = code(&error);
        // A client that asks past the end is told where it is.
        let content_range = match &error {
            Error::Blob(BlobError::RangeNotSatisfiable(size)) => format!("bytes */{size}").parse().ok(),
            _ => None,
        };
        let fault = Fault::from(error);
        log(&fault);
        let mut refusal = Self::with_message(code, format!("{} ({})", fault.message(), fault.code()));
        if let Some(value) = content_range {
            refusal.set_headers(HeaderMap::from_iter([(CONTENT_RANGE, value)]));
        }
        refusal
    }
}

fn found_in_body(cause: std::io::Error) -> Error {
    match cause.downcast::<Error>() {
        Ok(found) => found,
        Err(cause) => {
            tracing::debug!(%cause, "a body broke off");
            Error::Incomplete
        }
    }
}

fn code(error: &Error) -> S3ErrorCode {
    match error {
        Error::Refused(_) | Error::UnsignedHeader(_) => S3ErrorCode::AccessDenied,
        Error::Blob(error) => blob_code(error),
        Error::BadKey(_) | Error::BadArgument { .. } => S3ErrorCode::InvalidArgument,
        Error::KeyTooLong(_) => S3ErrorCode::KeyTooLongError,
        Error::TooLarge(_) => S3ErrorCode::EntityTooLarge,
        Error::MetadataTooLarge(_) => S3ErrorCode::MetadataTooLarge,
        Error::BadDigest(_) => S3ErrorCode::BadDigest,
        Error::Incomplete => S3ErrorCode::IncompleteBody,
        Error::BadChunk => S3ErrorCode::InvalidRequest,
        Error::NotOffered(_) => S3ErrorCode::NotImplemented,
        Error::ConditionFailed => S3ErrorCode::PreconditionFailed,
        Error::UnknownKey => S3ErrorCode::InvalidAccessKeyId,
        Error::ExpiredKey => S3ErrorCode::ExpiredToken,
        Error::BadSessionToken => S3ErrorCode::InvalidToken,
        Error::OldSignature | Error::UnsignedOverride => S3ErrorCode::InvalidRequest,
        Error::PresignedTooLong => S3ErrorCode::AuthorizationQueryParametersError,
        Error::WrongRegion(_) | Error::MalformedSignature => S3ErrorCode::AuthorizationHeaderMalformed,
        Error::Busy => S3ErrorCode::SlowDown,
        Error::Unavailable(_) => S3ErrorCode::ServiceUnavailable,
    }
}

fn blob_code(error: &BlobError) -> S3ErrorCode {
    match error {
        BlobError::NoSuchBucket(_) => S3ErrorCode::NoSuchBucket,
        BlobError::NoSuchKey(_) => S3ErrorCode::NoSuchKey,
        BlobError::NoSuchUpload(_) => S3ErrorCode::NoSuchUpload,
        BlobError::BucketNotEmpty(_) => S3ErrorCode::BucketNotEmpty,
        BlobError::ConditionFailed(_) => S3ErrorCode::PreconditionFailed,
        BlobError::InvalidName(_) => S3ErrorCode::InvalidArgument,
        BlobError::InvalidPart(_) => S3ErrorCode::InvalidPart,
        BlobError::BodyBroken(_) => S3ErrorCode::IncompleteBody,
        BlobError::RangeNotSatisfiable(_) => S3ErrorCode::InvalidRange,
        BlobError::Store(_) => S3ErrorCode::ServiceUnavailable,
    }
}

fn log(fault: &Fault) {
    let cause = chain(fault);
    match fault.kind() {
        Kind::Internal => tracing::error!(code = fault.code(), cause, "request failed"),
        kind if kind.retryable() => tracing::warn!(code = fault.code(), cause, "request could not be served"),
        _ => tracing::debug!(code = fault.code(), message = fault.message(), cause, "request refused"),
    }
}
