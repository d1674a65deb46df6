//! One attempt of a job, from its beginning to its end.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use okeanos_fault::Fault;
use rustix::process::Signal;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{
    Surroundings, Workshop,
    bench::{Bench, Place},
    log_fault, stage_in,
    stage_out::{AT_ONCE, Shelf, collect, too_large},
};
use crate::{
    config::JobDispatcherConfig,
    domain::{
        error::failure,
        job::{Failure, Happening, Job, Status},
        listing::Scope,
        log::{self, BoundedLog},
        output::{Output, OutputFile, in_storing_order},
        plan::Plan,
        queue::pause_after,
    },
    ports::{Delegated, Ending, Order},
    run_process::EXIT_AGAIN,
    store::{Holder, Lease, Taken},
};

/// How often the worker says that it lives, unless the lease is so short that it must say so more often.
const HEARTBEAT: Duration = Duration::from_secs(3);
/// How often log and progress are written.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked how much of the disk an attempt takes.
const MEASURE_EVERY: Duration = Duration::from_secs(2);
/// Files and folders of an attempt that are not its outputs, rather more than there are.
const FILES_OF_OURS: usize = 1_000;
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
    plan: Plan,
    lease: Lease,
    /// Cancelled when the job is called off or lost.
    end: CancellationToken,
}

impl Attempt {
    pub(super) fn new(
        shop: Arc<Workshop>,
        bench: Arc<Bench>,
        around: Surroundings,
        taken: Taken,
        end: CancellationToken,
    ) -> Self {
        let Taken { job, plan, lease } = taken;
        Self { shop, bench, around, job, plan, lease, end }
    }

    /// Runs it to its end, which is written.
    #[tracing::instrument(name = "job", skip_all, fields(job.id = %self.job.id, process = self.job.process_id, attempt = self.lease.attempt))]
    pub(super) async fn run(self, drain: CancellationToken) {
        if let Some(parent) = &self.plan.traceparent {
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
            match self.holds().await {
                Ok(true) => {}
                Ok(false) => return self.end.cancel(),
                Err(fault) => log_fault(&fault, "the lease cannot be renewed"),
            }
        }
    }

    async fn work(&self, drain: &CancellationToken) -> Outcome {
        let lifetime = self.shop.config.job_timeout() + CREDENTIALS_MARGIN;
        let secrets = match self.shop.delegations.delegate(&self.job.owner, lifetime).await {
            Ok(secrets) => secrets,
            Err(fault) => return self.last_chance(not_started(&fault)),
        };
        let Some(bucket) = self.shop.names.bucket(&self.job.owner()) else {
            return Outcome::Failed(Failure::new(failure::NOT_STORED, "the owner has no bucket"));
        };
        let shelf = Shelf::new(&self.around.s3, &secrets, bucket, &self.job, &self.plan);
        let outcome = match self.bench.set_up(&self.job, &self.plan).await {
            Ok(place) => {
                let outcome = self.begun(&place, &secrets, &shelf, drain).await;
                place.clear().await;
                outcome
            }
            Err(error) => Outcome::Again(Failure::new(failure::NOT_STARTED, format!("no place to work: {error}"))),
        };
        let outcome = self.last_chance(outcome);
        self.tidy(&outcome, &shelf).await;
        outcome
    }

    /// Runs the process and stores what it leaves behind.
    async fn begun(&self, place: &Place, secrets: &Delegated, shelf: &Shelf, drain: &CancellationToken) -> Outcome {
        let stop = self.end.child_token();
        let ended = {
            let run = self.process(place, secrets, stop.clone());
            tokio::pin!(run);
            tokio::select! {
                ended = &mut run => ended,
                () = drain.cancelled() => {
                    stop.cancel();
                    run.await
                }
            }
        };
        place.quiet().await;
        match ended {
            _ if self.end.is_cancelled() => Outcome::Lost,
            Ok((Ending::Exited(0), _)) => self.keep(place, shelf, drain).await,
            Ok((ending, why)) => self.broke_off(ending, why),
            Err(outcome) => outcome,
        }
    }

    /// An attempt that breaks off is the last one when there were as many as there may be.
    fn last_chance(&self, outcome: Outcome) -> Outcome {
        match outcome {
            Outcome::Again(failure) if self.job.tries() >= self.shop.config.attempts_max => Outcome::Failed(failure),
            outcome => outcome,
        }
    }

    /// A job without results leaves nothing on the shelf; what another attempt has stored stays.
    async fn tidy(&self, outcome: &Outcome, shelf: &Shelf) {
        let ours = match outcome {
            Outcome::Failed(_) => self.holds().await,
            // The end of a job that was called off is written: nobody else stores anything of it.
            Outcome::Lost => {
                let job = self.shop.jobs.get(&Scope::All, self.job.id).await;
                job.map(|job| matches!(job.status, Status::Dismissed | Status::Failed))
            }
            Outcome::Done(_) | Outcome::Again(_) | Outcome::GivenBack => return,
        };
        match ours {
            Ok(true) => {
                if let Err(error) = shelf.clear().await {
                    tracing::warn!(
                        cause = okeanos_fault::chain(&error),
                        "outputs of a job without results are left behind"
                    );
                }
            }
            Ok(false) => {}
            Err(fault) => log_fault(&fault, "it is not known whether outputs may be removed"),
        }
    }

    /// Whether the job is still this attempt's; if so, it is for as long as a lease lasts. What follows within that time
    /// does not touch what another attempt stores.
    async fn holds(&self) -> Result<bool, Fault> {
        let until = self.shop.clock.now() + self.shop.config.lease();
        self.shop.jobs.renew(self.job.id, &self.lease, until).await
    }

