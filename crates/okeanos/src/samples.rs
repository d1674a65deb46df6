//! The sample data: small cuts of real ocean products, embedded, uploaded through the S3 port like any user's file.

use anyhow::Context;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use okeanos_blob::{Blobs, Location, PutOptions};
use rust_embed::Embed;

use crate::client::Session;

/// Where the samples go in the administrator's bucket: anyone sees them.
const PREFIX: &str = "public/samples/";
/// How many uploads go on at once.
const UPLOADS: usize = 8;

#[derive(Embed)]
#[folder = "../../e2e/data/samples"]
struct Samples;

/// Uploads the samples to the bucket of whom the session belongs to.
///
/// # Errors
/// When an upload is refused or breaks off.
pub async fn load(session: &Session) -> anyhow::Result<()> {
    let bucket = session.own_bucket().await?;
    let store = session.storage().await?;
    // The metadata of a Zarr store's root comes last: until then the store is not complete.
    let names: Vec<_> = Samples::iter().collect();
    let (roots, rest): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| name.ends_with(".zarr/zarr.json"));
    for batch in [rest, roots] {
        stream::iter(batch)
            .map(|name| upload(&store, &bucket, name.into_owned()))
            .buffer_unordered(UPLOADS)
            .try_collect::<()>()
            .await?;
    }
    Ok(())
}

async fn upload(store: &impl Blobs, bucket: &str, name: String) -> anyhow::Result<()> {
    let file = Samples::get(&name).with_context(|| format!("sample {name} is not embedded"))?;
    let body = stream::iter([Ok(Bytes::from(file.data.into_owned()))]).boxed();
    let at = Location::new(bucket, format!("{PREFIX}{name}"));
    let options = PutOptions { content_type: crate::client::content_type(&name), ..PutOptions::default() };
    store.put(&at, body, options).await.map(drop).with_context(|| format!("uploading {at}"))
}
