//! The caller of an HTTP request.

use std::{future::Future, pin::Pin, sync::Arc};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web};
use okeanos_fault::Fault;

use crate::{Authenticator, Credential, Principal, authenticate::bad_credential};

/// Name of the session cookie that the portal's sign-in sets.
pub const SESSION_COOKIE: &str = "okeanos_session";

/// The caller of a request: the principal behind its bearer token or session cookie, or nobody.
///
/// A credential that is present but not good is refused (401); it never falls back to nobody. A session cookie counts for
/// an unsafe method only when the browser says that the request comes from our own pages (`Sec-Fetch-Site: same-origin`)
/// or a script set `X-Requested-With`, which a foreign page cannot.
#[derive(Clone, Debug)]
pub struct Caller(pub Principal);

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let authenticator = request.app_data::<web::Data<Arc<dyn Authenticator>>>().cloned();
        let credential = request_credential(request);
        Box::pin(async move {
            let Some(credential) = credential? else { return Ok(Self(Principal::anonymous())) };
            let authenticator =
                authenticator.ok_or_else(|| Fault::internal("no authenticator is mounted in this server"))?;
            authenticator.authenticate(credential).await.map(Self)
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
    let safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !safe && !from_own_page(request) {
        return Err(bad_credential("a session counts only for requests from the portal's own pages"));
    }
    Ok(Some(Credential::Session(cookie.value().to_owned())))
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
