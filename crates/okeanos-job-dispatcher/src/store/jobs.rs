//! Finding, listing and changing jobs.

use okeanos_db::Tx;
use okeanos_events::relay;
use okeanos_fault::Fault;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, Func},
};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    Jobs, Lease, broken,
    entity::{
        job::{Column, Entity, Model},
        work,
    },
    rows::{Queue, micros, rounded, to_job, to_row},
};
use crate::{
    domain::{
        error::Error,
        job::{Happening, Job, Status},
        listing::{Listing, Scope},
        output::Output,
        plan::Plan,
    },
    events,
};

const UNFINISHED: [&str; 2] = ["accepted", "running"];

/// Who changes a job.
#[derive(Clone, Debug)]
pub(crate) enum Holder<'a> {
    /// Somebody who sees it.
    Caller(&'a Scope),
    /// The worker that has it.
    Worker(&'a Lease),
}

fn seen(scope: &Scope) -> Select<Entity> {
    match scope {
        Scope::All => Entity::find(),
        Scope::Of(owner) => Entity::find().filter(Column::Owner.eq(owner.as_str())),
    }
}

impl Jobs {
    /// Adds a job, unless its owner has as many unfinished ones as allowed.
    pub(crate) async fn add(&self, job: &Job, plan: &Plan, unfinished_max: u64) -> Result<(), Fault> {
        let tx = self.db.begin().await.map_err(broken)?;
        let waiting = Entity::find().filter(Column::Owner.eq(&*job.owner)).filter(Column::Status.is_in(UNFINISHED));
        if waiting.count(&*tx).await.map_err(broken)? >= unfinished_max {
            return Err(Error::TooManyJobs(unfinished_max).into());
        }
        let queue = Queue { available_at: micros(job.created), begun_at: None, worker: None, lease_until: None };
        let plan = serde_json::to_string(plan).map_err(Fault::internal)?;
        let work = work::Model { job_id: job.id.to_string(), plan, outputs: "[]".to_owned() };
        Entity::insert(to_row(job, queue).into_active_model()).exec_without_returning(&*tx).await.map_err(broken)?;
        work::Entity::insert(work.into_active_model()).exec_without_returning(&*tx).await.map_err(broken)?;
        tell(&tx, "accepted", job, job.created).await?;
        tx.commit().await.map_err(broken)
    }

    /// A job that may be seen.
    pub(crate) async fn get(&self, scope: &Scope, id: Uuid) -> Result<Job, Fault> {
        let row = seen(scope).filter(Column::Id.eq(id.to_string())).one(self.db.conn()).await.map_err(broken)?;
        to_job(row.ok_or_else(|| Error::NoSuchJob(id.to_string()))?)
    }

    /// What a job is to do, and what it has left behind.
    pub(crate) async fn work(&self, job: &Job) -> Result<(Plan, Vec<Output>), Fault> {
        let row = work::Entity::find_by_id(job.id.to_string()).one(self.db.conn()).await.map_err(broken)?;
        let row = row.ok_or_else(|| Error::NoSuchJob(job.id.to_string()))?;
        let plan = serde_json::from_str(&row.plan).map_err(Fault::internal)?;
        Ok((plan, serde_json::from_str(&row.outputs).map_err(Fault::internal)?))
    }

    /// A page of jobs that may be seen, newest first, and whether there are more.
    pub(crate) async fn list(
        &self,
        scope: &Scope,
        listing: &Listing,
        now: OffsetDateTime,
    ) -> Result<(Vec<Job>, bool), Fault> {
        if listing.other_type {
            return Ok((Vec::new(), false));
        }
        let mut find = seen(scope).order_by_desc(Column::Id).limit(listing.limit + 1);
        if !listing.statuses.is_empty() {
            find = find.filter(Column::Status.is_in(listing.statuses.iter().map(|s| s.as_str())));
        }
        if !listing.processes.is_empty() {
            find = find.filter(Column::ProcessId.is_in(listing.processes.iter().map(String::as_str)));
        }
        if let Some(from) = listing.from {
            find = find.filter(Column::CreatedAt.gte(micros(from)));
        }
        if let Some(to) = listing.to {
            find = find.filter(Column::CreatedAt.lte(micros(to)));
        }
        if let Some(after) = listing.after {
            find = find.filter(Column::Id.lt(after.to_string()));
        }
        let end = Func::coalesce([Expr::col(Column::FinishedAt), Expr::val(micros(now))]);
        let took = Expr::expr(end).sub(Expr::col(Column::StartedAt));
        let length = |d: time::Duration| i64::try_from(d.whole_microseconds()).unwrap_or(i64::MAX);
        if let Some(least) = listing.at_least {
            find = find.filter(took.clone().gte(length(least)));
        }
        if let Some(most) = listing.at_most {
            find = find.filter(took.lte(length(most)));
        }
        let rows = find.all(self.db.conn()).await.map_err(broken)?;
        let more = rows.len() as u64 > listing.limit;
        let page = usize::try_from(listing.limit).unwrap_or(usize::MAX);
        Ok((rows.into_iter().take(page).map(to_job).collect::<Result<_, _>>()?, more))
    }

    /// Lets something happen to a job: what the domain makes of it is stored and told. The job as it is then; `None` when
    /// it cannot happen, because the job has ended or the worker has lost it.
    pub(crate) async fn change(
        &self,
        holder: &Holder<'_>,
        id: Uuid,
        happening: Happening,
        now: OffsetDateTime,
        again: Option<OffsetDateTime>,
    ) -> Result<Option<Job>, Fault> {
        let now = rounded(now);
        let tx = self.db.begin().await.map_err(broken)?;
        let Some(row) = self.held(&tx, holder, id).await? else { return Ok(None) };
        let mut queue = Queue::of(&row);
        let mut job = to_job(row)?;
        let word = events::word(&happening);
        let outputs = match &happening {
            Happening::Succeeded(outputs) => Some(serde_json::to_string(outputs).map_err(Fault::internal)?),
            _ => None,
        };
        if job.apply(happening, now).is_err() {
            return Ok(None);
        }
        if let Some(again) = again {
            queue.free(again);
        } else if job.status.is_final() {
            queue.free(now);
        }
        write(&tx, &job, queue).await?;
        if let Some(outputs) = outputs {
            let update = work::Entity::update_many().col_expr(work::Column::Outputs, Expr::val(outputs));
            update.filter(work::Column::JobId.eq(id.to_string())).exec(&*tx).await.map_err(broken)?;
        }
        if let Some(word) = word {
            tell(&tx, word, &job, now).await?;
        }
        tx.commit().await.map_err(broken)?;
        Ok(Some(job))
    }

    async fn held(&self, tx: &Tx, holder: &Holder<'_>, id: Uuid) -> Result<Option<Model>, Fault> {
        let find = match holder {
            Holder::Caller(scope) => seen(scope),
            Holder::Worker(lease) => lease.jobs(),
        };
        find.filter(Column::Id.eq(id.to_string())).lock_exclusive().one(&**tx).await.map_err(broken)
    }

    /// Removes a finished job and its log; `false` when there is none that may be seen.
    pub(crate) async fn remove(&self, scope: &Scope, id: Uuid) -> Result<bool, Fault> {
        let tx = self.db.begin().await.map_err(broken)?;
        let finished = seen(scope).filter(Column::Id.eq(id.to_string())).filter(Column::Status.is_not_in(UNFINISHED));
        if finished.one(&*tx).await.map_err(broken)?.is_none() {
            return Ok(false);
        }
        Self::delete(&*tx, vec![id.to_string()]).await?;
        tx.commit().await.map_err(broken)?;
        Ok(true)
    }

    /// Forgets jobs that ended before a time, and of each owner all finished ones but so many of the newest; how many.
    pub(crate) async fn prune(&self, before: OffsetDateTime, kept_max: u64) -> Result<usize, Fault> {
        let finished = || Entity::find().select_only().filter(Column::Status.is_not_in(UNFINISHED));
        let mut count = self.forget(finished().filter(Column::FinishedAt.lt(micros(before)))).await?;
        let many: Vec<String> = finished()
            .column(Column::Owner)
            .group_by(Column::Owner)
            .having(Column::Id.count().gt(i64::try_from(kept_max).unwrap_or(i64::MAX)))
            .into_tuple()
            .all(self.db.conn())
            .await
            .map_err(broken)?;
        for owner in many {
            let own = || finished().filter(Column::Owner.eq(owner.as_str()));
            let newest = own().column(Column::Id).order_by_desc(Column::Id).offset(kept_max).limit(1);
            let newest: Option<String> = newest.into_tuple().one(self.db.conn()).await.map_err(broken)?;
            if let Some(newest) = newest {
                count += self.forget(own().filter(Column::Id.lte(newest))).await?;
            }
        }
        Ok(count)
    }

    /// Deletes jobs, a batch in a transaction; how many.
    async fn forget(&self, jobs: Select<Entity>) -> Result<usize, Fault> {
        const BATCH: usize = 500;
        let mut count = 0;
        loop {
            let tx = self.db.begin().await.map_err(broken)?;
            let batch = jobs.clone().column(Column::Id).limit(BATCH as u64);
            let ids: Vec<String> = batch.into_tuple().all(&*tx).await.map_err(broken)?;
            let found = ids.len();
            if found > 0 {
                Self::delete(&*tx, ids).await?;
                tx.commit().await.map_err(broken)?;
            }
            count += found;
            if found < BATCH {
                return Ok(count);
            }
        }
    }

    async fn delete(c: &impl ConnectionTrait, ids: Vec<String>) -> Result<(), Fault> {
        Self::delete_logs(c, &ids).await?;
        let work = work::Entity::delete_many().filter(work::Column::JobId.is_in(ids.iter().map(String::as_str)));
        work.exec(c).await.map_err(broken)?;
        Entity::delete_many().filter(Column::Id.is_in(ids)).exec(c).await.map(drop).map_err(broken)
    }

    /// How many jobs are unfinished, by status.
    pub(crate) async fn depth(&self) -> Result<Vec<(Status, u64)>, Fault> {
        let counts: Vec<(String, i64)> = Entity::find()
            .select_only()
            .column(Column::Status)
            .column_as(Column::Id.count(), "count")
            .filter(Column::Status.is_in(UNFINISHED))
            .group_by(Column::Status)
            .into_tuple()
            .all(self.db.conn())
            .await
            .map_err(broken)?;
        let known = counts.into_iter().filter_map(|(s, n)| Some((Status::parse(&s)?, n.unsigned_abs())));
        Ok(known.collect())
    }
}

pub(super) async fn write(tx: &Tx, job: &Job, queue: Queue) -> Result<(), Fault> {
    let row = to_row(job, queue).into_active_model().reset_all();
    row.update(&**tx).await.map(drop).map_err(broken)
}

pub(super) async fn tell(tx: &Tx, word: &str, job: &Job, now: OffsetDateTime) -> Result<(), Fault> {
    let event = events::changed(word, job, now).map_err(Fault::internal)?;
    relay::record(tx, &event).await.map_err(broken)
}
