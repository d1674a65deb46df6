//! A process: services built, sockets bound, everything served, everything drained.

use std::{
    collections::BTreeMap,
    fs::File,
    net::{SocketAddr, TcpListener},
    pin::pin,
    sync::Arc,
    time::Duration,
};

use actix_web::{App, HttpServer, middleware, web};
use anyhow::Context;
use okeanos_auth::Authenticator;
use prometheus::Registry;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::{
    Clock, Ctx, Parts, PlatformConfig, Service,
    ctx::Addresses,
    dead_letters::{self, DeadLetters},
    guard::Guarded,
    openapi,
    parts::HttpMount,
    peer::Loopback,
    web::{Front, HttpMetrics, Readiness, around, extractors, health, nowhere},
};

/// How long the end may take before what still runs is dropped.
const DRAIN: Duration = Duration::from_secs(20);
/// Name of the listener that serves S3.
const S3_LISTENER: &str = "s3";

/// Services that become one process.
#[derive(Debug)]
pub struct Node {
    ctx: Ctx,
    platform: PlatformConfig,
    parts: Vec<Parts>,
    built: Vec<&'static str>,
    lock: File,
}

impl Node {
    /// Opens what all services of the process share. The data folder is this process's alone from here on.
    ///
    /// # Errors
    /// When another process uses the data folder, or the bus or the store cannot be opened.
    pub async fn open(platform: PlatformConfig) -> anyhow::Result<Self> {
        Self::open_with_clock(platform, Clock::system()).await
    }

    /// The same with a clock of the caller's.
    ///
    /// # Errors
    /// As [`Node::open`].
    pub async fn open_with_clock(platform: PlatformConfig, clock: Clock) -> anyhow::Result<Self> {
        let lock = platform.claim_data_dir()?;
        let ctx = Ctx {
            stop: CancellationToken::new(),
            clock,
            bus: platform.open_bus().await?,
            blobs: platform.open_store()?,
            names: platform.names(),
            data_dir: std::path::absolute(&platform.data_dir)?,
            public_url: platform.public_url.as_ref().map(|u| u.trim_end_matches('/').to_owned()),
            metrics: Registry::new(),
            database: platform.database(),
            node_key: platform.open_node_key()?,
            peers: Arc::new(platform.peers_by_name()),
            asked: Arc::default(),
            loopback: Loopback::default(),
            addresses: Arc::default(),
            service: "node",
        };
        Ok(Self { ctx, platform, parts: Vec::new(), built: Vec::new(), lock })
    }

    /// Adds a service.
    ///
    /// # Errors
    /// What keeps it from starting.
    pub async fn with<S: Service>(mut self, config: S::Config) -> anyhow::Result<Self> {
        let parts =
            S::build(config, &self.ctx.named(S::NAME)).await.with_context(|| format!("building {}", S::NAME))?;
        self.parts.push(parts);
        self.built.push(S::NAME);
        Ok(self)
    }

    /// Its surroundings, as a service called `name` sees them.
    pub fn ctx(&self, name: &'static str) -> Ctx {
        self.ctx.named(name)
    }

    /// The merged OpenAPI document.
    pub fn openapi(&self) -> serde_json::Value {
        let own = std::iter::once(dead_letters::openapi());
        let fragments: Vec<_> = own.chain(self.parts.iter().filter_map(|p| p.openapi.clone())).collect();
        openapi::merge(&fragments)
    }

