//! `/iam/access-tokens`, `/iam/s3-credentials`, `/iam/jwks`.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path, Payload, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use serde::Deserialize;
use serde_json::json;

use super::{OfUserQuery, body, listed, names, of_user, presented, private, rfc3339};
use crate::{app::Iam, domain::rights};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccessTokenBody {
    scopes: Option<Vec<String>>,
    lifetime_s: Option<u32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct S3CredentialsBody {
    scopes: Option<Vec<String>>,
    duration_s: Option<u32>,
}

pub(super) async fn issue_token(
    caller: Caller,
    iam: Data<Iam>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let AccessTokenBody { scopes, lifetime_s } = body(payload).await?;
    let issued = iam.issue_access_token(&caller.0, &presented(&request)?, scopes.as_deref(), lifetime_s).await?;
    let document = json!({
        "access_token": issued.token,
        "token_type": "Bearer",
        "expires_in": issued.lifetime.as_secs(),
        "scope": rights::join(&issued.scopes),
    });
    Ok(private(HttpResponse::Ok(), document))
}

/// Answers in the shape that `credential_process` of AWS clients reads.
pub(super) async fn issue_s3(
    caller: Caller,
    iam: Data<Iam>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let S3CredentialsBody { scopes, duration_s } = body(payload).await?;
    let issued = iam.issue_s3(&caller.0, &presented(&request)?, scopes.as_deref(), duration_s).await?;
    let document = json!({
        "Version": 1,
        "AccessKeyId": issued.access_key_id,
        "SecretAccessKey": issued.secret_access_key,
        "SessionToken": issued.session_token,
        "Expiration": rfc3339(issued.expires_at),
    });
    Ok(private(HttpResponse::Ok(), document))
}

/// The keys that are alive, without their secrets.
pub(super) async fn list_s3(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    query: Query<OfUserQuery>,
) -> Result<HttpResponse, Fault> {
    let (user, page) = query.into_inner().read()?;
    let keys = iam.s3_keys(&caller.0, user.as_deref(), &page).await?;
    let path = of_user("/iam/s3-credentials", user.as_deref());
    let document = listed(&base, &path, "s3_credentials", keys, &page, |key| {
        json!({
            "AccessKeyId": key.id,
            "user": key.user,
            "scopes": names(&key.scopes),
            "token": key.token,
            "job": key.delegated,
            "created_at": rfc3339(key.created_at),
            "expires_at": rfc3339(key.expires_at),
        })
    });
    Ok(private(HttpResponse::Ok(), document))
}

pub(super) async fn delete_s3(caller: Caller, iam: Data<Iam>, id: Path<String>) -> Result<HttpResponse, Fault> {
    iam.delete_s3_key(&caller.0, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn jwks(iam: Data<Iam>) -> Result<HttpResponse, Fault> {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "public, max-age=300"));
    Ok(response.content_type("application/jwk-set+json").body(iam.jwks()?.to_string()))
}
