//! The route table.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use super::{execute, jobs, results};
use crate::app::App;

/// Mounts every route of the service.
pub(crate) fn mount(cfg: &mut ServiceConfig, app: &Arc<App>) {
    cfg.app_data(Data::from(Arc::clone(app)));
    cfg.service(web::resource("/processes/processes/{process}/execution").route(web::post().to(execute::execute)));
    cfg.service(web::resource("/processes/jobs").route(web::get().to(jobs::list)));
    cfg.service(
        web::resource("/processes/jobs/{job}").route(web::get().to(jobs::get)).route(web::delete().to(jobs::dismiss)),
    );
    cfg.service(web::resource("/processes/jobs/{job}/logs").route(web::get().to(jobs::logs)));
    cfg.service(web::resource("/processes/jobs/{job}/results").route(web::get().to(results::all)));
    cfg.service(web::resource("/processes/jobs/{job}/results/{output}").route(web::get().to(results::one)));
}
