//! A node with the explorer, and what a browser asks of it.

use std::sync::Arc;

use bytes::Bytes;
use okeanos_blob::{Blobs, Location, PutOptions};
use okeanos_explorer::{Explorer, config::ExplorerConfig};
use okeanos_runtime::{Node, PlatformConfig, Running};
use reqwest::{Response, StatusCode, header};
use serde_json::{Value, json};

use crate::{
    peers::{Catalog, CatalogConfig, Iam, IamConfig, Listed},
    stores,
};

/// The node.
pub(crate) struct World {
    _dir: tempfile::TempDir,
    _node: Running,
    blobs: Arc<dyn Blobs>,
    base: String,
    client: reqwest::Client,
}

/// Collection of all items.
pub(crate) const COLLECTION: &str = "c";

fn listed(id: &str, owner: &str, visibility: &str, href: &str, variable: &str) -> Listed {
    let media_type = if href.ends_with(".nc") { "application/x-netcdf" } else { "application/vnd+zarr" };
    let variables = if variable.is_empty() { json!({}) } else { json!({ (variable): { "type": "data" } }) };
    let document = json!({
        "id": id, "type": "Feature", "collection": COLLECTION,
        "properties": { "updated": "2020-01-01T00:00:00Z", "cube:variables": variables },
        "assets": { "data": { "href": href, "type": media_type } },
    });
    let text = |t: &str| t.to_owned();
    Listed {
        collection: text(COLLECTION),
        id: text(id),
        owner: text(owner),
        visibility: text(visibility),
        document: document.to_string(),
    }
}

impl World {
    /// With items `open` (public), `own` (ann's), `curved`, `station`, `thief` (bob's item on ann's object), `file`
    /// (a NetCDF file that a test puts), `gone`.
    pub(crate) async fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let local = "127.0.0.1:0".parse().unwrap();
        let platform = PlatformConfig { data_dir: dir.path().to_owned(), http: local, ..PlatformConfig::default() };
        let node = Node::open(platform).await.unwrap();
        let blobs: Arc<dyn Blobs> = node.ctx("test").blobs;
        blobs.create_bucket("user-ann").await.unwrap();
        let stored = [
            ("public/regular.zarr", stores::regular()),
            ("own/regular.zarr", stores::regular()),
            ("public/curved.zarr", stores::curvilinear()),
            ("public/station.zarr", stores::station()),
        ];
        for (root, files) in stored {
            for (name, bytes) in files {
                let body = Box::pin(futures::stream::iter([Ok(Bytes::from(bytes))]));
                let at = Location::new("user-ann", format!("{root}/{name}"));
                blobs.put(&at, body, PutOptions::default()).await.unwrap();
            }
        }
        let items = vec![
            listed("open", "user-ann", "public", "s3://user-ann/public/regular.zarr", "thetao"),
            listed("own", "user-ann", "private", "s3://user-ann/own/regular.zarr", "thetao"),
            listed("curved", "user-ann", "public", "s3://user-ann/public/curved.zarr", "zos"),
            listed("station", "user-ann", "public", "s3://user-ann/public/station.zarr", "wave"),
            listed("thief", "user-bob", "public", "s3://user-ann/own/regular.zarr", "thetao"),
            listed("file", "user-ann", "public", "s3://user-ann/public/file.nc", ""),
            listed("gone", "user-ann", "public", "s3://user-ann/public/gone.zarr", "thetao"),
        ];
        let node = node.with::<Catalog>(CatalogConfig { items }).await.unwrap();
        let node = node.with::<Iam>(IamConfig {}).await.unwrap();
        let node = node.with::<Explorer>(ExplorerConfig::default()).await.unwrap().start().await.unwrap();
        let base = format!("http://{}", node.address("http").unwrap());
        Self { _dir: dir, _node: node, blobs, base, client: reqwest::Client::new() }
    }

    /// Puts an object into ann's bucket.
    pub(crate) async fn put(&self, key: &str, bytes: &'static [u8]) {
        let body = Box::pin(futures::stream::iter([Ok(Bytes::from_static(bytes))]));
        self.blobs.put(&Location::new("user-ann", key), body, PutOptions::default()).await.unwrap();
    }

    /// A request, in somebody's name or nobody's.
    pub(crate) async fn get(&self, path: &str, who: Option<&str>) -> Response {
        self.get_with(path, who, &[]).await
    }

    /// The same with more headers.
    pub(crate) async fn get_with(
        &self,
        path: &str,
        who: Option<&str>,
        headers: &[(header::HeaderName, &str)],
    ) -> Response {
        let mut request = self.client.get(format!("{}{path}", self.base));
        if let Some(who) = who {
            request = request.bearer_auth(who);
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        request.send().await.unwrap()
    }

    /// A JSON document that must be there.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let response = self.get(path, None).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}: {}", response.text().await.unwrap());
        serde_json::from_slice(&self.get(path, None).await.bytes().await.unwrap()).unwrap()
    }

    /// Status, code and field of a refusal.
    pub(crate) async fn refusal(&self, path: &str, who: Option<&str>) -> (u16, String, String) {
        let response = self.get(path, who).await;
        let status = response.status().as_u16();
        let problem: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap_or_default();
        let text = |name: &str| problem[name].as_str().unwrap_or_default().to_owned();
        (status, text("code"), text("field"))
    }
}
