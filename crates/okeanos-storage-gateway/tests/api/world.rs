//! A node with the gateway, an iam service that knows a few access keys, and clients.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use aws_sdk_s3::{
    Client,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use okeanos_events::EventBus;
use okeanos_proto::iam::v1::{
    AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
    IssueDelegationRequest, IssueDelegationResponse, Principal,
    iam_service_server::{IamService, IamServiceServer},
};
use okeanos_runtime::{Ctx, Node, Parts, PlatformConfig, Running, Service};
use okeanos_storage_gateway::{Config, StorageGateway};
use tempfile::TempDir;
use tonic::{Request, Response, Status};

/// An access key and whose it is.
struct Key {
    id: &'static str,
    name: &'static str,
    groups: &'static str,
    scopes: &'static str,
    session_token: &'static str,
    expires_at: i64,
}

const fn key(id: &'static str, name: &'static str) -> Key {
    Key { id, name, groups: "", scopes: "read write execute", session_token: "", expires_at: 0 }
}

const KEYS: [Key; 7] = [
    key("AK-ann", "ann"),
    Key { groups: "reef", ..key("AK-bob", "bob") },
    Key { scopes: "read write execute admin", ..key("AK-admin", "admin") },
    Key { scopes: "read", ..key("AK-reader", "ann") },
    Key { session_token: "the-token", ..key("AK-session", "ann") },
    Key { expires_at: 1_000_000_000, ..key("AK-expired", "ann") },
    key("AK-ghost", ""),
];

pub(crate) fn secret(key: &str) -> String {
    format!("secret-of-{key}")
}

struct Iam;

#[tonic::async_trait]
impl IamService for Iam {
    async fn get_s3_key(&self, request: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        let id = request.into_inner().access_key_id;
        let key = KEYS.iter().find(|k| k.id == id).ok_or_else(|| Status::not_found("no such key"))?;
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        Ok(Response::new(GetS3KeyResponse {
            secret_access_key: secret(key.id),
            session_token: key.session_token.to_owned(),
            principal: Some(Principal {
                name: key.name.to_owned(),
                groups: words(key.groups),
                admin: key.name == "admin",
                scopes: words(key.scopes),
            }),
            expires_at: key.expires_at,
            cache_s: 5,
        }))
    }

    async fn authenticate(&self, _: Request<AuthenticateRequest>) -> Result<Response<AuthenticateResponse>, Status> {
        Err(Status::unimplemented("not in this test"))
    }

    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Err(Status::unimplemented("not in this test"))
    }

    async fn issue_delegation(
        &self,
        _: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        Err(Status::unimplemented("not in this test"))
    }
}

impl Service for Iam {
    const NAME: &'static str = "iam";
    type Config = Config;

    async fn build(_: Config, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| {
            routes.add_service(IamServiceServer::new(Iam));
        }))
    }
}

pub(crate) struct World {
    pub(crate) bus: Arc<dyn EventBus>,
    pub(crate) address: SocketAddr,
    _running: Running,
    _dir: TempDir,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let dir = TempDir::new().unwrap();
        let platform = PlatformConfig {
            data_dir: dir.path().to_owned(),
            http: "127.0.0.1:0".parse().unwrap(),
            http_workers: 1,
            ..PlatformConfig::default()
        };
        let node = Node::open(platform).await.unwrap();
        let bus = node.ctx("test").bus;
        let config = Config { bind: "127.0.0.1:0".parse().unwrap(), ..config };
        let node = node.with::<Iam>(Config::default()).await.unwrap();
        let running = node.with::<StorageGateway>(config).await.unwrap().start().await.unwrap();
        Self { bus, address: running.address("s3").unwrap(), _running: running, _dir: dir }
    }

    /// A client with one of the keys.
    pub(crate) fn client(&self, key: &str) -> Client {
        self.client_with(key, &secret(key), None, "okeanos")
    }

    pub(crate) fn client_with(&self, key: &str, secret: &str, session: Option<&str>, region: &'static str) -> Client {
        let credentials = Credentials::new(key, secret, session.map(str::to_owned), None, "test");
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .endpoint_url(format!("http://{}", self.address))
            .region(Region::new(region))
            .credentials_provider(credentials)
            .force_path_style(true)
            .retry_config(RetryConfig::disabled())
            .build();
        Client::from_conf(config)
    }

    /// A request that nobody signed, as it stands; its status, head and body.
    pub(crate) async fn raw(&self, method: &str, target: &str, headers: &str, body: &str) -> (u16, String, String) {
        let length = body.len();
        let request = format!(
            "{method} {target} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}",
            self.address
        );
        let address = self.address;
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let status = head.split(' ').nth(1).unwrap().parse().unwrap();
            (status, head.to_ascii_lowercase(), body.to_owned())
        })
        .await
        .unwrap()
    }
}

/// S3's code of a refusal, or its status when it has no body.
pub(crate) fn code<T, E, R>(result: Result<T, SdkError<E, R>>) -> String
where
    E: ProvideErrorMetadata + std::fmt::Debug,
    R: std::fmt::Debug,
{
    match result {
        Ok(_) => "done".to_owned(),
        Err(error) => match error.as_service_error() {
            Some(service) => service.code().unwrap_or("no code").to_owned(),
            None => format!("{error:?}"),
        },
    }
}
