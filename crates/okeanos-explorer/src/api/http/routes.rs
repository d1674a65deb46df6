//! The only route table.

use std::sync::Arc;

use actix_web::web::{Data, ServiceConfig, get};

use super::{edr, pages, tiles};
use crate::app::Explorer;

/// Mounts the routes.
pub fn mount(cfg: &mut ServiceConfig, explorer: Arc<Explorer>, portal: pages::Portal) {
    let item = "/tiles/collections/{collection}/items/{item}";
    cfg.app_data(Data::from(explorer))
        .app_data(Data::new(portal))
        .route(&format!("{item}/tiles"), get().to(tiles::tileset))
        .route(&format!("{item}/legend"), get().to(tiles::legend))
        .route(&format!("{item}/legend.svg"), get().to(tiles::legend))
        .route(&format!("{item}/WebMercatorQuad/{{z}}/{{y}}/{{x}}"), get().to(tiles::tile))
        .route("/edr/collections/{collection}/instances/{instance}/position", get().to(edr::position))
        .route("/portal.json", get().to(pages::config))
        .route("/errors/{service}/{code}", get().to(pages::error))
        .route("/", get().to(pages::index))
        .route("/map", get().to(pages::index))
        .route("/data-explorer", get().to(pages::index));
    for file in pages::files() {
        cfg.route(&format!("/{file}"), get().to(move |request| pages::file(request, file.clone())));
    }
}
