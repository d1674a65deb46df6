//! `/iam/sign-in`, `/iam/sign-out`, `/iam/users/{name}/sign-in-links`.

use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite, time::Duration},
    http::header,
    web::{Data, Path, Query},
};
use okeanos_auth::{Caller, Credential, SESSION_COOKIE, access::refusal, request_credential};
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use serde::Deserialize;
use serde_json::json;

use super::{presented, private, rfc3339};
use crate::{app::Iam, domain::link};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignInQuery {
    token: String,
    next: Option<String>,
}

/// Uses the link up, sets the session cookie and leads on.
pub(super) async fn sign_in(
    iam: Data<Iam>,
    base: Base,
    request: HttpRequest,
    query: Query<SignInQuery>,
) -> Result<HttpResponse, Fault> {
    let next = link::safe_next(query.next.as_deref())?;
    let address = request.peer_addr().map(|a| a.ip().to_string()).unwrap_or_default();
    let session = iam.sign_in(&query.token, &address).await?;
    let lifetime = Duration::try_from(iam.settings.session).unwrap_or(Duration::ZERO);
    Ok(HttpResponse::SeeOther()
        .cookie(session_cookie(session.reveal(), lifetime, &base))
        .insert_header((header::LOCATION, next))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .finish())
}

/// Ends the session in use; with a token there is nothing to end.
pub(super) async fn sign_out(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let Some(Credential::Session(session)) = request_credential(&request)? else { return Err(refusal(&caller.0)) };
    iam.sign_out(&caller.0, &session).await?;
    Ok(HttpResponse::NoContent().cookie(session_cookie("", Duration::ZERO, &base)).finish())
}

/// Makes a one-time link with which somebody signs in.
pub(super) async fn create_link(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    request: HttpRequest,
    user: Path<String>,
) -> Result<HttpResponse, Fault> {
    let (link, expires_at) = iam.create_link(&caller.0, &presented(&request)?, &user).await?;
    let url = base.url(&format!("/iam/sign-in?token={}", link.reveal()));
    Ok(private(HttpResponse::Created(), json!({"url": url, "expires_at": rfc3339(expires_at)})))
}

fn session_cookie<'a>(value: &'a str, lifetime: Duration, base: &Base) -> Cookie<'a> {
    Cookie::build(SESSION_COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(base.as_str().starts_with("https://"))
        .max_age(lifetime)
        .finish()
}
