//! One attempt of a job, from its beginning to its end.

use std::{sync::Arc, time::Duration};

use okeanos_fault::Fault;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Surroundings, Workshop,
    bench::{Bench, Place},
    log_fault, stage_in,
    stage_out::{Shelf, collect},
};
use crate::{
    domain::{
        error::failure,
        job::{Failure, Happening, Job},
        log::{self, BoundedLog},
        output::Output,
        queue::pause_after,
    },
    ports::{Delegated, Ending, Order},
    run_process::EXIT_AGAIN,
    store::{Holder, Lease},
};

/// How often the worker says that it lives, unless the lease is so short that it must say so more often.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// How often log and progress are written.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How long credentials outlive the attempt, to store what it has left.
const CREDENTIALS_MARGIN: Duration = Duration::from_secs(3_600);
/// How often writing the end is tried.
const LAST_TRIES: u32 = 5;

/// How an attempt ends.
enum Outcome {
    Done(Vec<Output>),
    Failed(Failure),
    /// Another attempt may succeed.
    Again(Failure),
    /// We drain: the next process takes it.
    GivenBack,
    /// It was called off, or is another worker's by now.
    Lost,
}

/// One attempt of a job.
pub(super) struct Attempt {
    shop: Arc<Workshop>,
    bench: Arc<Bench>,
    around: Surroundings,
    job: Job,
    lease: Lease,
    /// Cancelled when the job is called off or lost.
    end: CancellationToken,
}

impl Attempt {
    pub(super) fn new(
        shop: Arc<Workshop>,
        bench: Arc<Bench>,
        around: Surroundings,
        job: Job,
        lease: Lease,
        end: CancellationToken,
    ) -> Self {
        Self { shop, bench, around, job, lease, end }
    }

    /// Runs it to its end, which is written.
    #[tracing::instrument(name = "job", skip_all, fields(job.id = %self.job.id, process = self.job.plan.process_id, attempt = self.lease.attempt))]
    pub(super) async fn run(self, drain: CancellationToken) {
        if let Some(parent) = &self.job.plan.traceparent {
            okeanos_telemetry::adopt_traceparent(&tracing::Span::current(), parent);
        }
        self.shop.metrics.running.inc();
        let outcome = {
            let work = self.work(&drain);
            let heart = self.heart();
            tokio::pin!(work, heart);
            tokio::select! {
                outcome = &mut work => outcome,
                // The heart stops when the job is lost; the work then ends by its token.
                () = &mut heart => work.await,
            }
        };
        self.conclude(outcome).await;
        self.shop.signals.end(self.job.id);
        self.shop.metrics.running.dec();
    }

    /// Says that the worker lives, until the job is lost.
    async fn heart(&self) {
        let every = HEARTBEAT.min(self.shop.config.lease() / 3);
        loop {
            tokio::time::sleep(every).await;
            let until = self.shop.clock.now() + self.shop.config.lease();
            match self.shop.jobs.renew(self.job.id, &self.lease, until).await {
                Ok(true) => {}
                Ok(false) => return self.end.cancel(),
                Err(fault) => log_fault(&fault, "the lease cannot be renewed"),
            }
        }
    }

    async fn work(&self, drain: &CancellationToken) -> Outcome {
        let id = self.job.id;
        let lifetime = self.shop.config.job_timeout() + CREDENTIALS_MARGIN;
        let secrets = match self.shop.delegations.delegate(&self.job.owner, lifetime).await {
            Ok(secrets) => secrets,
            Err(fault) => return not_started(&fault),
        };
        let place = match self.bench.clear(id).and_then(|place| stage_in::write(&self.job, &place).map(|()| place)) {
            Ok(place) => place,
            Err(error) => {
                return Outcome::Again(Failure::new(failure::NOT_STARTED, format!("no place to work: {error}")));
            }
        };
        let stop = self.end.child_token();
        let ended = {
            let run = self.process(&place, &secrets, stop.clone());
            tokio::pin!(run);
            tokio::select! {
                ended = &mut run => ended,
                () = drain.cancelled() => {
                    stop.cancel();
                    run.await
                }
            }
        };
        if self.end.is_cancelled() {
            return Outcome::Lost;
        }
        match ended {
            Ok((Ending::Exited(0), _)) => self.keep(place, &secrets, drain).await,
            Ok((Ending::Stopped, _)) => Outcome::GivenBack,
            Ok((ending, why)) => self.broke_off(ending, why),
            Err(error) => {
                tracing::error!(%error, "the runner cannot be started");
                Outcome::Again(Failure::new(failure::NOT_STARTED, "the process could not be started"))
            }
        }
    }

