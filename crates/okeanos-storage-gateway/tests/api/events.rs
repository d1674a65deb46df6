//! What is told of writes.

use std::time::Duration;

use aws_sdk_s3::primitives::ByteStream;
use okeanos_events::Subscription;
use okeanos_proto::storage::v1::{ObjectCreated, ObjectRemoved};

use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn writes_are_told_in_order() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let put = ann.put_object().bucket("user-ann").key("a ö.nc").content_type("application/x-netcdf");
    put.metadata("okeanos-job", "7").body(ByteStream::from_static(b"12345")).send().await.unwrap();
    ann.copy_object().bucket("user-ann").key("b.nc").copy_source("user-ann/a%20%C3%B6.nc").send().await.unwrap();
    ann.delete_object().bucket("user-ann").key("b.nc").send().await.unwrap();
    let mut consumer = world.bus.subscribe(Subscription::new("test", &["storage.v1.object.*"])).await.unwrap();
    let mut events = Vec::new();
    while events.len() < 3 {
        let next = tokio::time::timeout(Duration::from_secs(30), consumer.next()).await;
        let delivery = next.expect("an event").unwrap();
        delivery.settle.ack().await.unwrap();
        events.push(delivery.event);
    }
    let created: ObjectCreated = events[0].payload().unwrap();
    assert_eq!((created.bucket.as_str(), created.key.as_str(), created.size), ("user-ann", "a ö.nc", 5));
    assert_eq!((created.content_type.as_str(), created.principal.as_str()), ("application/x-netcdf", "ann"));
    assert_eq!(created.metadata["okeanos-job"], "7");
    assert_eq!(events[1].short_kind(), "storage.v1.object.created");
    let removed: ObjectRemoved = events[2].payload().unwrap();
    assert_eq!((events[2].short_kind(), removed.key.as_str()), ("storage.v1.object.removed", "b.nc"));
}
