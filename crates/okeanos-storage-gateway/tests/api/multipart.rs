//! Multipart uploads.

use aws_sdk_s3::{
    Client,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};

use crate::world::{World, code};

const PART: usize = 5 * 1024 * 1024;

async fn begin(client: &Client, key: &str) -> String {
    let begun = client.create_multipart_upload().bucket("user-ann").key(key).metadata("m", "1").send().await;
    begun.unwrap().upload_id().unwrap().to_owned()
}

fn completed(parts: &[(i32, &str)]) -> CompletedMultipartUpload {
    let parts = parts.iter().map(|(n, e)| CompletedPart::builder().part_number(*n).e_tag(*e).build());
    CompletedMultipartUpload::builder().set_parts(Some(parts.collect())).build()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_object_of_parts() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let source = ann.put_object().bucket("user-ann").key("source").body(ByteStream::from(b"0123456789".to_vec()));
    source.send().await.unwrap();
    let id = begin(&ann, "multi").await;
    let first = ann.upload_part().bucket("user-ann").key("multi").upload_id(&id).part_number(1);
    let first = first.body(ByteStream::from(vec![7; PART])).send().await.unwrap();
    let second = ann.upload_part_copy().bucket("user-ann").key("multi").upload_id(&id).part_number(2);
    let second = second.copy_source("user-ann/source").copy_source_range("bytes=2-4").send().await.unwrap();
    let second = second.copy_part_result().unwrap().e_tag().unwrap().to_owned();
    let listed = ann.list_parts().bucket("user-ann").key("multi").upload_id(&id).max_parts(1).send().await.unwrap();
    assert_eq!((listed.parts().len(), listed.is_truncated()), (1, Some(true)));
    let uploads = ann.list_multipart_uploads().bucket("user-ann").send().await.unwrap();
    assert_eq!(uploads.uploads()[0].upload_id(), Some(id.as_str()));
    let complete = |parts| {
        ann.complete_multipart_upload().bucket("user-ann").key("multi").upload_id(&id).multipart_upload(parts).send()
    };
    let etag = first.e_tag().unwrap();
    assert_eq!(code(complete(completed(&[(2, &second), (1, etag)])).await), "InvalidPartOrder");
    assert_eq!(code(complete(completed(&[(1, "\"0\"")])).await), "InvalidPart");
    let done = complete(completed(&[(1, etag), (2, &second)])).await.unwrap();
    assert!(done.e_tag().unwrap().ends_with("-2\""));
    let get = ann.get_object().bucket("user-ann").key("multi").send().await.unwrap();
    assert_eq!(get.metadata().unwrap()["m"], "1");
    let bytes = get.body.collect().await.unwrap().to_vec();
    assert_eq!((bytes.len(), &bytes[PART..]), (PART + 3, &b"234"[..]));
    let again = complete(completed(&[(1, etag), (2, &second)])).await.unwrap();
    assert_eq!(again.e_tag(), done.e_tag(), "a client that lost the answer asks again");
    assert_eq!(code(complete(completed(&[(1, etag)])).await), "NoSuchUpload");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_is_its_owners() {
    let world = World::new().await;
    let (ann, bob) = (world.client("AK-ann"), world.client("AK-bob"));
    ann.put_object().bucket("user-ann").key("secret").body(ByteStream::from_static(b"x")).send().await.unwrap();
    let id = begin(&ann, "public/multi").await;
    let at =
        |client: &Client| client.upload_part().bucket("user-ann").key("public/multi").upload_id(&id).part_number(1);
    assert_eq!(code(at(&bob).body(ByteStream::from_static(b"x")).send().await), "AccessDenied");
    let parts = bob.list_parts().bucket("user-ann").key("public/multi").upload_id(&id).send().await;
    assert_eq!(code(parts), "AccessDenied");
    let abort = |client: &Client| client.abort_multipart_upload().bucket("user-ann").key("public/multi").upload_id(&id);
    assert_eq!(code(abort(&bob).send().await), "AccessDenied");
    assert_eq!(code(bob.list_multipart_uploads().bucket("user-ann").send().await), "AccessDenied");
    let bobs = bob.create_multipart_upload().bucket("user-bob").key("k").send().await.unwrap();
    let stolen = bob.upload_part_copy().bucket("user-bob").key("k").upload_id(bobs.upload_id().unwrap());
    assert_eq!(code(stolen.part_number(1).copy_source("user-ann/secret").send().await), "AccessDenied");
    let elsewhere = ann.upload_part().bucket("user-ann").key("other").upload_id(&id).part_number(1);
    assert_eq!(code(elsewhere.body(ByteStream::from_static(b"x")).send().await), "NoSuchUpload");
    abort(&ann).send().await.unwrap();
    assert_eq!(code(abort(&ann).send().await), "NoSuchUpload");
}
