//! The list of processes, and each of them.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_ogc::{
    link::{Link, REL_EXECUTE},
    process::{ProcessList, ProcessSummary},
};
use okeanos_runtime::Base;
use serde::Deserialize;

use crate::{
    app::Registry,
    domain::{page::Page, process::Process},
};

#[derive(Deserialize)]
pub(super) struct ListQuery {
    limit: Option<String>,
    after: Option<String>,
}

pub(super) async fn list(
    caller: Caller,
    registry: Data<Registry>,
    base: Base,
    query: Query<ListQuery>,
) -> Result<HttpResponse, Fault> {
    let ListQuery { limit, after } = query.into_inner();
    let page = Page::new(limit.as_deref(), after)?;
    let (found, more) = registry.list(&caller.0, &page);
    let link = |rel: &str, after: Option<&str>| {
        let after = after.map(|a| format!("&after={a}")).unwrap_or_default();
        Link::json(rel, base.url(&format!("/processes/processes?limit={}{after}", page.limit)))
    };
    let mut links = vec![link("self", page.after.as_deref())];
    links.extend(found.last().filter(|_| more).map(|last| link("next", Some(last.id()))));
    let processes = found.into_iter().map(|p| linked(p, p.id(), &base)).collect();
    Ok(HttpResponse::Ok().json(ProcessList { processes, links }))
}

pub(super) async fn get(
    caller: Caller,
    registry: Data<Registry>,
    base: Base,
    reference: Path<String>,
) -> Result<HttpResponse, Fault> {
    let process = registry.find(&caller.0, &reference)?;
    let mut description = process.description.clone();
    description.summary = linked(process, &reference, &base);
    Ok(HttpResponse::Ok().json(description))
}

/// The summary with its links: those of the version that was asked for, so that it is also the one that runs.
fn linked(process: &Process, reference: &str, base: &Base) -> ProcessSummary {
    let path = format!("/processes/processes/{reference}");
    let mut summary = process.description.summary.clone();
    summary.links = vec![
        Link::json("self", base.url(&path)).titled("Description"),
        Link::json(REL_EXECUTE, base.url(&format!("{path}/execution"))).titled("Execution"),
    ];
    summary
}
