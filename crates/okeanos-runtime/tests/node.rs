//! Two services in one process and in two: the same answers, the same guard, one stop.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeMap, net::SocketAddr};

use actix_web::{HttpResponse, web};
use okeanos_auth::{Caller, Principal, node::principal};
use okeanos_fault::Fault;
use okeanos_proto::iam::v1::{
    AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
    IssueDelegationRequest, IssueDelegationResponse,
    authenticate_request::Credential,
    iam_service_client::IamServiceClient,
    iam_service_server::{IamService, IamServiceServer},
};
use okeanos_runtime::{Base, Ctx, Latch, Node, Parts, PlatformConfig, Service, read_json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::{Request, Response, Status};

struct People;

#[tonic::async_trait]
impl IamService for People {
    async fn authenticate(&self, r: Request<AuthenticateRequest>) -> Result<Response<AuthenticateResponse>, Status> {
        assert!(principal(&r).service, "the guard lets in services only");
        match r.into_inner().credential {
            Some(Credential::Bearer(token)) if token == "okp_ann" => {
                let principal = Some(Principal::person("ann", []).into());
                Ok(Response::new(AuthenticateResponse { principal, cache_s: 5 }))
            }
            Some(Credential::Bearer(token)) if token == "okp_root" => {
                let principal = Some(Principal::administrator("root").into());
                Ok(Response::new(AuthenticateResponse { principal, cache_s: 5 }))
            }
            _ => Err(okeanos_auth::bad_credential("it is unknown").into()),
        }
    }
    async fn get_s3_key(&self, _: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        Err(Status::not_found("none"))
    }
    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Ok(Response::new(GetJwksResponse { jwks_json: "{}".into() }))
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
        let routes = Parts::new().grpc(|routes| {
            routes.add_service(IamServiceServer::new(People));
        });
        Ok(routes.http(|cfg| {
            let sign_in = web::get().to(|| async { HttpResponse::Ok().body("the link is used up") });
            cfg.service(web::resource("/iam/sign-in").route(sign_in));
        }))
    }
}

struct Greeter;

impl Service for Greeter {
    const NAME: &'static str = "greeter";
    type Config = BTreeMap<String, String>;
    async fn build(_: Self::Config, ctx: &Ctx) -> anyhow::Result<Parts> {
        let iam = IamServiceClient::new(ctx.peer("iam")?);
        let latch = Latch::default();
        latch.release();
        Ok(Parts::new()
            .ready_when("greeter", &latch)
            .openapi(serde_json::json!({"paths": {"/hello": {"get": {"summary": "Greets"}}}}))
            .http(move |cfg| {
                let iam = iam.clone();
                let greet = web::get().to(|Caller(who): Caller, base: Base| async move {
                    HttpResponse::Ok().body(format!("hello {} at {}", who.name, base.as_str()))
                });
                cfg.service(web::resource("/hello").route(greet));
                let sum = web::post().to(|body: web::Payload| async move {
                    let numbers: Vec<u32> = read_json(body, 32).await?;
                    Ok::<_, Fault>(HttpResponse::Ok().body(numbers.iter().sum::<u32>().to_string()))
                });
                cfg.service(web::resource("/sum").route(sum));
                cfg.route(
                    "/keys",
                    web::get().to(move || {
                        let mut iam = iam.clone();
                        async move {
                            let keys = iam.get_jwks(GetJwksRequest {}).await?.into_inner();
                            Ok::<_, Fault>(HttpResponse::Ok().body(keys.jwks_json))
                        }
                    }),
                );
            }))
    }
}

fn platform(folder: &tempfile::TempDir) -> PlatformConfig {
    PlatformConfig {
        data_dir: folder.path().to_owned(),
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        http_workers: 1,
        ..PlatformConfig::default()
    }
}

