//! What somebody sees: the policy of `okeanos_auth::authorize` for reading, as values that a query can carry.

use okeanos_auth::{Owner, Principal, Scope, Visibility};

/// Which records somebody sees. Every query starts with one; there is no other way to a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sees {
    /// All.
    Everything,
    /// None, not even what is public: the credential is not good for reading.
    Nothing,
    /// What is public, what belongs to one of these owners, what is open to one of these groups.
    Some {
        /// As they are written: `user-ann`, `project-reef`.
        owners: Vec<String>,
        /// As they are written: `group:reef`.
        groups: Vec<String>,
    },
}

impl Sees {
    /// What a principal sees.
    pub(crate) fn of(who: &Principal) -> Self {
        if !who.has(Scope::Read) {
            return Self::Nothing;
        }
        if who.administers() {
            return Self::Everything;
        }
        let person = (!who.is_anonymous()).then(|| Owner::User(who.name.clone()).to_string());
        let projects = who.groups.iter().map(|g| Owner::Project(g.clone()).to_string());
        Self::Some {
            owners: person.into_iter().chain(projects).collect(),
            groups: who.groups.iter().map(|g| Visibility::Group(g.clone()).to_string()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use okeanos_auth::{Action, Resource, authorize};
    use proptest::prelude::*;

    use super::*;

    fn sees(sees: &Sees, owner: &Owner, visibility: &Visibility) -> bool {
        match sees {
            Sees::Everything => true,
            Sees::Nothing => false,
            Sees::Some { owners, groups } => {
                *visibility == Visibility::Public
                    || owners.contains(&owner.to_string())
                    || groups.contains(&visibility.to_string())
            }
        }
    }

    fn names() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["ann".to_owned(), "bob".to_owned(), "reef".to_owned()])
    }

    fn principal() -> impl Strategy<Value = Principal> {
        (names(), prop::collection::btree_set(names(), 0..3), any::<bool>(), any::<bool>(), any::<bool>(), 0..4_u8)
            .prop_map(|(name, groups, admin, read, administer, kind)| Principal {
                name: if kind == 0 { String::new() } else { name },
                groups: if kind == 0 { Default::default() } else { groups },
                admin,
                scopes: [(read, Scope::Read), (administer, Scope::Admin)]
                    .into_iter()
                    .filter(|s| s.0)
                    .map(|s| s.1)
                    .collect(),
                service: kind == 1,
            })
    }

    proptest! {
        #[test]
        fn it_is_the_policy(who in principal(), owner in names(), group in names(), kind in 0..3_u8, seen in 0..3_u8) {
            let owner = match kind { 0 => Owner::User(owner), 1 => Owner::Project(owner), _ => Owner::Platform };
            let visibility = match seen { 0 => Visibility::Private, 1 => Visibility::Group(group), _ => Visibility::Public };
            let policy = authorize(&who, Action::Read, &Resource { owner: &owner, visibility: &visibility }).is_ok();
            prop_assert_eq!(sees(&Sees::of(&who), &owner, &visibility), policy);
        }
    }
}
