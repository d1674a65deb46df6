//! `/iam/me`, `/iam/users`, `/iam/audit`.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Payload, Query},
};
use okeanos_auth::{Caller, access::refusal};
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{PageQuery, body, buckets, created, listed, names, private, rfc3339};
use crate::{
    app::{Iam, NewUser, UserChange, Whole},
    domain::user::User,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewUserBody {
    name: String,
    #[serde(default)]
    display_name: String,
    #[serde(default)]
    admin: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UserChangeBody {
    display_name: Option<String>,
    admin: Option<bool>,
    suspended: Option<bool>,
}

fn user_doc(user: &User) -> Value {
    json!({
        "name": user.name,
        "display_name": user.display_name,
        "admin": user.admin,
        "suspended": user.suspended,
        "created_at": rfc3339(user.created_at),
    })
}

fn whole_doc(whole: &Whole) -> Value {
    let mut doc = user_doc(&whole.user);
    doc["groups"] = json!(whole.groups);
    doc
}

pub(super) async fn me(caller: Caller, iam: Data<Iam>) -> Result<HttpResponse, Fault> {
    let who = caller.0;
    if who.is_anonymous() {
        return Err(refusal(&who));
    }
    let document = json!({
        "name": who.name,
        "admin": who.admin,
        "groups": who.groups,
        "scopes": names(&who.scopes),
        "buckets": buckets(&who, &iam.settings.names),
        "s3_endpoint": iam.s3_endpoint(),
    });
    Ok(private(HttpResponse::Ok(), document))
}

pub(super) async fn list(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Fault> {
    let page = query.into_inner().page()?;
    let users = iam.users(&caller.0, &page).await?;
    Ok(private(HttpResponse::Ok(), listed(&base, "/iam/users", "users", users, &page, |u| user_doc(&u))))
}

pub(super) async fn create(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let NewUserBody { name, display_name, admin } = body(payload).await?;
    let whole = iam.create_user(&caller.0, NewUser { name, display_name, admin }).await?;
    Ok(created(&base, &format!("/iam/users/{}", whole.user.name), &whole_doc(&whole)))
}

pub(super) async fn get(caller: Caller, iam: Data<Iam>, name: Path<String>) -> Result<HttpResponse, Fault> {
    let whole = iam.user(&caller.0, &name).await?;
    Ok(private(HttpResponse::Ok(), whole_doc(&whole)))
}

pub(super) async fn change(
    caller: Caller,
    iam: Data<Iam>,
    name: Path<String>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let UserChangeBody { display_name, admin, suspended } = body(payload).await?;
    let whole = iam.change_user(&caller.0, &name, UserChange { display_name, admin, suspended }).await?;
    Ok(private(HttpResponse::Ok(), whole_doc(&whole)))
}

pub(super) async fn delete(caller: Caller, iam: Data<Iam>, name: Path<String>) -> Result<HttpResponse, Fault> {
    iam.delete_user(&caller.0, &name).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn audit(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Fault> {
    let page = query.into_inner().page()?;
    let entries = iam.audit(&caller.0, &page).await?;
    let document = listed(&base, "/iam/audit", "entries", entries, &page, |e| {
        json!({
            "id": e.id,
            "at": rfc3339(e.at),
            "actor": e.actor,
            "action": e.action,
            "subject": e.subject,
            "detail": e.detail,
        })
    });
    Ok(private(HttpResponse::Ok(), document))
}
