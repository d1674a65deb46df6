//! Consumed: `storage.v1.object.created` and `.removed`. Published: `cataloguer.v1.object.checked` for every report,
//! `.catalogued` when items were made, `.rejected` when the object failed.

use std::{sync::Arc, time::Duration};

use okeanos_blob::Location;
use okeanos_db::Tx;
use okeanos_events::{Event, EventBus, HandlerError, Subscription, consume, relay};
use okeanos_fault::Fault;
use okeanos_proto::{
    cataloguer::v1::ObjectReport,
    storage::v1::{ObjectCreated, ObjectRemoved},
};
use time::OffsetDateTime;
use tokio_util::sync::CancellationToken;

use crate::{
    app::Cataloguer,
    domain::report::{Report, Status},
    store::broken,
};

/// How long an event may go unsettled before it is delivered again.
const ACK_WAIT: Duration = Duration::from_secs(10);

/// How long to wait before an event is noted again after the first fault; doubled until [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(15);

/// Takes note of objects that are written and removed, until stopped.
pub(crate) async fn listen(
    cataloguer: Arc<Cataloguer>,
    bus: Arc<dyn EventBus>,
    stop: CancellationToken,
) -> anyhow::Result<()> {
    // Taking note is one row: what is not settled soon was lost with its process, and must not wait long to come again.
    let subscription = Subscription { ack_wait: ACK_WAIT, ..Subscription::new("cataloguer", &["storage.v1.object.*"]) };
    consume(bus, subscription, stop.clone(), move |event, _| {
        let (cataloguer, stop) = (Arc::clone(&cataloguer), stop.clone());
        async move {
            let object = object(&event)?;
            patiently(&stop, || cataloguer.notice(&object)).await
        }
    })
    .await
}

/// Does work again until it is done or the node stops, as long as what it needs is away: an event that is delivered too
/// often is given up, and one that is worked on is not delivered.
async fn patiently<F>(stop: &CancellationToken, work: impl Fn() -> F) -> Result<(), HandlerError>
where
    F: Future<Output = Result<(), Fault>>,
{
    let mut pause = PAUSE;
    loop {
        match work().await {
            Err(fault) if fault.kind().retryable() && !stop.is_cancelled() => {
                tracing::warn!(%fault, cause = okeanos_fault::chain(&fault), ?pause, "an event cannot be noted yet");
                tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => {} }
                pause = (pause * 2).min(PAUSE_MAX);
            }
            other => return Ok(other?),
        }
    }
}

/// The object that an event is about. Whether it was written or removed does not matter: the store knows.
fn object(event: &Event) -> Result<Location, HandlerError> {
    let not_ours =
        |error: serde_json::Error| HandlerError::Reject(format!("the payload is not what it should be: {error}"));
    match event.short_kind() {
        "storage.v1.object.created" => {
            event.payload::<ObjectCreated>().map(|o| Location::new(o.bucket, o.key)).map_err(not_ours)
        }
        "storage.v1.object.removed" => {
            event.payload::<ObjectRemoved>().map(|o| Location::new(o.bucket, o.key)).map_err(not_ours)
        }
        other => Err(HandlerError::Reject(format!("{other} is not an event of objects that is known here"))),
    }
}

/// Records the events of a report, in the transaction that keeps it.
pub(crate) async fn publish(tx: &Tx, report: &Report, now: OffsetDateTime) -> Result<(), Fault> {
    let status = report.outcome.status();
    let payload = ObjectReport {
        bucket: report.bucket.clone(),
        key: report.key.clone(),
        report_id: report.id.to_string(),
        status: status.as_str().to_owned(),
        item_ids: report.outcome.items.iter().map(|item| item.id.clone()).collect(),
    };
    let verdict = match status {
        Status::Failed => Some("rejected"),
        Status::Passed | Status::Warned if !report.outcome.items.is_empty() => Some("catalogued"),
        Status::Passed | Status::Warned => None,
    };
    for verb in ["checked"].into_iter().chain(verdict) {
        let subject = format!("s3://{}/{}", report.bucket, report.key);
        let event =
            Event::new(&format!("cataloguer.v1.object.{verb}"), subject, &payload, now).map_err(Fault::internal)?;
        relay::record(tx, &event).await.map_err(broken)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use okeanos_blob::Location;
    use okeanos_events::Event;
    use okeanos_proto::storage::v1::{ObjectCreated, ObjectRemoved};
    use serde_json::json;
    use time::OffsetDateTime;

    use std::sync::atomic::{AtomicU32, Ordering};

    use okeanos_events::HandlerError;
    use okeanos_fault::{Fault, Kind};
    use tokio_util::sync::CancellationToken;

    use super::{object, patiently};

    #[tokio::test]
    async fn what_is_away_is_waited_for_and_what_is_wrong_is_not() {
        let (stop, tries) = (CancellationToken::new(), AtomicU32::new(0));
        let work = |until: u32, kind: Kind| {
            tries.store(0, Ordering::Relaxed);
            let tries = &tries;
            move || async move {
                let fault = || Fault::new(kind, "platform/unavailable", "not now");
                if tries.fetch_add(1, Ordering::Relaxed) < until { Err(fault()) } else { Ok(()) }
            }
        };
        patiently(&stop, work(3, Kind::Unavailable)).await.expect("done in the end");
        let wrong = patiently(&stop, work(3, Kind::InvalidArgument)).await;
        assert!(matches!(wrong, Err(HandlerError::Reject(_))) && tries.load(Ordering::Relaxed) == 1);
        stop.cancel();
        let stopped = patiently(&stop, work(3, Kind::Unavailable)).await;
        assert!(matches!(stopped, Err(HandlerError::Retry(..))) && tries.load(Ordering::Relaxed) == 1);
    }

    #[test]
    fn created_and_removed_are_understood_and_the_rest_is_given_up() {
        let event = |kind: &str, data: &serde_json::Value| {
            Event::new(kind, String::new(), data, OffsetDateTime::UNIX_EPOCH).expect("an event")
        };
        let created = ObjectCreated { bucket: "b".into(), key: "k".into(), ..Default::default() };
        let removed = ObjectRemoved { bucket: "b".into(), key: "k".into(), ..Default::default() };
        let at = Location::new("b", "k");
        let created = event("storage.v1.object.created", &serde_json::to_value(created).expect("JSON"));
        assert_eq!(object(&created).expect("an object"), at);
        let removed = event("storage.v1.object.removed", &serde_json::to_value(removed).expect("JSON"));
        assert_eq!(object(&removed).expect("an object"), at);
        assert!(object(&event("storage.v1.object.renamed", &json!({}))).is_err());
        assert!(object(&event("storage.v1.object.created", &json!([]))).is_err());
    }
}
