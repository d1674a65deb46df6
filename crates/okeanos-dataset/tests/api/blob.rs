//! The same data sets out of an object store.

use std::sync::Arc;

use okeanos_blob::{Blobs, Location, PutOptions, memory::MemoryBlobs};
use okeanos_dataset::{BlobStore, Dataset, Error, Limits, LocalStore, Store, Window};

use crate::support::{data, open};

/// A store with some fixtures under `in/`.
async fn filled(names: &[&str]) -> Arc<dyn Blobs> {
    let blobs = MemoryBlobs::new();
    blobs.create_bucket("sea").await.unwrap();
    let local = LocalStore::new(data());
    for name in names {
        for entry in local.list(name, 1_000).unwrap() {
            let bytes = local.read(&entry.key, 0..entry.size).unwrap();
            let body = Box::pin(futures::stream::iter([Ok(bytes)]));
            let at = Location::new("sea", format!("in/{}", entry.key));
            blobs.put(&at, body, PutOptions::default()).await.unwrap();
        }
    }
    Arc::new(blobs)
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_stores_read_the_same_from_a_bucket() {
    let names = ["packed.nc", "classic.nc", "v2.zarr", "v2walk.zarr", "v3.zarr", "v3shard.zarr"];
    let blobs = filled(&names).await;
    let runtime = tokio::runtime::Handle::current();
    tokio::task::spawn_blocking(move || {
        let store: Arc<dyn Store> = Arc::new(BlobStore::new(blobs, "sea", runtime));
        for name in names {
            let (here, there) =
                (open(name), Dataset::open(store.clone(), &format!("in/{name}"), &Limits::default()).unwrap());
            assert_eq!(here.header().variables.len(), there.header().variables.len(), "{name}");
            for variable in here.header().variables.iter().filter(|variable| variable.dtype.is_numeric()) {
                let all = Window::all(&variable.shape);
                let (a, b) =
                    (here.read_raw(&variable.name, &all).unwrap(), there.read_raw(&variable.name, &all).unwrap());
                assert_eq!(a.values.to_le_bytes(), b.values.to_le_bytes(), "{name} {}", variable.name);
            }
        }
        let absent = Dataset::open(store.clone(), "in/nothing.nc", &Limits::default());
        assert!(matches!(absent, Err(Error::NoSuchObject(_))));
        let folder = Dataset::open(store, "in", &Limits::default());
        assert!(matches!(folder, Err(Error::NotADataset { .. })));
    })
    .await
    .unwrap();
}
