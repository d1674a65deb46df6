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
    queue::{Candidate, fairest},
};

/// How many owners are looked at for one decision.
const OWNERS_MAX: u64 = 1_000;

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
    /// Gives the job whose turn it is to a worker, and begins its next attempt. A job whose worker was lost as often as
    /// there are attempts is failed on the way.
    pub(crate) async fn take(
        &self,
        worker: &str,
        now: OffsetDateTime,
        lease: std::time::Duration,
        attempts_max: u32,
    ) -> Result<Option<(Job, Lease)>, Fault> {
        let now = rounded(now);
        loop {
            let Some(id) = self.whose_turn(micros(now)).await? else { return Ok(None) };
            let tx = self.db.begin().await.map_err(broken)?;
            let claim = due(micros(now)).filter(Column::Id.eq(id.to_string())).lock_exclusive();
            // Another worker may have been faster, or its owner may have called it off.
            let Some(row) = claim.one(&*tx).await.map_err(broken)? else { continue };
            let mut queue = Queue::of(&row);
            let mut job = to_job(row)?;
            let given_up = job.attempt >= attempts_max;
            let happening = if given_up {
                let message = format!("the worker was lost in each of {} attempts", job.attempt);
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
                return Ok(Some((job, lease)));
            }
        }
    }

    async fn whose_turn(&self, now: i64) -> Result<Option<Uuid>, Fault> {
        let oldest: Vec<(String, String)> = due(now)
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

    /// Frees the jobs that this worker had when it died.
    pub(crate) async fn free_own(&self, worker: &str, now: OffsetDateTime) -> Result<u64, Fault> {
        let tx = self.db.begin().await.map_err(broken)?;
        let freed = Entity::update_many()
            .col_expr(Column::LeaseUntil, Expr::val(Option::<i64>::None))
            .col_expr(Column::Worker, Expr::val(Option::<String>::None))
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
