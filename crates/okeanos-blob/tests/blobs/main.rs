//! One suite over every store: memory, files, and an S3 when `OKEANOS_TEST_S3` names one (`http://key:secret@host:port`).
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, also in what its functions share"
)]

mod crash;
mod durable;
mod suite;

use std::sync::Arc;

use okeanos_blob::{
    Blobs,
    fs::FsBlobs,
    memory::MemoryBlobs,
    s3::{S3Blobs, S3Config},
};

#[tokio::test(flavor = "multi_thread")]
async fn memory() {
    suite::run(Arc::new(MemoryBlobs::new()), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files() {
    let folder = tempfile::tempdir().unwrap();
    suite::run(Arc::new(FsBlobs::open(folder.path().to_path_buf()).unwrap()), true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s3() {
    #[expect(clippy::disallowed_methods, reason = "a test has no configuration")]
    let Ok(url) = std::env::var("OKEANOS_TEST_S3") else {
        return;
    };
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let (key, secret, host) = match rest.split_once('@') {
        Some((who, host)) => {
            let (key, secret) = who.split_once(':').expect("key:secret");
            (key, secret, host)
        }
        None => ("any", "any", rest),
    };
    let config = S3Config::new(format!("{scheme}://{host}"), "us-east-1", key, secret);
    let blobs: Arc<dyn Blobs> = Arc::new(S3Blobs::new(config));
    suite::run(blobs, false).await;
}
