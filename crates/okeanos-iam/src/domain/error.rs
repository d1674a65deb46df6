//! What can be wrong.

use std::time::Duration;

use okeanos_fault::{Fault, Kind};
use thiserror::Error;

/// A fact about a request that cannot be served.
#[derive(Debug, Error, PartialEq, Eq)]
pub(crate) enum Error {
    #[error("a name has 2 to 32 lower-case letters, digits and hyphens, and starts with a letter")]
    BadName(&'static str),
    #[error("the name {0} is kept for the platform")]
    ReservedName(String),
    #[error("the name {0} is taken, or was once")]
    NameTaken(String),
    #[error("at most {max} printable characters are expected")]
    BadText { field: &'static str, max: usize },
    #[error("there is no user {0}")]
    NoSuchUser(String),
    #[error("there is no group {0}")]
    NoSuchGroup(String),
    #[error("there is no such token")]
    NoSuchToken,
    #[error("there is no such access key, or it has ended")]
    NoSuchS3Key,
    #[error("{0} is the last administrator")]
    LastAdmin(String),
    #[error("the account {0} is suspended")]
    Suspended(String),
    #[error("scopes are read, write, execute and admin, and at least one is needed")]
    BadScope,
    #[error("the credential in use has not the scope {0}")]
    ScopeNotHeld(&'static str),
    #[error("{min} to {max} seconds are possible here")]
    BadLifetime { field: &'static str, min: u32, max: u32 },
    #[error("there are {0} already; delete one first")]
    TooManyTokens(u32),
    #[error("{0} S3 credentials are alive already; delete some (DELETE /iam/s3-credentials/{{AccessKeyId}})")]
    TooManyS3Keys(u32),
    #[error("this needs a session or an API token, not an access token")]
    WeakCredential,
    #[error("the sign-in link has been used, has ended, or never was")]
    LinkEnded,
    #[error("a path of this site is expected, such as /map")]
    BadNext,
    #[error("{what}")]
    BadPage { field: &'static str, what: &'static str },
    #[error("only a service of the platform may ask this")]
    ServiceOnly,
    #[error("too many failed attempts")]
    TooManyAttempts(Duration),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::BadName(field) => Self::invalid("iam/bad-name", field, message),
            Error::ReservedName(_) => Self::invalid("iam/reserved-name", "name", message),
            Error::NameTaken(_) => Self::new(Kind::Conflict, "iam/name-taken", message).field("name"),
            Error::BadText { field, .. } => Self::invalid("iam/bad-text", field, message),
            Error::NoSuchUser(_) => Self::not_found("iam/no-such-user", message),
            Error::NoSuchGroup(_) => Self::not_found("iam/no-such-group", message),
            Error::NoSuchToken => Self::not_found("iam/no-such-token", message),
            Error::NoSuchS3Key => Self::not_found("iam/no-such-s3-key", message),
            Error::LastAdmin(_) => Self::new(Kind::Conflict, "iam/last-admin", message),
            Error::Suspended(_) => Self::forbidden("iam/suspended", message),
            Error::BadScope => Self::invalid("iam/bad-scope", "scopes", message),
            Error::ScopeNotHeld(_) => Self::forbidden("iam/scope-not-held", message).field("scopes"),
            Error::BadLifetime { field, .. } => Self::invalid("iam/bad-lifetime", field, message),
            Error::TooManyTokens(_) => Self::new(Kind::Conflict, "iam/too-many-tokens", message),
            Error::TooManyS3Keys(_) => Self::new(Kind::Conflict, "iam/too-many-s3-keys", message),
            Error::WeakCredential => Self::forbidden("iam/weak-credential", message),
            Error::LinkEnded => Self::new(Kind::Gone, "iam/link-ended", message),
            Error::BadNext => Self::invalid("iam/bad-next", "next", message),
            Error::BadPage { field, .. } => Self::invalid("iam/bad-page", field, message),
            Error::ServiceOnly => Self::forbidden("iam/service-only", message),
            Error::TooManyAttempts(after) => {
                Self::new(Kind::TooMany, "iam/too-many-attempts", message).retry_after(after)
            }
        }
    }
}
