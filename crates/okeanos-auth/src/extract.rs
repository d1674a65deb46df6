//! The caller of an HTTP request.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web};
use okeanos_fault::{Fault, Kind};

use crate::{Authenticator, Credential, Principal, authenticate::bad_credential};

/// Name of the session cookie that the portal's sign-in sets.
pub const SESSION_COOKIE: &str = "okeanos_session";

/// The caller of a request: the principal behind its bearer token or session cookie, or nobody.
///
/// A token that is present but not good is refused (401); it never falls back to nobody. The cookie of a session that has
/// ended does when something is only read: a browser sends it on its own, and must go on showing what is public. A session
/// counts for an unsafe method only when the browser says that the request comes from our own pages
/// (`Sec-Fetch-Site: same-origin`) or a script set `X-Requested-With`, which a foreign page cannot.
#[derive(Clone, Debug)]
pub struct Caller(pub Principal);

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let authenticator = request.app_data::<web::Data<Arc<dyn Authenticator>>>().cloned();
        let credential = request_credential(request);
        let reads = is_safe(request.method());
        Box::pin(async move {
            let Some(credential) = credential? else { return Ok(Self(Principal::anonymous())) };
            let authenticator =
                authenticator.ok_or_else(|| Fault::internal("no authenticator is mounted in this server"))?;
            let may_have_ended = reads && matches!(credential, Credential::Session(_));
            match authenticator.authenticate(credential).await {
                Err(fault) if may_have_ended && fault.kind() == Kind::Unauthenticated => {
                    Ok(Self(Principal::anonymous()))
                }
                outcome => outcome.map(Self),
            }
        })
    }
}

/// The credential that a request carries, if any.
///
/// # Errors
/// `auth/bad-credential` when there is more than one, or one of an unknown scheme.
pub fn request_credential(request: &HttpRequest) -> Result<Option<Credential>, Fault> {
    let mut headers = request.headers().get_all("authorization");
    match (headers.next(), headers.next()) {
        (Some(_), Some(_)) => return Err(bad_credential("there are two authorization headers")),
        (Some(header), None) => {
            let text = header.to_str().map_err(|_| bad_credential("it is not text"))?;
            let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
            if !scheme.eq_ignore_ascii_case("bearer") {
                return Err(bad_credential("only Bearer is offered"));
            }
            return Ok(Some(Credential::Bearer(token.trim().to_owned())));
        }
        (None, _) => {}
    }
    let Some(cookie) = request.cookie(SESSION_COOKIE) else { return Ok(None) };
    if !is_safe(request.method()) && !from_own_page(request) {
        return Err(bad_credential("a session counts only for requests from the portal's own pages"));
    }
    Ok(Some(Credential::Session(cookie.value().to_owned())))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn from_own_page(request: &HttpRequest) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    match header("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => header("x-requested-with").is_some(),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{cookie::Cookie, test::TestRequest};

    use super::*;

    /// Knows nobody.
    #[derive(Debug)]
    struct Nobody;

    #[async_trait::async_trait]
    impl Authenticator for Nobody {
        async fn authenticate(&self, _: Credential) -> Result<Principal, Fault> {
            Err(bad_credential("it has ended"))
        }
    }

    #[actix_web::test]
    async fn a_session_that_has_ended_is_nobody_to_read_and_refused_to_write() {
        let ask = |request: TestRequest| {
            let authenticator: Arc<dyn Authenticator> = Arc::new(Nobody);
            let request = request.app_data(web::Data::new(authenticator)).to_http_request();
            async move { Caller::extract(&request).await }
        };
        let cookie = || Cookie::new(SESSION_COOKIE, "s");
        assert!(ask(TestRequest::get().cookie(cookie())).await.unwrap().0.is_anonymous());
        let own_page = ("sec-fetch-site", "same-origin");
        assert!(ask(TestRequest::post().cookie(cookie()).insert_header(own_page)).await.is_err());
        assert!(
            ask(TestRequest::get().insert_header(("authorization", "Bearer x"))).await.is_err(),
            "a token is meant"
        );
    }

    #[test]
    fn a_bearer_token_in_any_case() {
        let request = TestRequest::default().insert_header(("authorization", "bearer okp_x")).to_http_request();
        assert_eq!(request_credential(&request).unwrap(), Some(Credential::Bearer("okp_x".into())));
    }

    #[test]
    fn two_headers_or_another_scheme_are_refused() {
        let two = TestRequest::default()
            .append_header(("authorization", "Bearer a"))
            .append_header(("authorization", "Bearer b"))
            .to_http_request();
        assert!(request_credential(&two).is_err());
        let basic = TestRequest::default().insert_header(("authorization", "Basic eDp5")).to_http_request();
        assert!(request_credential(&basic).is_err());
    }

    #[test]
    fn a_cookie_from_a_foreign_page_cannot_write() {
        let post = |site: &'static str| {
            TestRequest::post()
                .cookie(Cookie::new(SESSION_COOKIE, "s"))
                .insert_header(("sec-fetch-site", site))
                .to_http_request()
        };
        assert!(request_credential(&post("cross-site")).is_err());
        assert_eq!(request_credential(&post("same-origin")).unwrap(), Some(Credential::Session("s".into())));
    }
}
