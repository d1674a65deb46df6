//! What is delivered to whom, how often, and what becomes of what is not settled.

use std::time::Duration;

use crate::{Bench, next, number, on_every_bus, silent, silent_for};

on_every_bus! {
    delivers_once_to_each_consumer,
    a_new_consumer_starts_with_the_oldest,
    filters_by_wildcard,
    the_same_id_is_published_once,
    keeps_the_order_of_a_producer,
    unsettled_comes_again,
    extending_keeps_it_from_coming_again,
    retried_comes_after_its_time,
    bounds_what_is_in_flight,
    rejected_is_a_dead_letter_and_can_be_replayed,
    delivered_too_often_is_a_dead_letter,
    unsettled_too_often_is_a_dead_letter,
    a_crash_loses_nothing_and_repeats_nothing_settled,
    two_of_a_name_share,
}

async fn delivers_once_to_each_consumer(bench: Bench) {
    let subscription = (bench.subscription("one", &["thing.*"]), bench.subscription("two", &["thing.*"]));
    let (mut one, mut two) = (bench.subscribe(&subscription.0).await, bench.subscribe(&subscription.1).await);
    let event = bench.event("thing.made", 1);
    bench.publish(&event).await;
    for consumer in [&mut one, &mut two] {
        let delivery = next(consumer).await;
        assert_eq!((&delivery.event, delivery.attempt), (&event, 1));
        delivery.settle.ack().await.unwrap();
    }
    assert!(silent(&mut one).await && silent(&mut two).await);
}

async fn a_new_consumer_starts_with_the_oldest(bench: Bench) {
    for n in 0..3 {
        bench.publish(&bench.event("thing.made", n)).await;
    }
    let mut late = bench.subscribe(&bench.subscription("late", &["thing.made"])).await;
    for n in 0..3 {
        let delivery = next(&mut late).await;
        assert_eq!(number(&delivery.event), n);
        delivery.settle.ack().await.unwrap();
    }
}

async fn filters_by_wildcard(bench: Bench) {
    let mut all = bench.subscribe(&bench.subscription("all", &[">"])).await;
    let mut some = bench.subscribe(&bench.subscription("some", &["thing.*", "other.made"])).await;
    for (n, what) in ["thing.made", "other.lost", "other.made", "thing.part.made"].into_iter().enumerate() {
        bench.publish(&bench.event(what, u32::try_from(n).unwrap())).await;
    }
    for n in 0..4 {
        let delivery = next(&mut all).await;
        assert_eq!(number(&delivery.event), n);
        delivery.settle.ack().await.unwrap();
    }
    for n in [0, 2] {
        let delivery = next(&mut some).await;
        assert_eq!(number(&delivery.event), n);
        delivery.settle.ack().await.unwrap();
    }
    assert!(silent(&mut some).await);
}

async fn the_same_id_is_published_once(bench: Bench) {
    let mut consumer = bench.subscribe(&bench.subscription("c", &[">"])).await;
    let event = bench.event("thing.made", 1);
    for _ in 0..3 {
        bench.publish(&event).await;
    }
    next(&mut consumer).await.settle.ack().await.unwrap();
    bench.publish(&event).await;
    assert!(silent(&mut consumer).await);
}

async fn keeps_the_order_of_a_producer(bench: Bench) {
    let mut subscription = bench.subscription("c", &[">"]);
    subscription.max_in_flight = 1;
    let mut consumer = bench.subscribe(&subscription).await;
    let publish = async {
        for n in 0..100 {
            bench.publish(&bench.event("thing.made", n)).await;
        }
    };
    let receive = async {
        for n in 0..100 {
            let delivery = next(&mut consumer).await;
            assert_eq!(number(&delivery.event), n);
            delivery.settle.ack().await.unwrap();
        }
    };
    tokio::join!(publish, receive);
}

async fn unsettled_comes_again(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let mut consumer = bench.subscribe(&subscription).await;
    bench.publish(&bench.event("thing.made", 1)).await;
    drop(next(&mut consumer).await);
    let again = next(&mut consumer).await;
    assert_eq!((number(&again.event), again.attempt), (1, 2));
    again.settle.ack().await.unwrap();
    assert!(silent_for(subscription.ack_wait * 3 / 2, &mut consumer).await, "what is settled came again");
}

async fn extending_keeps_it_from_coming_again(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let mut consumer = bench.subscribe(&subscription).await;
    bench.publish(&bench.event("thing.made", 1)).await;
    let delivery = next(&mut consumer).await;
    for _ in 0..6 {
        delivery.settle.extend().await.unwrap();
        assert!(silent_for(subscription.ack_wait / 4, &mut consumer).await, "it came again while it was extended");
    }
    delivery.settle.ack().await.unwrap();
    assert!(silent(&mut consumer).await);
}

async fn retried_comes_after_its_time(bench: Bench) {
    let mut consumer = bench.subscribe(&bench.subscription("c", &[">"])).await;
    bench.publish(&bench.event("thing.made", 1)).await;
    next(&mut consumer).await.settle.retry(Duration::from_millis(1_500), "not yet").await.unwrap();
    let since = std::time::Instant::now();
    let again = next(&mut consumer).await;
    assert!(since.elapsed() > Duration::from_millis(1_200), "it came after {:?}", since.elapsed());
    assert_eq!(again.attempt, 2);
    again.settle.ack().await.unwrap();
}

