//! What is remembered of things done to accounts and credentials.

use time::OffsetDateTime;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    UserCreated,
    UserChanged,
    UserDeleted,
    GroupCreated,
    MemberAdded,
    MemberRemoved,
    TokenCreated,
    TokenDeleted,
    AccessTokenIssued,
    S3CredentialsIssued,
    S3CredentialsDeleted,
    DelegationIssued,
    LinkCreated,
    SignedIn,
    SignedOut,
    AuthenticationFailed,
}

impl Action {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::UserCreated => "user.created",
            Self::UserChanged => "user.changed",
            Self::UserDeleted => "user.deleted",
            Self::GroupCreated => "group.created",
            Self::MemberAdded => "member.added",
            Self::MemberRemoved => "member.removed",
            Self::TokenCreated => "token.created",
            Self::TokenDeleted => "token.deleted",
            Self::AccessTokenIssued => "access-token.issued",
            Self::S3CredentialsIssued => "s3-credentials.issued",
            Self::S3CredentialsDeleted => "s3-credentials.deleted",
            Self::DelegationIssued => "delegation.issued",
            Self::LinkCreated => "sign-in-link.created",
            Self::SignedIn => "signed-in",
            Self::SignedOut => "signed-out",
            Self::AuthenticationFailed => "authentication.failed",
        }
    }
}

/// One thing that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// UUIDv7: in the order of time.
    pub(crate) id: String,
    pub(crate) at: OffsetDateTime,
    /// Who did it: a person, a service, or nobody yet.
    pub(crate) actor: String,
    pub(crate) action: String,
    /// To whom or what.
    pub(crate) subject: String,
    pub(crate) detail: String,
}
