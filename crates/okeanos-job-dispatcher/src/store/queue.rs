//! Leases: a worker has a job for a time, and says that it lives before the time is over.
//!
//! The attempt's number is the fencing token: what a worker writes counts only while it has the job in that attempt.

use okeanos_fault::Fault;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select, sea_query::Expr,
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Jobs, broken,
    entity::job::{Column, Entity},
    jobs::{tell, write},
    rows::{Queue, micros, rounded, to_job},
};
use crate::domain::{
    error::failure,
    job::{Failure, Happening, Job},
    plan::Plan,
    queue::{Candidate, fairest},
};

/// How many owners are looked at for one decision.
const OWNERS_MAX: u64 = 1_000;
/// For how long it counts that an owner had a turn, in microseconds: longer than a job may run.
const LATELY: i64 = 24 * 3_600 * 1_000_000;

/// A job whose attempt begins.
#[derive(Debug)]
pub(crate) struct Taken {
    /// The job.
    pub(crate) job: Job,
    /// What is to be done.
    pub(crate) plan: Plan,
    /// By whom.
    pub(crate) lease: Lease,
}

/// That a worker has a job in an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    /// The worker.
    pub(crate) worker: String,
    /// The attempt.
    pub(crate) attempt: u32,
}

impl Lease {
    pub(super) fn jobs(&self) -> Select<Entity> {
        let attempt = i32::try_from(self.attempt).unwrap_or(i32::MAX);
        Entity::find().filter(Column::Worker.eq(self.worker.as_str())).filter(Column::Attempt.eq(attempt))
    }
}

fn free(now: i64) -> Condition {
    Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lt(now))
}

fn due(now: i64) -> Select<Entity> {
    let open = Column::Status.is_in(["accepted", "running"]);
    Entity::find().filter(open).filter(Column::AvailableAt.lte(now)).filter(free(now))
}

impl Jobs {
    /// Gives the job whose turn it is to a worker, and begins its next attempt; not one of those that it has `here` already,
    /// whose lease may have run out while the machine slept. A job whose worker was lost `lost_max` times is failed on the
    /// way: it may be what takes its workers with it.
    pub(crate) async fn take(
        &self,
        worker: &str,
        now: OffsetDateTime,
        lease: std::time::Duration,
        lost_max: u32,
        here: &[Uuid],
    ) -> Result<Option<Taken>, Fault> {
        let now = rounded(now);
        loop {
            let Some(id) = self.whose_turn(micros(now), here).await? else { return Ok(None) };
            let tx = self.db.begin().await.map_err(broken)?;
            let claim = due(micros(now)).filter(Column::Id.eq(id.to_string())).lock_exclusive();
            // Another worker may have been faster, or its owner may have called it off.
            let Some(row) = claim.one(&*tx).await.map_err(broken)? else { continue };
            let mut queue = Queue::of(&row);
            let mut job = to_job(row)?;
            // Whoever ends an attempt, or gives it back, says that nobody has the job.
            if queue.worker.is_some() {
                job.apply(Happening::WorkerLost, now).map_err(Fault::internal)?;
            }
            let given_up = job.lost >= lost_max;
            let happening = if given_up {
                let message = format!("the worker was lost in {} attempts", job.lost);
                Happening::Failed(Failure::new(failure::WORKER_LOST, message))
            } else {
                Happening::Begun
            };
            job.apply(happening, now).map_err(Fault::internal)?;
            if given_up {
                queue.free(now);
            } else {
                queue.worker = Some(worker.to_owned());
                queue.lease_until = Some(micros(now + lease));
                queue.begun_at = Some(micros(now));
            }
            write(&tx, &job, queue).await?;
            tell(&tx, if given_up { "failed" } else { "started" }, &job, now).await?;
            tx.commit().await.map_err(broken)?;
            if !given_up {
                let lease = Lease { worker: worker.to_owned(), attempt: job.attempt };
                let (plan, _) = self.work(&job).await?;
                return Ok(Some(Taken { job, plan, lease }));
            }
        }
    }

    async fn whose_turn(&self, now: i64, here: &[Uuid]) -> Result<Option<Uuid>, Fault> {
        let mut due = due(now);
        if !here.is_empty() {
            due = due.filter(Column::Id.is_not_in(here.iter().map(Uuid::to_string)));
        }
        let oldest: Vec<(String, String)> = due
            .select_only()
            .column(Column::Owner)
            .column_as(Column::Id.min(), "oldest")
            .group_by(Column::Owner)
            .order_by_asc(Expr::col("oldest"))
            .limit(OWNERS_MAX)
            .into_tuple()
            .all(self.db.conn())
            .await
            .map_err(broken)?;
        if oldest.len() < 2 {
            return oldest.first().map(|(_, id)| parse(id)).transpose();
        }
        let owners: Vec<&str> = oldest.iter().map(|(owner, _)| owner.as_str()).collect();
        let running: Expr = Expr::case(Column::LeaseUntil.gte(now), 1).finally(0).into();
        let had: Vec<(String, i64, Option<i64>)> = Entity::find()
            .select_only()
            .column(Column::Owner)
            .column_as(running.sum(), "running")
            .column_as(Column::BegunAt.max(), "begun")
            .filter(Column::Owner.is_in(owners))
            .filter(Column::BegunAt.gte(now - LATELY))
            .group_by(Column::Owner)
            .into_tuple()
            .all(self.db.conn())
            .await
            .map_err(broken)?;
        let mut candidates = Vec::with_capacity(oldest.len());
        for (owner, id) in &oldest {
            let (running, begun) =
                had.iter().find(|(o, ..)| o == owner).map_or((0, None), |(_, running, begun)| (*running, *begun));
            let last_begun = begun.and_then(|b| OffsetDateTime::from_unix_timestamp_nanos(i128::from(b) * 1_000).ok());
            candidates.push(Candidate { id: parse(id)?, running: running.unsigned_abs(), last_begun });
        }
        Ok(fairest(candidates))
    }

    /// Says that the worker lives; `false` when it has lost the job.
    pub(crate) async fn renew(&self, id: Uuid, lease: &Lease, until: OffsetDateTime) -> Result<bool, Fault> {
        let tx = self.db.begin().await.map_err(broken)?;
        let renewed = Entity::update_many()
            .col_expr(Column::LeaseUntil, Expr::val(micros(until)))
            .filter(Column::Id.eq(id.to_string()))
            .filter(Column::Status.eq("running"))
            .filter(Column::Worker.eq(lease.worker.as_str()))
            .filter(Column::Attempt.eq(i32::try_from(lease.attempt).unwrap_or(i32::MAX)))
            .exec(&*tx)
            .await
            .map_err(broken)?;
        tx.commit().await.map_err(broken)?;
        Ok(renewed.rows_affected == 1)
    }

    /// Frees the jobs that this worker had when it died. They stay marked with its name: it was lost in them.
    pub(crate) async fn free_own(&self, worker: &str, now: OffsetDateTime) -> Result<u64, Fault> {
        let tx = self.db.begin().await.map_err(broken)?;
        let freed = Entity::update_many()
            .col_expr(Column::LeaseUntil, Expr::val(Option::<i64>::None))
            .col_expr(Column::AvailableAt, Expr::val(micros(now)))
            .filter(Column::Worker.eq(worker))
            .exec(&*tx)
            .await
            .map_err(broken)?;
        tx.commit().await.map_err(broken)?;
        Ok(freed.rows_affected)
    }
}

fn parse(id: &str) -> Result<Uuid, Fault> {
    id.parse().map_err(|e: uuid::Error| Fault::internal(e))
}
