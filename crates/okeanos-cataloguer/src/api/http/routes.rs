//! The route table.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use super::checks;
use crate::app::Cataloguer;

/// Mounts `/checks`.
pub(crate) fn mount(cfg: &mut ServiceConfig, cataloguer: &Arc<Cataloguer>) {
    cfg.service(
        web::scope("/checks")
            .app_data(Data::from(Arc::clone(cataloguer)))
            .service(web::resource("").route(web::get().to(checks::list)).route(web::post().to(checks::create)))
            .service(web::resource("/{id}").route(web::get().to(checks::get))),
    );
}