    /// Binds first, serves second: nothing runs before everything is bound and knows where the others are.
    ///
    /// # Errors
    /// When a peer that a service asked for is nowhere, or an address cannot be bound.
    pub async fn start(self) -> anyhow::Result<Running> {
        let authenticator = self.ctx.authenticator()?;
        self.every_peer_is_somewhere()?;
        let document = self.openapi();
        let stop = self.ctx.stop.clone();
        let mut addresses = BTreeMap::new();
        let (mut routes, mut mounts, mut latches) = (RoutesBuilder::default(), Vec::new(), Vec::new());
        let (mut listeners, mut work) = (Vec::new(), Vec::new());
        for part in self.parts {
            part.grpc.into_iter().for_each(|mount| mount(&mut routes));
            mounts.extend(part.http);
            latches.extend(part.latches);
            work.extend(part.tasks);
            for listener in part.listeners {
                let socket = bind(listener.bind, listener.name, &mut addresses).await?;
                listeners.push((listener, socket));
            }
        }
        let routes = Guarded::new(routes.routes().prepare(), self.ctx.node_key.clone(), self.ctx.clock.clone());
        let grpc = match self.platform.grpc {
            Some(at) => Some(bind(at, "grpc", &mut addresses).await?),
            None => None,
        };
        let http = bind(self.platform.http, "http", &mut addresses).await?.into_std()?;
        let s3 = addresses.get(S3_LISTENER).map(|a| format!("http://{a}"));
        let s3 = self.platform.s3_url.clone().or(s3);
        let reached = Addresses { http: format!("http://{}", http.local_addr()?), s3 };
        self.ctx.addresses.set(reached).map_err(|_| anyhow::anyhow!("a node starts once"))?;
        self.ctx.loopback.open(routes.clone())?;
        let site = Site {
            mounts: Arc::new(mounts),
            dead_letters: DeadLetters::new(Arc::clone(&self.ctx.bus)),
            readiness: Readiness { latches: Arc::new(latches), stop: stop.clone() },
            metrics: self.ctx.metrics.clone(),
            http_metrics: HttpMetrics::register(&self.ctx.metrics)?,
            authenticator,
            front: Front { public_url: self.ctx.public_url.clone(), trust_forwarded: self.platform.trust_forwarded },
            document: Arc::new(document),
        };
        let server = site.serve(http, self.platform.http_workers, stop.clone())?;

        let mut tasks = JoinSet::new();
        tasks.spawn(async move { ("http", server.await.map_err(Into::into)) });
        if let Some(socket) = grpc {
            let served = serve_grpc(socket, routes, stop.clone());
            tasks.spawn(async move { ("grpc", served.await) });
        }
        for (listener, socket) in listeners {
            let serve = (listener.serve)(socket, stop.clone());
            tasks.spawn(async move { (listener.name, serve.await) });
        }
        for task in work {
            tasks.spawn(async move { (task.name, task.run.await) });
        }
        Ok(Running { addresses, stop, tasks, drain: DRAIN, _lock: self.lock })
    }

    /// A call to a service that is neither here nor configured would be refused for ever: better said at once.
    fn every_peer_is_somewhere(&self) -> anyhow::Result<()> {
        let nowhere: Vec<_> =
            self.ctx.asked_for().into_iter().filter(|name| !self.built.contains(&name.as_str())).collect();
        anyhow::ensure!(
            nowhere.is_empty(),
            "no address in platform.peers, and not in this process: {}",
            nowhere.join(", ")
        );
        Ok(())
    }
}

async fn bind(
    at: SocketAddr,
    name: &'static str,
    addresses: &mut BTreeMap<&'static str, SocketAddr>,
) -> anyhow::Result<tokio::net::TcpListener> {
    let socket = tokio::net::TcpListener::bind(at).await.with_context(|| format!("listening on {at} for {name}"))?;
    addresses.insert(name, socket.local_addr()?);
    Ok(socket)
}

async fn serve_grpc(socket: tokio::net::TcpListener, routes: Guarded, stop: CancellationToken) -> anyhow::Result<()> {
    let incoming = tonic::transport::server::TcpIncoming::from(socket);
    let served =
        tonic::transport::Server::builder().serve_with_incoming_shutdown(routes, incoming, stop.cancelled_owned());
    served.await.map_err(Into::into)
}

/// Everything that an HTTP worker needs to build its application.
#[derive(Clone)]
struct Site {
    mounts: Arc<Vec<HttpMount>>,
    readiness: Readiness,
    dead_letters: DeadLetters,
    metrics: Registry,
    http_metrics: Arc<HttpMetrics>,
    authenticator: Arc<dyn Authenticator>,
    front: Front,
    document: Arc<serde_json::Value>,
}

