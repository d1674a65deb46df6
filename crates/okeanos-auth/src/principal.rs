//! The one who asks.

use std::collections::BTreeSet;

use okeanos_proto::iam::v1 as proto;
use serde::{Deserialize, Serialize};

/// What a credential is good for; a person's session has all but `Admin` unless it is an administrator's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Read what the person may see.
    Read,
    /// Create, change and delete what is the person's.
    Write,
    /// Run processes.
    Execute,
    /// Administer the platform; only together with [`Principal::admin`].
    Admin,
}

impl Scope {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Execute, Self::Admin];

    /// The name in tokens and messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Execute => "execute",
            Self::Admin => "admin",
        }
    }

    /// The scope of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

/// The one who asks: nobody, a person or service account, or another service of the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Principal {
    /// The name of the person or service; empty for nobody.
    pub name: String,
    /// Groups and projects, by name.
    pub groups: BTreeSet<String>,
    /// Whether this person administers the platform.
    pub admin: bool,
    /// What the credential is good for.
    pub scopes: BTreeSet<Scope>,
    /// Whether this is a service of the platform acting on its own.
    #[serde(default)]
    pub service: bool,
}

impl Principal {
    /// Nobody: sees what is public.
    pub fn anonymous() -> Self {
        Self { scopes: BTreeSet::from([Scope::Read]), ..Self::default() }
    }

    /// A person with every scope that needs no administrator.
    pub fn person(name: impl Into<String>, groups: impl IntoIterator<Item = String>) -> Self {
        Self {
            name: name.into(),
            groups: groups.into_iter().collect(),
            scopes: BTreeSet::from([Scope::Read, Scope::Write, Scope::Execute]),
            ..Self::default()
        }
    }

    /// An administrator with every scope.
    pub fn administrator(name: impl Into<String>) -> Self {
        Self { admin: true, scopes: Scope::ALL.into(), ..Self::person(name, []) }
    }

    /// A service of the platform acting on its own.
    pub fn service(name: impl Into<String>) -> Self {
        Self { name: name.into(), scopes: Scope::ALL.into(), service: true, ..Self::default() }
    }

    /// Whether nobody asks.
    pub fn is_anonymous(&self) -> bool {
        self.name.is_empty()
    }

    /// Whether the credential is good for this.
    pub fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether it may administer the platform with this credential.
    pub fn administers(&self) -> bool {
        self.service || (self.admin && self.has(Scope::Admin))
    }
}

impl From<proto::Principal> for Principal {
    fn from(p: proto::Principal) -> Self {
        Self {
            name: p.name,
            groups: p.groups.into_iter().collect(),
            admin: p.admin,
            scopes: p.scopes.iter().filter_map(|s| Scope::parse(s)).collect(),
            service: false,
        }
    }
}

impl From<Principal> for proto::Principal {
    fn from(p: Principal) -> Self {
        Self {
            name: p.name,
            groups: p.groups.into_iter().collect(),
            admin: p.admin,
            scopes: p.scopes.into_iter().map(|s| s.as_str().to_owned()).collect(),
        }
    }
}
