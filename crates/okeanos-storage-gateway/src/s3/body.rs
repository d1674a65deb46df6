//! Bytes in and out. What comes in is held to its length, its checksums and a pace; what is wrong ends the stream with an
//! error that has a domain error inside, so that the store keeps nothing.

use std::{
    io,
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll},
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use md5::{Digest, Md5};
use okeanos_blob::ByteStream;
use s3s::{
    TrailingHeaders,
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256},
    dto::{Checksum, StreamingBlob},
    stream::{ByteStream as S3ByteStream, RemainingLength},
};

use super::BodyLimits;
use crate::domain::Error;

/// What the framework, whose errors have no public type, says of bytes that are others than was signed.
const OTHER_BYTES: [&str; 2] = ["UploadStreamError: Sha256Mismatch", "AwsChunkedStreamError: SignatureMismatch"];

/// What a request says of its body.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) length: Option<i64>,
    pub(super) md5: Option<String>,
    /// Checksums in the head of the request.
    pub(super) checksum: Checksum,
    /// `x-amz-trailer`, or the algorithm that the client announces.
    pub(super) announced: String,
    pub(super) trailers: Option<TrailingHeaders>,
}

impl Said {
    /// Whether a trailer of this name, and no other that ends alike, is to come.
    fn announces(&self, trailer: &str) -> bool {
        self.announced.split(',').any(|name| name.trim().eq_ignore_ascii_case(trailer))
    }
}

/// What was found to be true of a body, to be told to the client.
pub(super) type Found = std::sync::Arc<Mutex<Checksum>>;

struct Incoming {
    body: StreamingBlob,
    said: Said,
    limits: BodyLimits,
    count: u64,
    hashers: ChecksumHasher,
    md5: Option<Md5>,
    found: Found,
}

/// The bytes of a request, checked; the checksums are known when the stream has ended.
pub(super) fn incoming(
    body: Option<StreamingBlob>,
    said: Said,
    limits: BodyLimits,
) -> Result<(ByteStream, Found), Error> {
    let length = said.length.and_then(|l| u64::try_from(l).ok());
    if length.is_some_and(|l| l > limits.max_bytes) {
        return Err(Error::TooLarge(limits.max_bytes));
    }
    let found = Found::default();
    let Some(body) = body else { return Ok((Box::pin(stream::empty()), found)) };
    let hashers = hashers(&said);
    let md5 = said.md5.is_some().then(Md5::new);
    let state = Incoming { body, said, limits, count: 0, hashers, md5, found: found.clone() };
    Ok((Box::pin(stream::unfold(Some(state), Incoming::step)), found))
}

fn hashers(said: &Said) -> ChecksumHasher {
    let announced = said.announced.to_ascii_lowercase();
    let wanted = |there: bool, name: &str| there || announced.split([',', ' ']).any(|a| a.ends_with(name));
    let checksum = &said.checksum;
    ChecksumHasher {
        crc32: wanted(checksum.checksum_crc32.is_some(), "crc32").then(Crc32::new),
        crc32c: wanted(checksum.checksum_crc32c.is_some(), "crc32c").then(Crc32c::new),
        sha1: wanted(checksum.checksum_sha1.is_some(), "sha1").then(Sha1::new),
        sha256: wanted(checksum.checksum_sha256.is_some(), "sha256").then(Sha256::new),
        crc64nvme: wanted(checksum.checksum_crc64nvme.is_some(), "crc64nvme").then(Crc64Nvme::new),
    }
}

impl Incoming {
    async fn step(state: Option<Self>) -> Option<(io::Result<Bytes>, Option<Self>)> {
        let mut state = state?;
        match state.next().await {
            Ok(Some(bytes)) => Some((Ok(bytes), Some(state))),
            Ok(None) => state.finish().err().map(|wrong| (Err(io::Error::other(wrong)), None)),
            Err(wrong) => Some((Err(io::Error::other(wrong)), None)),
        }
    }

    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        let Ok(next) = tokio::time::timeout(self.limits.stall, self.body.next()).await else {
            return Err(Error::Incomplete);
        };
        let bytes = match next {
            Some(Ok(bytes)) => bytes,
            Some(Err(cause)) => {
                tracing::debug!(cause, "a body broke off");
                let other = OTHER_BYTES.contains(&cause.to_string().as_str());
                return Err(if other { Error::BadDigest("signed hash") } else { Error::Incomplete });
            }
            None => return Ok(None),
        };
        self.count += bytes.len() as u64;
        if self.count > self.limits.max_bytes {
            return Err(Error::TooLarge(self.limits.max_bytes));
        }
        self.hashers.update(&bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(&bytes);
        }
        Ok(Some(bytes))
    }

    fn finish(self) -> Result<(), Error> {
        if self.said.length.is_some_and(|length| u64::try_from(length) != Ok(self.count)) {
            return Err(Error::Incomplete);
        }
        if let (Some(md5), Some(said)) = (self.md5, &self.said.md5)
            && BASE64.encode(md5.finalize()) != *said
        {
            return Err(Error::BadDigest("Content-MD5"));
        }
        let found = self.hashers.finalize();
        let trailer = |name: &str| {
            let value =
                self.said.trailers.as_ref()?.read(|h| h.get(name).and_then(|v| v.to_str().ok().map(str::to_owned)));
            value.flatten()
        };
        let said = &self.said.checksum;
        for (name, said, found) in [
            ("x-amz-checksum-crc32", &said.checksum_crc32, &found.checksum_crc32),
            ("x-amz-checksum-crc32c", &said.checksum_crc32c, &found.checksum_crc32c),
            ("x-amz-checksum-sha1", &said.checksum_sha1, &found.checksum_sha1),
            ("x-amz-checksum-sha256", &said.checksum_sha256, &found.checksum_sha256),
            ("x-amz-checksum-crc64nvme", &said.checksum_crc64nvme, &found.checksum_crc64nvme),
        ] {
            let (trailer, announced) = (trailer(name), self.said.announces(name));
            if announced && trailer.is_none() {
                return Err(Error::BadDigest(name));
            }
            for said in said.clone().into_iter().chain(trailer) {
                if found.as_ref() != Some(&said) {
                    return Err(Error::BadDigest(name));
                }
            }
        }
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
        Ok(())
    }
}

