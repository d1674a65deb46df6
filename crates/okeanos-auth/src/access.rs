//! Who owns a thing, who sees it, and the one policy over both.

use std::{fmt, str::FromStr};

use okeanos_fault::{Fault, Kind};
use serde::{Deserialize, Serialize};

use crate::{Principal, Scope};

/// Who owns a thing. Written as a namespace: `user-<name>`, `project-<name>`, `platform`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// A person.
    User(String),
    /// A project: every member may write.
    Project(String),
    /// The platform itself: administrators may write.
    Platform,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user-{name}"),
            Self::Project(name) => write!(f, "project-{name}"),
            Self::Platform => f.write_str("platform"),
        }
    }
}

impl FromStr for Owner {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        if text == "platform" {
            return Ok(Self::Platform);
        }
        match text.split_once('-') {
            Some(("user", name)) if !name.is_empty() => Ok(Self::User(name.to_owned())),
            Some(("project", name)) if !name.is_empty() => Ok(Self::Project(name.to_owned())),
            _ => Err(Fault::invalid("auth/bad-owner", "owner", format!("{text:?} is not user-… or project-…"))),
        }
    }
}

/// Who sees a thing besides its owner. Written `private`, `group:<name>` or `public`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Visibility {
    /// Nobody.
    #[default]
    Private,
    /// The members of a group.
    Group(String),
    /// Anyone, signed in or not.
    Public,
}

impl fmt::Display for Visibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Private => f.write_str("private"),
            Self::Group(name) => write!(f, "group:{name}"),
            Self::Public => f.write_str("public"),
        }
    }
}

impl FromStr for Visibility {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        match text {
            "private" => Ok(Self::Private),
            "public" => Ok(Self::Public),
            _ => match text.strip_prefix("group:") {
                Some(name) if !name.is_empty() => Ok(Self::Group(name.to_owned())),
                _ => Err(Fault::invalid(
                    "auth/bad-visibility",
                    "visibility",
                    format!("{text:?} is not private, group:<name> or public"),
                )),
            },
        }
    }
}

/// How buckets of people and projects are called: a prefix each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Namespaces {
    /// Prefix of a person's bucket.
    pub user: String,
    /// Prefix of a project's bucket.
    pub project: String,
}

impl Default for Namespaces {
    fn default() -> Self {
        Self { user: "user-".to_owned(), project: "project-".to_owned() }
    }
}

impl Namespaces {
    /// Whether a bucket can be told to be a person's or a project's.
    ///
    /// # Errors
    /// When a prefix is empty, or one begins with the other: then one's bucket would be the other's.
    pub fn check(&self) -> Result<(), &'static str> {
        let (user, project) = (self.user.as_str(), self.project.as_str());
        if user.is_empty() || project.is_empty() {
            return Err("the prefix of a person's or a project's bucket is not empty");
        }
        if user.starts_with(project) || project.starts_with(user) {
            return Err("the prefixes of people's and projects' buckets do not begin with each other");
        }
        Ok(())
    }

    /// Whose bucket it is; a bucket of another shape is the platform's.
    pub fn owner(&self, bucket: &str) -> Owner {
        let named = |prefix: &str| bucket.strip_prefix(prefix).filter(|n| !n.is_empty()).map(str::to_owned);
        named(&self.user)
            .map(Owner::User)
            .or_else(|| named(&self.project).map(Owner::Project))
            .unwrap_or(Owner::Platform)
    }

    /// The bucket of an owner; the platform has none of its own.
    pub fn bucket(&self, owner: &Owner) -> Option<String> {
        match owner {
            Owner::User(name) => Some(format!("{}{name}", self.user)),
            Owner::Project(name) => Some(format!("{}{name}", self.project)),
            Owner::Platform => None,
        }
    }

    /// Who sees an object: what lies under `public/` is public, the rest its owner's.
    pub fn visibility(key: &str) -> Visibility {
        if key.starts_with("public/") { Visibility::Public } else { Visibility::Private }
    }
}

/// What somebody wants to do with a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See it.
    Read,
    /// Create, change or delete it.
    Write,
    /// Run it, or stop it.
    Execute,
}

/// The thing: whose it is and who sees it.
#[derive(Clone, Debug)]
pub struct Resource<'a> {
    /// Its owner.
    pub owner: &'a Owner,
    /// Who sees it besides the owner.
    pub visibility: &'a Visibility,
}

