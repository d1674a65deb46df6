//! The loop that runs handlers.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use okeanos_events::{Event, HandlerError, consume};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::{Bench, PATIENCE, number, on_every_bus};

on_every_bus! {
    handles_retries_and_rejects,
    runs_no_more_than_so_many_at_once_and_drains,
    a_long_handler_has_its_event_once,
    a_panic_is_not_the_end,
}

async fn handles_retries_and_rejects(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let (stop, (tell, mut told)) = (CancellationToken::new(), mpsc::unbounded_channel());
    let handler = move |event: Event, attempt: u32| {
        let tell = tell.clone();
        async move {
            tell.send((number(&event), attempt)).unwrap();
            match (number(&event), attempt) {
                (1, 1) => Err(HandlerError::Retry(Duration::from_millis(50), "once more".into())),
                (2, _) => Err(HandlerError::Reject("never".into())),
                _ => Ok(()),
            }
        }
    };
    let task = tokio::spawn(consume(bench.bus(), subscription.clone(), stop.clone(), handler));
    for n in 0..3 {
        bench.publish(&bench.event("thing.made", n)).await;
    }
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(tokio::time::timeout(PATIENCE, told.recv()).await.unwrap().unwrap());
    }
    seen.sort_unstable();
    assert_eq!(seen, [(0, 1), (1, 1), (1, 2), (2, 1)]);
    stop.cancel();
    tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap().unwrap();
    let dead = bench.bus().dead_letters(&subscription.consumer, 10).await.unwrap();
    assert_eq!(dead.iter().map(|d| d.reason.as_str()).collect::<Vec<_>>(), ["never"]);
}

async fn runs_no_more_than_so_many_at_once_and_drains(bench: Bench) {
    let mut subscription = bench.subscription("c", &[">"]);
    subscription.max_in_flight = 3;
    let (stop, running, most, done) = (
        CancellationToken::new(),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicUsize::new(0)),
        Arc::new(Mutex::new(0)),
    );
    let handler = {
        let (running, most, done) = (Arc::clone(&running), Arc::clone(&most), Arc::clone(&done));
        move |_: Event, _: u32| {
            let (running, most, done) = (Arc::clone(&running), Arc::clone(&most), Arc::clone(&done));
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(100)).await;
                running.fetch_sub(1, Ordering::SeqCst);
                *done.lock().unwrap() += 1;
                Ok(())
            }
        }
    };
    let task = tokio::spawn(consume(bench.bus(), subscription, stop.clone(), handler));
    for n in 0..9 {
        bench.publish(&bench.event("thing.made", n)).await;
    }
    tokio::time::timeout(PATIENCE, async {
        while *done.lock().unwrap() < 6 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await
    .unwrap();
    stop.cancel();
    tokio::time::timeout(PATIENCE, task).await.unwrap().unwrap().unwrap();
    assert_eq!(running.load(Ordering::SeqCst), 0, "it waited for the handlers");
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

async fn a_long_handler_has_its_event_once(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let (stop, (tell, mut told)) = (CancellationToken::new(), mpsc::unbounded_channel());
    let longer = subscription.ack_wait * 2;
    let handler = move |_: Event, attempt: u32| {
        let tell = tell.clone();
        async move {
            tokio::time::sleep(longer).await;
            tell.send(attempt).unwrap();
            Ok(())
        }
    };
    let task = tokio::spawn(consume(bench.bus(), subscription, stop.clone(), handler));
    bench.publish(&bench.event("thing.made", 1)).await;
    assert_eq!(tokio::time::timeout(PATIENCE, told.recv()).await.unwrap(), Some(1));
    assert!(tokio::time::timeout(longer, told.recv()).await.is_err(), "it came again");
    stop.cancel();
    task.await.unwrap().unwrap();
}

async fn a_panic_is_not_the_end(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let (stop, (tell, mut told)) = (CancellationToken::new(), mpsc::unbounded_channel());
    let handler = move |_: Event, attempt: u32| {
        let tell = tell.clone();
        async move {
            assert!(attempt > 1, "the first attempt breaks off");
            tell.send(attempt).unwrap();
            Ok(())
        }
    };
    let task = tokio::spawn(consume(bench.bus(), subscription, stop.clone(), handler));
    bench.publish(&bench.event("thing.made", 1)).await;
    assert_eq!(tokio::time::timeout(PATIENCE, told.recv()).await.unwrap(), Some(2));
    stop.cancel();
    task.await.unwrap().unwrap();
}
