//! The S3 operations: extract, call the app, encode. What is not here answers `NotImplemented`.
//!
//! - [`access`]: who signed. - [`buckets`], [`objects`], [`listing`], [`multipart`]: a file per verb family.
//! - [`body`]: bytes in and out, checked. - [`convert`]: S3 shapes and ours. - [`refusal`]: errors. - [`host`]: virtual hosts.

mod access;
mod body;
mod buckets;
mod convert;
mod host;
mod listing;
mod multipart;
mod objects;
pub(crate) mod refusal;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use okeanos_runtime::Clock;
use s3s::{
    S3, S3Request, S3Response, S3Result,
    config::{S3Config, StaticConfigProvider},
    dto,
    service::{S3Service, S3ServiceBuilder},
};

pub(crate) use self::access::Operation;
use self::{
    access::{Gate, Secrets},
    host::Domain,
};
use crate::{Config, app::Gateway, ports::Keys};

/// Largest XML body: 10,000 parts of an upload with checksums.
const XML_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The S3 interface of the use-cases.
struct Face {
    gateway: Gateway,
    limits: BodyLimits,
    region: String,
}

/// What a body may be like.
#[derive(Clone, Copy, Debug)]
struct BodyLimits {
    max_bytes: u64,
    stall: Duration,
}

/// The S3 service over the use-cases.
pub(crate) fn service(gateway: Gateway, keys: Arc<dyn Keys>, clock: Clock, config: &Config) -> S3Service {
    let limits = BodyLimits { max_bytes: config.max_put_bytes, stall: Duration::from_secs(config.stall_timeout_s) };
    let mut builder = S3ServiceBuilder::new(Face { gateway, limits, region: config.region.clone() });
    builder.set_auth(Secrets(keys.clone()));
    builder.set_access(Gate { keys, clock });
    if let Some(domain) = &config.domain {
        builder.set_host(Domain(domain.clone()));
    }
    let mut limits = S3Config::default();
    limits.xml_max_body_size = XML_BYTES_MAX;
    // Form uploads are refused before they get here; nothing of one is ever kept in memory.
    limits.post_object_max_file_size = 0;
    builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(limits))));
    builder.build()
}

type Answer<T> = S3Result<S3Response<T>>;

#[async_trait]
impl S3 for Face {
    async fn list_buckets(&self, r: S3Request<dto::ListBucketsInput>) -> Answer<dto::ListBucketsOutput> {
        self.buckets(r).await
    }

    async fn create_bucket(&self, r: S3Request<dto::CreateBucketInput>) -> Answer<dto::CreateBucketOutput> {
        self.new_bucket(r).await
    }

    async fn delete_bucket(&self, r: S3Request<dto::DeleteBucketInput>) -> Answer<dto::DeleteBucketOutput> {
        self.drop_bucket(r).await
    }

    async fn head_bucket(&self, r: S3Request<dto::HeadBucketInput>) -> Answer<dto::HeadBucketOutput> {
        self.see_bucket(r).await
    }

    async fn get_bucket_location(
        &self,
        r: S3Request<dto::GetBucketLocationInput>,
    ) -> Answer<dto::GetBucketLocationOutput> {
        self.bucket_location(r).await
    }

    async fn put_object(&self, r: S3Request<dto::PutObjectInput>) -> Answer<dto::PutObjectOutput> {
        self.put(r).await
    }

    async fn get_object(&self, r: S3Request<dto::GetObjectInput>) -> Answer<dto::GetObjectOutput> {
        self.get(r).await
    }

    async fn head_object(&self, r: S3Request<dto::HeadObjectInput>) -> Answer<dto::HeadObjectOutput> {
        self.head(r).await
    }

    async fn delete_object(&self, r: S3Request<dto::DeleteObjectInput>) -> Answer<dto::DeleteObjectOutput> {
        self.delete(r).await
    }

    async fn delete_objects(&self, r: S3Request<dto::DeleteObjectsInput>) -> Answer<dto::DeleteObjectsOutput> {
        self.delete_many(r).await
    }

    async fn copy_object(&self, r: S3Request<dto::CopyObjectInput>) -> Answer<dto::CopyObjectOutput> {
        self.copy(r).await
    }

    async fn list_objects(&self, r: S3Request<dto::ListObjectsInput>) -> Answer<dto::ListObjectsOutput> {
        self.list_v1(r).await
    }

    async fn list_objects_v2(&self, r: S3Request<dto::ListObjectsV2Input>) -> Answer<dto::ListObjectsV2Output> {
        self.list_v2(r).await
    }

    async fn create_multipart_upload(
        &self,
        r: S3Request<dto::CreateMultipartUploadInput>,
    ) -> Answer<dto::CreateMultipartUploadOutput> {
        self.begin_upload(r).await
    }

    async fn upload_part(&self, r: S3Request<dto::UploadPartInput>) -> Answer<dto::UploadPartOutput> {
        self.put_part(r).await
    }

    async fn upload_part_copy(&self, r: S3Request<dto::UploadPartCopyInput>) -> Answer<dto::UploadPartCopyOutput> {
        self.copy_part(r).await
    }

    async fn complete_multipart_upload(
        &self,
        r: S3Request<dto::CompleteMultipartUploadInput>,
    ) -> Answer<dto::CompleteMultipartUploadOutput> {
        self.complete_upload(r).await
    }

    async fn abort_multipart_upload(
        &self,
        r: S3Request<dto::AbortMultipartUploadInput>,
    ) -> Answer<dto::AbortMultipartUploadOutput> {
        self.abort_upload(r).await
    }

    async fn list_parts(&self, r: S3Request<dto::ListPartsInput>) -> Answer<dto::ListPartsOutput> {
        self.parts(r).await
    }

    async fn list_multipart_uploads(
        &self,
        r: S3Request<dto::ListMultipartUploadsInput>,
    ) -> Answer<dto::ListMultipartUploadsOutput> {
        self.uploads(r).await
    }
}
