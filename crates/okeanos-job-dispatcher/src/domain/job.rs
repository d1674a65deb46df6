//! The job and its state machine.
//!
//! ```text
//! accepted ──► running ──► successful
//!     │        ▲    │ └──► failed
//!     │        └────┘ (another attempt)
//!     └──────────────────► dismissed (also from running)
//! ```
//! A status never goes back: a job that waits for another attempt is still running.

use okeanos_auth::Owner;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{log::printable, output::Output, plan::Plan};

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Status {
    /// It waits for its first attempt.
    Accepted,
    /// It has been begun.
    Running,
    /// It ended and its results are stored.
    Successful,
    /// It ended without results.
    Failed,
    /// Its owner called it off.
    Dismissed,
}

impl Status {
    /// All of them, in order of life.
    pub(crate) const ALL: [Self; 5] = [Self::Accepted, Self::Running, Self::Successful, Self::Failed, Self::Dismissed];

    /// The word of the standard.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Running => "running",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Dismissed => "dismissed",
        }
    }

    /// The status of a word.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }

    /// Whether nothing more will happen.
    pub(crate) fn is_final(self) -> bool {
        matches!(self, Self::Successful | Self::Failed | Self::Dismissed)
    }
}

/// Why a job has no results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Stable: `job-dispatcher/…`, or a code of the process's own.
    pub(crate) code: String,
    /// For people.
    pub(crate) message: String,
    /// The input at fault, when it is one.
    pub(crate) input: Option<String>,
}

impl Failure {
    /// With a code and words, of which only what can be shown and stored is kept.
    pub(crate) fn new(code: impl Into<String>, message: impl AsRef<str>) -> Self {
        Self { code: code.into(), message: printable(message.as_ref()), input: None }
    }

    /// That an input is at fault for.
    pub(crate) fn of_input(self, input: impl AsRef<str>) -> Self {
        Self { input: Some(printable(input.as_ref())), ..self }
    }
}

/// What can happen to a job.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Happening {
    /// A worker begins an attempt.
    Begun,
    /// A running attempt has come so far.
    Progressed {
        /// 0 to 100.
        percent: u8,
        /// What it is doing.
        message: String,
    },
    /// An attempt broke off; there may be another.
    Interrupted(Failure),
    /// We ourselves broke the attempt off, to restart: it does not count.
    GivenBack,
    /// The worker that had the attempt died or fell silent: that is no fault of the job's, unless it happens too often.
    WorkerLost,
    /// The attempt ended and its outputs are stored.
    Succeeded(Vec<Output>),
    /// It cannot succeed.
    Failed(Failure),
    /// The owner calls it off.
    Dismissed,
}

/// A job.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// UUIDv7: ids are in the order of acceptance.
    pub(crate) id: Uuid,
    /// Who asked for it, acts in it and owns its results: a person's name.
    pub(crate) owner: String,
    /// Where it is in its life.
    pub(crate) status: Status,
    /// What it is doing or why it ended.
    pub(crate) message: String,
    /// 0 to 100, never less than before.
    pub(crate) progress: u8,
    /// The process that it runs.
    pub(crate) process_id: String,
    /// The process's version: the one that was the latest when the job was accepted.
    pub(crate) version: String,
    /// Attempts begun.
    pub(crate) attempt: u32,
    /// Attempts whose worker was lost.
    pub(crate) lost: u32,
    /// When it was accepted.
    pub(crate) created: OffsetDateTime,
    /// When it last changed.
    pub(crate) updated: OffsetDateTime,
    /// When its first attempt began.
    pub(crate) started: Option<OffsetDateTime>,
    /// When it ended.
    pub(crate) finished: Option<OffsetDateTime>,
    /// Why it has no results, once failed.
    pub(crate) failure: Option<Failure>,
}

/// That something cannot happen to a job in its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the job is {}", .0.as_str())]
pub(crate) struct Impossible(pub Status);

impl Job {
    /// A job that was just accepted.
    pub(crate) fn accepted(owner: String, plan: &Plan, now: OffsetDateTime) -> Self {
        Self {
            id: Uuid::now_v7(),
            owner,
            status: Status::Accepted,
            message: "waiting for its turn".to_owned(),
            progress: 0,
            process_id: plan.process_id.clone(),
            version: plan.version.clone(),
            attempt: 0,
            lost: 0,
            created: now,
            updated: now,
            started: None,
            finished: None,
            failure: None,
        }
    }

    /// Attempts that came to an end of their own: those that are counted when it is about giving up.
    pub(crate) fn tries(&self) -> u32 {
        self.attempt.saturating_sub(self.lost)
    }

    /// Whose it is.
    pub(crate) fn owner(&self) -> Owner {
        Owner::User(self.owner.clone())
    }

