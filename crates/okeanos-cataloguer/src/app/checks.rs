//! Reports, and checks on demand.

use okeanos_auth::{
    Action, Namespaces, Principal, Resource, Scope,
    access::{refusal, require},
    authorize,
};
use okeanos_blob::{BlobError, Location};
use okeanos_fault::Fault;
use uuid::Uuid;

use super::{
    Cataloguer,
    catalogue::{broken, foreign},
    inspect::Inspected,
};
use crate::{
    domain::{
        Error,
        describe::Source,
        page::Wanted,
        report::{Outcome, Report},
    },
    store::reports::{self, Sees},
};

/// A page of reports: their documents, and the report after which the next page begins.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) documents: Vec<String>,
    pub(crate) next: Option<String>,
}

/// Refuses a credential that is not good for reading. Nobody in particular may read what is public.
fn may_read(who: &Principal) -> Result<(), Fault> {
    if who.has(Scope::Read) { Ok(()) } else { Err(refusal(who)) }
}

impl Cataloguer {
    /// The reports that a caller may see, newest first.
    pub(crate) async fn reports(&self, who: &Principal, wanted: &Wanted) -> Result<Listed, Fault> {
        may_read(who)?;
        let sees = Sees::of(who, &self.names);
        let mut rows = reports::list(self.db.conn(), &sees, wanted).await?;
        let limit = usize::try_from(wanted.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| more).map(|(id, _)| id.clone());
        Ok(Listed { documents: rows.into_iter().map(|(_, document)| document).collect(), next })
    }

    /// The document of a report, if the caller may see it.
    pub(crate) async fn report(&self, who: &Principal, id: Uuid) -> Result<String, Fault> {
        may_read(who)?;
        let found = reports::get(self.db.conn(), &Sees::of(who, &self.names), id).await?;
        Ok(found.ok_or(Error::NoSuchReport)?)
    }

    /// Checks an object or Zarr store that the caller may read, without cataloguing it. The report is not kept.
    pub(crate) async fn check(&self, who: &Principal, source: &str) -> Result<Report, Fault> {
        require(who, Scope::Read)?;
        let at = Location::parse(source.trim_end_matches('/'))
            .ok_or_else(|| Error::BadSource(source.chars().take(200).collect()))?;
        let (owner, visibility) = (self.names.owner(&at.bucket), Namespaces::visibility(&at.key));
        authorize(who, Action::Read, &Resource { owner: &owner, visibility: &visibility })?;
        let _turn = self.checks.try_acquire().map_err(|_| Error::TooManyChecks)?;
        let budget = self.config.budget();
        // The reader gives up by itself when the time is over; this is for an object store that does not answer.
        let checked = tokio::time::timeout(budget * 2, self.check_now(&at)).await;
        checked.map_err(|_| Error::TooSlow(budget.as_secs()))?
    }

    async fn check_now(&self, at: &Location) -> Result<Report, Fault> {
        let began = self.now();
        let meta = match self.blobs.head(at).await {
            Ok(meta) => Some(meta),
            Err(BlobError::NoSuchKey(_) | BlobError::NoSuchBucket(_)) => None,
            Err(error) => return Err(error.into()),
        };
        let mut size = meta.as_ref().map(|meta| meta.size);
        let outcome = match self.inspector.inspect(at).await? {
            Inspected::Absent => return Err(Error::NoSuchSource(at.to_string()).into()),
            Inspected::Foreign(found) => foreign(&at.key, &found),
            Inspected::Broken(error) => broken(&error),
            Inspected::Read { inspection, size: measured, .. } => {
                size = size.or(measured);
                let source = Source {
                    bucket: at.bucket.clone(),
                    key: at.key.clone(),
                    size,
                    modified: meta.map_or(began, |meta| meta.last_modified),
                    metadata: std::collections::BTreeMap::new(),
                };
                let (outcome, _) = self.inspector.describe(inspection, source, began).await?;
                // Nothing was catalogued.
                Outcome { items: Vec::new(), ..outcome }
            }
        };
        let now = self.now();
        Ok(Report {
            id: Report::id_at(now),
            bucket: at.bucket.clone(),
            key: at.key.clone(),
            size,
            created: now,
            milliseconds: u64::try_from((now - began).whole_milliseconds()).unwrap_or(0),
            outcome,
        })
    }
}
