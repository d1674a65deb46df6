//! What others are told.

use std::time::Duration;

use okeanos_events::Subscription;
use okeanos_proto::cataloguer::v1::ObjectReport;

use crate::{files::netcdf, world::World};

#[tokio::test(flavor = "multi_thread")]
async fn reports_are_published() {
    let world = World::start().await;
    world.put("user-ann", "ocean.nc", netcdf()).await;
    world.report("user-ann", "ocean.nc").await;
    world.put("user-ann", "broken.nc", b"hello".to_vec()).await;
    world.report("user-ann", "broken.nc").await;
    let subscription = Subscription::new("test", &["cataloguer.v1.object.*"]);
    let mut consumer = world.node.ctx.bus.subscribe(subscription).await.unwrap();
    let mut told = Vec::new();
    for _ in 0..4 {
        let delivery = tokio::time::timeout(Duration::from_secs(30), consumer.next()).await.unwrap().unwrap();
        let report: ObjectReport = delivery.event.payload().unwrap();
        told.push((delivery.event.short_kind().to_owned(), report.key, report.status, report.item_ids.len()));
        delivery.settle.ack().await.unwrap();
    }
    told.sort();
    let expected = [
        ("cataloguer.v1.object.catalogued", "ocean.nc", "passed", 2),
        ("cataloguer.v1.object.checked", "broken.nc", "failed", 0),
        ("cataloguer.v1.object.checked", "ocean.nc", "passed", 2),
        ("cataloguer.v1.object.rejected", "broken.nc", "failed", 0),
    ];
    assert_eq!(
        told,
        expected.map(|(kind, key, status, items)| (kind.to_owned(), key.to_owned(), status.to_owned(), items))
    );
}