async fn ask(to: SocketAddr, request: &str) -> String {
    let mut stream = tokio::net::TcpStream::connect(to).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(to: SocketAddr, path: &str, headers: &str) -> String {
    ask(to, &format!("GET {path} HTTP/1.1\r\nhost: ocean.test\r\nconnection: close\r\n{headers}\r\n")).await
}

#[tokio::test]
async fn one_process_serves_everything_and_drains() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::open(platform(&folder)).await.unwrap();
    let node = node.with::<Greeter>(BTreeMap::new()).await.unwrap().with::<Iam>(BTreeMap::new()).await.unwrap();
    let running = node.start().await.unwrap();
    let http = running.address("http").unwrap();

    let hello = get(http, "/hello/", "authorization: Bearer okp_ann\r\n").await;
    assert!(hello.contains("200 OK") && hello.ends_with("hello ann at http://ocean.test"), "{hello}");
    assert!(get(http, "/hello", "").await.ends_with("hello  at http://ocean.test"));
    let refused = get(http, "/hello", "authorization: Bearer okp_bob\r\n").await;
    assert!(refused.contains("401") && refused.contains("application/problem+json"), "{refused}");
    assert!(get(http, "/keys", "").await.ends_with("{}"));
    assert!(get(http, "/health/ready", "").await.contains("200 OK"));
    assert!(get(http, "/metrics", "").await.contains(r#"route="/hello""#));
    assert!(get(http, "/api", "").await.contains("\"/hello\""));
    assert!(get(http, "/nothing", "").await.contains("platform/no-such-route"));
    let with = async |method: &str, path: &str| {
        ask(http, &format!("{method} {path} HTTP/1.1\r\nhost: ocean.test\r\nconnection: close\r\n\r\n")).await
    };
    let head = with("HEAD", "/hello").await;
    assert!(head.contains("200 OK") && head.contains("content-length: 27") && head.ends_with("\r\n\r\n"), "{head}");
    let refused = with("PUT", "/hello").await;
    assert!(refused.contains("405") && refused.contains("allow: GET, HEAD\r\n"), "{refused}");
    assert!(refused.contains("platform/method-not-allowed"), "{refused}");
    let options = with("OPTIONS", "/sum").await;
    assert!(options.contains("204") && options.contains("allow: POST\r\n"), "{options}");
    let long = ask(
        http,
        "POST /sum HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 40\r\n\r\n[1,2,3,4,5,6,7,8,9,1,2,3,4,5,6,7,8,9,10]",
    )
    .await;
    assert!(long.contains("413"), "{long}");
    let wrong =
        ask(http, "POST /sum HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 7\r\n\r\n[1,\"a\"]").await;
    assert!(wrong.contains("400") && wrong.contains(r#""field":"[1]""#), "{wrong}");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn two_processes_answer_the_same_and_strangers_are_kept_out() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key = okeanos_config::Secret::new("k".repeat(32));
    let grpc = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
    let iam = Node::open(PlatformConfig { grpc, node_key: key.clone(), ..platform(&there) }).await.unwrap();
    let iam = iam.with::<Iam>(BTreeMap::new()).await.unwrap().start().await.unwrap();
    let peers = BTreeMap::from([("iam".to_owned(), format!("http://{}", iam.address("grpc").unwrap()))]);
    let start = async |folder, key| {
        let config = PlatformConfig { peers: peers.clone(), node_key: key, ..platform(folder) };
        let node = Node::open(config).await.unwrap().with::<Greeter>(BTreeMap::new()).await.unwrap();
        node.start().await.unwrap()
    };
    let greeter = start(&here, key).await;
    let stranger_folder = tempfile::tempdir().unwrap();
    let stranger = start(&stranger_folder, okeanos_config::Secret::new("s".repeat(32))).await;

    let hello = get(greeter.address("http").unwrap(), "/hello", "authorization: Bearer okp_ann\r\n").await;
    assert!(hello.ends_with("hello ann at http://ocean.test"), "{hello}");
    let keys = get(stranger.address("http").unwrap(), "/keys", "").await;
    assert!(keys.contains("auth/bad-call-token"), "{keys}");
    for running in [greeter, stranger, iam] {
        running.stop().await.unwrap();
    }
}

/// Says at its first step whether the node knew its own addresses.
struct Curious;

impl Service for Curious {
    const NAME: &'static str = "curious";
    type Config = BTreeMap<String, String>;
    async fn build(_: Self::Config, ctx: &Ctx) -> anyhow::Result<Parts> {
        let (asking, folder) = (ctx.clone(), ctx.data_dir.join("curious"));
        Ok(Parts::new().task("curious", async move {
            std::fs::write(folder, format!("{:?} {:?}", asking.url(), asking.s3_endpoint()))?;
            asking.stop.cancelled().await;
            Ok(())
        }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_runs_before_everything_is_bound() {
    let (taken, folder) = (std::net::TcpListener::bind("127.0.0.1:0").unwrap(), tempfile::tempdir().unwrap());
    let config = PlatformConfig { http: taken.local_addr().unwrap(), ..platform(&folder) };
    let node = Node::open(config).await.unwrap().with::<Iam>(BTreeMap::new()).await.unwrap();
    let node = node.with::<Curious>(BTreeMap::new()).await.unwrap();
    let refused = node.start().await.unwrap_err();
    assert!(format!("{refused:#}").contains("for http"), "{refused:#}");
    assert!(!folder.path().join("curious").exists());

    let config = PlatformConfig { s3_url: Some("http://s3.test".into()), ..platform(&folder) };
    let node = Node::open(config).await.unwrap().with::<Iam>(BTreeMap::new()).await.unwrap();
    let node = node.with::<Curious>(BTreeMap::new()).await.unwrap();
    let running = node.start().await.unwrap();
    let http = running.address("http").unwrap();
    while !std::fs::exists(folder.path().join("curious")).unwrap() {
        tokio::task::yield_now().await;
    }
    running.stop().await.unwrap();
    let told = std::fs::read_to_string(folder.path().join("curious")).unwrap();
    assert_eq!(told, format!("Some(\"http://{http}\") Some(\"http://s3.test\")"));
}

#[tokio::test]
async fn a_peer_that_is_nowhere_keeps_the_node_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::open(platform(&folder)).await.unwrap().with::<Greeter>(BTreeMap::new()).await.unwrap();
    let refused = node.start().await.unwrap_err().to_string();
    assert!(refused.contains("platform.peers") && refused.ends_with("iam"), "{refused}");
}

#[tokio::test]
async fn a_look_uses_no_link_up_and_our_own_routes_have_their_methods_only() {
    let folder = tempfile::tempdir().unwrap();
    let running =
        Node::open(platform(&folder)).await.unwrap().with::<Iam>(BTreeMap::new()).await.unwrap().start().await.unwrap();
    let http = running.address("http").unwrap();
    let with = async |method: &str, path: &str| {
        ask(http, &format!("{method} {path} HTTP/1.1\r\nhost: ocean.test\r\nconnection: close\r\n\r\n")).await
    };
    for path in ["/iam/sign-in?token=x", "/iam/%73ign-in?token=x", "//iam/sign-in/?token=x"] {
        let head = with("HEAD", path).await;
        assert!(head.starts_with("HTTP/1.1 405") && head.contains("allow: GET\r\n"), "{head}");
    }
    assert!(with("GET", "/iam/sign-in?token=x").await.ends_with("the link is used up"));
    for path in ["/health/live", "/health/ready", "/metrics", "/api", "/api.html", "/events/dead-letters"] {
        let refused = with("DELETE", path).await;
        assert!(refused.starts_with("HTTP/1.1 405") && refused.contains("allow: GET, HEAD\r\n"), "{path}: {refused}");
    }
    running.stop().await.unwrap();
}

#[tokio::test]
async fn an_administrator_lists_and_replays_dead_letters() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::open(platform(&folder)).await.unwrap().with::<Iam>(BTreeMap::new()).await.unwrap();
    let bus = node.ctx("test").bus;
    let running = node.start().await.unwrap();
    let http = running.address("http").unwrap();
    let now = time::OffsetDateTime::UNIX_EPOCH;
    let event = okeanos_events::Event::new("thing.v1.made", "x".into(), &"payload", now).unwrap();
    let mut consumer = bus.subscribe(okeanos_events::Subscription::new("reader", &[">"])).await.unwrap();
    bus.publish(&event).await.unwrap();
    consumer.next().await.unwrap().settle.reject("it is odd").await.unwrap();

    let list = "/events/dead-letters?consumer=reader";
    assert!(get(http, list, "").await.starts_with("HTTP/1.1 401"));
    let ann = get(http, list, "authorization: Bearer okp_ann\r\n").await;
    assert!(ann.starts_with("HTTP/1.1 403") && ann.contains(r#""instance":"urn:uuid:"#), "{ann}");
    let root = "authorization: Bearer okp_root\r\n";
    for wrong in ["consumer=*", "consumer=a.b", "consumer=", "limit=1", "consumer=reader&limit=0"] {
        let refused = get(http, &format!("/events/dead-letters?{wrong}"), root).await;
        assert!(refused.starts_with("HTTP/1.1 400"), "{wrong}: {refused}");
    }
    let listed = get(http, list, root).await;
    let body: serde_json::Value = serde_json::from_str(listed.split_once("\r\n\r\n").unwrap().1).unwrap();
    let letter = &body["dead_letters"][0];
    assert_eq!((&letter["reason"], &letter["event"]["data"]), (&"it is odd".into(), &"payload".into()), "{listed}");

    let replay = async |id: &str, headers: &str| {
        let path = format!("/events/dead-letters/{id}/replay");
        ask(
            http,
            &format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}content-length: 0\r\n\r\n"),
        )
        .await
    };
    let id = letter["id"].as_str().unwrap();
    assert!(replay(id, "").await.starts_with("HTTP/1.1 401"));
    assert!(replay(id, "authorization: Bearer okp_ann\r\n").await.starts_with("HTTP/1.1 403"));
    assert!(replay(id, root).await.starts_with("HTTP/1.1 204"));
    assert_eq!(consumer.next().await.unwrap().event.id, event.id);
    let gone = replay(id, root).await;
    assert!(gone.starts_with("HTTP/1.1 404") && gone.contains("platform/no-such-dead-letter"), "{gone}");
    running.stop().await.unwrap();
}
