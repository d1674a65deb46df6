//! Who gets in, and what they may do.

use aws_sdk_s3::{
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart},
};

use crate::world::{World, code, secret};

async fn filled() -> World {
    let world = World::new().await;
    let ann = world.client("AK-ann");
    for key in ["secret", "public/open"] {
        ann.put_object().bucket("user-ann").key(key).body(ByteStream::from_static(b"x")).send().await.unwrap();
    }
    world
}

const OPEN: &str = "x-amz-copy-source: /user-ann/public/open\r\n";
const COMPLETE: &str =
    "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>";

/// Every operation, as method, target, headers and body; the targets are Ann's.
const OPERATIONS: [(&str, &str, &str, &str); 20] = [
    ("GET", "/", "", ""),
    ("HEAD", "/user-ann", "", ""),
    ("GET", "/user-ann?location", "", ""),
    ("PUT", "/user-ann", "", ""),
    ("DELETE", "/user-ann", "", ""),
    ("GET", "/user-ann", "", ""),
    ("GET", "/user-ann?list-type=2&prefix=publi", "", ""),
    ("GET", "/user-ann?uploads", "", ""),
    ("GET", "/user-ann/secret", "", ""),
    ("HEAD", "/user-ann/secret", "", ""),
    ("PUT", "/user-ann/public/open", "", "x"),
    ("DELETE", "/user-ann/public/open", "", ""),
    ("POST", "/user-ann?delete", "", "<Delete><Object><Key>public/open</Key></Object></Delete>"),
    ("POST", "/user-ann/public/open?uploads", "", ""),
    ("PUT", "/user-ann/public/open?partNumber=1&uploadId=x", "", "x"),
    ("GET", "/user-ann/public/open?uploadId=x", "", ""),
    ("PUT", "/user-ann/public/copy", OPEN, ""),
    ("PUT", "/user-ann/public/open?partNumber=1&uploadId=x", OPEN, ""),
    ("POST", "/user-ann/public/open?uploadId=x", "", COMPLETE),
    ("DELETE", "/user-ann/public/open?uploadId=x", "", ""),
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reads_what_is_public_and_does_nothing_else() {
    let world = filled().await;
    for (method, target, headers, body) in OPERATIONS {
        let (status, ..) = world.raw(method, target, headers, body).await;
        assert_eq!(status, 403, "{method} {target}");
    }
    let (status, head, body) = world.raw("GET", "/user-ann/public/open", "", "").await;
    assert_eq!((status, body.as_str()), (200, "x"));
    assert!(head.contains("access-control-allow-origin: *") && head.contains("x-amz-request-id: "), "{head}");
    assert!(
        head.contains("x-content-type-options: nosniff") && head.contains("content-security-policy: sandbox"),
        "{head}"
    );
    assert_eq!(world.raw("HEAD", "/user-ann/public/open", "", "").await.0, 200);
    let (status, _, body) = world.raw("GET", "/user-ann?list-type=2&prefix=public/", "", "").await;
    assert!(status == 200 && body.contains("<Key>public/open</Key>"), "{body}");
    assert_eq!(world.raw("GET", "/user-ann/public/missing", "", "").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_reads_what_is_public_and_does_nothing_else() {
    let world = filled().await;
    let bob = world.client("AK-bob");
    let x = || ByteStream::from_static(b"x");
    let upload_part_copy = bob.upload_part_copy().bucket("user-ann").key("public/open").upload_id("x").part_number(1);
    let upload_part_copy = upload_part_copy.copy_source("user-ann/public/open");
    let parts = CompletedPart::builder().part_number(1).e_tag("e").build();
    let parts = CompletedMultipartUpload::builder().parts(parts).build();
    let refused = [
        code(bob.head_bucket().bucket("user-ann").send().await),
        code(bob.get_bucket_location().bucket("user-ann").send().await),
        code(bob.delete_bucket().bucket("user-ann").send().await),
        code(bob.list_objects_v2().bucket("user-ann").send().await),
        code(bob.list_objects().bucket("user-ann").prefix("s").send().await),
        code(bob.get_object().bucket("user-ann").key("secret").send().await),
        code(bob.get_object().bucket("user-ann").key("missing").send().await),
        code(bob.put_object().bucket("user-ann").key("public/open").body(x()).send().await),
        code(bob.delete_object().bucket("user-ann").key("public/open").send().await),
        code(bob.copy_object().bucket("user-bob").key("k").copy_source("user-ann/secret").send().await),
        code(bob.copy_object().bucket("user-ann").key("k").copy_source("user-ann/public/open").send().await),
        code(bob.create_multipart_upload().bucket("user-ann").key("public/open").send().await),
        code(upload_part_copy.send().await),
        code(
            bob.complete_multipart_upload()
                .bucket("user-ann")
                .key("public/open")
                .upload_id("x")
                .multipart_upload(parts)
                .send()
                .await,
        ),
        code(bob.abort_multipart_upload().bucket("user-ann").key("public/open").upload_id("x").send().await),
        code(bob.list_objects().bucket("user-ann").send().await),
    ];
    for (index, code) in refused.iter().enumerate() {
        assert!(code == "AccessDenied" || (index == 0 && code != "done"), "{index}: {code}");
    }
    bob.get_object().bucket("user-ann").key("public/open").send().await.unwrap();
    bob.copy_object().bucket("user-bob").key("k").copy_source("user-ann/public/open").send().await.unwrap();
    bob.put_object().bucket("project-reef").key("k").body(x()).send().await.unwrap();
    world.client("AK-admin").get_object().bucket("user-ann").key("secret").send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_credential_writes_nothing() {
    let world = filled().await;
    let reader = world.client("AK-reader");
    reader.get_object().bucket("user-ann").key("secret").send().await.unwrap();
    let put = reader.put_object().bucket("user-ann").key("k").body(ByteStream::from_static(b"x")).send().await;
    assert_eq!(code(put), "AccessDenied");
    assert_eq!(code(reader.delete_object().bucket("user-ann").key("secret").send().await), "AccessDenied");
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_that_are_not_good_are_refused() {
    let world = filled().await;
    let good = secret("AK-session");
    for (key, secret, session, region, expected) in [
        ("AK-ann", "wrong", None, "okeanos", "SignatureDoesNotMatch"),
        ("AK-nobody", "any", None, "okeanos", "InvalidAccessKeyId"),
        ("AK-ghost", "secret-of-AK-ghost", None, "okeanos", "InvalidAccessKeyId"),
        ("AK-expired", "secret-of-AK-expired", None, "okeanos", "ExpiredToken"),
        ("AK-session", good.as_str(), None, "okeanos", "InvalidToken"),
        ("AK-session", good.as_str(), Some("other"), "okeanos", "InvalidToken"),
        ("AK-session", good.as_str(), Some("the-token"), "us-east-1", "done"),
        ("AK-ann", "secret-of-AK-ann", Some("the-token"), "okeanos", "InvalidToken"),
        ("AK-ann", "secret-of-AK-ann", None, "eu-west-1", "AuthorizationHeaderMalformed"),
    ] {
        let client = world.client_with(key, secret, session, region);
        let got = code(client.get_object().bucket("user-ann").key("secret").send().await);
        assert_eq!(got, expected, "{key} {session:?} {region}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_framework_would_take_is_refused() {
    let world = filled().await;
    let scope = "AK-ann%2F20260101%2Fokeanos%2Fs3%2Faws4_request";
    let month = format!("/user-ann/secret?X-Amz-Credential={scope}&X-Amz-Expires=2592000&X-Amz-Signature=0");
    for (method, target, headers, expected) in [
        ("GET", month.as_str(), "", "presigned-too-long"),
        ("GET", "/user-ann/secret?AWSAccessKeyId=AK-ann&Signature=0&Expires=9999999999", "", "old-signature"),
        ("GET", "/user-ann/secret", "authorization: AWS AK-ann:0\r\n", "old-signature"),
        ("POST", "/user-ann", "content-type: multipart/form-data; boundary=x\r\n", "not-offered"),
        ("GET", "/user-ann/public/open?response-content-type=text%2Fhtml", "", "unsigned-override"),
        ("GET", "/user-ann/public/..%2Fsecret", "", "bad-key"),
        ("GET", "/user-ann/public/%2e%2e/secret", "", "bad-key"),
        ("GET", "/user-ann/public/../secret", "", "bad-key"),
        ("GET", "/user-ann/public//open", "", "bad-key"),
        ("GET", "/user-ann/public/open%00", "", "bad-key"),
    ] {
        let (status, _, body) = world.raw(method, target, headers, "").await;
        assert!(
            (400..=501).contains(&status) && body.contains(&format!("storage-gateway/{expected}")),
            "{target} {body}"
        );
    }
    let (status, ..) = world.raw("GET", "/..%2fuser-ann/public/open", "", "").await;
    assert_eq!(status, 400);
    let tagging = world.client("AK-ann").get_object_tagging().bucket("user-ann").key("secret").send().await;
    assert_eq!(code(tagging), "NotImplemented");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_origins_may_read() {
    let world = filled().await;
    let asks = "origin: https://elsewhere.example\r\naccess-control-request-method: GET\r\n";
    let (status, head, _) = world.raw("OPTIONS", "/user-ann/public/open", asks, "").await;
    assert_eq!(status, 204);
    assert!(head.contains("access-control-allow-methods: get, head\r\n"), "{head}");
    assert!(!head.contains("allow-credentials"), "{head}");
}
