//! Jobs as OGC documents.

use okeanos_fault::{Fault, Problem};
use okeanos_ogc::{
    job::{JobStatus, StatusInfo},
    link::{Link, REL_RESULTS},
    process::Transmission,
};
use okeanos_runtime::Base;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::{
    app::{Results, ended_well},
    domain::{
        job::{Job, Status},
        output::Output,
    },
};

const REL_EXCEPTIONS: &str = "http://www.opengis.net/def/rel/ogc/1.0/exceptions";
const REL_LOG: &str = "http://www.opengis.net/def/rel/ogc/1.0/log";

/// The status of a job, and what the platform says besides.
#[derive(Serialize)]
pub(super) struct JobDocument {
    #[serde(flatten)]
    info: StatusInfo,
    #[serde(rename = "processVersion")]
    version: String,
    attempt: u32,
    /// Why it failed (a member of the 2.0 draft).
    #[serde(skip_serializing_if = "Option::is_none")]
    exception: Option<Value>,
}

/// A page of jobs.
#[derive(Serialize)]
pub(super) struct JobPage {
    jobs: Vec<JobDocument>,
    links: Vec<Link>,
}

/// An output that is stored: a link to it, with the address under which a browser gets it.
#[derive(Serialize)]
struct Stored {
    #[serde(flatten)]
    link: Link,
    length: u64,
    alternate: Link,
}

pub(super) fn job_url(base: &Base, job: &Job) -> String {
    base.url(&format!("/processes/jobs/{}", job.id))
}

/// Where an output is got over HTTP.
pub(super) fn output_url(base: &Base, job: &Job, output: &Output) -> String {
    format!("{}/results/{}", job_url(base, job), output.name)
}

pub(super) fn status_info(base: &Base, job: &Job) -> JobDocument {
    let info = StatusInfo {
        job_id: job.id.to_string(),
        process_id: Some(job.process_id.clone()),
        status: match job.status {
            Status::Accepted => JobStatus::Accepted,
            Status::Running => JobStatus::Running,
            Status::Successful => JobStatus::Successful,
            Status::Failed => JobStatus::Failed,
            Status::Dismissed => JobStatus::Dismissed,
        },
        message: Some(job.message.clone()),
        progress: Some(job.progress),
        created: Some(job.created),
        started: job.started,
        finished: job.finished,
        updated: Some(job.updated),
        links: links(base, job),
    };
    let failed = ended_well(job).err().filter(|_| job.status == Status::Failed);
    let exception = failed.map(|error| json!(Problem::from(&Fault::from(error))));
    JobDocument { info, version: job.version.clone(), attempt: job.attempt, exception }
}

fn links(base: &Base, job: &Job) -> Vec<Link> {
    let own = job_url(base, job);
    let results = format!("{own}/results");
    let mut links = vec![
        Link::json("self", own.clone()).titled("this job"),
        Link::json(REL_LOG, format!("{own}/logs")).of_type("text/plain").titled("what it says"),
        Link::json("up", base.url("/processes/jobs")).titled("all jobs"),
    ];
    match job.status {
        Status::Successful => links.push(Link::json(REL_RESULTS, results).titled("its results")),
        Status::Failed => {
            links.push(Link::json(REL_EXCEPTIONS, results).of_type("application/problem+json").titled("why it failed"));
        }
        Status::Accepted | Status::Running => links.push(Link::json("monitor", own).titled("its status")),
        Status::Dismissed => {}
    }
    links
}

/// A page of jobs; `next` is the query of the next one.
pub(super) fn job_list(base: &Base, jobs: &[Job], query: &str, next: Option<String>) -> JobPage {
    let url = |query: &str| {
        let question = if query.is_empty() { "" } else { "?" };
        base.url(&format!("/processes/jobs{question}{query}"))
    };
    let mut links = vec![Link::json("self", url(query)), Link::json("up", base.url("/processes"))];
    links.extend(next.map(|next| Link::json("next", url(&next))));
    JobPage { jobs: jobs.iter().map(|job| status_info(base, job)).collect(), links }
}

/// The results document: each output by its name.
pub(super) fn results(base: &Base, results: &Results, minimal: bool) -> Value {
    let one = |output: &Output| (output.name.clone(), result(base, &results.job, output, minimal));
    Value::Object(results.outputs.iter().map(one).collect::<Map<_, _>>())
}

/// One output: its value when it is a small JSON document, else where it is stored. What the request said of this output
/// counts for more than the preference.
pub(super) fn result(base: &Base, job: &Job, output: &Output, minimal: bool) -> Value {
    let inline = output.transmission.map_or(!minimal, |wanted| wanted == Transmission::Value);
    match &output.value {
        Some(value) if inline => json!({"value": value, "mediaType": output.media_type}),
        _ => {
            let http = output_url(base, job, output);
            let link = |rel: &str, href: &str| Link::json(rel, href).of_type(&output.media_type);
            let stored = link("item", &output.href).titled(&output.name);
            json!(Stored {
                link: stored,
                length: output.bytes,
                alternate: link("alternate", &http).titled("over HTTP")
            })
        }
    }
}