    /// Runs the process; how it ended, and why if it failed.
    async fn process(
        &self,
        place: &Place,
        secrets: &Delegated,
        stop: CancellationToken,
    ) -> std::io::Result<(Ending, Failure)> {
        let order = Order {
            function: self.job.plan.function.clone(),
            environment: stage_in::environment(&self.job, place, secrets, &self.around),
            folder: place.folder().to_owned(),
            timeout: self.shop.config.job_timeout(),
        };
        let (sender, mut lines) = mpsc::channel(64);
        let run = self.shop.executor.run(order, sender, stop);
        let listen = async {
            let mut told = Told::new(self.shop.config.log_bytes_max);
            let mut tell = tokio::time::interval(TELL_EVERY);
            loop {
                tokio::select! {
                    line = lines.recv() => match line {
                        Some(line) => told.hear(&line),
                        None => break,
                    },
                    _ = tell.tick() => self.tell(&mut told).await,
                }
            }
            self.tell(&mut told).await;
            told.why()
        };
        let (ending, why) = tokio::join!(run, listen);
        Ok((ending?, why))
    }

    /// Writes what the process has said since.
    async fn tell(&self, told: &mut Told) {
        if let Some((percent, message)) = told.progress.take() {
            let happening = Happening::Progressed { percent, message };
            match self.change(happening, None).await {
                Ok(Some(_)) => {}
                Ok(None) => self.end.cancel(),
                Err(fault) => log_fault(&fault, "progress cannot be written"),
            }
        }
        if std::mem::take(&mut told.fresh)
            && let Err(fault) = self.shop.jobs.keep_log(self.job.id, self.lease.attempt, told.log.text()).await
        {
            log_fault(&fault, "the log cannot be written");
            told.fresh = true;
        }
    }

    /// Stores what the process has left behind.
    async fn keep(&self, place: Place, secrets: &Delegated, drain: &CancellationToken) -> Outcome {
        let Some(bucket) = self.shop.names.bucket(&self.job.owner()) else {
            return Outcome::Failed(Failure::new(failure::NOT_STORED, "the owner has no bucket"));
        };
        let shelf = Shelf::new(&self.around.s3, secrets, bucket, &self.job);
        let config = &self.shop.config;
        let (folder, files_max, bytes_max) = (place.output(), config.output_files_max, config.output_bytes_max);
        let collected = tokio::task::spawn_blocking(move || collect(&folder, files_max, bytes_max)).await;
        let files = match collected {
            Ok(Ok(files)) => files,
            Ok(Err(failure)) => return Outcome::Failed(failure),
            Err(error) => return Outcome::Again(Failure::new(failure::NOT_STORED, error.to_string())),
        };
        let outputs = match shelf.outputs(&self.job, &files, config.inline_bytes_max) {
            Ok(outputs) => outputs,
            Err(failure) => return Outcome::Failed(failure),
        };
        let stored = tokio::select! {
            stored = shelf.store(&self.job, files) => stored,
            () = self.end.cancelled() => {
                if let Err(error) = shelf.clear().await {
                    tracing::warn!(%error, "outputs of a dismissed job are left behind");
                }
                return Outcome::Lost;
            }
            () = drain.cancelled() => return Outcome::GivenBack,
        };
        match stored {
            Ok(()) => Outcome::Done(outputs),
            Err(error) => {
                tracing::warn!(%error, cause = okeanos_fault::chain(&error), "outputs cannot be stored");
                Outcome::Again(Failure::new(failure::NOT_STORED, "the outputs could not be stored"))
            }
        }
    }

