//! Rows to jobs and back.

use okeanos_fault::Fault;
use time::OffsetDateTime;

use super::entity::job::Model;
use crate::domain::job::{Failure, Job, Status};

/// Microseconds since the epoch.
pub(super) fn micros(time: OffsetDateTime) -> i64 {
    i64::try_from(time.unix_timestamp_nanos() / 1_000).unwrap_or(i64::MAX)
}

fn time(micros: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// The time to the precision of a row, so that what was written and what is read are the same.
pub(super) fn rounded(now: OffsetDateTime) -> OffsetDateTime {
    time(micros(now))
}

pub(super) fn to_job(row: Model) -> Result<Job, Fault> {
    let status = Status::parse(&row.status);
    let failure = row.failure_code.map(|code| Failure {
        code,
        message: row.failure_message.unwrap_or_default(),
        input: row.failure_input,
    });
    Ok(Job {
        id: row.id.parse().map_err(|e: uuid::Error| Fault::internal(e))?,
        owner: row.owner,
        status: status.ok_or_else(|| Fault::internal(format!("a job has the status {:?}", row.status)))?,
        message: row.message,
        progress: u8::try_from(row.progress).unwrap_or(100),
        process_id: row.process_id,
        version: row.version,
        attempt: u32::try_from(row.attempt).unwrap_or_default(),
        lost: u32::try_from(row.lost).unwrap_or_default(),
        created: time(row.created_at),
        updated: time(row.updated_at),
        started: row.started_at.map(time),
        finished: row.finished_at.map(time),
        failure,
    })
}

/// The row of a job; what belongs to the queue is as given.
pub(super) fn to_row(job: &Job, queue: Queue) -> Model {
    Model {
        id: job.id.to_string(),
        owner: job.owner.clone(),
        process_id: job.process_id.clone(),
        version: job.version.clone(),
        status: job.status.as_str().to_owned(),
        message: job.message.clone(),
        progress: i32::from(job.progress),
        attempt: i32::try_from(job.attempt).unwrap_or(i32::MAX),
        lost: i32::try_from(job.lost).unwrap_or(i32::MAX),
        created_at: micros(job.created),
        updated_at: micros(job.updated),
        started_at: job.started.map(micros),
        finished_at: job.finished.map(micros),
        available_at: queue.available_at,
        begun_at: queue.begun_at,
        worker: queue.worker,
        lease_until: queue.lease_until,
        failure_code: job.failure.as_ref().map(|f| f.code.clone()),
        failure_message: job.failure.as_ref().map(|f| f.message.clone()),
        failure_input: job.failure.as_ref().and_then(|f| f.input.clone()),
    }
}

/// What a row says besides the job.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    pub(super) available_at: i64,
    pub(super) begun_at: Option<i64>,
    pub(super) worker: Option<String>,
    pub(super) lease_until: Option<i64>,
}

impl Queue {
    pub(super) fn of(row: &Model) -> Self {
        Self {
            available_at: row.available_at,
            begun_at: row.begun_at,
            worker: row.worker.clone(),
            lease_until: row.lease_until,
        }
    }

    /// Nobody has it; an attempt may begin at this time.
    pub(super) fn free(&mut self, available: OffsetDateTime) {
        self.available_at = micros(available);
        self.worker = None;
        self.lease_until = None;
    }
}
