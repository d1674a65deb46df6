//! A node with the catalog and an iam that knows four people by name.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use okeanos_auth::{Principal, Scope};
use okeanos_catalog::{Catalog, CatalogConfig};
use okeanos_config::Secret;
use okeanos_proto::{
    catalog::v1::catalog_service_client::CatalogServiceClient,
    iam::v1::{
        AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
        IssueDelegationRequest, IssueDelegationResponse,
        authenticate_request::Credential,
        iam_service_server::{IamService, IamServiceServer},
    },
};
use okeanos_runtime::{Clock, Ctx, Node, Parts, PlatformConfig, RpcChannel, Running, Service};
use reqwest::{Method, header::HeaderMap};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tonic::{Request, Response, Status};

/// A person by the token that stands for them; nobody for an empty one.
pub(crate) fn person(token: &str) -> Option<Principal> {
    Some(match token {
        "ann" => Principal::person("ann", ["reef".to_owned()]),
        "bob" => Principal::person("bob", []),
        "reader" => Principal { scopes: [Scope::Read].into(), ..Principal::person("ann", []) },
        "admin" => Principal::administrator("admin"),
        _ => return None,
    })
}

struct People;

#[tonic::async_trait]
impl IamService for People {
    async fn authenticate(&self, r: Request<AuthenticateRequest>) -> Result<Response<AuthenticateResponse>, Status> {
        let who = match r.into_inner().credential {
            Some(Credential::Bearer(token)) => person(&token),
            _ => None,
        };
        let who = who.ok_or_else(|| okeanos_auth::bad_credential("it is unknown"))?;
        Ok(Response::new(AuthenticateResponse { principal: Some(who.into()), cache_s: 60 }))
    }
    async fn get_s3_key(&self, _: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        Err(Status::not_found("none"))
    }
    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Err(Status::not_found("none"))
    }
    async fn issue_delegation(
        &self,
        _: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        Err(Status::not_found("none"))
    }
}

struct Iam;

impl Service for Iam {
    const NAME: &'static str = "iam";
    type Config = BTreeMap<String, String>;
    async fn build(_: Self::Config, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| _ = routes.add_service(IamServiceServer::new(People))))
    }
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The answer's body, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub(crate) fn expect_code(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.body["code"].as_str()), (status, Some(code)), "{}", self.body);
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

/// A running catalog.
pub(crate) struct Sandbox {
    running: Running,
    pub(crate) ctx: Ctx,
    pub(crate) url: String,
    http: reqwest::Client,
    schema: Option<(String, String)>,
    _folder: tempfile::TempDir,
}

impl Sandbox {
    /// One on SQLite, and one on PostgreSQL if there is one.
    pub(crate) async fn each() -> Vec<Self> {
        Self::each_with(|_| ()).await
    }

    /// The same, with another configuration.
    pub(crate) async fn each_with(change: impl Fn(&mut CatalogConfig)) -> Vec<Self> {
        let mut config = CatalogConfig { page_size_max: 100, body_bytes_max: 1 << 20, ..CatalogConfig::default() };
        change(&mut config);
        let mut all = vec![Self::open(config.clone(), None).await];
        #[expect(clippy::disallowed_methods, reason = "where the real servers are is told to tests by the environment")]
        if let Ok(url) = std::env::var("OKEANOS_TEST_POSTGRES") {
            let schema = format!("catalog_{}", uuid::Uuid::now_v7().simple());
            let admin = sea_orm::Database::connect(&url).await.unwrap();
            admin.execute_unprepared(&format!("CREATE SCHEMA {schema}")).await.unwrap();
            all.push(Self::open(config, Some((url, schema))).await);
        }
        all
    }

