//! Where pictures are drawn: a bounded number of blocking threads, and a bounded number of requests that wait for one.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use prometheus::Histogram;
use tokio::sync::Semaphore;

use crate::domain::error::Error;

/// The pool.
#[derive(Debug)]
pub struct Pool {
    threads: Arc<Semaphore>,
    waiting: AtomicUsize,
    waiting_max: usize,
    duration: Histogram,
}

/// Counts a request as waiting for as long as it lives.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// With so many threads, and so many requests that may wait.
    pub fn new(threads: usize, waiting_max: usize, duration: Histogram) -> Self {
        let threads = Arc::new(Semaphore::new(threads.max(1)));
        Self { threads, waiting: AtomicUsize::new(0), waiting_max, duration }
    }

    /// Runs blocking work.
    ///
    /// # Errors
    /// [`Error::Overloaded`], and those of the work.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let permit = match Arc::clone(&self.threads).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let before = self.waiting.fetch_add(1, Ordering::Relaxed);
                let _waiting = Waiting(&self.waiting);
                if before >= self.waiting_max {
                    return Err(Error::Overloaded);
                }
                Arc::clone(&self.threads).acquire_owned().await.map_err(|_| Error::Overloaded)?
            }
        };
        let duration = self.duration.clone();
        let span = tracing::Span::current();
        let work = move || {
            // Held until the work ends, even when the request does not wait for it any more.
            let _permit = permit;
            let _timer = duration.start_timer();
            span.in_scope(work)
        };
        tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| Err(Error::Unreadable(panic.to_string())))
    }
}

#[cfg(test)]
mod tests {
    use prometheus::HistogramOpts;

    use super::*;

    #[tokio::test]
    async fn above_the_queue_it_says_so() {
        let pool = Arc::new(Pool::new(1, 1, Histogram::with_opts(HistogramOpts::new("d", "d")).unwrap()));
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(move || Ok(held.recv().is_ok())).await }
        });
        while pool.threads.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let second = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(|| Ok(2)).await }
        });
        while pool.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(matches!(pool.run(|| Ok(3)).await, Err(Error::Overloaded)));
        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert_eq!(second.await.unwrap().unwrap(), 2);
        assert_eq!(pool.waiting.load(Ordering::Relaxed), 0);
    }
}
