//! Bodies in chunks, as SDKs send them: each chunk signed, or unsigned with a checksum after the last.

use hmac::{Hmac, Mac};
use okeanos_runtime::Clock;
use sha2::{Digest, Sha256};

use crate::world::{World, secret};

/// CRC32 of `hello world`, by Python's zlib.
const CRC32: &str = "x-amz-checksum-crc32:DUoRhQ==";
const SIGNED: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// Signature Version 4, by the book.
struct Signer {
    at: String,
    scope: String,
    key: Vec<u8>,
}

impl Signer {
    fn new() -> Self {
        let now = Clock::system().now();
        let day = format!("{:04}{:02}{:02}", now.year(), u8::from(now.month()), now.day());
        let at = format!("{day}T{:02}{:02}{:02}Z", now.hour(), now.minute(), now.second());
        let scope = format!("{day}/okeanos/s3/aws4_request");
        let key = format!("AWS4{}", secret("AK-ann")).into_bytes();
        let key = scope.split('/').fold(key, |key, part| hmac(&key, part));
        Self { at, scope, key }
    }

    fn sign(&self, algorithm: &str, rest: &str) -> String {
        hex::encode(hmac(&self.key, &format!("{algorithm}\n{}\n{}\n{rest}", self.at, self.scope)))
    }

    /// The headers of a PUT, and its signature.
    fn head(&self, world: &World, how: &str, length: usize, trailer: Option<&str>) -> (String, String) {
        let mut headers = vec![
            ("host", world.address.to_string()),
            ("x-amz-content-sha256", how.to_owned()),
            ("x-amz-date", self.at.clone()),
            ("x-amz-decoded-content-length", length.to_string()),
        ];
        headers.extend(trailer.map(|name| ("x-amz-trailer", name.to_owned())));
        let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
        let lines: String = headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let signature = self.sign("AWS4-HMAC-SHA256", &sha256(&format!("PUT\n/user-ann/k\n\n{lines}\n{names}\n{how}")));
        let sent: String = headers[1..].iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let scope = &self.scope;
        let authorization = format!(
            "authorization: AWS4-HMAC-SHA256 Credential=AK-ann/{scope}, SignedHeaders={names}, Signature={signature}\r\n"
        );
        (format!("{sent}{authorization}"), signature)
    }

    /// Chunks, each signed with the one before it; the last one is empty.
    fn chunks(&self, seed: &str, chunks: &[&str]) -> (String, String) {
        let (mut body, mut last) = (String::new(), seed.to_owned());
        for chunk in chunks.iter().chain(&[""]) {
            last = self.sign("AWS4-HMAC-SHA256-PAYLOAD", &format!("{last}\n{}\n{}", sha256(""), sha256(chunk)));
            let end = if chunk.is_empty() { "" } else { "\r\n" };
            body.push_str(&format!("{:x};chunk-signature={last}\r\n{chunk}{end}", chunk.len()));
        }
        (body, last)
    }
}

async fn put(world: &World, head: &str, body: &str) -> (u16, String) {
    let (status, _, answer) = world.raw("PUT", "/user-ann/k", head, body).await;
    (status, answer)
}

async fn stored(world: &World) -> Vec<u8> {
    let get = world.client("AK-ann").get_object().bucket("user-ann").key("k").send().await.unwrap();
    get.body.collect().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_chunks() {
    let (world, signer) = (World::new().await, Signer::new());
    let (head, seed) = signer.head(&world, SIGNED, 11, None);
    let (body, _) = signer.chunks(&seed, &["hello ", "world"]);
    let (status, answer) = put(&world, &head, &format!("{body}\r\n")).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(stored(&world).await, b"hello world");
    let (status, answer) = put(&world, &head, &format!("{}\r\n", body.replace("world", "earth"))).await;
    assert!(status == 400 && answer.contains("<Code>BadDigest</Code>"), "{answer}");
    let large = format!("{:x};chunk-signature={seed}\r\nhello", 5 << 20);
    let (status, answer) = put(&world, &head, &large).await;
    assert!(status == 400 && answer.contains("storage-gateway/bad-chunk"), "{answer}");
    assert_eq!(stored(&world).await, b"hello world");
}

#[tokio::test(flavor = "multi_thread")]
async fn signed_chunks_with_a_trailer() {
    let (world, signer) = (World::new().await, Signer::new());
    let (head, seed) = signer.head(&world, &format!("{SIGNED}-TRAILER"), 11, Some("x-amz-checksum-crc32"));
    let (body, last) = signer.chunks(&seed, &["hello world"]);
    let signature = signer.sign("AWS4-HMAC-SHA256-TRAILER", &format!("{last}\n{}", sha256(&format!("{CRC32}\n"))));
    let trailers = format!("{CRC32}\r\nx-amz-trailer-signature:{signature}\r\n\r\n");
    let (status, answer) = put(&world, &head, &format!("{body}{trailers}")).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(stored(&world).await, b"hello world");
}

#[tokio::test(flavor = "multi_thread")]
async fn unsigned_chunks_with_a_checksum_that_must_come() {
    let (world, signer) = (World::new().await, Signer::new());
    let how = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";
    let (head, _) = signer.head(&world, how, 11, Some("x-amz-checksum-crc32"));
    let (status, answer) = put(&world, &head, &format!("b\r\nhello world\r\n0\r\n{CRC32}\r\n\r\n")).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(stored(&world).await, b"hello world");
    for (content, trailers) in [("hello earth", format!("{CRC32}\r\n\r\n")), ("hello earth", "\r\n".to_owned())] {
        let (status, answer) = put(&world, &head, &format!("b\r\n{content}\r\n0\r\n{trailers}")).await;
        assert!(status == 400 && answer.contains("<Code>BadDigest</Code>"), "{trailers:?}: {answer}");
    }
    assert_eq!(stored(&world).await, b"hello world");
}
