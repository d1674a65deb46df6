//! The audit trail.

use okeanos_auth::{Principal, access::require_admin};
use okeanos_fault::Fault;

use super::Iam;
use crate::{
    domain::{
        audit::Entry,
        page::{Listed, Page},
    },
    store,
};

impl Iam {
    /// What was done, newest first; for administrators.
    pub(crate) async fn audit(&self, who: &Principal, page: &Page) -> Result<Listed<Entry>, Fault> {
        require_admin(who)?;
        store::audit::list(self.db.conn(), page).await
    }
}
