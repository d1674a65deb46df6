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

use super::{body, created, listed, names, presented, private, rfc3339};
use crate::{
    app::{Iam, NewToken},
    domain::{credential::KeptToken, name, page::Page},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokensQuery {
    user: Option<String>,
    limit: Option<String>,
    after: Option<String>,
}

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
    query: Query<TokensQuery>,
) -> Result<HttpResponse, Fault> {
    let TokensQuery { user, limit, after } = query.into_inner();
    let page = Page::new(limit.as_deref(), after)?;
    user.as_deref().map_or(Ok(()), |u| name::check("user", u))?;
    let tokens = iam.tokens(&caller.0, user.as_deref(), &page).await?;
    let path = user.map_or_else(|| "/iam/tokens".to_owned(), |u| format!("/iam/tokens?user={u}"));
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
