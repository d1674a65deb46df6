//! The route table. No scope: the job dispatcher serves other paths under `/processes`.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use super::{landing, processes};
use crate::app::Registry;

/// Mounts what we serve under `/processes`.
pub(crate) fn mount(cfg: &mut ServiceConfig, registry: &Arc<Registry>) {
    cfg.app_data(Data::from(Arc::clone(registry)))
        .service(web::resource("/processes").route(web::get().to(landing::landing)))
        .service(web::resource("/processes/conformance").route(web::get().to(landing::conformance)))
        .service(web::resource("/processes/processes").route(web::get().to(processes::list)))
        .service(web::resource("/processes/processes/{id}").route(web::get().to(processes::get)));
}
