//! A node that is started for a test, and a client of it.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use okeanos_blob::Location;
use okeanos_config::Secret;
use okeanos_job_dispatcher::{JobDispatcher, JobDispatcherConfig};
use okeanos_runtime::{Ctx, Node, PlatformConfig, Running};
use reqwest::{Method, RequestBuilder, StatusCode};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::stubs::{Catalog, Iam, NoConfig, Processes, S3};

/// How long what must come may take; nothing waits for it to pass.
const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) struct Sandbox {
    folder: TempDir,
    /// On PostgreSQL, when `OKEANOS_TEST_POSTGRES` names a server: a schema of the test's own.
    database: Option<String>,
    running: Option<Running>,
    ctx: Ctx,
    pub(crate) base: String,
    client: reqwest::Client,
}

/// With pauses that a test can wait for.
pub(crate) fn config() -> JobDispatcherConfig {
    JobDispatcherConfig { retry_after_s: 0, grace_s: 1, sync_timeout_s: 20, ..JobDispatcherConfig::default() }
}

impl Sandbox {
    pub(crate) async fn start(config: JobDispatcherConfig) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("runner.sh"), include_str!("runner.sh")).unwrap();
        Self::start_in(folder, database().await, config).await
    }

    async fn start_in(folder: TempDir, database: Option<String>, mut config: JobDispatcherConfig) -> Self {
        config.runner = vec!["/bin/sh".to_owned(), folder.path().join("runner.sh").display().to_string()];
        let platform = PlatformConfig {
            data_dir: folder.path().join("data"),
            http: "127.0.0.1:0".parse().unwrap(),
            http_workers: 1,
            database: database.as_deref().map(Secret::new),
            ..PlatformConfig::default()
        };
        let node = Node::open(platform).await.unwrap();
        let node = node.with::<Iam>(NoConfig {}).await.unwrap().with::<Catalog>(NoConfig {}).await.unwrap();
        let node = node.with::<Processes>(NoConfig {}).await.unwrap().with::<S3>(NoConfig {}).await.unwrap();
        let node = node.with::<JobDispatcher>(config).await.unwrap();
        let ctx = node.ctx("job-dispatcher");
        let running = node.start().await.unwrap();
        let base = format!("http://{}", running.address("http").unwrap());
        let sandbox = Self { folder, database, running: Some(running), ctx, base, client: reqwest::Client::new() };
        // What the item of the stub of the catalog points to.
        sandbox.put("s3://user-ann/data/sst.nc").await;
        sandbox
    }

    /// The service and its peers where there is no S3 port.
    pub(crate) async fn without_s3(folder: &Path, config: JobDispatcherConfig) -> Running {
        let platform = PlatformConfig {
            data_dir: folder.to_owned(),
            http: "127.0.0.1:0".parse().unwrap(),
            http_workers: 1,
            ..PlatformConfig::default()
        };
        let node = Node::open(platform).await.unwrap();
        let node = node.with::<Iam>(NoConfig {}).await.unwrap().with::<Catalog>(NoConfig {}).await.unwrap();
        let node = node.with::<Processes>(NoConfig {}).await.unwrap();
        node.with::<JobDispatcher>(config).await.unwrap().start().await.unwrap()
    }

    /// As after `kill -9`: nothing is told to anybody, and another process opens what is on the disk.
    pub(crate) async fn crash_and_start(mut self, config: JobDispatcherConfig) -> Self {
        drop(self.running.take());
        let (folder, database) = (self.folder, self.database);
        drop((self.ctx, self.client));
        // Aborted tasks are dropped by their runtime, not by us.
        tokio::time::sleep(Duration::from_millis(200)).await;
        Self::start_in(folder, database, config).await
    }

    /// As with SIGTERM, and another start.
    pub(crate) async fn drain_and_start(mut self, config: JobDispatcherConfig) -> Self {
        self.running.take().unwrap().stop().await.unwrap();
        let (folder, database) = (self.folder, self.database);
        drop(self.ctx);
        Self::start_in(folder, database, config).await
    }

    pub(crate) fn request(&self, method: Method, path: &str, who: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if who.is_empty() { request } else { request.bearer_auth(who) }
    }

    pub(crate) async fn get(&self, path: &str, who: &str) -> (StatusCode, Value) {
        answer(self.request(Method::GET, path, who)).await
    }

    pub(crate) async fn execute(&self, process: &str, who: &str, body: &Value) -> (StatusCode, Value) {
        let path = format!("/processes/processes/{process}/execution");
        answer(self.request(Method::POST, &path, who).json(body)).await
    }

    /// Accepts a job without waiting for it; its id.
    pub(crate) async fn submit(&self, process: &str, who: &str) -> String {
        let path = format!("/processes/processes/{process}/execution");
        let request = self.request(Method::POST, &path, who).header("prefer", "respond-async").json(&json!({}));
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::CREATED);
        let location = response.headers()["location"].to_str().unwrap().to_owned();
        location.strip_prefix(&format!("{}/processes/jobs/", self.base)).expect("it is absolute").to_owned()
    }

    pub(crate) async fn dismiss(&self, job: &str, who: &str) -> (StatusCode, Value) {
        answer(self.request(Method::DELETE, &format!("/processes/jobs/{job}"), who)).await
    }

    /// Waits until a job has a status.
    pub(crate) async fn until(&self, job: &str, status: &str) -> Value {
        let reached = async {
            loop {
                let (_, info) = self.get(&format!("/processes/jobs/{job}"), "root").await;
                if info["status"] == status {
                    return info;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        match tokio::time::timeout(PATIENCE, reached).await {
            Ok(info) => info,
            Err(_) => panic!("{:?}", self.get(&format!("/processes/jobs/{job}"), "root").await),
        }
    }

    /// A file that the runner's script writes.
    pub(crate) fn note(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Waits until the script has written a process id.
    pub(crate) async fn pid(&self, name: &str) -> u32 {
        let written = async {
            loop {
                let text = std::fs::read_to_string(self.note(name)).unwrap_or_default();
                if let Ok(pid) = text.trim().parse() {
                    return pid;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, written).await.expect("the script has begun")
    }

    /// Waits until a process is gone.
    pub(crate) async fn gone(&self, pid: u32) {
        let ended = async {
            while alive(pid) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("the process is ended");
    }

    /// Whether an attempt of a job has a folder.
    fn has_folder(&self, job: &str) -> bool {
        let entries = std::fs::read_dir(self.jobs_folder()).unwrap();
        entries.flatten().any(|entry| entry.file_name().to_str().unwrap().starts_with(job))
    }

    /// Waits until the folder of an attempt is cleared away.
    pub(crate) async fn cleared(&self, job: &str) {
        self.eventually(|| async { !self.has_folder(job) }).await;
    }

    /// Waits until an object is there.
    pub(crate) async fn appears(&self, url: &str) {
        self.eventually(|| async { self.object(url).await.is_some() }).await;
    }

    /// Waits until an object is gone.
    pub(crate) async fn disappears(&self, url: &str) {
        self.eventually(|| async { self.object(url).await.is_none() }).await;
    }

    async fn eventually<F: Future<Output = bool>>(&self, holds: impl Fn() -> F) {
        let reached = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(PATIENCE, reached).await.unwrap();
    }

    pub(crate) async fn begin_upload(&self, url: &str) {
        let at = Location::parse(url).unwrap();
        self.ctx.blobs.begin_upload(&at, okeanos_blob::PutOptions::default()).await.unwrap();
    }

    pub(crate) async fn uploads(&self, bucket: &str) -> Vec<String> {
        self.ctx.blobs.uploads(bucket).await.unwrap().into_iter().map(|upload| upload.key).collect()
    }

    /// As when another worker has taken a job over and ended it.
    pub(crate) async fn finished_by_another(&self, job: &str) {
        let sql = format!(
            "UPDATE job_dispatcher_jobs SET worker = NULL, attempt = attempt + 1, status = 'successful', finished_at = 0 \
             WHERE id = '{job}'"
        );
        let tx = self.ctx.database().await.unwrap().begin().await.unwrap();
        tx.execute_unprepared(&sql).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub(crate) fn jobs_folder(&self) -> PathBuf {
        self.folder.path().join("data/job-dispatcher")
    }

    pub(crate) async fn object(&self, url: &str) -> Option<okeanos_blob::Meta> {
        self.ctx.blobs.head(&Location::parse(url).unwrap()).await.ok()
    }

    pub(crate) async fn put(&self, url: &str) {
        let at = Location::parse(url).unwrap();
        self.ctx.blobs.create_bucket(&at.bucket).await.unwrap();
        let body = Box::pin(futures::stream::once(async { Ok(bytes::Bytes::from_static(b"CDF")) }));
        self.ctx.blobs.put(&at, body, okeanos_blob::PutOptions::default()).await.unwrap();
    }

    pub(crate) fn bus(&self) -> std::sync::Arc<dyn okeanos_events::EventBus> {
        std::sync::Arc::clone(&self.ctx.bus)
    }
}

/// A schema of its own on the server that the environment names.
async fn database() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a test is told by its environment where the server is")]
    let server = std::env::var("OKEANOS_TEST_POSTGRES").ok()?;
    let schema = format!("jobs_{}", uuid::Uuid::new_v4().simple());
    let connection = sea_orm::Database::connect(&server).await.unwrap();
    connection.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.unwrap();
    Some(format!("{server}?options[search_path]={schema}"))
}

/// A zombie is dead.
pub(crate) fn alive(pid: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(')').next().is_some_and(|rest| !rest.is_empty() && !rest.trim_start().starts_with('Z'))
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
