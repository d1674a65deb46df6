//! What every store must do.

use std::{collections::BTreeMap, io, sync::Arc};

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, future, stream};
use okeanos_blob::{BlobError, Blobs, ByteRange, ByteStream, Condition, List, Location, Meta, Page, PutOptions};
use uuid::Uuid;

const MIB: usize = 1024 * 1024;

/// A store and a bucket of this run's own.
pub(crate) struct Bench {
    blobs: Arc<dyn Blobs>,
    bucket: String,
    /// Whether it is a store of our own; other people's servers have ways of their own in a few corners.
    own: bool,
}

pub(crate) async fn run(blobs: Arc<dyn Blobs>, own: bool) {
    let bucket = format!("suite-{}", Uuid::now_v7().simple());
    let bench = Bench { blobs, bucket, own };
    bench.buckets().await;
    bench.objects().await;
    bench.odd_keys().await;
    bench.ranges().await;
    bench.conditions().await;
    bench.conditional_writes_race().await;
    bench.copies().await;
    bench.listings().await;
    bench.big_object().await;
    bench.broken_body().await;
    bench.multipart().await;
    bench.multipart_refusals().await;
    bench.clean().await;
}

pub(crate) fn body(bytes: impl Into<Bytes>) -> ByteStream {
    Box::pin(stream::iter([Ok(bytes.into())]))
}

pub(crate) async fn read(body: ByteStream) -> Vec<u8> {
    body.map_ok(|b| b.to_vec()).try_concat().await.expect("a whole body")
}

fn md5(bytes: &[u8]) -> String {
    use md5::{Digest, Md5};
    hex::encode(Md5::digest(bytes))
}

impl Bench {
    fn at(&self, key: &str) -> Location {
        Location::new(&self.bucket, key)
    }

    async fn put(&self, key: &str, bytes: &'static [u8]) -> Meta {
        self.blobs.put(&self.at(key), body(bytes), PutOptions::default()).await.expect(key)
    }

    async fn bytes(&self, key: &str) -> Vec<u8> {
        read(self.blobs.get(&self.at(key), None).await.expect(key).1).await
    }

    async fn list(&self, list: List) -> Page {
        self.blobs.list(&self.bucket, list).await.expect("a page")
    }

    async fn keys(&self, prefix: &str) -> Vec<String> {
        let list = List { prefix: prefix.into(), limit: 1000, ..List::default() };
        self.list(list).await.objects.into_iter().map(|o| o.key).collect()
    }

    async fn buckets(&self) {
        let blobs = &self.blobs;
        assert!(!blobs.has_bucket(&self.bucket).await.unwrap());
        if self.own {
            // SeaweedFS makes the bucket.
            let missing = blobs.put(&self.at("k"), body("x"), PutOptions::default()).await;
            assert!(matches!(missing, Err(BlobError::NoSuchBucket(_))), "{missing:?}");
        }
        let missing = blobs.list(&self.bucket, List { limit: 1, ..List::default() }).await;
        assert!(matches!(missing, Err(BlobError::NoSuchBucket(_))), "{missing:?}");
        assert!(blobs.create_bucket(&self.bucket).await.unwrap());
        assert!(!blobs.create_bucket(&self.bucket).await.unwrap());
        assert!(blobs.has_bucket(&self.bucket).await.unwrap());
        assert!(blobs.buckets().await.unwrap().iter().any(|(name, _)| *name == self.bucket));
        self.put("only", b"x").await;
        assert!(matches!(blobs.delete_bucket(&self.bucket).await, Err(BlobError::BucketNotEmpty(_))));
        assert!(blobs.delete(&self.at("only")).await.unwrap());
        assert!(!blobs.delete(&self.at("only")).await.unwrap());
    }

    async fn objects(&self) {
        let options = PutOptions {
            content_type: Some("application/x-netcdf".into()),
            metadata: BTreeMap::from([("okeanos-job".into(), "7".into())]),
            condition: Condition::Always,
        };
        let put = self.blobs.put(&self.at("a/b.nc"), body("hello"), options.clone()).await.unwrap();
        let head = self.blobs.head(&self.at("a/b.nc")).await.unwrap();
        let (got, stream) = self.blobs.get(&self.at("a/b.nc"), None).await.unwrap();
        assert_eq!(read(stream).await, b"hello");
        for meta in [&put, &head, &got] {
            assert_eq!((meta.size, meta.etag.as_str()), (5, md5(b"hello").as_str()));
            assert_eq!((&meta.content_type, &meta.metadata), (&options.content_type, &options.metadata));
        }
        assert!(head.last_modified.year() > 2020);
        self.put("a/b.nc", b"other").await;
        assert_eq!(self.bytes("a/b.nc").await, b"other");
        assert!(self.blobs.head(&self.at("a/b.nc")).await.unwrap().metadata.is_empty());
        self.put("empty", b"").await;
        assert_eq!(self.bytes("empty").await, b"");
        let missing = self.blobs.get(&self.at("a"), None).await;
        assert!(matches!(missing.map(|_| ()), Err(BlobError::NoSuchKey(_))));
        self.blobs.delete(&self.at("a/b.nc")).await.unwrap();
        self.blobs.delete(&self.at("empty")).await.unwrap();
        assert!(self.keys("").await.is_empty());
    }

