//! Metrics.

use prometheus::{HistogramOpts, HistogramVec, IntGauge, IntGaugeVec, Opts, Registry};

use crate::domain::job::{Job, Status};

/// What is measured of the queue and of the jobs.
#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    /// Unfinished jobs by status.
    pub(crate) queue: IntGaugeVec,
    /// Jobs that this process runs.
    pub(crate) running: IntGauge,
    durations: HistogramVec,
    waits: HistogramVec,
}

impl Metrics {
    pub(crate) fn register(registry: &Registry) -> prometheus::Result<Self> {
        let seconds = || vec![0.1, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3_600.0, 14_400.0];
        let histogram = |name: &str, help: &str, labels: &[&str]| {
            HistogramVec::new(HistogramOpts::from(Opts::new(name, help)).buckets(seconds()), labels)
        };
        let metrics = Self {
            queue: IntGaugeVec::new(Opts::new("okeanos_jobs_unfinished", "Unfinished jobs by status."), &["status"])?,
            running: IntGauge::new("okeanos_jobs_running_here", "Jobs that this process runs.")?,
            durations: histogram(
                "okeanos_job_duration_seconds",
                "Time from the first attempt of a job to its end, by process and status.",
                &["process", "status"],
            )?,
            waits: histogram("okeanos_job_wait_seconds", "Time from acceptance to the first attempt.", &["process"])?,
        };
        registry.register(Box::new(metrics.queue.clone()))?;
        registry.register(Box::new(metrics.running.clone()))?;
        registry.register(Box::new(metrics.durations.clone()))?;
        registry.register(Box::new(metrics.waits.clone()))?;
        Ok(metrics)
    }

    /// Notes what a change means.
    pub(crate) fn note(&self, job: &Job) {
        let process = job.process_id.as_str();
        let Some(started) = job.started else { return };
        if let Some(finished) = job.finished {
            let seconds = (finished - started).as_seconds_f64();
            self.durations.with_label_values(&[process, job.status.as_str()]).observe(seconds);
        } else if job.attempt == 1 && job.progress == 0 && job.updated == started {
            self.waits.with_label_values(&[process]).observe((started - job.created).as_seconds_f64());
        }
    }

    /// Sets the depth of the queue.
    pub(crate) fn set_queue(&self, depth: &[(Status, u64)]) {
        for status in [Status::Accepted, Status::Running] {
            let count = depth.iter().find(|(s, _)| *s == status).map_or(0, |(_, n)| *n);
            self.queue.with_label_values(&[status.as_str()]).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
    }
}
