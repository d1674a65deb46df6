//! What is published: `jobs.v1.job.<what happened>`, in the transaction of the change.

use okeanos_events::Event;
use okeanos_proto::jobs::v1::JobChanged;
use time::OffsetDateTime;

use crate::domain::job::{Happening, Job};

/// The last word of the event that tells of a happening; that an attempt ended is told by the next one.
pub(crate) fn word(happening: &Happening) -> Option<&'static str> {
    match happening {
        Happening::Begun => Some("started"),
        Happening::Progressed { .. } => Some("progressed"),
        Happening::Interrupted(_) | Happening::GivenBack | Happening::WorkerLost => None,
        Happening::Succeeded(_) => Some("succeeded"),
        Happening::Failed(_) => Some("failed"),
        Happening::Dismissed => Some("dismissed"),
    }
}

/// The event that a job has changed.
///
/// # Errors
/// When the message has no JSON form, which it has.
pub(crate) fn changed(word: &str, job: &Job, now: OffsetDateTime) -> serde_json::Result<Event> {
    let message = JobChanged {
        job_id: job.id.to_string(),
        process_id: job.process_id.clone(),
        owner: job.owner().to_string(),
        status: job.status.as_str().to_owned(),
        progress: u32::from(job.progress),
        message: job.message.clone(),
    };
    Event::new(&format!("jobs.v1.job.{word}"), job.id.to_string(), &message, now)
}
