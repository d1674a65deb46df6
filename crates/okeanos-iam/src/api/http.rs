//! HTTP under `/iam`.

mod access;
mod groups;
pub(crate) mod routes;
mod sessions;
mod tokens;
mod users;

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, http::header, web::Payload};
use okeanos_auth::{Credential, Principal, Scope, request_credential};
use okeanos_fault::Fault;
use okeanos_runtime::{Base, read_body};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use crate::domain::{
    Error,
    credential::Presented,
    name,
    page::{Listed, Page},
    secret::{ApiToken, Opaque},
};

/// Longest body of a request.
const BODY_BYTES_MAX: usize = 64 * 1024;

/// Our share of the OpenAPI document.
pub(crate) fn openapi() -> anyhow::Result<Value> {
    Ok(serde_json::from_str(include_str!("http/openapi.json"))?)
}

/// Query parameters of a list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageQuery {
    limit: Option<String>,
    after: Option<String>,
}

impl PageQuery {
    fn page(self) -> Result<Page, Error> {
        Page::new(self.limit.as_deref(), self.after)
    }
}

/// Query parameters of a list of what a user has.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfUserQuery {
    user: Option<String>,
    limit: Option<String>,
    after: Option<String>,
}

impl OfUserQuery {
    fn read(self) -> Result<(Option<String>, Page), Error> {
        self.user.as_deref().map_or(Ok(()), |u| name::check("user", u))?;
        Ok((self.user, Page::new(self.limit.as_deref(), self.after)?))
    }
}

/// The path of a list of what a user has.
fn of_user(path: &str, user: Option<&str>) -> String {
    user.map_or_else(|| path.to_owned(), |u| format!("{path}?user={u}"))
}

/// Reads a JSON body; none at all counts as an object without members.
async fn body<T: DeserializeOwned>(payload: Payload) -> Result<T, Fault> {
    let bytes = read_body(payload, BODY_BYTES_MAX).await?;
    let json: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
    serde_json::from_slice(json).map_err(|e| Fault::invalid("platform/bad-json", "body", e.to_string()))
}

/// What a request was made with.
fn presented(request: &HttpRequest) -> Result<Presented, Fault> {
    Ok(match request_credential(request)? {
        Some(Credential::Bearer(text)) => match ApiToken::parse(&text) {
            Some(token) => Presented::ApiToken(token.id().to_owned()),
            None => Presented::AccessToken,
        },
        Some(Credential::Session(text)) => {
            Presented::Session(Opaque::parse(&text).map_or_else(String::new, |s| s.hash()))
        }
        // Nobody, who is refused.
        None => Presented::Session(String::new()),
    })
}

/// A page of a list with its links.
fn listed<T>(base: &Base, path: &str, key: &str, list: Listed<T>, page: &Page, doc: impl Fn(T) -> Value) -> Value {
    let link = |rel: &str, after: Option<&str>| {
        let after = after.map(|a| format!("&after={a}")).unwrap_or_default();
        let separator = if path.contains('?') { '&' } else { '?' };
        let href = base.url(&format!("{path}{separator}limit={}{after}", page.limit));
        json!({"rel": rel, "href": href, "type": "application/json"})
    };
    let mut links = vec![link("self", page.after.as_deref())];
    links.extend(list.next.as_deref().map(|next| link("next", Some(next))));
    json!({key: list.entries.into_iter().map(doc).collect::<Vec<_>>(), "links": links})
}

/// An answer that nobody may keep: it holds a secret, or tells of a person.
fn private(mut response: actix_web::HttpResponseBuilder, document: impl Serialize) -> HttpResponse {
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(document)
}

/// RFC 3339, to the second.
fn rfc3339(at: OffsetDateTime) -> String {
    at.replace_nanosecond(0).unwrap_or(at).format(&Rfc3339).unwrap_or_default()
}

fn names(scopes: &BTreeSet<Scope>) -> Vec<&'static str> {
    scopes.iter().map(|s| s.as_str()).collect()
}

/// Path of a user, group or token in a `Location` header.
fn created(base: &Base, path: &str, document: &Value) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::LOCATION, base.url(path)));
    private(response, document)
}

/// The buckets of a principal: its own and those of its groups.
fn buckets(who: &Principal, names: &okeanos_auth::Namespaces) -> Vec<String> {
    let own = format!("{}{}", names.user, who.name);
    std::iter::once(own).chain(who.groups.iter().map(|g| format!("{}{g}", names.project))).collect()
}
