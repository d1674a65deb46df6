//! Jobs are listed, looked at and called off.

use okeanos_auth::{Principal, Scope as Right};
use okeanos_fault::Fault;
use uuid::Uuid;

use super::App;
use crate::{
    domain::{
        error::Error,
        job::{Happening, Job, Status},
        listing::{Listing, Scope},
    },
    store::Holder,
};

impl App {
    /// A page of the caller's jobs, and whether there are more.
    pub(crate) async fn list(&self, who: &Principal, listing: &Listing) -> Result<(Vec<Job>, bool), Fault> {
        let scope = Scope::of(who, Right::Read)?;
        self.jobs.list(&scope, listing, self.clock.now()).await
    }

    /// A job of the caller's.
    pub(crate) async fn job(&self, who: &Principal, id: &str) -> Result<Job, Fault> {
        let scope = Scope::of(who, Right::Read)?;
        self.jobs.get(&scope, job_id(id)?).await
    }

    /// What a job has said.
    pub(crate) async fn log(&self, who: &Principal, id: &str) -> Result<String, Fault> {
        let job = self.job(who, id).await?;
        self.jobs.log(job.id).await
    }

    /// Calls a job off, its process is ended; a job that has ended is removed from the list, its outputs stay.
    pub(crate) async fn dismiss(&self, who: &Principal, id: &str) -> Result<Job, Fault> {
        let (scope, id) = (Scope::of(who, Right::Execute)?, job_id(id)?);
        let job = self.jobs.get(&scope, id).await?;
        let now = self.clock.now();
        if let Some(job) = self.jobs.change(&Holder::Caller(&scope), id, Happening::Dismissed, now, None).await? {
            self.signals.call_off(id);
            return Ok(job);
        }
        if self.jobs.remove(&scope, id).await? {
            Ok(Job { status: Status::Dismissed, message: "removed from the list".to_owned(), ..job })
        } else {
            Err(Error::NoSuchJob(id.to_string()).into())
        }
    }
}

/// What is not an id of ours is nobody's job.
fn job_id(text: &str) -> Result<Uuid, Error> {
    text.parse().map_err(|_| Error::NoSuchJob(text.chars().take(64).collect()))
}