    /// What it means that the process did not end well.
    fn broke_off(&self, ending: Ending, why: Failure) -> Outcome {
        match ending {
            Ending::TimedOut => {
                let message = format!("it took longer than {} s", self.shop.config.job_timeout_s);
                Outcome::Failed(Failure::new(failure::TIMED_OUT, message))
            }
            Ending::Signalled(signal) => {
                let guess = if signal == 9 { ", most likely because it needed too much memory" } else { "" };
                let message = format!("the process was ended by signal {signal}{guess}");
                Outcome::Again(Failure::new(failure::KILLED, message))
            }
            Ending::Exited(code) if code == i32::from(EXIT_AGAIN) => Outcome::Again(why),
            Ending::Exited(_) => Outcome::Failed(why),
            Ending::Stopped => Outcome::GivenBack,
        }
    }

    /// Writes the end.
    async fn conclude(&self, outcome: Outcome) {
        let now = self.shop.clock.now();
        let (happening, again) = match outcome {
            Outcome::Lost => return,
            Outcome::Done(outputs) => (Happening::Succeeded(outputs), None),
            Outcome::Failed(failure) => (Happening::Failed(failure), None),
            Outcome::GivenBack => (Happening::GivenBack, Some(now)),
            Outcome::Again(failure) if self.lease.attempt >= self.shop.config.attempts_max => {
                (Happening::Failed(failure), None)
            }
            Outcome::Again(failure) => {
                let first = time::Duration::seconds(self.shop.config.retry_after_s.cast_signed());
                (Happening::Interrupted(failure), Some(now + pause_after(self.lease.attempt, first)))
            }
        };
        for attempt in 1..=LAST_TRIES {
            match self.change(happening.clone(), again).await {
                Ok(Some(job)) => {
                    tracing::info!(status = job.status.as_str(), message = job.message, "an attempt ended");
                    return self.shop.metrics.note(&job);
                }
                Ok(None) => return,
                // Should it never be written, the lease runs out and the job is run again.
                Err(fault) => log_fault(&fault, "the end of an attempt cannot be written"),
            }
            tokio::time::sleep(Duration::from_secs(1) * attempt).await;
        }
    }

    async fn change(&self, happening: Happening, again: Option<time::OffsetDateTime>) -> Result<Option<Job>, Fault> {
        let now = self.shop.clock.now();
        self.shop.jobs.change(&Holder::Worker(&self.lease), self.job.id, happening, now, again).await
    }
}

/// What a process has said.
struct Told {
    log: BoundedLog,
    fresh: bool,
    progress: Option<(u8, String)>,
    failure: Option<Failure>,
}

impl Told {
    /// Why the process failed, by its own account or by its last line.
    fn why(self) -> Failure {
        self.failure.unwrap_or_else(|| {
            let words = self.log.last().map_or_else(|| "it did not say why".to_owned(), str::to_owned);
            Failure::new(failure::PROCESS_FAILED, words)
        })
    }

    fn new(bytes_max: usize) -> Self {
        Self { log: BoundedLog::new(bytes_max), fresh: false, progress: None, failure: None }
    }

    fn hear(&mut self, line: &str) {
        if let Some(progress) = log::progress(line) {
            self.progress = Some(progress);
            return;
        }
        self.log.push(line);
        self.fresh = true;
        // Only the last word counts.
        self.failure = log::failure(line);
    }
}

/// Without credentials nothing is begun: a person who is gone stays gone, a service that is away comes back.
fn not_started(fault: &Fault) -> Outcome {
    log_fault(fault, "no credentials for a job");
    let failure = Failure::new(failure::NOT_STARTED, "the platform could not act for the owner of the job");
    if fault.kind().retryable() || fault.kind() == okeanos_fault::Kind::Internal {
        Outcome::Again(failure)
    } else {
        Outcome::Failed(failure)
    }
}
