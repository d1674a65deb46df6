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
            .route("/me", web::get().to(users::me))
            .route("/users", web::get().to(users::list))
            .route("/users", web::post().to(users::create))
            .route("/users/{name}", web::get().to(users::get))
            .route("/users/{name}", web::patch().to(users::change))
            .route("/users/{name}", web::delete().to(users::delete))
            .route("/users/{name}/sign-in-links", web::post().to(sessions::create_link))
            .route("/groups", web::get().to(groups::list))
            .route("/groups", web::post().to(groups::create))
            .route("/groups/{name}", web::get().to(groups::get))
            .route("/groups/{name}/members/{user}", web::put().to(groups::add_member))
            .route("/groups/{name}/members/{user}", web::delete().to(groups::remove_member))
            .route("/tokens", web::get().to(tokens::list))
            .route("/tokens", web::post().to(tokens::create))
            .route("/tokens/{id}", web::delete().to(tokens::delete))
            .route("/access-tokens", web::post().to(access::issue_token))
            .route("/s3-credentials", web::get().to(access::list_s3))
            .route("/s3-credentials", web::post().to(access::issue_s3))
            .route("/s3-credentials/{id}", web::delete().to(access::delete_s3))
            .route("/jwks", web::get().to(access::jwks))
            .route("/sign-in", web::get().to(sessions::sign_in))
            .route("/sign-out", web::post().to(sessions::sign_out))
            .route("/audit", web::get().to(users::audit)),
    );
}
