//! Takes units that are due, a few at a time, until the node stops.

use std::{sync::Arc, time::Duration};

use okeanos_fault::Fault;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::{Cataloguer, commit};
use crate::store::{
    micros,
    units::{self, Claimed},
};

/// How long a worker has a unit for itself; kept up while it works.
const LEASE: Duration = Duration::from_secs(20);
/// The longest time between two looks for what is due: units of workers that died elsewhere are found by looking.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl Cataloguer {
    /// Works on what is due until the node stops, then lets what runs come to its end.
    pub(crate) async fn run(self: Arc<Self>, stop: CancellationToken) -> anyhow::Result<()> {
        let mut running = JoinSet::new();
        while !stop.is_cancelled() {
            let wait = match self.take(&mut running).await {
                Ok(wait) => wait,
                Err(fault) => {
                    tracing::warn!(%fault, cause = okeanos_fault::chain(&fault), "cannot look for what is due");
                    LOOK_EVERY
                }
            };
            tokio::select! {
                () = stop.cancelled() => {}
                () = self.due.notified() => {}
                () = tokio::time::sleep(wait) => {}
                Some(ended) = running.join_next() => note_panic(ended),
            }
        }
        while let Some(ended) = running.join_next().await {
            note_panic(ended);
        }
        Ok(())
    }

    /// Starts work on what is due, as far as workers are free; how long to wait until something else may be due.
    async fn take(self: &Arc<Self>, running: &mut JoinSet<()>) -> Result<Duration, Fault> {
        let free = self.config.workers.saturating_sub(running.len());
        if free == 0 {
            return Ok(LOOK_EVERY);
        }
        // Looking needs no transaction that writes, and mostly there is nothing.
        if units::any_due(self.db.conn(), self.now()).await? {
            let tx = self.begin().await?;
            let claimed = units::claim(&*tx, self.now(), LEASE, free as u64).await?;
            commit(tx).await?;
            for unit in claimed {
                let span = tracing::info_span!("catalogue", object = %unit.at);
                let this = Arc::clone(self);
                running.spawn(async move { this.work_leased(&unit).await }.instrument(span));
            }
        }
        let next =
            units::next_due(self.db.conn()).await?.map_or(i64::MAX, |due| due.saturating_sub(micros(self.now())));
        Ok(Duration::from_micros(u64::try_from(next).unwrap_or(0)).clamp(Duration::from_millis(5), LOOK_EVERY))
    }

    /// Works on a unit and keeps its lease meanwhile; a lease that is lost ends the work, which somebody else does now.
    async fn work_leased(&self, unit: &Claimed) {
        let keep = async {
            loop {
                tokio::time::sleep(LEASE / 4).await;
                match self.keep(unit).await {
                    Ok(true) => {}
                    Ok(false) => break,
                    Err(fault) => tracing::warn!(%fault, "the lease of a unit could not be kept up"),
                }
            }
        };
        tokio::select! {
            result = self.work(unit) => {
                if let Err(fault) = result {
                    let cause = okeanos_fault::chain(&fault);
                    tracing::warn!(%fault, cause, "a unit stays leased until its lease ends");
                }
            }
            () = keep => tracing::warn!("somebody else works on this unit by now"),
        }
    }

    async fn keep(&self, unit: &Claimed) -> Result<bool, Fault> {
        let tx = self.begin().await?;
        let kept = units::keep(&*tx, unit, self.now() + LEASE).await?;
        commit(tx).await?;
        Ok(kept)
    }
}

fn note_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "cataloguing broke off; it is tried again when the lease ends");
    }
}
