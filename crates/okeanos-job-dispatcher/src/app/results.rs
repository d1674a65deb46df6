//! What jobs have left behind.

use okeanos_auth::Principal;
use okeanos_blob::{ByteStream, Location, Meta};
use okeanos_fault::Fault;
use okeanos_ogc::execute::Response;

use super::App;
use crate::domain::{
    error::Error,
    job::{Job, Status},
    output::Output,
};

/// One output, as it is answered.
pub(crate) enum Served {
    /// The bytes of the one object that it is.
    Object(Meta, ByteStream),
    /// A folder of objects: only where it is.
    Folder,
}

/// What a job has left behind, and how its client wants to be answered.
#[derive(Debug)]
pub(crate) struct Results {
    pub(crate) job: Job,
    pub(crate) outputs: Vec<Output>,
    pub(crate) response: Option<Response>,
}

/// Whether a job has ended well.
pub(crate) fn ended_well(job: &Job) -> Result<(), Error> {
    match (job.status, &job.failure) {
        (Status::Successful, _) => Ok(()),
        (Status::Failed, Some(failure)) => Err(Error::Failed(failure.clone())),
        (Status::Dismissed, _) => Err(Error::Dismissed),
        (status, _) => Err(Error::ResultNotReady(status)),
    }
}

impl App {
    /// What a job has left behind.
    pub(crate) async fn results(&self, who: &Principal, id: &str) -> Result<Results, Fault> {
        let job = self.job(who, id).await?;
        self.results_of(job).await
    }

    /// What a job that the caller may see has left behind.
    pub(crate) async fn results_of(&self, job: Job) -> Result<Results, Fault> {
        ended_well(&job)?;
        let (plan, outputs) = self.jobs.work(&job).await?;
        Ok(Results { job, outputs, response: plan.response })
    }

    /// An output of a job by name.
    pub(crate) async fn output(&self, who: &Principal, id: &str, name: &str) -> Result<(Job, Output, Served), Fault> {
        let Results { job, outputs, .. } = self.results(who, id).await?;
        let found = outputs.into_iter().find(|output| output.name == name);
        let output = found.ok_or_else(|| Error::NoSuchOutput(name.to_owned()))?;
        let served = self.serve(&output).await?;
        Ok((job, output, served))
    }

    /// Opens an output of a job that the caller may see: who sees the job sees what it has left behind.
    pub(crate) async fn serve(&self, output: &Output) -> Result<Served, Fault> {
        if output.folder {
            return Ok(Served::Folder);
        }
        let location = Location::parse(&output.href).ok_or_else(|| Fault::internal("an output is nowhere"))?;
        let (meta, body) = self.blobs.get(&location, None).await?;
        Ok(Served::Object(meta, body))
    }
}
