//! `/iam/tokens`.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Payload, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{OfUserQuery, body, created, listed, names, of_user, presented, private, rfc3339};
use crate::{
    app::{Iam, NewToken},
    domain::credential::KeptToken,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTokenBody {
    name: String,
    user: Option<String>,
    scopes: Option<Vec<String>>,
    lifetime_s: Option<u32>,
}

fn token_doc(token: &KeptToken) -> Value {
    json!({
        "id": token.id,
        "user": token.user,
        "name": token.name,
        "scopes": names(&token.scopes),
        "created_at": rfc3339(token.created_at),
        "expires_at": token.expires_at.map(rfc3339),
        "last_used_at": token.last_used_at.map(rfc3339),
    })
}

pub(super) async fn list(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    query: Query<OfUserQuery>,
) -> Result<HttpResponse, Fault> {
    let (user, page) = query.into_inner().read()?;
    let tokens = iam.tokens(&caller.0, user.as_deref(), &page).await?;
    let path = of_user("/iam/tokens", user.as_deref());
    Ok(private(HttpResponse::Ok(), listed(&base, &path, "tokens", tokens, &page, |t| token_doc(&t))))
}

pub(super) async fn create(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let NewTokenBody { name, user, scopes, lifetime_s } = body(payload).await?;
    let new = NewToken { name, user, scopes, lifetime_s };
    let (kept, token) = iam.create_token(&caller.0, &presented(&request)?, new).await?;
    let mut document = token_doc(&kept);
    document["token"] = token.reveal().into();
    Ok(created(&base, &format!("/iam/tokens/{}", kept.id), &document))
}

pub(super) async fn delete(caller: Caller, iam: Data<Iam>, id: Path<String>) -> Result<HttpResponse, Fault> {
    iam.delete_token(&caller.0, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}
