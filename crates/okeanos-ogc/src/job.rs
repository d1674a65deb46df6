//! Jobs: their status with the keys of 1.0 (`jobID`, `type`) and of the draft of 2.0 (`id`, `processingEntityType`).

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;

use crate::{link::Link, timestamp};

/// Where a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JobStatus {
    /// It waits.
    Accepted,
    /// It runs.
    Running,
    /// It has ended well.
    Successful,
    /// It has ended badly.
    Failed,
    /// It was stopped.
    Dismissed,
}

/// The status of a job.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StatusInfo {
    /// Id of the job.
    #[serde(rename = "jobID")]
    pub job_id: String,
    /// Id of the process.
    #[serde(rename = "processID", default)]
    pub process_id: Option<String>,
    /// Where it is.
    pub status: JobStatus,
    /// What it does, or why it failed.
    #[serde(default)]
    pub message: Option<String>,
    /// How much is done, in percent.
    #[serde(default)]
    pub progress: Option<u8>,
    /// When it was asked for.
    #[serde(default, with = "timestamp")]
    pub created: Option<OffsetDateTime>,
    /// When it began to run.
    #[serde(default, with = "timestamp")]
    pub started: Option<OffsetDateTime>,
    /// When it ended.
    #[serde(default, with = "timestamp")]
    pub finished: Option<OffsetDateTime>,
    /// When this last changed.
    #[serde(default, with = "timestamp")]
    pub updated: Option<OffsetDateTime>,
    /// Itself, its results, its log.
    #[serde(default)]
    pub links: Vec<Link>,
}

impl Serialize for StatusInfo {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire {
            job_id: &self.job_id,
            id: &self.job_id,
            kind: "process",
            entity: "ogc-api-processes",
            process_id: self.process_id.as_deref(),
            status: self.status,
            message: self.message.as_deref(),
            progress: self.progress,
            created: self.created,
            started: self.started,
            finished: self.finished,
            updated: self.updated,
            links: &self.links,
        }
        .serialize(serializer)
    }
}

/// The document, with the keys of both versions.
#[derive(Serialize)]
struct Wire<'a> {
    #[serde(rename = "jobID")]
    job_id: &'a str,
    id: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(rename = "processingEntityType")]
    entity: &'static str,
    #[serde(rename = "processID", skip_serializing_if = "Option::is_none")]
    process_id: Option<&'a str>,
    status: JobStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    progress: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none", with = "timestamp")]
    created: Option<OffsetDateTime>,
    #[serde(skip_serializing_if = "Option::is_none", with = "timestamp")]
    started: Option<OffsetDateTime>,
    #[serde(skip_serializing_if = "Option::is_none", with = "timestamp")]
    finished: Option<OffsetDateTime>,
    #[serde(skip_serializing_if = "Option::is_none", with = "timestamp")]
    updated: Option<OffsetDateTime>,
    links: &'a [Link],
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_status_speaks_both_versions() {
        let info = StatusInfo {
            job_id: "j1".into(),
            process_id: Some("subset".into()),
            status: JobStatus::Running,
            message: None,
            progress: Some(42),
            created: Some(datetime!(2026-01-01 0:00 UTC)),
            started: None,
            finished: None,
            updated: None,
            links: vec![Link::json("self", "https://ocean.example/processes/jobs/j1")],
        };
        let document = serde_json::to_value(&info).unwrap();
        assert_eq!((&document["jobID"], &document["id"]), (&"j1".into(), &"j1".into()));
        assert_eq!(document["type"], "process");
        assert_eq!(document["processingEntityType"], "ogc-api-processes");
        assert_eq!(document["created"], "2026-01-01T00:00:00Z");
        assert!(document.get("started").is_none() && document.get("message").is_none());
        assert_eq!(serde_json::from_value::<StatusInfo>(document).unwrap(), info);
    }
}
