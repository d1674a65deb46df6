//! Buckets.

use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, dto};

use super::{Answer, Face, convert::caller};

impl Face {
    pub(super) async fn buckets(&self, request: S3Request<dto::ListBucketsInput>) -> Answer<dto::ListBucketsOutput> {
        let who = caller(&request);
        let prefix = request.input.prefix.unwrap_or_default();
        let buckets = self.gateway.list_buckets(&who).await?;
        let buckets = buckets.into_iter().filter(|(name, _)| name.starts_with(&prefix)).map(|(name, created)| {
            dto::Bucket { name: Some(name), creation_date: Some(created.into()), ..dto::Bucket::default() }
        });
        let owner = dto::Owner { id: Some(who.name.clone()), display_name: Some(who.name) };
        Ok(S3Response::new(dto::ListBucketsOutput {
            buckets: Some(buckets.collect()),
            owner: Some(owner),
            ..dto::ListBucketsOutput::default()
        }))
    }

    pub(super) async fn new_bucket(
        &self,
        request: S3Request<dto::CreateBucketInput>,
    ) -> Answer<dto::CreateBucketOutput> {
        let bucket = &request.input.bucket;
        if !self.gateway.create_bucket(&caller(&request), bucket).await? {
            return Err(S3Error::with_message(S3ErrorCode::BucketAlreadyOwnedByYou, "the bucket is there already"));
        }
        let location = Some(format!("/{bucket}"));
        Ok(S3Response::new(dto::CreateBucketOutput { location }))
    }

    pub(super) async fn drop_bucket(
        &self,
        request: S3Request<dto::DeleteBucketInput>,
    ) -> Answer<dto::DeleteBucketOutput> {
        self.gateway.delete_bucket(&caller(&request), &request.input.bucket).await?;
        Ok(S3Response::new(dto::DeleteBucketOutput {}))
    }

    pub(super) async fn see_bucket(&self, request: S3Request<dto::HeadBucketInput>) -> Answer<dto::HeadBucketOutput> {
        self.gateway.head_bucket(&caller(&request), &request.input.bucket).await?;
        let bucket_region = Some(self.region.clone());
        Ok(S3Response::new(dto::HeadBucketOutput { bucket_region, ..dto::HeadBucketOutput::default() }))
    }

    pub(super) async fn bucket_location(
        &self,
        request: S3Request<dto::GetBucketLocationInput>,
    ) -> Answer<dto::GetBucketLocationOutput> {
        self.gateway.head_bucket(&caller(&request), &request.input.bucket).await?;
        let location_constraint = Some(dto::BucketLocationConstraint::from(self.region.clone()));
        Ok(S3Response::new(dto::GetBucketLocationOutput { location_constraint }))
    }
}
