//! The worker: takes jobs as their turn comes and runs them, so many at once.
//!
//! - [`Workshop`]: what all attempts share. - `attempt`: one attempt from its beginning to its end. - `stage_in`: what a
//!   process finds. - `stage_out`: what becomes of what it leaves behind. - `bench`: the folder where attempts run.

mod attempt;
mod bench;
mod stage_in;
mod stage_out;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context;
use okeanos_auth::Namespaces;
use okeanos_fault::Fault;
use okeanos_runtime::{Clock, Ctx};
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::{attempt::Attempt, bench::Bench};
use crate::{
    config::{JobDispatcherConfig, Sandbox},
    metrics::Metrics,
    ports::{Delegations, Executor},
    store::Jobs,
};

/// How often the queue is looked at for what nobody told of: a pause that is over, a lease, a job of another process.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the database is away.
const PAUSE: Duration = Duration::from_secs(2);
/// How long a node takes to bind its addresses, rather more than it does.
const BOUND_WITHIN: Duration = Duration::from_secs(5);
/// How often finished jobs are looked through for old ones.
const TIDY_EVERY: Duration = Duration::from_secs(15 * 60);

/// How jobs that run here are called off, and how those who wait learn of an end.
#[derive(Debug, Default)]
pub(crate) struct Signals {
    /// A job was accepted.
    pub(crate) accepted: Notify,
    /// A job has ended.
    pub(crate) ended: Notify,
    running: Mutex<HashMap<Uuid, CancellationToken>>,
}

impl Signals {
    /// Ends the attempt of a job, if it runs here.
    pub(crate) fn call_off(&self, job: Uuid) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(attempt) = running.get(&job) {
            attempt.cancel();
        }
        self.ended.notify_waiters();
    }

    fn begin(&self, job: Uuid) -> CancellationToken {
        let token = CancellationToken::new();
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(job, token.clone());
        token
    }

    /// The jobs that run here: each in one attempt, as none of them is taken again.
    fn here(&self) -> Vec<Uuid> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }

    fn end(&self, job: Uuid) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&job);
        self.ended.notify_waiters();
    }
}

/// What all attempts share.
pub(crate) struct Workshop {
    pub(crate) jobs: Jobs,
    pub(crate) delegations: Box<dyn Delegations>,
    pub(crate) executor: Box<dyn Executor>,
    pub(crate) names: Namespaces,
    pub(crate) clock: Clock,
    pub(crate) config: JobDispatcherConfig,
    pub(crate) metrics: Metrics,
    pub(crate) signals: Arc<Signals>,
    pub(crate) ctx: Ctx,
}

impl fmt::Debug for Workshop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workshop").field("config", &self.config).finish_non_exhaustive()
    }
}

/// Addresses of the platform, as a process is told them.
#[derive(Clone, Debug)]
struct Surroundings {
    url: String,
    s3: String,
}

impl Workshop {
    /// Takes and runs jobs until stopped; then gives back what still runs.
    ///
    /// # Errors
    /// When there is no folder to work in.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) -> anyhow::Result<()> {
        if self.config.concurrency == 0 {
            stop.cancelled().await;
            return Ok(());
        }
        if !okeanos_processes::sandbox::is_whole() {
            anyhow::ensure!(
                self.config.sandbox == Sandbox::BestEffort,
                "job-dispatcher.sandbox: this kernel cannot confine jobs as required (Landlock of Linux 6.12)"
            );
            tracing::warn!(
                "this kernel can confine jobs only in part (Landlock of Linux 6.12): see job-dispatcher.sandbox"
            );
        }
        let surroundings = self.surroundings().await?;
        let bench = Arc::new(Bench::open(self.ctx.data_dir.join(crate::NAME)).await?);
        while let Err(fault) = self.jobs.free_own(bench.worker(), self.clock.now()).await {
            tracing::warn!(%fault, "jobs of the last run wait for the database");
            tokio::select! { () = tokio::time::sleep(PAUSE) => {}, () = stop.cancelled() => return Ok(()) }
        }
        let places = Arc::new(Semaphore::new(self.config.concurrency));
        let mut attempts = JoinSet::new();
        while !stop.is_cancelled() {
            while attempts.try_join_next().is_some() {}
            let place = tokio::select! {
                place = Arc::clone(&places).acquire_owned() => place?,
                () = stop.cancelled() => break,
            };
            let accepted = self.signals.accepted.notified();
            let (lease, lost_max) = (self.config.lease(), self.config.workers_lost_max);
            let here = self.signals.here();
            let next = self.jobs.take(bench.worker(), self.clock.now(), lease, lost_max, &here);
            let wait = match next.await {
                Ok(Some(taken)) => {
                    self.metrics.note(&taken.job);
                    let end = self.signals.begin(taken.job.id);
                    let attempt = Attempt::new(Arc::clone(&self), Arc::clone(&bench), surroundings.clone(), taken, end);
                    let stop = stop.clone();
                    attempts.spawn(async move {
                        attempt.run(stop).await;
                        drop(place);
                    });
                    continue;
                }
                Ok(None) => LOOK_EVERY,
                Err(fault) => {
                    log_fault(&fault, "the queue cannot be read");
                    PAUSE
                }
            };
            drop(place);
            tokio::select! { () = accepted => {}, () = tokio::time::sleep(wait) => {}, () = stop.cancelled() => {} }
        }
        while attempts.join_next().await.is_some() {}
        Ok(())
    }

    /// Forgets old jobs and measures the queue, until stopped.
    pub(crate) async fn keep_house(self: Arc<Self>, stop: CancellationToken) -> anyhow::Result<()> {
        const MEASURE_EVERY: Duration = Duration::from_secs(15);
        let (mut measure, mut tidy) = (tokio::time::interval(MEASURE_EVERY), tokio::time::interval(TIDY_EVERY));
        loop {
            tokio::select! {
                _ = measure.tick() => match self.jobs.depth().await {
                    Ok(depth) => self.metrics.set_queue(&depth),
                    Err(fault) => log_fault(&fault, "the queue cannot be measured"),
                },
                _ = tidy.tick() => {
                    let before = self.clock.now() - time::Duration::days(i64::from(self.config.retention_days));
                    match self.jobs.prune(before, self.config.finished_per_user_max).await {
                        Ok(count) => tracing::debug!(count, "old jobs were forgotten"),
                        Err(fault) => log_fault(&fault, "old jobs cannot be forgotten"),
                    }
                }
                () = stop.cancelled() => return Ok(()),
            }
        }
    }

    /// The addresses of the platform, once the node has bound them.
    async fn surroundings(&self) -> anyhow::Result<Surroundings> {
        let bound = async {
            loop {
                if let (Some(url), Some(s3)) = (self.ctx.url(), self.ctx.s3_endpoint()) {
                    return Surroundings { url, s3 };
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(BOUND_WITHIN, bound).await.context(
            "jobs read and write through S3: set platform.s3_url, or job-dispatcher.concurrency to 0 to run none here",
        )
    }
}

fn log_fault(fault: &Fault, what: &str) {
    tracing::warn!(%fault, cause = okeanos_fault::chain(fault), "{what}");
}
