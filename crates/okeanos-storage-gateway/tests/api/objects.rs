//! Objects and buckets.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{Delete, MetadataDirective, ObjectIdentifier},
};

use crate::world::{World, code};

#[tokio::test(flavor = "multi_thread")]
async fn an_object_comes_back_as_it_was_put() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let put = ann
        .put_object()
        .bucket("user-ann")
        .key("größe/a b+c=1.nc")
        .content_type("application/x-netcdf")
        .cache_control("no-cache")
        .metadata("okeanos-job", "7")
        .body(ByteStream::from_static(b"0123456789"))
        .send()
        .await
        .unwrap();
    assert_eq!(put.e_tag(), Some("\"781e5e245d69b566979b86e28d23f2c7\""));
    assert!(put.checksum_crc32().is_some());
    let get = ann.get_object().bucket("user-ann").key("größe/a b+c=1.nc").send().await.unwrap();
    assert_eq!((get.content_length(), get.content_type()), (Some(10), Some("application/x-netcdf")));
    assert_eq!((get.cache_control(), get.metadata().unwrap()["okeanos-job"].as_str()), (Some("no-cache"), "7"));
    assert_eq!(get.body.collect().await.unwrap().to_vec(), b"0123456789");
    let range = |range: &str| ann.get_object().bucket("user-ann").key("größe/a b+c=1.nc").range(range).send();
    let part = range("bytes=2-4").await.unwrap();
    assert_eq!(part.content_range(), Some("bytes 2-4/10"));
    assert_eq!(part.body.collect().await.unwrap().to_vec(), b"234");
    assert_eq!(range("bytes=-3").await.unwrap().body.collect().await.unwrap().to_vec(), b"789");
    assert_eq!(code(range("bytes=10-").await), "InvalidRange");
    let head = ann.head_object().bucket("user-ann").key("größe/a b+c=1.nc").send().await.unwrap();
    assert_eq!((head.content_length(), head.e_tag()), (Some(10), put.e_tag()));
    let missing = ann.get_object().bucket("user-ann").key("missing").send().await;
    assert_eq!(code(missing), "NoSuchKey");
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_hold_on_reads_and_writes() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let put = || ann.put_object().bucket("user-ann").key("k").body(ByteStream::from_static(b"x"));
    let etag = put().if_none_match("*").send().await.unwrap().e_tag().unwrap().to_owned();
    assert_eq!(code(put().if_none_match("*").send().await), "PreconditionFailed");
    assert_eq!(code(put().if_match("\"0\"").send().await), "PreconditionFailed");
    put().if_match(&etag).send().await.unwrap();
    let get = || ann.get_object().bucket("user-ann").key("k");
    assert_eq!(code(get().if_match("\"0\"").send().await), "PreconditionFailed");
    let unchanged = get().if_none_match(&etag).send().await.unwrap_err();
    assert_eq!(unchanged.raw_response().unwrap().status().as_u16(), 304);
    let unchanged = get().if_none_match(&etag).range("bytes=9-").send().await.unwrap_err();
    assert_eq!(unchanged.raw_response().unwrap().status().as_u16(), 304, "conditions count before the range");
    assert_eq!(code(get().if_match("\"0\"").range("bytes=9-").send().await), "PreconditionFailed");
}

