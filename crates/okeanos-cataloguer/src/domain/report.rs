//! The report of a check.

use std::collections::HashSet;

use okeanos_cf::checks::{Finding, Rule, Severity};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::{NoContext, Timestamp, Uuid};

use super::period::rfc3339;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// Nothing is wrong.
    Passed,
    /// Something is wrong, or the object is not data: see the findings.
    Warned,
    /// It cannot be used: nothing of it is in the catalog.
    Failed,
}

impl Status {
    /// The name in reports and events.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
        }
    }
}

/// An item that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemRef {
    pub(crate) collection: String,
    pub(crate) id: String,
}

/// What was checked and found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcome {
    /// The format's name, when it could be told.
    pub(crate) format: Option<&'static str>,
    /// Whether the data cannot be used.
    pub(crate) failed: bool,
    /// Rules that were applied.
    pub(crate) applied: Vec<Rule>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) items: Vec<ItemRef>,
}

impl Outcome {
    /// A check that ended with one finding and nothing else.
    pub(crate) fn only(finding: Finding, failed: bool) -> Self {
        Self { failed, findings: vec![finding], ..Self::default() }
    }

    /// How it ended: failed when nothing can be used, warned with any warning or error, else passed.
    pub(crate) fn status(&self) -> Status {
        if self.failed {
            Status::Failed
        } else if self.findings.iter().any(|finding| finding.severity > Severity::Info) {
            Status::Warned
        } else {
            Status::Passed
        }
    }

    /// The rules that were applied and found nothing but what is good to know.
    fn passed(&self) -> Vec<Rule> {
        let broken: HashSet<_> = self.findings.iter().filter(|f| f.severity > Severity::Info).map(|f| f.rule).collect();
        self.applied.iter().copied().filter(|rule| !broken.contains(rule.id)).collect()
    }
}

/// A report: an outcome with its object and time.
#[derive(Clone, Debug)]
pub(crate) struct Report {
    pub(crate) id: Uuid,
    pub(crate) bucket: String,
    /// The key, or the prefix of a Zarr store.
    pub(crate) key: String,
    /// Bytes of the object, or of all objects of the store, as far as they can be told.
    pub(crate) size: Option<u64>,
    pub(crate) created: OffsetDateTime,
    pub(crate) milliseconds: u64,
    pub(crate) outcome: Outcome,
}

impl Report {
    /// An id for a report that is made now: ids are in the order of time.
    pub(crate) fn id_at(now: OffsetDateTime) -> Uuid {
        let seconds = u64::try_from(now.unix_timestamp()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.nanosecond()))
    }

    /// The document that clients get.
    pub(crate) fn document(&self) -> Value {
        let Outcome { format, findings, items, .. } = &self.outcome;
        json!({
            "id": self.id,
            "source": format!("s3://{}/{}", self.bucket, self.key),
            "bucket": self.bucket,
            "key": self.key,
            "status": self.outcome.status().as_str(),
            "created": rfc3339(self.created),
            "format": format,
            "size": self.size,
            "duration_ms": self.milliseconds,
            "passed": self.outcome.passed(),
            "findings": findings,
            "items": items.iter().map(|item| json!({"collection": item.collection, "id": item.id})).collect::<Vec<_>>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use okeanos_cf::checks::Severity;

    use super::{Outcome, Status};
    use crate::domain::rules::{DATED, OPENS, PLACED, finding};

    #[test]
    fn the_worst_finding_decides() {
        let mut outcome = Outcome { applied: vec![OPENS, PLACED, DATED], ..Outcome::default() };
        assert_eq!((outcome.status(), outcome.passed().len()), (Status::Passed, 3));
        outcome.findings.push(finding(DATED, Severity::Info, "", "", ""));
        assert_eq!((outcome.status(), outcome.passed().len()), (Status::Passed, 3));
        outcome.findings.push(finding(PLACED, Severity::Warning, "", "", ""));
        assert_eq!(outcome.status(), Status::Warned);
        assert_eq!(outcome.passed(), [OPENS, DATED]);
        outcome.failed = true;
        assert_eq!(outcome.status(), Status::Failed);
    }
}
