//! A node with the iam service, a clock that tests move, and clients.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use okeanos_iam::{Bootstrap, Config, IamService};
use okeanos_proto::iam::v1::iam_service_client::IamServiceClient;
use okeanos_runtime::{Clock, Node, PlatformConfig, RpcChannel, Running};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use time::OffsetDateTime;

/// When the tests begin: 2026-01-01.
const BEGIN: i64 = 1_767_225_600;

pub(crate) struct World {
    pub(crate) dir: TempDir,
    pub(crate) admin: String,
    pub(crate) base: String,
    pub(crate) http: Client,
    rpc: RpcChannel,
    now: Arc<AtomicI64>,
    running: Running,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::start(TempDir::new().unwrap(), None).await
    }

    pub(crate) async fn with_public_url(url: &str) -> Self {
        Self::start(TempDir::new().unwrap(), Some(url.to_owned())).await
    }

    async fn start(dir: TempDir, public_url: Option<String>) -> Self {
        let now = Arc::new(AtomicI64::new(BEGIN));
        let clock = Arc::clone(&now);
        let clock = Clock::of(move || OffsetDateTime::from_unix_timestamp(clock.load(Ordering::Relaxed)).unwrap());
        let platform = PlatformConfig {
            data_dir: dir.path().to_owned(),
            http: "127.0.0.1:0".parse().unwrap(),
            http_workers: 1,
            public_url,
            ..PlatformConfig::default()
        };
        let node = Node::open_with_clock(platform, clock).await.unwrap();
        let rpc = node.ctx("storage-gateway").peer("iam").unwrap();
        let bootstrap = Bootstrap {
            admin_token_file: dir.path().join("admin.token"),
            sign_in_file: dir.path().join("sign-in.token"),
        };
        // No answer is kept, so that a test sees at once what others see within seconds.
        let config = Config { cache_s: 0, bootstrap: Some(bootstrap), ..Config::default() };
        let running = node.with::<IamService>(config).await.unwrap().start().await.unwrap();
        let base = format!("http://{}", running.address("http").unwrap());
        let http = Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let admin = std::fs::read_to_string(dir.path().join("admin.token")).unwrap_or_default().trim().to_owned();
        Self { dir, admin, base, http, rpc, now, running }
    }

    /// Stops the node and starts it again on the same data.
    pub(crate) async fn restart(self) -> Self {
        self.running.stop().await.unwrap();
        Self::start(self.dir, None).await
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) fn sign_in_token(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("sign-in.token")).unwrap().trim().to_owned()
    }

    /// The service as another service sees it.
    pub(crate) fn rpc(&self) -> IamServiceClient<RpcChannel> {
        IamServiceClient::new(self.rpc.clone())
    }

    pub(crate) fn request(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        if token.is_empty() { request } else { request.bearer_auth(token) }
    }

    pub(crate) async fn get(&self, path: &str, token: &str) -> Response {
        self.request(Method::GET, path, token).send().await.unwrap()
    }

    pub(crate) async fn delete(&self, path: &str, token: &str) -> Response {
        self.request(Method::DELETE, path, token).send().await.unwrap()
    }

    pub(crate) async fn put(&self, path: &str, token: &str) -> Response {
        self.request(Method::PUT, path, token).send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, token: &str, body: &Value) -> Response {
        self.request(Method::POST, path, token).json(body).send().await.unwrap()
    }

    pub(crate) async fn patch(&self, path: &str, token: &str, body: &Value) -> Response {
        self.request(Method::PATCH, path, token).json(body).send().await.unwrap()
    }

    /// Creates a user and an API token of theirs.
    pub(crate) async fn person(&self, name: &str) -> String {
        let created = self.post("/iam/users", &self.admin, &json!({"name": name})).await;
        assert_eq!(created.status(), StatusCode::CREATED);
        self.token_of(name, &json!({"name": "test", "user": name})).await
    }

    /// Makes an API token as the administrator.
    pub(crate) async fn token_of(&self, name: &str, body: &Value) -> String {
        let made = json_of(self.post("/iam/tokens", &self.admin, body).await, StatusCode::CREATED).await;
        assert_eq!(made["user"], name);
        made["token"].as_str().unwrap().to_owned()
    }

    /// Uses a sign-in link; the session cookie.
    pub(crate) async fn session(&self, link: &str) -> String {
        let answer = self.get(&format!("/iam/sign-in?token={link}"), "").await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// The JSON of an answer with the status that is expected.
pub(crate) async fn json_of(answer: Response, status: StatusCode) -> Value {
    let (got, text) = (answer.status(), answer.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// Asserts a refusal and its code.
pub(crate) async fn refused(answer: Response, status: StatusCode, code: &str) {
    let problem = json_of(answer, status).await;
    assert_eq!(problem["code"], code, "{problem}");
}
