//! Links (OGC API Common; RFC 8288).

use serde::{Deserialize, Serialize};

/// Relation to the conformance declaration.
pub const REL_CONFORMANCE: &str = "http://www.opengis.net/def/rel/ogc/1.0/conformance";
/// Relation to the list of processes.
pub const REL_PROCESSES: &str = "http://www.opengis.net/def/rel/ogc/1.0/processes";
/// Relation to the list of jobs.
pub const REL_JOB_LIST: &str = "http://www.opengis.net/def/rel/ogc/1.0/job-list";
/// Relation to the resource that executes a process.
pub const REL_EXECUTE: &str = "http://www.opengis.net/def/rel/ogc/1.0/execute";
/// Relation to the results of a job.
pub const REL_RESULTS: &str = "http://www.opengis.net/def/rel/ogc/1.0/results";
/// JSON.
pub const JSON: &str = "application/json";

/// A link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Where to, absolute.
    pub href: String,
    /// Relation.
    pub rel: String,
    /// Media type.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// For people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl Link {
    /// A link to JSON.
    pub fn json(rel: impl Into<String>, href: impl Into<String>) -> Self {
        Self { href: href.into(), rel: rel.into(), media_type: Some(JSON.to_owned()), title: None }
    }

    /// The same with a title.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The same with another media type.
    #[must_use]
    pub fn of_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }
}