#[tokio::test(flavor = "multi_thread")]
async fn ranges_that_say_nothing_are_passed_over_and_those_past_the_end_told_where_it_is() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let put = ann.put_object().bucket("user-ann").key("public/k").body(ByteStream::from_static(b"0123456789"));
    put.send().await.unwrap();
    for (range, status, expected) in [
        ("bytes=2-4", 206, "234"),
        ("bytes=0-1,4-5", 200, "0123456789"),
        ("bytes=5-2", 200, "0123456789"),
        ("lines=1-2", 200, "0123456789"),
    ] {
        let (got, _, body) = world.raw("GET", "/user-ann/public/k", &format!("range: {range}\r\n"), "").await;
        assert_eq!((got, body.as_str()), (status, expected), "{range}");
    }
    let (status, head, _) = world.raw("GET", "/user-ann/public/k", "range: bytes=10-\r\n", "").await;
    assert!(status == 416 && head.contains("content-range: bytes */10"), "{status} {head}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_other_than_said_are_not_kept() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let put = || ann.put_object().bucket("user-ann").key("k").body(ByteStream::from_static(b"x"));
    assert_eq!(code(put().checksum_crc32("AAAAAA==").send().await), "BadDigest");
    assert_eq!(code(put().content_md5("AAAAAAAAAAAAAAAAAAAAAA==").send().await), "BadDigest");
    let head = ann.head_object().bucket("user-ann").key("k").send().await.unwrap_err();
    assert_eq!(head.raw_response().unwrap().status().as_u16(), 404);
    let config = okeanos_storage_gateway::Config { max_put_bytes: 3, ..Default::default() };
    let small = World::with(config).await;
    let big = small.client("AK-ann").put_object().bucket("user-ann").key("k").body(ByteStream::from_static(b"four"));
    assert_eq!(code(big.send().await), "EntityTooLarge");
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_and_bulk_removals() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    for key in ["a", "b"] {
        let put = ann.put_object().bucket("user-ann").key(key).metadata("m", "1");
        put.body(ByteStream::from_static(b"x")).send().await.unwrap();
    }
    let copy = || ann.copy_object().bucket("user-ann").copy_source("user-ann/a");
    copy().key("kept").send().await.unwrap();
    copy().key("changed").metadata_directive(MetadataDirective::Replace).metadata("m", "2").send().await.unwrap();
    for (key, expected) in [("kept", "1"), ("changed", "2")] {
        let head = ann.head_object().bucket("user-ann").key(key).send().await.unwrap();
        assert_eq!(head.metadata().unwrap()["m"], expected);
    }
    let objects = ["a", "b", "kept", "changed", "never-there", "bad//key"]
        .map(|k| ObjectIdentifier::builder().key(k).build().unwrap())
        .to_vec();
    let delete = Delete::builder().set_objects(Some(objects)).build().unwrap();
    let done = ann.delete_objects().bucket("user-ann").delete(delete).send().await.unwrap();
    assert_eq!((done.deleted().len(), done.errors().len()), (5, 1));
    assert_eq!(done.errors()[0].code(), Some("InvalidArgument"));
    let left = ann.list_objects_v2().bucket("user-ann").send().await.unwrap();
    assert_eq!(left.key_count(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn buckets_come_into_being_for_their_owners() {
    let world = World::new().await;
    let (ann, bob, admin) = (world.client("AK-ann"), world.client("AK-bob"), world.client("AK-admin"));
    let names = async |client: &aws_sdk_s3::Client| {
        let buckets = client.list_buckets().send().await.unwrap();
        buckets.buckets().iter().map(|b| b.name().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&ann).await, ["user-ann"]);
    bob.create_bucket().bucket("project-reef").send().await.unwrap();
    assert_eq!(names(&bob).await, ["project-reef", "user-bob"]);
    assert_eq!(names(&admin).await, ["project-reef", "user-admin", "user-ann", "user-bob"]);
    for bucket in ["project-reef", "user-bob", "project-other", "anything"] {
        assert_eq!(code(ann.create_bucket().bucket(bucket).send().await), "AccessDenied", "{bucket}");
    }
    admin.create_bucket().bucket("anything").send().await.unwrap();
    assert_eq!(code(ann.create_bucket().bucket("user-ann").send().await), "BucketAlreadyOwnedByYou");
    let location = ann.get_bucket_location().bucket("user-ann").send().await.unwrap();
    assert_eq!(location.location_constraint().unwrap().as_str(), "okeanos");
    let put = ann.put_object().bucket("user-ann").key("k").body(ByteStream::from_static(b"x"));
    put.send().await.unwrap();
    assert_eq!(code(ann.delete_bucket().bucket("user-ann").send().await), "BucketNotEmpty");
    ann.delete_object().bucket("user-ann").key("k").send().await.unwrap();
    ann.delete_bucket().bucket("user-ann").send().await.unwrap();
    assert_eq!(names(&ann).await, ["user-ann"]);
}
