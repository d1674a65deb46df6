//! The route table. No scope: the job dispatcher serves other paths under `/processes`.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use super::{landing, processes};
use crate::app::Registry;

/// Mounts what we serve under `/processes`.
pub(crate) fn mount(cfg: &mut ServiceConfig, registry: &Arc<Registry>) {
    cfg.app_data(Data::from(Arc::clone(registry)))
        .route("/processes", web::get().to(landing::landing))
        .route("/processes/conformance", web::get().to(landing::conformance))
        .route("/processes/processes", web::get().to(processes::list))
        .route("/processes/processes/{id}", web::get().to(processes::get));
}
