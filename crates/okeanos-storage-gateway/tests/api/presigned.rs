//! Presigned URLs: good for what they were made for, and nothing else.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::{
    presigning::{PresignedRequest, PresigningConfig},
    primitives::ByteStream,
};

use crate::world::{World, secret};

const MINUTE: Duration = Duration::from_secs(60);

fn for_a_minute() -> PresigningConfig {
    PresigningConfig::expires_in(MINUTE).unwrap()
}

/// Uses a URL as somebody does who was given it: with more headers, and a body.
async fn send(world: &World, request: &PresignedRequest, more: &str, body: &str) -> (u16, String, String) {
    let target = request.uri().strip_prefix(&format!("http://{}", world.address)).unwrap();
    let signed: String = request.headers().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    world.raw(request.method(), target, &format!("{signed}{more}"), body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_writes_and_reads_one_object() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    let put = ann.put_object().bucket("user-ann").key("a ö").presigned(for_a_minute()).await.unwrap();
    let (status, _, answer) = send(&world, &put, "content-type: text/plain\r\n", "hello").await;
    assert_eq!(status, 200, "{answer}");
    let get = ann.get_object().bucket("user-ann").key("a ö").response_content_type("text/csv");
    let (status, head, body) = send(&world, &get.presigned(for_a_minute()).await.unwrap(), "", "").await;
    assert_eq!((status, body.as_str()), (200, "hello"));
    for header in ["content-type: text/csv", "x-content-type-options: nosniff", "content-security-policy: sandbox"] {
        assert!(head.contains(header), "{head}");
    }
    let good = secret("AK-session");
    let with_session = world.client_with("AK-session", &good, Some("the-token"), "okeanos");
    let get = with_session.get_object().bucket("user-ann").key("a ö").presigned(for_a_minute()).await.unwrap();
    assert_eq!(send(&world, &get, "", "").await.0, 200);
    let without = world.client_with("AK-session", &good, None, "okeanos");
    let get = without.get_object().bucket("user-ann").key("a ö").presigned(for_a_minute()).await.unwrap();
    assert_eq!(send(&world, &get, "", "").await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_given_a_url_to_write_cannot_copy_with_it() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    ann.put_object().bucket("user-ann").key("secret").body(ByteStream::from_static(b"x")).send().await.unwrap();
    let put = ann.put_object().bucket("user-ann").key("public/in").presigned(for_a_minute()).await.unwrap();
    for header in ["x-amz-copy-source: /user-ann/secret\r\n", "X-Amz-Meta-By: somebody\r\n"] {
        let (status, _, body) = send(&world, &put, header, "").await;
        assert!(status == 403 && body.contains("storage-gateway/unsigned-header"), "{status} {body}");
    }
    assert_eq!(world.raw("GET", "/user-ann/public/in", "", "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_url_ends() {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    ann.put_object().bucket("user-ann").key("k").body(ByteStream::from_static(b"x")).send().await.unwrap();
    let ended = PresigningConfig::builder().start_time(SystemTime::now() - 2 * MINUTE).expires_in(MINUTE).build();
    let get = ann.get_object().bucket("user-ann").key("k").presigned(ended.unwrap()).await.unwrap();
    assert_eq!(send(&world, &get, "", "").await.0, 403);
}
