//! Bodies of unknown length in bounded memory: S3 wants to know the length before the first byte.

use std::io;

use aws_sdk_s3::primitives::ByteStream as SdkBody;
use bytes::{Bytes, BytesMut};
use futures::{StreamExt, stream};
use tempfile::NamedTempFile;
use tokio::io::AsyncWriteExt;

use crate::{BlobError, ByteStream};

/// What is held in memory of a body at once, and the size of a part that we make ourselves.
pub(super) const PART_BYTES: usize = 8 * 1024 * 1024;

/// A body that is cut into pieces of [`PART_BYTES`].
pub(super) struct Pieces {
    body: ByteStream,
    rest: Bytes,
}

impl Pieces {
    pub(super) fn new(body: ByteStream) -> Self {
        Self { body, rest: Bytes::new() }
    }

    /// The next piece; shorter than [`PART_BYTES`] only at the end.
    pub(super) async fn next(&mut self) -> Result<Bytes, BlobError> {
        let mut piece = BytesMut::new();
        loop {
            let room = PART_BYTES - piece.len();
            let taken = self.rest.split_to(room.min(self.rest.len()));
            piece.extend_from_slice(&taken);
            if piece.len() == PART_BYTES {
                return Ok(piece.freeze());
            }
            match self.body.next().await {
                Some(chunk) => self.rest = chunk.map_err(BlobError::BodyBroken)?,
                None => return Ok(piece.freeze()),
            }
        }
    }
}

/// A body whose length is known and that can be sent again: small ones from memory, large ones from a temporary file
/// that lives as long as the second value.
pub(super) async fn resendable(body: ByteStream) -> Result<(SdkBody, Option<NamedTempFile>), BlobError> {
    let mut pieces = Pieces::new(body);
    let mut piece = pieces.next().await?;
    if piece.len() < PART_BYTES {
        return Ok((piece.into(), None));
    }
    let store = |e: io::Error| BlobError::Store(Box::new(e));
    let spool = NamedTempFile::new().map_err(store)?;
    let mut file = tokio::fs::File::from_std(spool.reopen().map_err(store)?);
    while !piece.is_empty() {
        file.write_all(&piece).await.map_err(store)?;
        piece = pieces.next().await?;
    }
    file.flush().await.map_err(store)?;
    let body = SdkBody::from_path(spool.path()).await.map_err(|e| BlobError::Store(Box::new(e)))?;
    Ok((body, Some(spool)))
}

/// The bytes of an answer as they come.
pub(super) fn stream(body: SdkBody) -> ByteStream {
    Box::pin(stream::unfold(body, |mut body| async move {
        let chunk = body.next().await?;
        Some((chunk.map_err(io::Error::other), body))
    }))
}
