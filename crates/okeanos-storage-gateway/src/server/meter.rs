//! Metrics of the S3 interface.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::StatusCode;
use hyper::body::{Body, Frame, SizeHint};
use prometheus::{HistogramOpts, HistogramVec, IntCounter, IntCounterVec, Opts, Registry};
use tokio::{sync::OwnedSemaphorePermit, time::Instant};

/// The metrics. Cheap to clone.
#[derive(Clone)]
pub(super) struct Meter {
    requests: IntCounterVec,
    seconds: HistogramVec,
    received: IntCounter,
    sent: IntCounter,
}

impl Meter {
    pub(super) fn register(registry: &Registry) -> anyhow::Result<Self> {
        let requests = Opts::new("okeanos_storage_gateway_requests_total", "S3 requests by operation and status.");
        let requests = IntCounterVec::new(requests, &["operation", "status"])?;
        let seconds = HistogramOpts::new(
            "okeanos_storage_gateway_request_seconds",
            "Time from the head of an S3 request to the head of its answer.",
        );
        let seconds = HistogramVec::new(seconds, &["operation"])?;
        let bytes = Opts::new("okeanos_storage_gateway_bytes_total", "Bytes of bodies, by direction.");
        let bytes = IntCounterVec::new(bytes, &["direction"])?;
        let (received, sent) = (bytes.with_label_values(&["received"]), bytes.with_label_values(&["sent"]));
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        registry.register(Box::new(bytes))?;
        Ok(Self { requests, seconds, received, sent })
    }

    pub(super) fn start(&self) -> Instant {
        Instant::now()
    }

    /// Counts a request. Operations are the framework's names, so labels are bounded.
    pub(super) fn count(&self, operation: &str, status: StatusCode, since: Instant) {
        self.requests.with_label_values(&[operation, status.as_str()]).inc();
        self.seconds.with_label_values(&[operation]).observe(since.elapsed().as_secs_f64());
    }
}

/// A body whose bytes are counted; it may hold the turn of its request.
pub(crate) struct Metered<B> {
    body: B,
    counter: IntCounter,
    _turn: Option<OwnedSemaphorePermit>,
}

impl<B> Metered<B> {
    pub(super) fn incoming(body: B, meter: &Meter) -> Self {
        Self { body, counter: meter.received.clone(), _turn: None }
    }

    pub(super) fn outgoing(body: B, meter: &Meter, turn: Option<OwnedSemaphorePermit>) -> Self {
        Self { body, counter: meter.sent.clone(), _turn: turn }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Metered<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let frame = ready!(Pin::new(&mut this.body).poll_frame(cx));
        if let Some(data) = frame.as_ref().and_then(|f| f.as_ref().ok()).and_then(Frame::data_ref) {
            this.counter.inc_by(data.len() as u64);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
