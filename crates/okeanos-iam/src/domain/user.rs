//! People, groups, and what they hold.

use std::collections::BTreeSet;

use okeanos_auth::{Principal, Scope};
use time::OffsetDateTime;

/// Longest name that people see.
pub(crate) const DISPLAY_NAME_MAX: usize = 100;

/// A person with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) display_name: String,
    pub(crate) admin: bool,
    pub(crate) suspended: bool,
    pub(crate) created_at: OffsetDateTime,
}

impl User {
    /// All that a credential of this person may reach.
    pub(crate) fn rights(&self) -> BTreeSet<Scope> {
        Scope::ALL.into_iter().filter(|s| self.admin || *s != Scope::Admin).collect()
    }

    /// The person behind a credential with these scopes. What the person has lost since, the credential has lost too.
    pub(crate) fn principal(&self, groups: BTreeSet<String>, scopes: &BTreeSet<Scope>) -> Principal {
        Principal {
            name: self.name.clone(),
            groups,
            admin: self.admin,
            scopes: scopes.intersection(&self.rights()).copied().collect(),
            service: false,
        }
    }
}

/// A group or project: its members share what it owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) created_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_of_a_former_administrator_administers_nothing() {
        let mut ann = User {
            name: "ann".into(),
            display_name: String::new(),
            admin: true,
            suspended: false,
            created_at: OffsetDateTime::UNIX_EPOCH,
        };
        let scopes: BTreeSet<_> = Scope::ALL.into();
        assert!(ann.principal(BTreeSet::new(), &scopes).administers());
        ann.admin = false;
        let who = ann.principal(BTreeSet::new(), &scopes);
        assert!(!who.administers() && !who.has(Scope::Admin) && who.has(Scope::Write));
    }
}
