//! What an S3 server refuses, as the port says it.

use std::io;

use aws_sdk_s3::{
    config::http::HttpResponse,
    error::{ProvideErrorMetadata, SdkError},
};

use crate::{BlobError, Location};

/// A refusal of something about this place.
pub(super) fn at<E>(at: &Location, upload: &str, error: SdkError<E, HttpResponse>) -> BlobError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|r| r.status().as_u16());
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
    match (code, status) {
        ("NoSuchBucket", _) => BlobError::NoSuchBucket(at.bucket.clone()),
        ("NoSuchUpload", _) => BlobError::NoSuchUpload(upload.to_owned()),
        ("BucketNotEmpty", _) => BlobError::BucketNotEmpty(at.bucket.clone()),
        ("InvalidPart" | "InvalidPartOrder" | "EntityTooSmall", _) => BlobError::InvalidPart(0),
        ("InvalidRange", _) | (_, Some(416)) => BlobError::RangeNotSatisfiable(0),
        ("PreconditionFailed" | "ConditionalRequestConflict", _) | (_, Some(412)) => {
            BlobError::ConditionFailed(at.clone())
        }
        ("InvalidBucketName" | "KeyTooLongError" | "InvalidURI", _) => {
            BlobError::InvalidName(format!("the store does not take the name {at}"))
        }
        // HEAD has no body that could say what is not there.
        ("NoSuchKey" | "NotFound", _) | (_, Some(404)) => BlobError::NoSuchKey(at.clone()),
        // Who asks may tell that asking again is of no use.
        (_, Some(403)) => BlobError::Store(Box::new(io::Error::new(io::ErrorKind::PermissionDenied, error))),
        _ => BlobError::Store(Box::new(error)),
    }
}

/// A refusal of something about a bucket.
pub(super) fn bucket<E>(bucket: &str, error: SdkError<E, HttpResponse>) -> BlobError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match self::at(&Location::new(bucket, ""), "", error) {
        BlobError::NoSuchKey(_) => BlobError::NoSuchBucket(bucket.to_owned()),
        other => other,
    }
}
