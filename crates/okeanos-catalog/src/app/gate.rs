//! Where geometries are compared: by so many searches at once, off the threads that serve, while so many wait.

use std::sync::Arc;

use okeanos_fault::Fault;
use tokio::sync::Semaphore;

use crate::domain::Error;

/// How many searches wait for their turn.
const WAITING_MAX: usize = 32;

/// The way in.
#[derive(Debug)]
pub(crate) struct Gate {
    /// Those who wait have one too.
    seats: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

impl Gate {
    /// For so many at once.
    pub(crate) fn new(at_once: usize) -> Self {
        let at_once = at_once.clamp(1, 1_024);
        Self { seats: Arc::new(Semaphore::new(at_once + WAITING_MAX)), turns: Arc::new(Semaphore::new(at_once)) }
    }

    /// Does the work when its turn has come.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let seat = Arc::clone(&self.seats).try_acquire_owned().map_err(|_| Error::Busy)?;
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(Fault::internal)?;
        let work = move || {
            // Held until the work ends, even when nobody waits for it any more.
            let _held = (seat, turn);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(Fault::internal)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::{ResponseError, http::header::RETRY_AFTER};
    use futures::future::join_all;

    use super::*;

    #[tokio::test]
    async fn when_too_many_wait_the_next_is_asked_to_come_back() {
        let gate = Arc::new(Gate::new(1));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.run(move || held.recv().is_ok()).await }
        });
        let wait = |_| {
            tokio::spawn({
                let gate = Arc::clone(&gate);
                async move { gate.run(|| ()).await }
            })
        };
        let waiting: Vec<_> = (0..WAITING_MAX).map(wait).collect();
        while gate.seats.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let answer = gate.run(|| ()).await.unwrap_err().error_response();
        assert_eq!(answer.status(), 503);
        assert!(answer.headers().contains_key(RETRY_AFTER));
        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert!(join_all(waiting).await.into_iter().all(|done| done.unwrap().is_ok()));
        gate.run(|| ()).await.unwrap();
    }
}
