//! Who may do what with which bucket and key.

use okeanos_auth::{Action, Namespaces, Principal, Resource, Scope, Visibility, access, authorize};
use okeanos_blob::Location;

use super::Gateway;
use crate::domain::{Error, key};

impl Gateway {
    fn authorize(&self, who: &Principal, action: Action, bucket: &str, visibility: &Visibility) -> Result<(), Error> {
        let owner = &self.0.names.owner(bucket);
        authorize(who, action, &Resource { owner, visibility }).map_err(Error::Refused)
    }

    pub(super) fn may_read(&self, who: &Principal, at: &Location) -> Result<(), Error> {
        self.authorize(who, Action::Read, &at.bucket, &Namespaces::visibility(&at.key))?;
        key::check(&at.key)
    }

    pub(super) fn may_write(&self, who: &Principal, at: &Location) -> Result<(), Error> {
        self.authorize(who, Action::Write, &at.bucket, &Namespaces::visibility(&at.key))?;
        key::check(&at.key)
    }

    /// Whether all keys that begin with this may be seen.
    pub(super) fn may_list(&self, who: &Principal, bucket: &str, prefix: &str) -> Result<(), Error> {
        self.authorize(who, Action::Read, bucket, &Namespaces::visibility(prefix))
    }

    pub(super) fn may_see_bucket(&self, who: &Principal, bucket: &str) -> Result<(), Error> {
        self.authorize(who, Action::Read, bucket, &Visibility::Private)
    }

    pub(super) fn may_change_bucket(&self, who: &Principal, bucket: &str) -> Result<(), Error> {
        self.authorize(who, Action::Write, bucket, &Visibility::Private)
    }

    /// Whether a bucket comes into being when this one first uses it.
    pub(super) fn is_home_of(&self, who: &Principal, bucket: &str) -> bool {
        who.has(Scope::Write) && access::owns(who, &self.0.names.owner(bucket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests_support::gateway;

    #[tokio::test]
    async fn public_prefixes_are_listed_by_anyone_and_nothing_beside_them() {
        let gateway = gateway().await.gateway;
        let nobody = Principal::anonymous();
        for (prefix, allowed) in
            [("public/", true), ("public/sst/", true), ("public", false), ("", false), ("p", false)]
        {
            assert_eq!(gateway.may_list(&nobody, "user-ann", prefix).is_ok(), allowed, "{prefix:?}");
        }
        assert!(gateway.may_read(&nobody, &Location::new("user-ann", "publicity/x")).is_err());
        assert!(gateway.may_read(&nobody, &Location::new("user-ann", "public/../x")).is_err());
    }
}