    /// What becomes of the job when something happens to it; the job is as before when that cannot be.
    ///
    /// # Errors
    /// [`Impossible`] when the job has ended, or has not begun.
    pub(crate) fn apply(&mut self, happening: Happening, now: OffsetDateTime) -> Result<(), Impossible> {
        match (self.status, happening) {
            (Status::Accepted | Status::Running, Happening::Begun) => {
                self.status = Status::Running;
                self.attempt += 1;
                self.started.get_or_insert(now);
                self.message = match self.attempt {
                    1 => "running".to_owned(),
                    n => format!("running, attempt {n}"),
                };
            }
            (Status::Running, Happening::Progressed { percent, message }) => {
                self.progress = self.progress.max(percent.min(100));
                self.message = message;
            }
            (Status::Running, Happening::Interrupted(failure)) => {
                self.message = format!("waiting for another attempt: {}", failure.message);
            }
            (Status::Running, Happening::GivenBack) => {
                self.attempt = self.attempt.saturating_sub(1);
                self.message = "waiting for the platform to come back".to_owned();
            }
            (Status::Running, Happening::WorkerLost) => {
                self.lost += 1;
                self.message = "waiting for another attempt: the worker was lost".to_owned();
            }
            (Status::Running, Happening::Succeeded(_)) => {
                self.end(Status::Successful, "done".to_owned(), now);
                self.progress = 100;
            }
            (Status::Accepted | Status::Running, Happening::Failed(failure)) => {
                self.end(Status::Failed, failure.message.clone(), now);
                self.failure = Some(failure);
            }
            (Status::Accepted | Status::Running, Happening::Dismissed) => {
                self.end(Status::Dismissed, "dismissed by its owner".to_owned(), now);
            }
            (status, _) => return Err(Impossible(status)),
        }
        self.updated = now;
        Ok(())
    }

    fn end(&mut self, status: Status, message: String, now: OffsetDateTime) {
        self.status = status;
        self.message = message;
        self.finished = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};

    use super::*;

    fn happening() -> impl Strategy<Value = Happening> {
        let failure = || Failure::new("job-dispatcher/killed", "so");
        prop_oneof![
            Just(Happening::Begun),
            (any::<u8>(), ".*").prop_map(|(percent, message)| Happening::Progressed { percent, message }),
            Just(Happening::Interrupted(failure())),
            Just(Happening::GivenBack),
            Just(Happening::WorkerLost),
            Just(Happening::Succeeded(Vec::new())),
            Just(Happening::Failed(failure())),
            Just(Happening::Dismissed),
        ]
    }

    proptest! {
        #[test]
        fn no_history_goes_back(history in proptest::collection::vec(happening(), 0..24)) {
            let mut now = OffsetDateTime::UNIX_EPOCH;
            let mut job = Job::accepted("ann".into(), &Plan::default(), now);
            for happening in history {
                now += Duration::from_secs(1);
                let before = job.clone();
                let given_back = happening == Happening::GivenBack;
                let outcome = job.apply(happening, now);
                let rank = |s: Status| match s {
                    Status::Accepted => 0,
                    Status::Running => 1,
                    _ => 2,
                };
                assert!(rank(job.status) >= rank(before.status));
                assert!(job.progress >= before.progress && job.progress <= 100);
                assert!(job.attempt >= before.attempt || given_back);
                assert!(job.updated >= before.updated);
                assert_eq!(outcome.is_err(), job.updated == before.updated);
                if before.status.is_final() {
                    assert_eq!(outcome, Err(Impossible(before.status)));
                    assert_eq!(job.status, before.status);
                }
                assert_eq!(job.finished.is_some(), job.status.is_final());
                assert_eq!(job.failure.is_some(), job.status == Status::Failed);
                assert_eq!(job.started.is_some(), before.started.is_some() || job.attempt > 0);
                if job.status == Status::Successful {
                    assert_eq!(job.progress, 100);
                }
                if job.status == Status::Accepted {
                    assert_eq!(job.attempt, 0);
                }
            }
        }
    }

    #[test]
    fn what_has_not_begun_cannot_succeed() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let mut job = Job::accepted("ann".into(), &Plan::default(), now);
        assert_eq!(job.apply(Happening::Succeeded(Vec::new()), now), Err(Impossible(Status::Accepted)));
        job.apply(Happening::Dismissed, now).unwrap();
        assert_eq!(job.apply(Happening::Begun, now), Err(Impossible(Status::Dismissed)));
    }

    #[test]
    fn a_lost_worker_is_no_try_of_the_job() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let mut job = Job::accepted("ann".into(), &Plan::default(), now);
        for _ in 0..3 {
            job.apply(Happening::Begun, now).unwrap();
            job.apply(Happening::WorkerLost, now).unwrap();
        }
        job.apply(Happening::Begun, now).unwrap();
        assert_eq!((job.attempt, job.lost, job.tries()), (4, 3, 1));
    }

    #[test]
    fn what_cannot_be_stored_is_replaced() {
        assert_eq!(Failure::new("a/b", "one\0two\u{1b}[31m").message, "one\u{fffd}two\u{fffd}[31m");
    }

    #[test]
    fn words_round_trip() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.as_str()), Some(status));
        }
    }
}
