//! Paths of catalogs: `users/ann/reefs`, `projects/twin/forecasts`, `emodnet`.

use std::fmt;

use okeanos_auth::{Owner, Visibility};
use okeanos_stac::{Invalid, check_id};

use super::Error;

/// How deep catalogs may lie in each other.
const DEPTH_MAX: usize = 10;
/// Longest path in bytes.
const BYTES_MAX: usize = 1_024;
/// First names that the platform keeps for itself: `collections` lists all collections, the others hold namespaces.
const RESERVED: [&str; 3] = ["collections", "projects", "users"];

/// The path of a catalog below `/data/catalogs`; empty is the root of all catalogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CatalogPath(String);

impl CatalogPath {
    /// The root.
    pub(crate) fn root() -> Self {
        Self(String::new())
    }

    /// From the decoded rest of an address.
    ///
    /// # Errors
    /// A name that cannot be an id, too deep, too long.
    pub(crate) fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim_matches('/');
        if text.is_empty() {
            return Ok(Self::root());
        }
        if text.len() > BYTES_MAX || text.split('/').count() > DEPTH_MAX {
            return Err(Invalid::at("path", format!("catalogs lie at most {DEPTH_MAX} deep in each other")));
        }
        text.split('/').try_for_each(|name| check_id(name, "path"))?;
        Ok(Self(text.to_owned()))
    }

    /// The path as text, without slashes around it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Its names.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.split('/').filter(|n| !n.is_empty()).collect()
    }

    /// Its last name; empty at the root.
    pub(crate) fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The catalog that it lies in; `None` at the root.
    pub(crate) fn parent(&self) -> Option<Self> {
        if self.0.is_empty() {
            return None;
        }
        Some(Self(self.0.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned()))
    }

    /// A catalog in this one.
    ///
    /// # Errors
    /// A name that is reserved, or as [`CatalogPath::parse`].
    pub(crate) fn child(&self, name: &str) -> Result<Self, Error> {
        check_id(name, "/id")?;
        if self.0.is_empty() && RESERVED.contains(&name) {
            return Err(Error::ReservedName(name.to_owned()));
        }
        Ok(Self::parse(&format!("{}/{name}", self.0))?)
    }

    /// Whether nobody has to create it: the root, `users`, `projects`, and the namespace of a person or a project.
    pub(crate) fn is_given(&self) -> bool {
        match *self.names() {
            [] => true,
            [first] => RESERVED.contains(&first),
            [first, _] => first == "users" || first == "projects",
            _ => false,
        }
    }

    /// Whose catalog it is: of the person or project whose namespace it lies in, else the platform's.
    pub(crate) fn owner(&self) -> Owner {
        match *self.names() {
            ["users", name, ..] => Owner::User(name.to_owned()),
            ["projects", name, ..] => Owner::Project(name.to_owned()),
            _ => Owner::Platform,
        }
    }

    /// Who sees a catalog that nobody said more of: what is the platform's is public.
    pub(crate) fn visibility(&self) -> Visibility {
        if self.owner() == Owner::Platform { Visibility::Public } else { Visibility::Private }
    }
}

impl fmt::Display for CatalogPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "/" } else { &self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_follow_from_the_path() {
        let owner = |path: &str| CatalogPath::parse(path).unwrap().owner().to_string();
        assert_eq!(owner("users/ann/reefs"), "user-ann");
        assert_eq!(owner("projects/twin"), "project-twin");
        assert_eq!(owner("emodnet/physics"), "platform");
        assert_eq!(owner("users"), "platform");
    }

    #[test]
    fn bad_paths_are_refused() {
        assert!(CatalogPath::parse("a/../b").is_err());
        assert!(CatalogPath::parse("a//b").is_err());
        assert!(CatalogPath::parse(&"a/".repeat(11)).is_err());
        assert!(CatalogPath::root().child("users").is_err());
        assert!(CatalogPath::root().child("a/b").is_err());
        assert_eq!(CatalogPath::parse("/a/b/").unwrap().parent().unwrap().as_str(), "a");
    }
}
