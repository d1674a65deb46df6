//! The route table.

use std::sync::Arc;

use actix_web::web::{self, Data, ServiceConfig};

use super::{access, groups, sessions, tokens, users};
use crate::app::Iam;

/// Mounts `/iam`.
pub(crate) fn mount(cfg: &mut ServiceConfig, iam: &Arc<Iam>) {
    cfg.service(
        web::scope("/iam")
            .app_data(Data::from(Arc::clone(iam)))
            .service(web::resource("/me").route(web::get().to(users::me)))
            .service(web::resource("/users").route(web::get().to(users::list)).route(web::post().to(users::create)))
            .service(
                web::resource("/users/{name}")
                    .route(web::get().to(users::get))
                    .route(web::patch().to(users::change))
                    .route(web::delete().to(users::delete)),
            )
            .service(web::resource("/users/{name}/sign-in-links").route(web::post().to(sessions::create_link)))
            .service(web::resource("/groups").route(web::get().to(groups::list)).route(web::post().to(groups::create)))
            .service(web::resource("/groups/{name}").route(web::get().to(groups::get)))
            .service(
                web::resource("/groups/{name}/members/{user}")
                    .route(web::put().to(groups::add_member))
                    .route(web::delete().to(groups::remove_member)),
            )
            .service(web::resource("/tokens").route(web::get().to(tokens::list)).route(web::post().to(tokens::create)))
            .service(web::resource("/tokens/{id}").route(web::delete().to(tokens::delete)))
            .service(web::resource("/access-tokens").route(web::post().to(access::issue_token)))
            .service(
                web::resource("/s3-credentials")
                    .route(web::get().to(access::list_s3))
                    .route(web::post().to(access::issue_s3)),
            )
            .service(web::resource("/s3-credentials/{id}").route(web::delete().to(access::delete_s3)))
            .service(web::resource("/jwks").route(web::get().to(access::jwks)))
            .service(web::resource("/sign-in").route(web::get().to(sessions::sign_in)))
            .service(web::resource("/sign-out").route(web::post().to(sessions::sign_out)))
            .service(web::resource("/audit").route(web::get().to(users::audit))),
    );
}