    /// Runs the process; how it ended, and why if it failed.
    async fn process(
        &self,
        place: &Place,
        secrets: &Delegated,
        stop: CancellationToken,
    ) -> Result<(Ending, Failure), Outcome> {
        let config = &self.shop.config;
        let order = Order {
            function: self.plan.function.clone(),
            environment: stage_in::environment(&self.job, place, secrets, &self.around, config),
            folder: place.folder().to_owned(),
            timeout: config.job_timeout(),
        };
        let (sender, mut lines) = mpsc::channel(64);
        let run = self.shop.executor.run(order, sender, stop.clone());
        let run = async {
            tokio::pin!(run);
            loop {
                tokio::select! {
                    ended = &mut run => return ended.map(Some),
                    () = tokio::time::sleep(MEASURE_EVERY) => {
                        let (files, bytes) = place.used().await;
                        if files > config.output_files_max + FILES_OF_OURS || bytes > config.output_bytes_max {
                            stop.cancel();
                            return run.await.map(|_| None);
                        }
                    }
                }
            }
        };
        let listen = async {
            let mut told = Told::new(config.log_bytes_max);
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
        match tokio::join!(run, listen) {
            (Ok(Some(ending)), why) => Ok((ending, why)),
            (Ok(None), _) => Err(Outcome::Failed(too_large(config.output_files_max, config.output_bytes_max))),
            (Err(error), _) => {
                tracing::error!(%error, "the runner cannot be started");
                Err(Outcome::Again(Failure::new(failure::NOT_STARTED, "the process could not be started")))
            }
        }
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
    async fn keep(&self, place: &Place, shelf: &Shelf, drain: &CancellationToken) -> Outcome {
        let config = &self.shop.config;
        let (folder, files_max, bytes_max) = (place.output(), config.output_files_max, config.output_bytes_max);
        let collected = tokio::task::spawn_blocking(move || collect(&folder, files_max, bytes_max)).await;
        let files = match collected {
            Ok(Ok(files)) => files,
            Ok(Err(failure)) => return Outcome::Failed(failure),
            Err(error) => return Outcome::Again(Failure::new(failure::NOT_STORED, error.to_string())),
        };
        let outputs = match shelf.outputs(&self.plan.outputs, &files, config.inline_bytes_max).await {
            Ok(outputs) => outputs,
            Err(failure) => return Outcome::Failed(failure),
        };
        let stored = tokio::select! {
            stored = self.store(shelf, files) => stored,
            () = self.end.cancelled() => return Outcome::Lost,
            () = drain.cancelled() => return Outcome::GivenBack,
        };
        match stored {
            Ok(true) => Outcome::Done(outputs),
            Ok(false) => Outcome::Lost,
            Err(fault) => {
                log_fault(&fault, "outputs cannot be stored");
                Outcome::Again(Failure::new(failure::NOT_STORED, "the outputs could not be stored"))
            }
        }
    }

    /// Stores files in their order, metadata of stores last, and removes what another attempt has left there; `false` when
    /// the job was lost on the way.
    async fn store(&self, shelf: &Shelf, mut files: Vec<OutputFile>) -> Result<bool, Fault> {
        in_storing_order(&mut files);
        let keep: BTreeSet<String> = files.iter().map(|file| shelf.key(&file.path)).collect();
        let metadata = files.split_off(files.partition_point(|file| !file.is_zarr_metadata()));
        if !self.holds().await? {
            return Ok(false);
        }
        shelf.forget_uploads().await?;
        shelf.put_all(files, AT_ONCE).await?;
        if !self.holds().await? {
            return Ok(false);
        }
        shelf.put_all(metadata, 1).await?;
        if !self.holds().await? {
            return Ok(false);
        }
        shelf.remove_all_but(&keep).await?;
        Ok(true)
    }

    /// What it means that the process did not end well.
    fn broke_off(&self, ending: Ending, why: Failure) -> Outcome {
        let config = &self.shop.config;
        match ending {
            Ending::TimedOut => {
                let message = format!("it took longer than {} s", config.job_timeout_s);
                Outcome::Failed(Failure::new(failure::TIMED_OUT, message))
            }
            Ending::Signalled(signal) => match over(signal, config) {
                Some(failure) => Outcome::Failed(failure),
                None => {
                    let guess =
                        if signal == Signal::KILL.as_raw() { ", most likely because memory ran out" } else { "" };
                    let message = format!("the process was ended by signal {signal}{guess}");
                    Outcome::Again(Failure::new(failure::KILLED, message))
                }
            },
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
            Outcome::Again(failure) => {
                let first = time::Duration::seconds(self.shop.config.retry_after_s.cast_signed());
                (Happening::Interrupted(failure), Some(now + pause_after(self.job.tries(), first)))
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

/// What a signal says about a bound that every further attempt would run into as well.
fn over(signal: i32, config: &JobDispatcherConfig) -> Option<Failure> {
    let killed = |message: String| Some(Failure::new(failure::KILLED, message));
    match signal {
        s if s == Signal::ABORT.as_raw() => killed(format!(
            "the process gave up, most likely because {} bytes of memory did not do",
            config.run_memory_bytes
        )),
        s if s == Signal::XCPU.as_raw() => {
            killed(format!("the process needed more than {} s of processor time", config.run_cpu_seconds()))
        }
        s if s == Signal::XFSZ.as_raw() => {
            let message = format!("a file of the process would have more than {} bytes", config.run_file_bytes);
            Some(Failure::new(failure::OUTPUT_TOO_LARGE, message))
        }
        _ => None,
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