/// The bytes of an answer. The mutex is never locked: it only makes the stream shareable, as the framework wants it.
struct Outgoing {
    body: Mutex<ByteStream>,
    left: usize,
}

/// The bytes of an answer of a known length.
pub(super) fn outgoing(body: ByteStream, length: u64) -> StreamingBlob {
    let left = usize::try_from(length).unwrap_or(usize::MAX);
    StreamingBlob::new(Outgoing { body: Mutex::new(body), left })
}

impl Stream for Outgoing {
    type Item = Result<Bytes, s3s::StdError>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let body = this.body.get_mut().unwrap_or_else(PoisonError::into_inner);
        let next = std::task::ready!(body.as_mut().poll_next(cx));
        if let Some(Ok(bytes)) = &next {
            this.left = this.left.saturating_sub(bytes.len());
        }
        Poll::Ready(next.map(|chunk| chunk.map_err(Into::into)))
    }
}

impl S3ByteStream for Outgoing {
    fn remaining_length(&self) -> RemainingLength {
        RemainingLength::new_exact(self.left)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::TryStreamExt;

    use super::*;

    const LIMITS: BodyLimits = BodyLimits { max_bytes: 100, stall: Duration::from_secs(5) };

    async fn read(text: &'static str, said: Said, limits: BodyLimits) -> Result<Vec<u8>, Error> {
        let chunks = text.as_bytes().chunks(2).map(|c| Ok::<_, io::Error>(Bytes::from_static(c)));
        let body = StreamingBlob::wrap(stream::iter(chunks.collect::<Vec<_>>()));
        let (body, _) = incoming(Some(body), said, limits)?;
        body.map_ok(|b| b.to_vec()).try_concat().await.map_err(|e| e.downcast::<Error>().unwrap())
    }

    #[tokio::test]
    async fn a_body_is_held_to_what_was_said_of_it() {
        let md5 = |md5: &str| Said { md5: Some(md5.into()), ..Said::default() };
        let crc = |crc: &str| Said {
            checksum: Checksum { checksum_crc32: Some(crc.into()), ..Checksum::default() },
            ..Said::default()
        };
        assert_eq!(read("hello", Said::default(), LIMITS).await.unwrap(), b"hello");
        assert_eq!(read("hello", md5("XUFAKrxLKna5cZ2REBfFkg=="), LIMITS).await.unwrap(), b"hello");
        assert!(matches!(read("hellO", md5("XUFAKrxLKna5cZ2REBfFkg=="), LIMITS).await, Err(Error::BadDigest(_))));
        assert_eq!(read("hello", crc("NhCmhg=="), LIMITS).await.unwrap(), b"hello");
        assert!(matches!(read("hellO", crc("NhCmhg=="), LIMITS).await, Err(Error::BadDigest(_))));
        let announced = Said { announced: "x-amz-checksum-crc32,".into(), ..Said::default() };
        assert!(matches!(read("hello", announced, LIMITS).await, Err(Error::BadDigest(_))), "it never came");
        let asked = Said { announced: ",CRC32".into(), ..Said::default() };
        assert_eq!(read("hello", asked, LIMITS).await.unwrap(), b"hello");
        let length = |length| Said { length: Some(length), ..Said::default() };
        assert!(matches!(read("hello", length(6), LIMITS).await, Err(Error::Incomplete)));
        assert!(matches!(read("hello", length(4), LIMITS).await, Err(Error::Incomplete)));
        let small = BodyLimits { max_bytes: 4, ..LIMITS };
        assert!(matches!(read("hello", length(5), small).await, Err(Error::TooLarge(4))));
        assert!(matches!(read("hello", Said::default(), small).await, Err(Error::TooLarge(4))));
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_is_given_up() {
        let body = stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"x"))]).chain(stream::pending());
        let (body, _) = incoming(Some(StreamingBlob::wrap(body)), Said::default(), LIMITS).unwrap();
        let ended: io::Result<Vec<_>> = body.try_collect().await;
        assert!(matches!(ended.unwrap_err().downcast::<Error>(), Ok(Error::Incomplete)));
    }
}
