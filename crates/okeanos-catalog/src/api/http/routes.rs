//! The only route table.

use actix_web::web::{self, ServiceConfig, resource};

use super::{ROOT, catalogs, collections, items, landing, search};
use crate::app::App;

/// Mounts the catalog's routes.
pub(crate) fn mount(cfg: &mut ServiceConfig, app: web::Data<App>) {
    cfg.service(
        web::scope(ROOT)
            .app_data(app)
            .service(resource("").get(landing::landing))
            .service(resource("/conformance").get(landing::conformance))
            .service(resource("/queryables").get(landing::queryables))
            .service(resource("/children").get(landing::children))
            .service(resource("/search").get(search::get).post(search::post))
            .service(resource("/collections").get(collections::list).post(collections::create))
            .service(
                resource("/collections/{collection}")
                    .get(collections::one)
                    .put(collections::replace)
                    .delete(collections::delete),
            )
            .service(resource("/collections/{collection}/items").get(search::items).post(items::create))
            .service(
                resource("/collections/{collection}/items/{item}")
                    .get(items::one)
                    .put(items::replace)
                    .patch(items::patch)
                    .delete(items::delete),
            )
            .service(
                resource("/items/{item}").get(items::one).put(items::replace).patch(items::patch).delete(items::delete),
            )
            .service(resource("/catalogs/collections").get(catalogs::all_collections))
            .service(resource("/catalogs/collections/{collection}").get(catalogs::all_items))
            .service(resource("/catalogs").get(catalogs::root).post(catalogs::create_in_root))
            .service(
                resource("/catalogs/{path:.+}")
                    .get(catalogs::one)
                    .post(catalogs::create)
                    .put(catalogs::replace)
                    .delete(catalogs::delete),
            ),
    );
}