    async fn odd_keys(&self) {
        // SeaweedFS has no segments over 255 bytes.
        let long = "ö".repeat(if self.own { 150 } else { 100 });
        let mut keys =
            vec!["a", "a/b", "a/b/c", "a b+c%2F", "größe/日本.nc", "x=1/y&z=\"2\"", "dot.file/.hidden", &long];
        keys.sort_unstable();
        for key in &keys {
            self.blobs.put(&self.at(key), body(key.as_bytes().to_vec()), PutOptions::default()).await.expect(key);
        }
        let mut listed = self.keys("").await;
        if !self.own {
            // SeaweedFS lists folder by folder: what sorts before a slash comes after it.
            listed.sort_unstable();
        }
        assert_eq!(listed, keys);
        for key in &keys {
            assert_eq!(self.bytes(key).await, key.as_bytes(), "{key}");
            assert!(self.blobs.delete(&self.at(key)).await.unwrap(), "{key}");
        }
        for key in ["", &"k".repeat(1025)] {
            let refused = self.blobs.put(&self.at(key), body("x"), PutOptions::default()).await;
            assert!(refused.is_err(), "a key of {} bytes", key.len());
        }
    }

    async fn ranges(&self) {
        self.put("r", b"0123456789").await;
        for (range, expected) in [
            (ByteRange::From(2, Some(5)), &b"234"[..]),
            (ByteRange::From(7, None), b"789"),
            (ByteRange::From(8, Some(100)), b"89"),
            (ByteRange::Last(3), b"789"),
            (ByteRange::Last(30), b"0123456789"),
        ] {
            let (meta, stream) = self.blobs.get(&self.at("r"), Some(range)).await.unwrap();
            assert_eq!((meta.size, read(stream).await), (10, expected.to_vec()), "{range:?}");
        }
        for range in [ByteRange::From(10, None), ByteRange::From(3, Some(3)), ByteRange::Last(0)] {
            let refused = self.blobs.get(&self.at("r"), Some(range)).await.map(|_| ());
            assert!(matches!(refused, Err(BlobError::RangeNotSatisfiable(10))), "{range:?} {refused:?}");
        }
        self.blobs.delete(&self.at("r")).await.unwrap();
    }

    async fn put_if(&self, key: &str, condition: Condition) -> Result<Meta, BlobError> {
        self.blobs.put(&self.at(key), body(key.to_owned()), PutOptions { condition, ..PutOptions::default() }).await
    }

    async fn conditions(&self) {
        let matches = |etag: &str| Condition::Matches(etag.to_owned());
        assert!(self.put_if("c", matches("0")).await.is_err());
        let first = self.put_if("c", Condition::Absent).await.unwrap();
        assert!(matches!(self.put_if("c", Condition::Absent).await, Err(BlobError::ConditionFailed(_))));
        assert!(matches!(self.put_if("c", matches("0")).await, Err(BlobError::ConditionFailed(_))));
        self.put_if("c", matches(&first.etag)).await.unwrap();
        self.blobs.delete(&self.at("c")).await.unwrap();
    }

    async fn conditional_writes_race(&self) {
        let tries = (0..16).map(|i| async move {
            let bytes = Bytes::from(format!("writer {i}"));
            let options = PutOptions { condition: Condition::Absent, ..PutOptions::default() };
            self.blobs.put(&self.at("race"), body(bytes.clone()), options).await.ok().map(|_| bytes)
        });
        let won: Vec<_> = future::join_all(tries).await.into_iter().flatten().collect();
        assert_eq!(won.len(), 1, "{won:?}");
        assert_eq!(self.bytes("race").await, won[0]);
        self.blobs.delete(&self.at("race")).await.unwrap();
    }

