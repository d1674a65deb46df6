//! The service over its own ports: HTTP as people use it, gRPC as other services do.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod iam;

use iam::{KnowsAnn, REEF_WITHOUT_READ};
use okeanos_auth::{Principal, node::on_behalf_of};
use okeanos_process_registry::{Config, ProcessRegistry};
use okeanos_proto::processes::v1::{GetProcessRequest, process_service_client::ProcessServiceClient};
use okeanos_runtime::{Node, PlatformConfig, RpcChannel, Running};
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tempfile::TempDir;

const ROUTES: [&str; 4] =
    ["/processes", "/processes/conformance", "/processes/processes", "/processes/processes/subset"];

struct World {
    base: String,
    rpc: RpcChannel,
    _dir: TempDir,
    _running: Running,
}

impl World {
    async fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let platform = PlatformConfig {
            data_dir: dir.path().to_owned(),
            http: "127.0.0.1:0".parse().unwrap(),
            http_workers: 1,
            public_url: Some("https://ocean.example".to_owned()),
            ..PlatformConfig::default()
        };
        let node = Node::open(platform).await.unwrap();
        let rpc = node.ctx("job-dispatcher").peer("process-registry").unwrap();
        let node = node.with::<KnowsAnn>(iam::Config::default()).await.unwrap();
        let running = node.with::<ProcessRegistry>(Config::default()).await.unwrap().start().await.unwrap();
        let base = format!("http://{}", running.address("http").unwrap());
        Self { base, rpc, _dir: dir, _running: running }
    }

    async fn get(&self, path: &str, token: Option<&str>) -> (StatusCode, Value) {
        let request = Client::new().get(format!("{}{path}", self.base));
        let request = token.into_iter().fold(request, |r, t| r.bearer_auth(t));
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

fn link<'a>(document: &'a Value, rel: &str) -> Option<&'a str> {
    document["links"].as_array()?.iter().find(|l| l["rel"] == rel)?["href"].as_str()
}

#[tokio::test]
async fn anyone_reads_and_a_bad_token_is_refused() {
    let world = World::new().await;
    for route in ROUTES {
        for path in [route.to_owned(), format!("{route}/")] {
            assert_eq!(world.get(&path, None).await.0, StatusCode::OK, "{path}");
            assert_eq!(world.get(&path, Some("ann")).await.0, StatusCode::OK, "{path}");
            assert_eq!(world.get(&path, Some("stranger")).await.0, StatusCode::UNAUTHORIZED, "{path}");
        }
    }
    // A credential that is not good for reading reads nothing.
    assert_eq!(world.get("/processes/processes/subset", Some(REEF_WITHOUT_READ)).await.0, StatusCode::FORBIDDEN);
    assert_eq!(world.get("/processes/processes", Some(REEF_WITHOUT_READ)).await.1["processes"], serde_json::json!([]));
}

#[tokio::test]
async fn the_landing_page_leads_everywhere() {
    let world = World::new().await;
    let (_, landing) = world.get("/processes", None).await;
    for (rel, path) in [
        ("self", "/processes"),
        ("service-desc", "/api"),
        ("service-doc", "/api.html"),
        ("http://www.opengis.net/def/rel/ogc/1.0/conformance", "/processes/conformance"),
        ("http://www.opengis.net/def/rel/ogc/1.0/processes", "/processes/processes"),
        ("http://www.opengis.net/def/rel/ogc/1.0/job-list", "/processes/jobs"),
    ] {
        assert_eq!(link(&landing, rel), Some(format!("https://ocean.example{path}").as_str()), "{rel}");
    }
    let (_, conformance) = world.get("/processes/conformance", None).await;
    let classes = conformance["conformsTo"].as_array().unwrap();
    assert!(classes.contains(&"http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf/core".into()));
}

