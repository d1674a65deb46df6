//! Peers of the service: iam, catalog, process registry and an S3 that keeps what it is given in the node's object store.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    dev::Server,
    web::{self, Bytes, Data, Path},
};
use async_trait::async_trait;
use futures::StreamExt;
use okeanos_blob::{Blobs, List, Location, PutOptions};
use okeanos_proto::{
    catalog::v1::{
        EnsureCollectionRequest, EnsureCollectionResponse, GetItemRequest, GetItemResponse, PutObjectItemsRequest,
        PutObjectItemsResponse, RemoveObjectItemsRequest, RemoveObjectItemsResponse,
        catalog_service_server::{CatalogService, CatalogServiceServer},
    },
    iam::v1::{
        AuthenticateRequest, AuthenticateResponse, GetJwksRequest, GetJwksResponse, GetS3KeyRequest, GetS3KeyResponse,
        IssueDelegationRequest, IssueDelegationResponse, Principal,
        authenticate_request::Credential,
        iam_service_server::{IamService, IamServiceServer},
    },
    processes::v1::{
        GetProcessRequest, GetProcessResponse,
        process_service_server::{ProcessService, ProcessServiceServer},
    },
};
use okeanos_runtime::{Ctx, Listener, Parts, Service};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

/// The credentials that the stub of iam gives to jobs.
pub(crate) const SECRET: &str = "delegated-secret-key";
pub(crate) const TOKEN: &str = "delegated-access-token";

#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub(crate) struct NoConfig {}

/// The S3 port.
pub(crate) struct S3;

impl Service for S3 {
    const NAME: &'static str = "storage-gateway";
    type Config = NoConfig;

    async fn build(_: NoConfig, ctx: &Ctx) -> anyhow::Result<Parts> {
        let shelf = Data::new(Shelf { blobs: Arc::clone(&ctx.blobs), puts: Mutex::default() });
        let listener = Listener {
            name: "s3",
            bind: "127.0.0.1:0".parse()?,
            serve: Box::new(move |socket, stop| {
                let server = serve(shelf, socket, stop);
                Box::pin(async move { server?.await.map_err(Into::into) })
            }),
        };
        Ok(Parts::new().listener(listener))
    }
}

fn serve(shelf: Data<Shelf>, socket: TcpListener, stop: CancellationToken) -> std::io::Result<Server> {
    let app = move || {
        let objects = web::resource("/{bucket}/{key:.+}")
            .route(web::put().to(put))
            .route(web::head().to(head))
            .route(web::delete().to(delete));
        App::new()
            .app_data(shelf.clone())
            .service(objects)
            .service(web::resource("/{bucket}").route(web::get().to(list)))
            .service(web::resource("/{bucket}/").route(web::get().to(list)))
    };
    let server = HttpServer::new(app).workers(1).shutdown_signal(stop.cancelled_owned());
    Ok(server.listen(socket.into_std()?)?.run())
}

/// Iam.
pub(crate) struct Iam;

impl Service for Iam {
    const NAME: &'static str = "iam";
    type Config = NoConfig;

    async fn build(_: NoConfig, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| _ = routes.add_service(IamServiceServer::new(Self))))
    }
}

#[async_trait]
impl IamService for Iam {
    async fn authenticate(
        &self,
        request: Request<AuthenticateRequest>,
    ) -> Result<Response<AuthenticateResponse>, Status> {
        let Some(Credential::Bearer(name)) = request.into_inner().credential else {
            return Err(Status::unauthenticated("no"));
        };
        let (name, scopes): (&str, &[&str]) = match name.as_str() {
            "reader" => ("ann", &["read"]),
            "root" => ("root", &["read", "write", "execute", "admin"]),
            "ann" | "bob" => (name.as_str(), &["read", "write", "execute"]),
            _ => return Err(okeanos_auth_refusal()),
        };
        let scopes = scopes.iter().map(|s| (*s).to_owned()).collect();
        let principal = Principal { name: name.to_owned(), groups: Vec::new(), admin: name == "root", scopes };
        Ok(Response::new(AuthenticateResponse { principal: Some(principal), cache_s: 0 }))
    }
    async fn get_s3_key(&self, _: Request<GetS3KeyRequest>) -> Result<Response<GetS3KeyResponse>, Status> {
        Err(Status::not_found("none"))
    }
    async fn get_jwks(&self, _: Request<GetJwksRequest>) -> Result<Response<GetJwksResponse>, Status> {
        Err(Status::not_found("none"))
    }
    async fn issue_delegation(
        &self,
        request: Request<IssueDelegationRequest>,
    ) -> Result<Response<IssueDelegationResponse>, Status> {
        let user = request.into_inner().user;
        Ok(Response::new(IssueDelegationResponse {
            access_key_id: format!("AKIA{user}"),
            secret_access_key: SECRET.to_owned(),
            session_token: "delegated-session".to_owned(),
            access_token: TOKEN.to_owned(),
            expires_at: 0,
        }))
    }
}