impl Site {
    fn serve(
        self,
        socket: TcpListener,
        workers: usize,
        stop: CancellationToken,
    ) -> anyhow::Result<actix_web::dev::Server> {
        let server = HttpServer::new(move || {
            let site = self.clone();
            let metrics = Arc::clone(&self.http_metrics);
            App::new()
                .wrap(middleware::from_fn(move |request, next| around(Arc::clone(&metrics), request, next)))
                .wrap(middleware::Compress::default())
                .wrap(middleware::NormalizePath::trim())
                .configure(move |cfg| site.mount(cfg))
                .default_service(web::route().to(nowhere))
        });
        Ok(server
            .workers(workers.max(1))
            .shutdown_timeout(DRAIN.as_secs() / 2)
            .shutdown_signal(stop.cancelled_owned())
            .listen(socket)?
            .run())
    }

    fn mount(self, cfg: &mut web::ServiceConfig) {
        cfg.app_data(web::Data::new(self.authenticator));
        cfg.app_data(web::Data::new(self.front));
        extractors(cfg);
        health(cfg, self.readiness, self.metrics);
        openapi::mount(cfg, &self.document);
        self.dead_letters.mount(cfg);
        self.mounts.iter().for_each(|mount| mount(cfg));
    }
}

/// A process that serves.
#[derive(Debug)]
pub struct Running {
    addresses: BTreeMap<&'static str, SocketAddr>,
    stop: CancellationToken,
    tasks: JoinSet<(&'static str, anyhow::Result<()>)>,
    drain: Duration,
    /// The data folder is this process's for as long as it serves.
    _lock: File,
}

impl Running {
    /// The address of a listener: `http`, `grpc`, `s3`.
    pub fn address(&self, name: &str) -> Option<SocketAddr> {
        self.addresses.get(name).copied()
    }

    /// Cancel it to drain the process.
    pub fn stopper(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Serves until the stop token is cancelled, then drains, and drops what has not ended in time. A task that ends before
    /// that is a failure: it ends all.
    ///
    /// # Errors
    /// The first failure.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        let (stop, drain) = (self.stop.clone(), self.drain);
        let mut too_long = pin!(async move {
            stop.cancelled().await;
            tokio::time::sleep(drain).await;
        });
        loop {
            let ended = tokio::select! {
                ended = self.tasks.join_next() => ended,
                () = &mut too_long => return outcome.and(Err(anyhow::anyhow!("draining took too long"))),
            };
            let Some(ended) = ended else { return outcome };
            let result: anyhow::Result<()> = match ended {
                Ok((name, Ok(()))) if self.stop.is_cancelled() => {
                    tracing::debug!(task = name, "drained");
                    continue;
                }
                Ok((name, Ok(()))) => Err(anyhow::anyhow!("task {name} ended before its time")),
                Ok((name, Err(error))) => Err(error.context(format!("task {name} failed"))),
                Err(error) => Err(error.into()),
            };
            if let Err(error) = result {
                tracing::error!(error = format!("{error:#}"), "stopping");
                outcome = outcome.and(Err(error));
                self.stop.cancel();
            }
        }
    }

    /// Drains: asks everything to end, waits, and drops what has not ended in time.
    ///
    /// # Errors
    /// The first failure of a task.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        self.run().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn after_a_failure_as_well_the_drain_has_an_end() {
        let mut tasks = JoinSet::new();
        tasks.spawn(async { ("broken", Err(anyhow::anyhow!("the disk is gone"))) });
        tasks.spawn(async { ("deaf", std::future::pending().await) });
        let (addresses, stop, drain) = (BTreeMap::new(), CancellationToken::new(), Duration::from_millis(20));
        let running = Running { addresses, stop, tasks, drain, _lock: tempfile::tempfile().unwrap() };
        let ended = tokio::time::timeout(Duration::from_secs(30), running.run()).await.unwrap().unwrap_err();
        assert!(format!("{ended:#}").contains("the disk is gone"), "{ended:#}");
    }
}
