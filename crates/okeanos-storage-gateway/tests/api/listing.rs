//! Listings.

use aws_sdk_s3::primitives::ByteStream;

use crate::world::{World, code};

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_both_versions() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let keys = ["a/1", "a/2 ö+&.nc", "b", "c/1", "d"];
    for key in keys {
        ann.put_object().bucket("user-ann").key(key).body(ByteStream::from_static(b"x")).send().await.unwrap();
    }
    let mut found = Vec::new();
    let mut pages = ann.list_objects_v2().bucket("user-ann").max_keys(2).into_paginator().send();
    while let Some(page) = pages.next().await {
        found.extend(page.unwrap().contents().iter().map(|o| o.key().unwrap().to_owned()));
    }
    assert_eq!(found, keys);
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let request = ann.list_objects().bucket("user-ann").delimiter("/").max_keys(1).set_marker(marker);
        let page = request.send().await.unwrap();
        found.extend(page.contents().iter().map(|o| o.key().unwrap().to_owned()));
        found.extend(page.common_prefixes().iter().map(|p| p.prefix().unwrap().to_owned()));
        marker = page.next_marker().map(str::to_owned);
        if !page.is_truncated().unwrap_or_default() {
            break;
        }
    }
    assert_eq!(found, ["a/", "b", "c/", "d"]);
    let encoded = ann.list_objects_v2().bucket("user-ann").prefix("a/2");
    let encoded = encoded.encoding_type(aws_sdk_s3::types::EncodingType::Url).send().await.unwrap();
    assert_eq!(encoded.contents()[0].key(), Some("a/2%20%C3%B6%2B%26.nc"));
    let after = ann.list_objects_v2().bucket("user-ann").start_after("c/1").send().await.unwrap();
    assert_eq!(after.contents().len(), 1);
    let bad = ann.list_objects_v2().bucket("user-ann").continuation_token("no token!").send().await;
    assert_eq!(code(bad), "InvalidArgument");
}
