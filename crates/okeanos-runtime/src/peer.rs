//! Channels to peers.

use std::{
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use okeanos_auth::{
    Principal,
    node::{CALL_TOKEN, NodeKey, OnBehalfOf},
};
use tonic::{Status, body::Body, transport::Endpoint};
use tower::{BoxError, Service, ServiceExt};

use crate::{Clock, guard::Guarded};

type Request = http::Request<Body>;
type Response = http::Response<Body>;
type CallFuture = Pin<Box<dyn Future<Output = Result<Response, BoxError>> + Send>>;

/// How long a call may take when its caller did not say.
const DEADLINE: Duration = Duration::from_secs(30);
/// The same as gRPC writes it.
const DEADLINE_HEADER: http::HeaderValue = http::HeaderValue::from_static("30S");

/// Where a peer is.
#[derive(Clone, Debug)]
pub(crate) enum Peer {
    There(tonic::transport::Channel),
    Here(Loopback),
}

impl Peer {
    pub(crate) fn remote(uri: &str) -> anyhow::Result<Self> {
        // Pings find a peer whose machine went away without a word; else its calls would wait for their deadline.
        let endpoint = Endpoint::from_shared(uri.to_owned())?
            .connect_timeout(Duration::from_secs(5))
            .http2_keep_alive_interval(Duration::from_secs(15))
            .keep_alive_timeout(Duration::from_secs(5))
            .keep_alive_while_idle(true);
        Ok(Self::There(endpoint.connect_lazy()))
    }

    /// Whether it is an address at all.
    pub(crate) fn check(uri: &str) -> anyhow::Result<()> {
        let endpoint = Endpoint::from_shared(uri.to_owned())?;
        anyhow::ensure!(endpoint.uri().authority().is_some() && endpoint.uri().scheme().is_some(), "no host");
        Ok(())
    }
}

/// The channel to a peer. Generated clients take it as it is. Every call carries a call token and a deadline.
#[derive(Clone, Debug)]
pub struct RpcChannel {
    peer: Peer,
    service: &'static str,
    key: NodeKey,
    clock: Clock,
}

impl RpcChannel {
    pub(crate) fn new(peer: Peer, service: &'static str, key: NodeKey, clock: Clock) -> Self {
        Self { peer, service, key, clock }
    }

    fn sign(&self, request: &mut Request) {
        let behalf: Option<Principal> = request.extensions().get::<OnBehalfOf>().map(|o| o.0.clone());
        let token = self.key.sign(self.service, behalf, self.clock.now());
        if let Ok(value) = http::HeaderValue::from_str(&token) {
            request.headers_mut().insert(CALL_TOKEN, value);
        }
        okeanos_telemetry::inject(request.headers_mut());
        request.headers_mut().entry("grpc-timeout").or_insert(DEADLINE_HEADER);
    }
}

impl Service<Request> for RpcChannel {
    type Response = Response;
    type Error = BoxError;
    type Future = CallFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match &mut self.peer {
            Peer::There(channel) => channel.poll_ready(cx).map_err(BoxError::from),
            Peer::Here(_) => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, mut request: Request) -> CallFuture {
        self.sign(&mut request);
        match &mut self.peer {
            Peer::There(channel) => {
                let answer = channel.call(request);
                Box::pin(async move { answer.await.map_err(BoxError::from) })
            }
            Peer::Here(loopback) => loopback.call(request),
        }
    }
}

/// The node's own gRPC routes, once it has started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loopback(Arc<OnceLock<Guarded>>);

impl Loopback {
    pub(crate) fn open(&self, routes: Guarded) -> anyhow::Result<()> {
        self.0.set(routes).map_err(|_| anyhow::anyhow!("a node starts once"))
    }

    fn call(&self, request: Request) -> CallFuture {
        let routes = self.0.get().cloned();
        Box::pin(async move {
            let routes = routes.ok_or_else(|| Status::unavailable("the node is starting"))?;
            match tokio::time::timeout(DEADLINE, routes.oneshot(request)).await {
                Ok(answer) => Ok(answer.unwrap_or_else(|never| match never {})),
                Err(_) => Err(Status::deadline_exceeded("the call took too long").into()),
            }
        })
    }
}
