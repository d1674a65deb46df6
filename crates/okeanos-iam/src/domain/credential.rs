//! Credentials as they are kept.

use std::{collections::BTreeSet, time::Duration};

use okeanos_auth::Scope;
use time::OffsetDateTime;

/// How exactly the last use of a token or session is remembered: one write in this time at most.
const USE_NOTED_EVERY: Duration = Duration::from_secs(60);

/// An API token as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct KeptToken {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) name: String,
    pub(crate) hash: String,
    pub(crate) scopes: BTreeSet<Scope>,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: Option<OffsetDateTime>,
    pub(crate) last_used_at: Option<OffsetDateTime>,
}

impl KeptToken {
    pub(crate) fn ended(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Whether its use now is worth a write.
    pub(crate) fn worth_noting(&self, now: OffsetDateTime) -> bool {
        self.last_used_at.is_none_or(|at| now - at >= USE_NOTED_EVERY)
    }
}

/// A session of the portal as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) hash: String,
    pub(crate) user: String,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) seen_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

impl Session {
    pub(crate) fn ended(&self, now: OffsetDateTime, idle: Duration) -> bool {
        self.expires_at <= now || self.seen_at + idle <= now
    }

    /// Whether its use now is worth a write.
    pub(crate) fn worth_noting(&self, now: OffsetDateTime) -> bool {
        now - self.seen_at >= USE_NOTED_EVERY
    }
}

/// An S3 access key as it is kept; its secret is derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct S3Key {
    pub(crate) id: String,
    pub(crate) user: String,
    pub(crate) scopes: BTreeSet<Scope>,
    /// The API token that it was made with, and ends with.
    pub(crate) token: Option<String>,
    /// The session that it was made with, by the hash of its secret, and ends with.
    pub(crate) session: Option<String>,
    /// Whether it is a job's.
    pub(crate) delegated: bool,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

/// What a request to iam itself was made with; a weak credential cannot buy itself a stronger one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Presented {
    /// A session of the portal, by the hash of its secret.
    Session(String),
    /// An API token, by its id.
    ApiToken(String),
    /// An access token.
    AccessToken,
}
