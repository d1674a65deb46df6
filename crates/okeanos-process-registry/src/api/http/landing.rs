//! The landing page and the conformance declaration.

use actix_web::{HttpResponse, web::Data};
use okeanos_auth::Caller;
use okeanos_fault::Fault;
use okeanos_ogc::{
    landing::{Conformance, LandingPage},
    link::{Link, REL_CONFORMANCE, REL_JOB_LIST, REL_PROCESSES},
};
use okeanos_runtime::Base;

use crate::app::Registry;

/// The OpenAPI document is version 3.1, so `oas30` does not hold. Jobs are served by the job dispatcher.
const CLASSES: [&str; 5] = ["core", "ogc-process-description", "json", "job-list", "dismiss"];

pub(super) async fn landing(_: Caller, registry: Data<Registry>, base: Base) -> Result<HttpResponse, Fault> {
    let openapi = "application/vnd.oai.openapi+json;version=3.1";
    Ok(HttpResponse::Ok().json(LandingPage {
        title: registry.config.title.clone(),
        description: registry.config.description.clone(),
        links: vec![
            Link::json("self", base.url("/processes")).titled("This page"),
            Link::json("service-desc", base.url("/api")).of_type(openapi).titled("The API for machines"),
            Link::json("service-doc", base.url("/api.html")).of_type("text/html").titled("The API for people"),
            Link::json(REL_CONFORMANCE, base.url("/processes/conformance")).titled("What it conforms to"),
            Link::json(REL_PROCESSES, base.url("/processes/processes")).titled("Processes"),
            Link::json(REL_JOB_LIST, base.url("/processes/jobs")).titled("Jobs"),
        ],
    }))
}

pub(super) async fn conformance(_: Caller) -> Result<HttpResponse, Fault> {
    Ok(HttpResponse::Ok().json(Conformance::processes(CLASSES)))
}
