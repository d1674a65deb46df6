//! The only route table.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig, get, resource};

use super::{edr, pages, tiles};
use crate::app::Explorer;

/// Mounts the routes.
pub fn mount(cfg: &mut ServiceConfig, explorer: Arc<Explorer>, portal: pages::Portal) {
    let item = "/tiles/collections/{collection}/items/{item}";
    cfg.app_data(Data::from(explorer))
        .app_data(Data::new(portal))
        .service(resource(format!("{item}/tiles")).route(get().to(tiles::tileset)))
        .service(resource(format!("{item}/legend")).route(get().to(tiles::legend)))
        .service(resource(format!("{item}/legend.svg")).route(get().to(tiles::legend)))
        .service(resource(format!("{item}/WebMercatorQuad/{{z}}/{{y}}/{{x}}")).route(get().to(tiles::tile)))
        .service(resource("/edr/collections/{collection}/instances/{instance}/position").route(get().to(edr::position)))
        .service(resource("/portal.json").route(get().to(pages::config)))
        .service(resource("/errors/{service}/{code}").route(get().to(pages::error)))
        .service(resource("/").route(get().to(pages::index)))
        .service(resource("/map").route(get().to(pages::index)))
        .service(resource("/data-explorer").route(get().to(pages::index)));
    for file in pages::files() {
        let path = format!("/{file}");
        cfg.service(resource(path).route(get().to(move |request| pages::file(request, file.clone()))));
    }
}