fn okeanos_auth_refusal() -> Status {
    okeanos_fault::Fault::new(okeanos_fault::Kind::Unauthenticated, "auth/bad-credential", "unknown").into()
}

/// The catalog.
pub(crate) struct Catalog;

impl Service for Catalog {
    const NAME: &'static str = "catalog";
    type Config = NoConfig;

    async fn build(_: NoConfig, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| _ = routes.add_service(CatalogServiceServer::new(Self))))
    }
}

#[async_trait]
impl CatalogService for Catalog {
    async fn get_item(&self, request: Request<GetItemRequest>) -> Result<Response<GetItemResponse>, Status> {
        let who = okeanos_auth::node::principal(&request);
        let request = request.into_inner();
        let href = match request.item_id.as_str() {
            "sst" => "s3://user-ann/data/sst.nc",
            "foreign" => "s3://user-bob/private/foreign.nc",
            _ => return Err(Status::not_found("none")),
        };
        if !["ann", "root"].contains(&who.name.as_str()) {
            return Err(Status::not_found("none"));
        }
        let item = json!({
            "type": "Feature", "id": request.item_id, "collection": "climate_forecast-sst",
            "assets": {"data": {"href": href, "roles": ["data"]}},
        });
        let (owner, visibility) = ("user-ann".to_owned(), "private".to_owned());
        Ok(Response::new(GetItemResponse { item_json: item.to_string(), owner, visibility }))
    }
    async fn ensure_collection(
        &self,
        _: Request<EnsureCollectionRequest>,
    ) -> Result<Response<EnsureCollectionResponse>, Status> {
        Err(Status::unimplemented("not asked of"))
    }
    async fn put_object_items(
        &self,
        _: Request<PutObjectItemsRequest>,
    ) -> Result<Response<PutObjectItemsResponse>, Status> {
        Err(Status::unimplemented("not asked of"))
    }
    async fn remove_object_items(
        &self,
        _: Request<RemoveObjectItemsRequest>,
    ) -> Result<Response<RemoveObjectItemsResponse>, Status> {
        Err(Status::unimplemented("not asked of"))
    }
}

/// The process registry.
pub(crate) struct Processes;

impl Service for Processes {
    const NAME: &'static str = "process-registry";
    type Config = NoConfig;

    async fn build(_: NoConfig, _: &Ctx) -> anyhow::Result<Parts> {
        Ok(Parts::new().grpc(|routes| _ = routes.add_service(ProcessServiceServer::new(Self))))
    }
}

#[async_trait]
impl ProcessService for Processes {
    /// A process of every function of the runner's script.
    async fn get_process(&self, request: Request<GetProcessRequest>) -> Result<Response<GetProcessResponse>, Status> {
        let id = request.into_inner().process_id;
        let unit = match id.as_str() {
            "nothing" => return Err(Status::not_found("none")),
            "container" => json!({"type": "oci", "image": "x"}),
            name => json!({"type": "builtin", "name": name}),
        };
        let options = if id == "later" { json!(["async-execute"]) } else { json!(["sync-execute", "async-execute"]) };
        let description = json!({
            "id": id, "version": "1.2.3", "jobControlOptions": options,
            "inputs": {
                "source": {"schema": {"oneOf": [
                    {"type": "string"},
                    {"type": "object", "required": ["href"], "properties": {"href": {"type": "string"}}},
                ]}, "minOccurs": 0},
                "level": {"schema": {"type": "integer", "minimum": 1}, "minOccurs": 0},
            },
            "outputs": {"result": {"schema": {"type": "object"}}},
        });
        Ok(Response::new(GetProcessResponse {
            id,
            version: "1.2.3".to_owned(),
            description_json: description.to_string(),
            execution_unit_json: unit.to_string(),
        }))
    }
}

