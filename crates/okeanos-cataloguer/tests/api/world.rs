//! A node with the cataloguer, and what a person or the gateway does with it.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use okeanos_blob::{Location, PutOptions};
use okeanos_cataloguer::{CataloguerService, Config};
use okeanos_events::Event;
use okeanos_proto::storage::v1::{ObjectCreated, ObjectRemoved};
use okeanos_runtime::{Ctx, Node, PlatformConfig};
use serde_json::Value;
use time::OffsetDateTime;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::peers::Peers;

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct World {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) peers: Peers,
    pub(crate) node: Started,
    client: reqwest::Client,
}

pub(crate) struct Started {
    pub(crate) ctx: Ctx,
    base: String,
    stop: CancellationToken,
    ended: JoinHandle<anyhow::Result<()>>,
}

/// Small times, so that tests are quick.
pub(crate) fn config() -> Config {
    Config { quiet_ms: 150, incomplete_tries: 3, ..Config::default() }
}

async fn start(dir: &Path, peers: &Peers, config: Config) -> Started {
    let platform = PlatformConfig {
        data_dir: dir.to_owned(),
        http: "127.0.0.1:0".parse().unwrap(),
        peers: ["catalog", "iam"].map(|name| (name.to_owned(), peers.url.clone())).into(),
        ..PlatformConfig::default()
    };
    let node = Node::open(platform).await.unwrap();
    let ctx = node.ctx("test");
    let running = node.with::<CataloguerService>(config).await.unwrap().start().await.unwrap();
    let base = format!("http://{}", running.address("http").unwrap());
    Started { ctx, base, stop: running.stopper(), ended: tokio::spawn(running.run()) }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let (dir, peers) = (tempfile::tempdir().unwrap(), Peers::start().await);
        let node = start(dir.path(), &peers, config).await;
        for bucket in ["user-ann", "project-reef"] {
            node.ctx.blobs.create_bucket(bucket).await.unwrap();
        }
        Self { dir, peers, node, client: reqwest::Client::new() }
    }

    /// The process ends and another one starts over the same files.
    pub(crate) async fn restart(self) -> Self {
        let Self { dir, peers, node, client } = self;
        node.stop.cancel();
        node.ended.await.unwrap().unwrap();
        let node = start(dir.path(), &peers, config()).await;
        Self { dir, peers, node, client }
    }

    /// The process is killed at whatever it does, and another one starts over the same files.
    pub(crate) async fn kill(self) -> Self {
        let Self { dir, peers, node, client } = self;
        node.ended.abort();
        assert!(node.ended.await.is_err_and(|error| error.is_cancelled()));
        let node = start(dir.path(), &peers, config()).await;
        Self { dir, peers, node, client }
    }

    /// Writes an object and tells of it, as the gateway does.
    pub(crate) async fn put(&self, bucket: &str, key: &str, bytes: Vec<u8>) {
        self.put_with(bucket, key, bytes, &[]).await;
    }

    pub(crate) async fn put_with(&self, bucket: &str, key: &str, bytes: Vec<u8>, metadata: &[(&str, &str)]) {
        self.store(bucket, key, bytes, metadata).await;
        self.tell_of(bucket, key).await;
    }

    /// Writes an object of which nobody is told.
    pub(crate) async fn store(&self, bucket: &str, key: &str, bytes: Vec<u8>, metadata: &[(&str, &str)]) {
        let options = PutOptions {
            metadata: metadata.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            ..PutOptions::default()
        };
        let body = Box::pin(futures::stream::iter([Ok(Bytes::from(bytes))]));
        self.node.ctx.blobs.put(&Location::new(bucket, key), body, options).await.unwrap();
    }

    /// Tells of an object that was written.
    pub(crate) async fn tell_of(&self, bucket: &str, key: &str) {
        let created = ObjectCreated { bucket: bucket.into(), key: key.into(), ..Default::default() };
        self.tell("storage.v1.object.created", &serde_json::to_value(created).unwrap()).await;
    }

    /// Removes an object and tells of it.
    pub(crate) async fn remove(&self, bucket: &str, key: &str) {
        self.node.ctx.blobs.delete(&Location::new(bucket, key)).await.unwrap();
        let removed = ObjectRemoved { bucket: bucket.into(), key: key.into(), ..Default::default() };
        self.tell("storage.v1.object.removed", &serde_json::to_value(removed).unwrap()).await;
    }

    async fn tell(&self, kind: &str, data: &Value) {
        let event = Event::new(kind, String::new(), data, OffsetDateTime::UNIX_EPOCH).unwrap();
        self.node.ctx.bus.publish(&event).await.unwrap();
    }

    /// Status and document of an answer.
    pub(crate) async fn get(&self, path: &str, who: Option<&str>) -> (u16, Value) {
        let mut request = self.client.get(format!("{}{path}", self.node.base));
        if let Some(who) = who {
            request = request.bearer_auth(who);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    pub(crate) async fn post(&self, path: &str, body: &Value, who: Option<&str>) -> (u16, Value) {
        let mut request = self.client.post(format!("{}{path}", self.node.base)).json(body);
        if let Some(who) = who {
            request = request.bearer_auth(who);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default())
    }

    /// The reports of an object, newest first, when there are so many.
    pub(crate) async fn reports(&self, bucket: &str, key: &str, count: usize) -> Vec<Value> {
        eventually(async || {
            let (status, page) = self.get(&format!("/checks?bucket={bucket}&key={key}"), Some("root")).await;
            assert_eq!(status, 200, "{page}");
            let checks = page["checks"].as_array().unwrap().clone();
            (checks.len() >= count).then_some(checks)
        })
        .await
    }

    /// The first report of an object.
    pub(crate) async fn report(&self, bucket: &str, key: &str) -> Value {
        self.reports(bucket, key, 1).await.remove(0)
    }
}

/// Waits until there is an answer.
pub(crate) async fn eventually<T>(look: impl AsyncFn() -> Option<T>) -> T {
    tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("it should have happened by now")
}