    async fn copies(&self) {
        let options = PutOptions { content_type: Some("text/plain".into()), ..PutOptions::default() };
        self.blobs.put(&self.at("from me+ö"), body("copied"), options).await.unwrap();
        let (from, to) = (self.at("from me+ö"), self.at("deep/er/to"));
        let kept = self.blobs.copy(&from, &to, None).await.unwrap();
        assert_eq!((kept.size, kept.content_type.as_deref()), (6, Some("text/plain")));
        let metadata = BTreeMap::from([("a".to_owned(), "b".to_owned())]);
        let replace = PutOptions { metadata: metadata.clone(), ..PutOptions::default() };
        self.blobs.copy(&to, &to, Some(replace)).await.unwrap();
        assert_eq!(self.blobs.head(&to).await.unwrap().metadata, metadata);
        self.blobs.delete(&from).await.unwrap();
        assert_eq!(self.bytes("deep/er/to").await, b"copied");
        assert!(matches!(self.blobs.copy(&from, &to, None).await, Err(BlobError::NoSuchKey(_))));
        self.blobs.delete(&to).await.unwrap();
    }

    /// All pages of a listing, as the entries in order of each page.
    async fn pages(&self, prefix: &str, delimiter: Option<&str>, limit: usize) -> Vec<String> {
        let mut all = Vec::new();
        let mut after = None;
        loop {
            let delimiter = delimiter.map(str::to_owned);
            let page = self.list(List { prefix: prefix.into(), delimiter, after, limit }).await;
            let mut entries: Vec<_> = page.objects.into_iter().map(|o| o.key).chain(page.prefixes).collect();
            assert!(entries.len() <= limit);
            entries.sort_unstable();
            all.extend(entries);
            after = page.next;
            if after.is_none() {
                return all;
            }
            assert!(all.len() < 100, "a listing that does not end: {all:?}");
        }
    }

    async fn listings(&self) {
        let long = format!("l/{}", "x".repeat(80));
        let (bang, below) = (format!("{long}!"), format!("{long}/y"));
        let mut keys =
            vec!["a", "a!", "a-b/c", "a/1", "a/2/x", "a/2/y", "a/3", "a0", "b/c/d", "z", &long, &bang, &below];
        let top = ["a", "a!", "a-b/", "a/", "a0", "b/", "l/", "z"];
        let at_a = ["a", "a!", "a-b/", "a/", "a0"];
        if !self.own {
            // Nor does SeaweedFS page rightly past a key that is also a folder.
            keys.retain(|key| !key.contains(['!', '-']) && *key != "a" && *key != long);
        }
        keys.sort_unstable();
        for key in &keys {
            self.blobs.put(&self.at(key), body("x"), PutOptions::default()).await.unwrap();
        }
        for limit in [1, 2, 3, 1000] {
            assert_eq!(self.pages("", None, limit).await, keys, "limit {limit}");
            if self.own {
                // SeaweedFS goes on showing folders that are empty.
                assert_eq!(self.pages("", Some("/"), limit).await, top, "limit {limit}");
                assert_eq!(self.pages("a/", Some("/"), limit).await, ["a/1", "a/2/", "a/3"], "limit {limit}");
                assert_eq!(self.pages("a", Some("/"), limit).await, at_a, "limit {limit}");
            }
            assert_eq!(self.pages("a/2", None, limit).await, ["a/2/x", "a/2/y"], "limit {limit}");
            assert_eq!(self.pages("b", Some("c/"), limit).await, ["b/c/"], "limit {limit}");
            assert!(self.pages("nothing/here", Some("/"), limit).await.is_empty());
        }
        let after = List { after: Some("a/2/x".into()), limit: 2, ..List::default() };
        let page = self.list(after).await;
        assert_eq!(page.objects.iter().map(|o| o.key.as_str()).collect::<Vec<_>>(), ["a/2/y", "a/3"]);
        assert!(page.next.is_some());
        let none = self.list(List::default()).await;
        assert!(none.objects.is_empty() && none.next.is_none());
        for key in &keys {
            assert!(self.blobs.delete(&self.at(key)).await.unwrap());
        }
        assert!(self.pages("", None, 10).await.is_empty());
        assert!(!self.own || self.pages("", Some("/"), 10).await.is_empty());
    }

    async fn big_object(&self) {
        let bytes: Bytes = (0..20 * MIB + 7).map(|i| (i % 251) as u8).collect::<Vec<_>>().into();
        let chunks: Vec<_> =
            (0..bytes.len()).step_by(100_003).map(|i| bytes.slice(i..bytes.len().min(i + 100_003))).collect();
        let stream = Box::pin(stream::iter(chunks.into_iter().map(Ok)));
        let meta = self.blobs.put(&self.at("big"), stream, PutOptions::default()).await.unwrap();
        assert_eq!(meta.size, bytes.len() as u64);
        assert!(self.bytes("big").await == bytes);
        let range = ByteRange::From(3 * MIB as u64 + 1, Some(9 * MIB as u64));
        let (_, stream) = self.blobs.get(&self.at("big"), Some(range)).await.unwrap();
        assert!(read(stream).await == bytes[3 * MIB + 1..9 * MIB]);
        self.blobs.delete(&self.at("big")).await.unwrap();
    }