/// As much of S3 as it takes to store a file.
struct Shelf {
    blobs: Arc<dyn Blobs>,
    puts: Mutex<u32>,
}

/// Each object's number in the order of storing is kept in its metadata.
async fn put(shelf: Data<Shelf>, path: Path<(String, String)>, request: HttpRequest, body: Bytes) -> HttpResponse {
    let (bucket, key) = path.into_inner();
    if key.ends_with("/never") {
        // It is stored when the client has lost patience.
        std::future::pending::<()>().await;
    }
    let header = |name: &str| request.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
    assert!(
        header("authorization").unwrap().contains(&format!("Credential=AKIA{}", bucket.strip_prefix("user-").unwrap()))
    );
    assert_eq!(header("x-amz-security-token").as_deref(), Some("delegated-session"));
    let mut metadata: BTreeMap<String, String> = request
        .headers()
        .iter()
        .filter_map(|(n, v)| Some((n.as_str().strip_prefix("x-amz-meta-")?.to_owned(), v.to_str().ok()?.to_owned())))
        .collect();
    let number = {
        let mut puts = shelf.puts.lock().unwrap();
        *puts += 1;
        *puts
    };
    metadata.insert("number".to_owned(), number.to_string());
    shelf.blobs.create_bucket(&bucket).await.unwrap();
    let options = PutOptions { content_type: header("content-type"), metadata, ..PutOptions::default() };
    let body = futures::stream::once(async { Ok(body) }).boxed();
    let meta = shelf.blobs.put(&Location::new(bucket, key), body, options).await.unwrap();
    HttpResponse::Ok().insert_header(("etag", format!("\"{}\"", meta.etag))).finish()
}

async fn head(shelf: Data<Shelf>, path: Path<(String, String)>) -> HttpResponse {
    let (bucket, key) = path.into_inner();
    match shelf.blobs.head(&Location::new(bucket, key)).await {
        Ok(meta) => HttpResponse::Ok()
            .insert_header(("etag", format!("\"{}\"", meta.etag)))
            .insert_header(("last-modified", "Sun, 22 Nov 2026 12:00:00 GMT"))
            .body(vec![0; usize::try_from(meta.size).unwrap()]),
        Err(_) => HttpResponse::NotFound().finish(),
    }
}

async fn delete(
    shelf: Data<Shelf>,
    path: Path<(String, String)>,
    query: web::Query<BTreeMap<String, String>>,
) -> HttpResponse {
    let (bucket, key) = path.into_inner();
    let at = Location::new(bucket, key);
    match query.get("uploadId") {
        Some(upload) => shelf.blobs.abort_upload(&at, upload).await.unwrap(),
        None => drop(shelf.blobs.delete(&at).await.unwrap()),
    }
    HttpResponse::NoContent().finish()
}

async fn list(shelf: Data<Shelf>, bucket: Path<String>, query: web::Query<BTreeMap<String, String>>) -> HttpResponse {
    if !shelf.blobs.has_bucket(&bucket).await.unwrap() {
        return HttpResponse::NotFound()
            .content_type("application/xml")
            .body("<Error><Code>NoSuchBucket</Code></Error>");
    }
    if query.contains_key("uploads") {
        let uploads = shelf.blobs.uploads(&bucket).await.unwrap();
        let uploads: String = uploads
            .iter()
            .map(|u| format!("<Upload><Key>{}</Key><UploadId>{}</UploadId></Upload>", u.key, u.id))
            .collect();
        return HttpResponse::Ok().content_type("application/xml").body(format!(
            "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>{uploads}</ListMultipartUploadsResult>"
        ));
    }
    let prefix = query.get("prefix").cloned().unwrap_or_default();
    let page = shelf.blobs.list(&bucket, List { prefix, limit: 1_000, ..List::default() }).await.unwrap();
    let contents: String = page
        .objects
        .iter()
        .map(|o| format!("<Contents><Key>{}</Key><Size>{}</Size><ETag>&quot;{}&quot;</ETag><LastModified>2026-11-22T12:00:00.000Z</LastModified></Contents>", o.key, o.meta.size, o.meta.etag))
        .collect();
    let count = page.objects.len();
    HttpResponse::Ok().content_type("application/xml").body(format!(
        "<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>{bucket}</Name>\
         <KeyCount>{count}</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated>{contents}</ListBucketResult>"
    ))
}
