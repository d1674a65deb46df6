//! `/iam/groups`.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Payload, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_runtime::Base;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{PageQuery, body, created, listed, private, rfc3339};
use crate::{app::Iam, domain::user::Group};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGroupBody {
    name: String,
    #[serde(default)]
    title: String,
}

fn group_doc(group: &Group) -> Value {
    json!({"name": group.name, "title": group.title, "created_at": rfc3339(group.created_at)})
}

pub(super) async fn list(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Fault> {
    let page = query.into_inner().page()?;
    let groups = iam.groups(&caller.0, &page).await?;
    Ok(private(HttpResponse::Ok(), listed(&base, "/iam/groups", "groups", groups, &page, |g| group_doc(&g))))
}

pub(super) async fn create(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let NewGroupBody { name, title } = body(payload).await?;
    let group = iam.create_group(&caller.0, name, &title).await?;
    Ok(created(&base, &format!("/iam/groups/{}", group.name), &group_doc(&group)))
}

pub(super) async fn get(
    caller: Caller,
    iam: Data<Iam>,
    base: Base,
    name: Path<String>,
    query: Query<PageQuery>,
) -> Result<HttpResponse, Fault> {
    let page = query.into_inner().page()?;
    let (group, members) = iam.group(&caller.0, &name, &page).await?;
    let mut document = group_doc(&group);
    let members = listed(&base, &format!("/iam/groups/{}", group.name), "members", members, &page, Value::from);
    if let (Some(document), Value::Object(members)) = (document.as_object_mut(), members) {
        document.extend(members);
    }
    Ok(private(HttpResponse::Ok(), document))
}

pub(super) async fn add_member(
    caller: Caller,
    iam: Data<Iam>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (group, user) = path.into_inner();
    iam.add_member(&caller.0, &group, &user).await?;
    Ok(HttpResponse::NoContent().finish())
}

pub(super) async fn remove_member(
    caller: Caller,
    iam: Data<Iam>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Fault> {
    let (group, user) = path.into_inner();
    iam.remove_member(&caller.0, &group, &user).await?;
    Ok(HttpResponse::NoContent().finish())
}
