//! What a service is.

use std::{
    fmt,
    future::Future,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use actix_web::web::ServiceConfig;
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::service::RoutesBuilder;

use crate::Ctx;

/// A service library: configuration in, parts out. `build` binds no socket and spawns no task.
pub trait Service: Sized {
    /// Its name: section of the configuration, prefix of its tables, name of its peer channel.
    const NAME: &'static str;
    /// Its configuration; every field is documented.
    type Config: DeserializeOwned + Serialize + JsonSchema + Default + Send + Clone + 'static;
    /// Opens its database, prepares what it serves.
    ///
    /// # Errors
    /// What keeps it from starting.
    fn build(config: Self::Config, ctx: &Ctx) -> impl Future<Output = anyhow::Result<Parts>> + Send;
}

type GrpcMount = Box<dyn FnOnce(&mut RoutesBuilder) + Send>;
pub(crate) type HttpMount = Arc<dyn Fn(&mut ServiceConfig) + Send + Sync>;
pub(crate) type BoxTask = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

/// A background task of a service; it ends when the node's stop token is cancelled.
pub struct Task {
    pub(crate) name: &'static str,
    pub(crate) run: BoxTask,
}

/// A listener of a service's own, for a protocol that cannot share the HTTP server.
pub struct Listener {
    /// Name in logs and in [`crate::Running::address`].
    pub name: &'static str,
    /// Where to listen; port 0 for any.
    pub bind: SocketAddr,
    /// Serves until the token is cancelled, then drains.
    #[allow(clippy::type_complexity, reason = "a boxed async closure has no shorter name")]
    pub serve: Box<dyn FnOnce(TcpListener, CancellationToken) -> BoxTask + Send>,
}

/// Held back readiness: the node is ready when every latch is released.
#[derive(Clone, Debug, Default)]
pub struct Latch(Arc<AtomicBool>);

impl Latch {
    /// Says that this part is ready.
    pub fn release(&self) {
        self.0.store(true, Ordering::Release);
    }

    pub(crate) fn released(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// What one service contributes to the process.
#[derive(Default)]
pub struct Parts {
    pub(crate) grpc: Vec<GrpcMount>,
    pub(crate) http: Vec<HttpMount>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) latches: Vec<(&'static str, Latch)>,
    pub(crate) openapi: Option<Value>,
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tasks: Vec<_> = self.tasks.iter().map(|t| t.name).collect();
        f.debug_struct("Parts").field("tasks", &tasks).finish_non_exhaustive()
    }
}

impl Parts {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds gRPC services.
    #[must_use]
    pub fn grpc(mut self, mount: impl FnOnce(&mut RoutesBuilder) + Send + 'static) -> Self {
        self.grpc.push(Box::new(mount));
        self
    }

    /// Adds HTTP routes; called once per HTTP worker.
    #[must_use]
    pub fn http(mut self, mount: impl Fn(&mut ServiceConfig) + Send + Sync + 'static) -> Self {
        self.http.push(Arc::new(mount));
        self
    }

    /// Adds a background task.
    #[must_use]
    pub fn task(mut self, name: &'static str, run: impl Future<Output = anyhow::Result<()>> + Send + 'static) -> Self {
        self.tasks.push(Task { name, run: Box::pin(run) });
        self
    }

    /// Adds a listener of its own.
    #[must_use]
    pub fn listener(mut self, listener: Listener) -> Self {
        self.listeners.push(listener);
        self
    }

    /// Holds back readiness until the latch is released.
    #[must_use]
    pub fn ready_when(mut self, name: &'static str, latch: &Latch) -> Self {
        self.latches.push((name, latch.clone()));
        self
    }

    /// Its share of the OpenAPI document: an object with `paths` (full paths) and, if it has any, `components` and `tags`.
    #[must_use]
    pub fn openapi(mut self, fragment: Value) -> Self {
        self.openapi = Some(fragment);
        self
    }
}