/// Decides whether a principal may do this. Nobody is refused with 401 so that a client signs in, somebody with 403.
///
/// # Errors
/// `auth/not-signed-in` and `auth/not-allowed`.
pub fn authorize(who: &Principal, action: Action, what: &Resource<'_>) -> Result<(), Fault> {
    let scope = match action {
        Action::Read => Scope::Read,
        Action::Write => Scope::Write,
        Action::Execute => Scope::Execute,
    };
    let seen = match what.visibility {
        Visibility::Public => true,
        Visibility::Group(name) => who.groups.contains(name),
        Visibility::Private => false,
    };
    let allowed = who.has(scope) && (who.administers() || owns(who, what.owner) || (seen && action == Action::Read));
    if allowed { Ok(()) } else { Err(refusal(who)) }
}

/// Whether somebody is the owner, or a member of the project that is.
pub fn owns(who: &Principal, owner: &Owner) -> bool {
    match owner {
        Owner::User(name) => !who.service && !name.is_empty() && *name == who.name,
        Owner::Project(name) => who.groups.contains(name),
        Owner::Platform => false,
    }
}

/// The refusal that fits: sign in, or not for you.
pub fn refusal(who: &Principal) -> Fault {
    if who.is_anonymous() {
        Fault::new(Kind::Unauthenticated, "auth/not-signed-in", "sign in or send a token to do this")
    } else {
        Fault::forbidden("auth/not-allowed", format!("{} may not do this with this credential", who.name))
    }
}

/// Refuses nobody and a credential without the scope; for things that have no owner yet.
///
/// # Errors
/// `auth/not-signed-in` and `auth/not-allowed`.
pub fn require(who: &Principal, scope: Scope) -> Result<(), Fault> {
    if !who.is_anonymous() && who.has(scope) { Ok(()) } else { Err(refusal(who)) }
}

/// Refuses everybody but administrators.
///
/// # Errors
/// `auth/not-signed-in` and `auth/not-allowed`.
pub fn require_admin(who: &Principal) -> Result<(), Fault> {
    if who.administers() { Ok(()) } else { Err(refusal(who)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(who: &Principal, action: Action, owner: &Owner, visibility: &Visibility) -> bool {
        authorize(who, action, &Resource { owner, visibility }).is_ok()
    }

    #[test]
    fn the_policy_as_a_table() {
        let ann = Principal::person("ann", []);
        let bob = Principal::person("bob", ["reef".to_owned()]);
        let nobody = Principal::anonymous();
        let admin = Principal::administrator("root");
        let (anns, reefs) = (Owner::User("ann".into()), Owner::Project("reef".into()));
        let group = Visibility::Group("reef".into());
        for (who, action, owner, visibility, expected) in [
            (&ann, Action::Write, &anns, &Visibility::Private, true),
            (&bob, Action::Read, &anns, &Visibility::Private, false),
            (&bob, Action::Read, &anns, &group, true),
            (&bob, Action::Write, &anns, &group, false),
            (&bob, Action::Write, &reefs, &Visibility::Private, true),
            (&ann, Action::Write, &reefs, &Visibility::Public, false),
            (&nobody, Action::Read, &anns, &Visibility::Public, true),
            (&nobody, Action::Read, &anns, &Visibility::Private, false),
            (&nobody, Action::Write, &anns, &Visibility::Public, false),
            (&admin, Action::Write, &anns, &Visibility::Private, true),
        ] {
            assert_eq!(may(who, action, owner, visibility), expected, "{who:?} {action:?} {owner} {visibility}");
        }
    }

    #[test]
    fn nobody_owns_a_nameless_thing_and_a_service_is_not_a_person() {
        assert!(!owns(&Principal::anonymous(), &Owner::User(String::new())));
        assert!(!owns(&Principal::service("ann"), &Owner::User("ann".into())));
    }

    #[test]
    fn a_read_only_credential_writes_nothing() {
        let mut ann = Principal::person("ann", []);
        ann.scopes = [Scope::Read].into();
        assert!(!may(&ann, Action::Write, &Owner::User("ann".into()), &Visibility::Private));
    }

    #[test]
    fn names_round_trip() {
        for text in ["user-ann", "project-a-b", "platform"] {
            assert_eq!(text.parse::<Owner>().unwrap().to_string(), text);
        }
        assert!("user-".parse::<Owner>().is_err() && "ann".parse::<Owner>().is_err());
        assert_eq!(Namespaces::default().owner("user-ann"), Owner::User("ann".into()));
        assert_eq!(Namespaces::default().owner("user-"), Owner::Platform);
    }

    #[test]
    fn prefixes_tell_people_and_projects_apart() {
        let check = |user: &str, project: &str| Namespaces { user: user.into(), project: project.into() }.check();
        assert!(check("user-", "project-").is_ok());
        for (user, project) in [("", "project-"), ("user-", ""), ("p-", "p-"), ("p-", "p-x-"), ("p-x-", "p-")] {
            assert!(check(user, project).is_err(), "{user} {project}");
        }
    }
}