    async fn open(config: CatalogConfig, schema: Option<(String, String)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = schema.as_ref().map(|(url, schema)| {
            let separator = if url.contains('?') { '&' } else { '?' };
            Secret::new(format!("{url}{separator}options=-csearch_path%3D{schema}"))
        });
        let platform = PlatformConfig {
            data_dir: folder.path().to_owned(),
            http: ([127, 0, 0, 1], 0).into(),
            http_workers: 1,
            database,
            ..PlatformConfig::default()
        };
        // A millisecond passes whenever somebody looks at the clock.
        let ticks = AtomicI64::new(0);
        let clock = Clock::of(move || {
            OffsetDateTime::UNIX_EPOCH
                + Duration::from_secs(1_700_000_000)
                + time::Duration::milliseconds(ticks.fetch_add(1, Ordering::Relaxed))
        });
        let node = Node::open_with_clock(platform, clock).await.unwrap();
        let node = node.with::<Iam>(BTreeMap::new()).await.unwrap().with::<Catalog>(config).await.unwrap();
        let ctx = node.ctx("cataloguer");
        let running = node.start().await.unwrap();
        let url = format!("http://{}", running.address("http").unwrap());
        Self { running, ctx, url, http: reqwest::Client::new(), schema, _folder: folder }
    }

    pub(crate) async fn close(self) {
        self.running.stop().await.unwrap();
        if let Some((url, schema)) = self.schema {
            let admin = sea_orm::Database::connect(url).await.unwrap();
            admin.execute_unprepared(&format!("DROP SCHEMA {schema} CASCADE")).await.unwrap();
        }
    }

    pub(crate) fn rpc(&self) -> CatalogServiceClient<RpcChannel> {
        CatalogServiceClient::new(self.ctx.peer("catalog").unwrap())
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.send(who, Method::GET, path, &[], None).await
    }

    pub(crate) async fn post(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(who, Method::POST, path, &[], Some(body)).await
    }

    pub(crate) async fn put(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(who, Method::PUT, path, &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, who: &str, path: &str, body: &Value) -> Answer {
        self.send(who, Method::PATCH, path, &[], Some(body)).await
    }

    pub(crate) async fn delete(&self, who: &str, path: &str) -> Answer {
        self.send(who, Method::DELETE, path, &[], None).await
    }

    /// Sends a request; a path may be a whole URL.
    pub(crate) async fn send(
        &self,
        who: &str,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.url) };
        let mut request = self.http.request(method, url);
        if !who.is_empty() {
            request = request.bearer_auth(who);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        Answer { status, headers, body }
    }

    /// Creates a collection of ann's.
    pub(crate) async fn collection(&self, id: &str) {
        self.post("ann", "/data/collections", &collection(id)).await.expect(201);
    }

    /// Creates an item.
    pub(crate) async fn item(&self, who: &str, collection: &str, item: &Value) -> Value {
        self.post(who, &format!("/data/collections/{collection}/items"), item).await.expect(201)
    }
}

/// A collection.
pub(crate) fn collection(id: &str) -> Value {
    json!({
        "type": "Collection", "stac_version": "1.1.0", "id": id, "title": format!("The {id}"), "description": "For a test",
        "license": "CC-BY-4.0", "links": [{"rel": "license", "href": "https://creativecommons.org/licenses/by/4.0/"}],
        "extent": {"spatial": {"bbox": [[-1, -2, 3, 4]]}, "temporal": {"interval": [["2001-01-01T00:00:00Z", null]]}},
    })
}

/// A public item over a box at a time.
pub(crate) fn item(id: &str, [west, south, east, north]: [f64; 4], datetime: &str) -> Value {
    json!({
        "type": "Feature", "stac_version": "1.1.0", "id": id,
        "geometry": {"type": "Polygon", "coordinates": [[
            [west, south], [east, south], [east, north], [west, north], [west, south]]]},
        "bbox": [west, south, east, north],
        "properties": {"datetime": datetime, "okeanos:visibility": "public"},
        "links": [], "assets": {"data": {"href": "s3://user-ann/public/x.nc", "type": "application/x-netcdf"}},
    })
}

/// The same item, seen by others.
pub(crate) fn seen_by(mut item: Value, visibility: &str) -> Value {
    item["properties"]["okeanos:visibility"] = json!(visibility);
    item
}

/// The ids of the features of an ItemCollection, in order.
pub(crate) fn ids(page: &Value) -> Vec<String> {
    page["features"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

/// The first link of a relation.
pub(crate) fn link<'a>(document: &'a Value, rel: &str) -> Option<&'a Value> {
    document["links"].as_array().unwrap().iter().find(|l| l["rel"] == rel)
}

/// The address of the first link of a relation.
pub(crate) fn href<'a>(document: &'a Value, rel: &str) -> Option<&'a str> {
    link(document, rel)?["href"].as_str()
}