#[tokio::test]
async fn the_list_pages_to_the_end() {
    let world = World::new().await;
    let (mut ids, mut next) = (Vec::new(), Some("/processes/processes?limit=1".to_owned()));
    while let Some(path) = next.take() {
        let (status, page) = world.get(&path, None).await;
        assert_eq!((status, page["processes"].as_array().unwrap().len()), (StatusCode::OK, 1));
        ids.push(page["processes"][0]["id"].as_str().unwrap().to_owned());
        next = link(&page, "next").map(|l| l.trim_start_matches("https://ocean.example").to_owned());
    }
    assert_eq!(ids, ["statistics", "subset", "to-zarr"]);
    assert_eq!(world.get("/processes/processes?limit=10001", None).await.0, StatusCode::OK);
    for query in ["limit=0", "limit=x", "after=%26"] {
        let (status, problem) = world.get(&format!("/processes/processes?{query}"), None).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        let kind = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/invalid-query-parameter-value";
        assert_eq!((&problem["code"], &problem["type"]), (&"process-registry/bad-page".into(), &kind.into()));
    }
}

#[tokio::test]
async fn a_process_is_found_by_id_and_by_version() {
    let world = World::new().await;
    let (_, latest) = world.get("/processes/processes/subset", None).await;
    let reference = format!("/processes/processes/subset:{}", latest["version"].as_str().unwrap());
    let (status, versioned) = world.get(&reference, None).await;
    assert_eq!((status, &versioned["inputs"]), (StatusCode::OK, &latest["inputs"]));
    assert!(latest["inputs"]["source"]["schema"].is_object() && latest["outputs"]["result"]["schema"].is_object());
    let execute = link(&versioned, "http://www.opengis.net/def/rel/ogc/1.0/execute").unwrap();
    assert_eq!(execute, format!("https://ocean.example{reference}/execution"));
    for missing in ["subsets", "subset:0.0.1", "subset:", "..%2Fsubset", "%00"] {
        let (status, problem) = world.get(&format!("/processes/processes/{missing}"), None).await;
        let kind = "http://www.opengis.net/def/exceptions/ogcapi-processes-1/1.0/no-such-process";
        assert_eq!((status, &problem["type"]), (StatusCode::NOT_FOUND, &kind.into()), "{missing}");
    }
}

#[tokio::test]
async fn the_dispatcher_learns_what_runs_it() {
    let world = World::new().await;
    let mut rpc = ProcessServiceClient::new(world.rpc.clone());
    let ask = |id: &str| on_behalf_of(&Principal::person("ann", []), GetProcessRequest { process_id: id.to_owned() });
    let answer = rpc.get_process(ask("to-zarr")).await.unwrap().into_inner();
    let unit: Value = serde_json::from_str(&answer.execution_unit_json).unwrap();
    assert_eq!(unit, serde_json::json!({"type": "builtin", "name": "to-zarr"}));
    let description: Value = serde_json::from_str(&answer.description_json).unwrap();
    assert_eq!((&description["id"], &description["version"]), (&answer.id.into(), &answer.version.into()));
    let missing = rpc.get_process(ask("nothing")).await.unwrap_err();
    let fault = okeanos_fault::Fault::from(missing);
    assert_eq!((fault.kind(), fault.code()), (okeanos_fault::Kind::NotFound, "process-registry/no-such-process"));
}

#[tokio::test]
async fn the_document_names_the_routes_and_every_code_has_a_page() {
    let world = World::new().await;
    let (_, document) = world.get("/api", None).await;
    for route in ROUTES {
        let path = route.replace("subset", "{id}");
        assert!(document["paths"][&path]["get"].is_object(), "{path}");
    }
    let source = include_str!("../../src/domain/error.rs");
    for code in source.split("\"process-registry/").skip(1).filter_map(|s| s.split('"').next()) {
        let page = format!("{}/../../docs/errors/process-registry/{code}.md", env!("CARGO_MANIFEST_DIR"));
        assert!(std::path::Path::new(&page).exists(), "{page}");
    }
}
