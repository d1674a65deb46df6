//! The chunks of an aws-chunked body, kept small: the framework collects a chunk whole, whatever size it claims, before it
//! hands on a byte of it. A signed chunk that is too large is refused, for its signature covers all of it, and handed on as
//! one piece, however small those are that it comes in; unsigned ones, which some clients make as large as the object, are
//! cut into pieces as they come.
//!
//! Source: Amazon S3 API Reference, "Signature calculations for the authorization header: transferring payload in chunks".

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use hyper::body::{Body, Frame};

/// Largest signed chunk; clients make them of 64 KiB to 1 MiB.
const SIGNED_BYTES_MAX: u64 = 4 << 20;
/// Longest line before a chunk: its size in hexadecimal digits, and a signature.
const LINE_BYTES_MAX: usize = 256;

/// How the chunks of a body are signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signing {
    /// Each.
    Signed,
    /// None.
    Unsigned,
}

impl Signing {
    /// What the headers say of a body; `None` when it is not in chunks.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let said = headers.get("x-amz-content-sha256")?.as_bytes();
        if !said.starts_with(b"STREAMING-") {
            return None;
        }
        Some(if said.starts_with(b"STREAMING-UNSIGNED-") { Self::Unsigned } else { Self::Signed })
    }
}

/// Where in a body we are.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// In the line before a chunk.
    Line,
    /// In a chunk, so many bytes before its end.
    Data(u64),
    /// In the line break after a chunk, so many bytes before its end.
    Break(u8),
    /// After the last chunk.
    Trailers,
}

/// Follows the chunks of a body.
#[derive(Debug)]
struct Chunks {
    signing: Signing,
    place: Place,
    line: Vec<u8>,
    /// What has come of a signed chunk.
    held: BytesMut,
}

/// The body is not made of chunks that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a chunk is not understood, or is signed and larger than {SIGNED_BYTES_MAX} bytes")]
struct BadChunk;

impl Chunks {
    fn new(signing: Signing) -> Self {
        Self { signing, place: Place::Line, line: Vec::new(), held: BytesMut::new() }
    }

    /// Takes the next bytes of a body; what is to be handed on goes into `out`.
    fn feed(&mut self, mut bytes: Bytes, out: &mut VecDeque<Bytes>) -> Result<(), BadChunk> {
        while bytes.has_remaining() {
            match self.place {
                Place::Line => {
                    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
                    if self.line.len() + end > LINE_BYTES_MAX {
                        return Err(BadChunk);
                    }
                    self.line.extend_from_slice(&bytes.split_to(end));
                    if self.line.ends_with(b"\n") {
                        self.end_of_line(out)?;
                    }
                }
                Place::Data(left) => {
                    let piece = bytes.split_to(usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len()));
                    let left = left - piece.len() as u64;
                    self.place = if left == 0 { Place::Break(2) } else { Place::Data(left) };
                    match self.signing {
                        Signing::Signed => {
                            self.held.extend_from_slice(&piece);
                            if left == 0 {
                                out.push_back(self.held.split().freeze());
                            }
                        }
                        // What has come is a chunk of its own.
                        Signing::Unsigned => {
                            out.extend([format!("{:x}\r\n", piece.len()).into(), piece, Bytes::from_static(b"\r\n")]);
                        }
                    }
                }
                Place::Break(left) => {
                    let piece = bytes.split_to(usize::from(left).min(bytes.len()));
                    let left = left - u8::try_from(piece.len()).unwrap_or(left);
                    self.place = if left == 0 { Place::Line } else { Place::Break(left) };
                    if self.signing == Signing::Signed {
                        out.push_back(piece);
                    }
                }
                Place::Trailers => out.push_back(bytes.split_to(bytes.len())),
            }
        }
        Ok(())
    }

    fn end_of_line(&mut self, out: &mut VecDeque<Bytes>) -> Result<(), BadChunk> {
        let line = std::mem::take(&mut self.line);
        let digits = line.split(|byte| matches!(byte, b';' | b'\r' | b'\n')).next().unwrap_or_default();
        let digits = std::str::from_utf8(digits).map_err(|_| BadChunk)?;
        let size = u64::from_str_radix(digits, 16).map_err(|_| BadChunk)?;
        if self.signing == Signing::Signed && size > SIGNED_BYTES_MAX {
            return Err(BadChunk);
        }
        self.place = if size == 0 { Place::Trailers } else { Place::Data(size) };
        // The pieces of an unsigned chunk have lines of their own.
        if self.signing == Signing::Signed || size == 0 {
            out.push_back(line.into());
        }
        Ok(())
    }
}

/// A body in chunks, of which none is large.
pub(super) struct Chunked<B> {
    body: B,
    chunks: Chunks,
    ready: VecDeque<Bytes>,
    refused: Arc<AtomicBool>,
}

impl<B> Chunked<B> {
    /// `refused` is set when the body is broken off because of a chunk.
    pub(super) fn new(body: B, signing: Signing, refused: Arc<AtomicBool>) -> Self {
        Self { body, chunks: Chunks::new(signing), ready: VecDeque::new(), refused }
    }
}