    async fn broken_body(&self) {
        self.put("kept", b"old").await;
        for length in [10, 9 * MIB] {
            let head = stream::iter([Ok(Bytes::from(vec![1; length]))]);
            let broken = head.chain(stream::iter([Err(io::Error::other("gone"))]));
            let refused = self.blobs.put(&self.at("kept"), Box::pin(broken), PutOptions::default()).await;
            assert!(matches!(refused, Err(BlobError::BodyBroken(_))), "{refused:?}");
            assert_eq!(self.bytes("kept").await, b"old");
        }
        assert!(self.blobs.uploads(&self.bucket).await.unwrap().is_empty());
        self.blobs.delete(&self.at("kept")).await.unwrap();
    }

    async fn multipart(&self) {
        let at = self.at("dir/multi ö");
        let options = PutOptions { content_type: Some("application/x-netcdf".into()), ..PutOptions::default() };
        let upload = self.blobs.begin_upload(&at, options).await.unwrap();
        let uploads = self.blobs.uploads(&self.bucket).await.unwrap();
        assert_eq!(uploads.iter().map(|u| (&u.id, &u.key)).collect::<Vec<_>>(), [(&upload, &at.key)]);
        let (first, second) = (vec![1_u8; 9 * MIB], b"tail".to_vec());
        // Out of order, and one of them twice; SeaweedFS lists such a part twice.
        if self.own {
            self.blobs.put_part(&at, &upload, 2, body("wrong")).await.unwrap();
        }
        let two = self.blobs.put_part(&at, &upload, 2, body(second.clone())).await.unwrap();
        let one = self.blobs.put_part(&at, &upload, 1, body(first.clone())).await.unwrap();
        assert_eq!((one.etag.as_str(), two.etag.as_str()), (md5(&first).as_str(), md5(&second).as_str()));
        assert_eq!(self.blobs.parts(&at, &upload).await.unwrap(), [one.clone(), two.clone()]);
        assert!(self.blobs.head(&at).await.is_err());
        let parts = [(1, one.etag), (2, two.etag)];
        let meta = self.blobs.complete_upload(&at, &upload, &parts, Condition::Always).await.unwrap();
        assert!(meta.etag.ends_with("-2"), "{}", meta.etag);
        assert_eq!((meta.size, meta.content_type.as_deref()), (9 * MIB as u64 + 4, Some("application/x-netcdf")));
        assert!(self.bytes(&at.key).await == [first, second].concat());
        assert!(self.blobs.uploads(&self.bucket).await.unwrap().is_empty());
        let single = self.blobs.begin_upload(&at, PutOptions::default()).await.unwrap();
        let part = self.blobs.put_part(&at, &single, 5, body("alone")).await.unwrap();
        let meta = self.blobs.complete_upload(&at, &single, &[(5, part.etag)], Condition::Always).await.unwrap();
        assert!(meta.etag.ends_with("-1"), "{}", meta.etag);
        assert_eq!(self.bytes(&at.key).await, b"alone");
        self.blobs.delete(&at).await.unwrap();
    }

    async fn multipart_refusals(&self) {
        let at = self.at("refused");
        let upload = self.blobs.begin_upload(&at, PutOptions::default()).await.unwrap();
        let small = self.blobs.put_part(&at, &upload, 1, body("small")).await.unwrap();
        let last = self.blobs.put_part(&at, &upload, 2, body("last")).await.unwrap();
        let complete =
            async |parts: &[(u32, String)]| self.blobs.complete_upload(&at, &upload, parts, Condition::Always).await;
        let too_small = [(1, small.etag.clone()), (2, last.etag.clone())];
        let wrong = [(1, "0".repeat(32))];
        let missing = [(3, small.etag.clone())];
        for parts in [&too_small[..], &wrong, &missing] {
            assert!(matches!(complete(parts).await, Err(BlobError::InvalidPart(_))), "{parts:?}");
        }
        assert!(self.blobs.put_part(&at, &upload, 10_001, body("x")).await.is_err());
        self.blobs.abort_upload(&at, &upload).await.unwrap();
        assert!(matches!(self.blobs.parts(&at, &upload).await, Err(BlobError::NoSuchUpload(_))));
        for id in ["../../buckets", "nothing", &Uuid::now_v7().to_string()] {
            let refused = self.blobs.put_part(&at, id, 1, body("x")).await;
            assert!(refused.is_err(), "{id}");
        }
        assert!(self.blobs.uploads(&self.bucket).await.unwrap().is_empty());
    }

    async fn clean(&self) {
        self.blobs.delete_bucket(&self.bucket).await.unwrap();
        assert!(!self.blobs.has_bucket(&self.bucket).await.unwrap());
        assert!(matches!(self.blobs.delete_bucket(&self.bucket).await, Err(BlobError::NoSuchBucket(_))));
    }
}
