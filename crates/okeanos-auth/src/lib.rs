//! Who asks, and may they.
//!
//! - [`principal`]: the [`Principal`] that every request carries, and its scopes.
//! - [`access`]: owners, visibility, and the one policy that the app layer of every service asks: [`access::authorize`].
//! - [`token`]: verification of access tokens (JWT) against a key set, with everything that the library leaves open closed.
//! - [`authenticate`]: turns a credential into a principal, by asking the iam service; keeps answers for a short time.
//! - [`extract`]: the actix extractor [`Caller`].
//! - [`node`]: how services of one platform know each other: signed, short-lived call tokens on every RPC.

pub mod access;
mod authenticate;
mod extract;
pub mod node;
mod principal;
pub mod token;

pub use self::{
    access::{Action, Namespaces, Owner, Resource, Visibility, authorize},
    authenticate::{Authenticator, Credential, PeerAuthenticator, bad_credential},
    extract::{Caller, SESSION_COOKIE, request_credential},
    principal::{Principal, Scope},
};