impl<B: Body<Data = Bytes> + Unpin> Body for Chunked<B>
where
    B::Error: std::error::Error + Send + Sync + 'static,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        loop {
            if let Some(bytes) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(Frame::data(bytes))));
            }
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => {
                        if let Err(bad) = this.chunks.feed(bytes, &mut this.ready) {
                            this.refused.store(true, Ordering::Relaxed);
                            return Poll::Ready(Some(Err(bad.into())));
                        }
                    }
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert, prop_assert_eq, proptest};

    use super::*;

    /// What is handed on of a body that comes in pieces of a size.
    fn through(signing: Signing, body: &[u8], size: usize) -> Result<Vec<u8>, BadChunk> {
        let (mut chunks, mut out) = (Chunks::new(signing), VecDeque::new());
        for piece in body.chunks(size) {
            chunks.feed(Bytes::copy_from_slice(piece), &mut out)?;
        }
        Ok(out.into_iter().flatten().collect())
    }

    /// The bytes in unsigned chunks, and the largest chunk.
    fn content(mut body: &[u8]) -> (Vec<u8>, usize) {
        let (mut content, mut largest) = (Vec::new(), 0);
        loop {
            let end = body.windows(2).position(|two| two == b"\r\n").unwrap();
            let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
            body = &body[end + 2..];
            if size == 0 {
                return (content, largest);
            }
            content.extend_from_slice(&body[..size]);
            assert_eq!(&body[size..size + 2], b"\r\n");
            (body, largest) = (&body[size + 2..], largest.max(size));
        }
    }

    #[test]
    fn signed_chunks_pass_as_they_are() {
        let signature = "s".repeat(64);
        let body =
            format!("5;chunk-signature={signature}\r\nhello\r\n0;chunk-signature={signature}\r\nx-amz-a:1\r\n\r\n");
        for size in [1, 2, 7, 1000] {
            assert_eq!(through(Signing::Signed, body.as_bytes(), size).unwrap(), body.as_bytes());
        }
    }

    #[test]
    fn a_large_unsigned_chunk_is_cut_as_it_comes() {
        let data: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let mut body = format!("{:X}\r\n", data.len()).into_bytes();
        body.extend_from_slice(&data);
        body.extend_from_slice(b"\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n");
        for size in [1, 1_000, 65_536, 1 << 20] {
            let passed = through(Signing::Unsigned, &body, size).unwrap();
            let (content, largest) = content(&passed);
            assert!(content == data && largest <= size.max(1), "{largest} of {size}");
            assert!(passed.ends_with(b"\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"));
        }
    }

    #[test]
    fn a_signed_chunk_is_one_piece_however_it_comes() {
        let (mut chunks, mut out) = (Chunks::new(Signing::Signed), VecDeque::new());
        for byte in b"400;chunk-signature=0\r\n".iter().chain(&[7; 0x400]) {
            chunks.feed(Bytes::copy_from_slice(&[*byte]), &mut out).unwrap();
        }
        assert_eq!(out.iter().map(Bytes::len).collect::<Vec<_>>(), [23, 0x400]);
    }

    proptest! {
        #[test]
        fn the_content_is_the_same_however_it_is_cut(
            sizes in prop::collection::vec(1_usize..3_000, 0..8),
            cut in 1_usize..5_000,
            signed in any::<bool>(),
        ) {
            let mut body = Vec::new();
            let mut data = Vec::new();
            for size in &sizes {
                let chunk: Vec<u8> = (0..*size).map(|n| (n % 251).to_le_bytes()[0]).collect();
                body.extend_from_slice(format!("{size:x}\r\n").as_bytes());
                body.extend_from_slice(&chunk);
                body.extend_from_slice(b"\r\n");
                data.extend(chunk);
            }
            body.extend_from_slice(b"0\r\nx-amz-a:1\r\n\r\n");
            let signing = if signed { Signing::Signed } else { Signing::Unsigned };
            let passed = through(signing, &body, cut).unwrap();
            prop_assert!(passed.ends_with(b"0\r\nx-amz-a:1\r\n\r\n"));
            prop_assert_eq!(content(&passed).0, data);
        }

        #[test]
        fn no_bytes_make_it_panic_or_hold_more_than_a_chunk(
            body in prop::collection::vec(prop::sample::select(b"0123456789abcdefF;\r\nx".to_vec()), 0..400),
            cut in 1_usize..40,
            signed in any::<bool>(),
        ) {
            let signing = if signed { Signing::Signed } else { Signing::Unsigned };
            let (mut chunks, mut out) = (Chunks::new(signing), VecDeque::new());
            for piece in body.chunks(cut) {
                if chunks.feed(Bytes::copy_from_slice(piece), &mut out).is_err() {
                    break;
                }
                prop_assert!(chunks.line.len() <= LINE_BYTES_MAX && chunks.held.len() <= body.len());
            }
        }
    }

    #[test]
    fn what_is_no_chunk_or_too_large_is_refused() {
        let large = format!("{:x};chunk-signature=0\r\n", SIGNED_BYTES_MAX + 1);
        for body in [large.as_str(), "xyz\r\n", "\r\n", "-1\r\n", "fffffffffffffffff\r\n", &"0".repeat(300)] {
            assert_eq!(through(Signing::Signed, body.as_bytes(), 3), Err(BadChunk), "{body}");
        }
        assert!(through(Signing::Unsigned, b"ffffffff\r\nab", 3).is_ok(), "nothing is kept of what has not come");
    }

    #[test]
    fn headers_say_how() {
        let of = |value: &'static str| {
            Signing::of(&HeaderMap::from_iter([("x-amz-content-sha256".parse().unwrap(), value.parse().unwrap())]))
        };
        assert_eq!(of("STREAMING-UNSIGNED-PAYLOAD-TRAILER"), Some(Signing::Unsigned));
        assert_eq!(of("STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), Some(Signing::Signed));
        assert_eq!((of("UNSIGNED-PAYLOAD"), Signing::of(&HeaderMap::new())), (None, None));
    }
}
