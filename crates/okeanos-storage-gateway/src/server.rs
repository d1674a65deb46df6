//! The listener, and what surrounds every request: limits, request ids, CORS, metrics, and what the framework leaves open.
//!
//! - [`front`]: around a request. - [`precheck`]: refusals before the framework. - [`chunks`]: bodies in chunks.
//! - [`cors`]: browsers. - [`meter`]: metrics. - [`stall`]: clients that take nothing.

mod chunks;
mod cors;
mod front;
mod meter;
mod precheck;
mod stall;

use std::{sync::Arc, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
};
use tokio_util::sync::CancellationToken;

pub(crate) use self::front::Front;
use self::stall::Stalling;

/// Most headers of a request.
const HEADERS_MAX: usize = 100;
/// How long to wait when connections cannot be accepted.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until the token is cancelled, then lets requests end.
pub(crate) async fn serve(socket: TcpListener, stop: CancellationToken, front: Front) -> anyhow::Result<()> {
    let graceful = GracefulShutdown::new();
    let seats = Arc::new(Semaphore::new(front.limits().connections));
    let drain = front.limits().drain;
    while !stop.is_cancelled() {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&socket, &seats) => accepted,
        };
        let (stream, seat) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let connection = graceful.watch(connection(stream, front.clone()));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
            drop(seat);
        });
    }
    drop(socket);
    if tokio::time::timeout(drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some S3 requests did not end in time");
    }
    Ok(())
}

async fn accept(
    socket: &TcpListener,
    seats: &Arc<Semaphore>,
) -> anyhow::Result<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let seat = Arc::clone(seats).acquire_owned().await?;
    let (stream, _) = socket.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, seat))
}

fn connection(
    stream: TcpStream,
    front: Front,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> + Send {
    let limits = front.limits();
    let service = service_fn(move |request| {
        let front = front.clone();
        async move { front.answer(request).await }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(HEADERS_MAX)
        .serve_connection(TokioIo::new(Stalling::new(stream, limits.stall_timeout)), service)
}