async fn bounds_what_is_in_flight(bench: Bench) {
    let mut subscription = bench.subscription("c", &[">"]);
    subscription.max_in_flight = 2;
    subscription.ack_wait = Duration::from_secs(30);
    let mut consumer = bench.subscribe(&subscription).await;
    for n in 0..3 {
        bench.publish(&bench.event("thing.made", n)).await;
    }
    let (first, _second) = (next(&mut consumer).await, next(&mut consumer).await);
    assert!(silent(&mut consumer).await);
    first.settle.ack().await.unwrap();
    drop(first);
    assert_eq!(number(&next(&mut consumer).await.event), 2);
}

async fn rejected_is_a_dead_letter_and_can_be_replayed(bench: Bench) {
    let (poisoned, other) = (bench.subscription("c", &[">"]), bench.subscription("other", &[">"]));
    let (mut consumer, mut bystander) = (bench.subscribe(&poisoned).await, bench.subscribe(&other).await);
    for n in 0..2 {
        bench.publish(&bench.event("thing.made", n)).await;
        next(&mut consumer).await.settle.reject(&format!("bad\nthing {n}")).await.unwrap();
        next(&mut bystander).await.settle.ack().await.unwrap();
    }
    let dead = bench.bus().dead_letters(&poisoned.consumer, 10).await.unwrap();
    assert_eq!(dead.iter().map(|d| number(&d.event)).collect::<Vec<_>>(), [1, 0], "newest first");
    assert!(dead[0].reason.ends_with("thing 1") && dead[0].consumer == poisoned.consumer);
    assert_eq!(bench.bus().dead_letters(&poisoned.consumer, 1).await.unwrap().len(), 1);
    assert!(bench.bus().dead_letters(&other.consumer, 10).await.unwrap().is_empty());

    assert!(bench.bus().replay(dead[1].id).await.unwrap());
    let replayed = next(&mut consumer).await;
    assert_eq!((&replayed.event, replayed.attempt), (&dead[1].event, 1));
    replayed.settle.ack().await.unwrap();
    assert!(!bench.bus().replay(dead[1].id).await.unwrap(), "it is no longer there");
    assert_eq!(bench.bus().dead_letters(&poisoned.consumer, 10).await.unwrap().len(), 1);
    assert!(silent(&mut bystander).await, "a replay is for one consumer");
}

async fn delivered_too_often_is_a_dead_letter(bench: Bench) {
    let mut subscription = bench.subscription("c", &[">"]);
    subscription.max_deliveries = 3;
    let mut consumer = bench.subscribe(&subscription).await;
    bench.publish(&bench.event("thing.made", 1)).await;
    for attempt in 1..=3 {
        let delivery = next(&mut consumer).await;
        assert_eq!(delivery.attempt, attempt);
        delivery.settle.retry(Duration::ZERO, &format!("failure {attempt}")).await.unwrap();
    }
    assert!(silent(&mut consumer).await);
    let dead = bench.bus().dead_letters(&subscription.consumer, 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].reason, "failure 3");
}

async fn unsettled_too_often_is_a_dead_letter(bench: Bench) {
    let mut subscription = bench.subscription("c", &[">"]);
    subscription.max_deliveries = 2;
    let mut consumer = bench.subscribe(&subscription).await;
    bench.publish(&bench.event("thing.made", 1)).await;
    drop(next(&mut consumer).await);
    drop(next(&mut consumer).await);
    assert!(silent_for(subscription.ack_wait * 3 / 2, &mut consumer).await);
    assert_eq!(bench.bus().dead_letters(&subscription.consumer, 10).await.unwrap().len(), 1);
}

async fn a_crash_loses_nothing_and_repeats_nothing_settled(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let mut consumer = bench.subscribe(&subscription).await;
    for n in 0..4 {
        bench.publish(&bench.event("thing.made", n)).await;
    }
    next(&mut consumer).await.settle.ack().await.unwrap();
    let held = next(&mut consumer).await;
    assert_eq!(number(&held.event), 1);
    drop((held, consumer));
    let bench = bench.crash().await;
    let mut consumer = bench.subscribe(&subscription).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        let delivery = next(&mut consumer).await;
        seen.push((number(&delivery.event), delivery.attempt));
        delivery.settle.ack().await.unwrap();
    }
    seen.sort_unstable();
    assert_eq!(seen, [(1, 2), (2, 1), (3, 1)]);
    assert!(silent(&mut consumer).await);
}

async fn two_of_a_name_share(bench: Bench) {
    let subscription = bench.subscription("c", &[">"]);
    let (mut one, mut two) = (bench.subscribe(&subscription).await, bench.subscribe(&subscription).await);
    for n in 0..10 {
        bench.publish(&bench.event("thing.made", n)).await;
    }
    let mut seen = Vec::new();
    for _ in 0..5 {
        for consumer in [&mut one, &mut two] {
            let delivery = next(consumer).await;
            seen.push(number(&delivery.event));
            delivery.settle.ack().await.unwrap();
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, (0..10).collect::<Vec<_>>());
}
