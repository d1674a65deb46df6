//! From a service's outbox to the bus.

use std::{sync::Arc, time::Duration};

use okeanos_db::{
    Db, Tx,
    outbox::{self, Row},
};
use sea_orm::DbErr;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{BusError, Event, EventBus};

/// How many rows are read at once.
const BATCH: u64 = 128;
/// Rows that another process committed are found by looking, this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait after the first failure; doubled until [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(15);

/// Writes an event to the outbox, in the transaction of the change that it tells of. It is published after the commit, and
/// carries the trace of the current span.
///
/// # Errors
/// When the database is away.
pub async fn record(tx: &Tx, event: &Event) -> Result<(), DbErr> {
    let traceparent = event.traceparent.clone().or_else(okeanos_telemetry::traceparent);
    let event = &Event { traceparent, ..event.clone() };
    let body = serde_json::to_string(event).map_err(|e| DbErr::Json(e.to_string()))?;
    outbox::append(tx, &Row { id: event.id, body }).await
}

/// Publishes what is in the outbox, in order, until stopped. A row is removed when the bus has acknowledged its event; one
/// that is published twice because the process died in between is recognised by its id.
///
/// # Errors
/// None: it waits and tries again when the database or the bus is away.
pub async fn run(db: Db, bus: Arc<dyn EventBus>, stop: CancellationToken) -> anyhow::Result<()> {
    let mut pause = PAUSE;
    while !stop.is_cancelled() {
        match publish_pending(&db, bus.as_ref()).await {
            Ok(more) => {
                pause = PAUSE;
                if more {
                    continue;
                }
                tokio::select! {
                    () = db.committed() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = stop.cancelled() => {}
                }
            }
            Err(error) => {
                let cause = okeanos_fault::chain(&error);
                tracing::warn!(service = db.service(), %error, cause, "events wait in the outbox");
                tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
                pause = (pause * 2).min(PAUSE_MAX);
            }
        }
    }
    Ok(())
}

#[derive(Debug, thiserror::Error)]
enum RelayError {
    #[error("the outbox cannot be read")]
    Outbox(#[from] DbErr),
    #[error("the event cannot be published")]
    Bus(#[from] BusError),
}

/// Publishes one batch; whether there may be more.
async fn publish_pending(db: &Db, bus: &dyn EventBus) -> Result<bool, RelayError> {
    let rows = outbox::pending(db, BATCH).await?;
    let mut published = Vec::with_capacity(rows.len());
    let outcome = publish_rows(bus, &rows, &mut published).await;
    if !published.is_empty() {
        outbox::remove(db, &published).await?;
    }
    outcome?;
    Ok(rows.len() as u64 == BATCH && !published.is_empty())
}

async fn publish_rows(bus: &dyn EventBus, rows: &[Row], published: &mut Vec<Uuid>) -> Result<(), BusError> {
    for row in rows {
        match serde_json::from_str::<Event>(&row.body) {
            Ok(event) => bus.publish(&event).await?,
            Err(error) => {
                // Only `record` writes rows, so this is a row of a newer version: it stays for that version to publish.
                tracing::error!(id = %row.id, %error, "an outbox row is not an event");
                continue;
            }
        }
        published.push(row.id);
    }
    Ok(())
}
