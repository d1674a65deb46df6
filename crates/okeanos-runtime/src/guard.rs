//! The guard before every gRPC service, over the network and in loopback: no call token, no call.

use std::{
    convert::Infallible,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use okeanos_auth::node::{CALL_TOKEN, NodeKey};
use okeanos_fault::Fault;
use tonic::{Status, body::Body, service::Routes};
use tower::Service;
use tracing::Instrument;

use crate::Clock;

type Request = http::Request<Body>;
type Response = http::Response<Body>;

/// gRPC routes behind the guard.
#[derive(Clone)]
pub(crate) struct Guarded {
    routes: Routes,
    key: NodeKey,
    clock: Clock,
}

impl Guarded {
    pub(crate) fn new(routes: Routes, key: NodeKey, clock: Clock) -> Self {
        Self { routes, key, clock }
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guarded")
    }
}

impl Service<Request> for Guarded {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Service::<Request>::poll_ready(&mut self.routes, cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let token = request.headers().get(CALL_TOKEN).and_then(|v| v.to_str().ok()).unwrap_or_default();
        match self.key.verify(token, self.clock.now()) {
            Ok(principal) => {
                request.extensions_mut().insert(principal);
                let span = tracing::info_span!("rpc", rpc.method = request.uri().path());
                okeanos_telemetry::adopt(&span, request.headers());
                Box::pin(self.routes.call(request).instrument(span))
            }
            Err(fault) => Box::pin(std::future::ready(Ok(refused(fault)))),
        }
    }
}

fn refused(fault: Fault) -> Response {
    Status::from(fault).into_http()
}
