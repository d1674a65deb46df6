//! Listings, in both versions.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use okeanos_blob::{List, Page};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::{S3Request, S3Response, dto};

use super::{
    Answer, Face,
    convert::{self, caller, count, etag},
};
use crate::domain::Error;

/// What `encoding-type=url` leaves as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'*');

/// How names are written in an answer.
#[derive(Clone, Copy)]
pub(super) struct Names {
    url: bool,
}

impl Names {
    pub(super) fn new(encoding: Option<&dto::EncodingType>) -> Result<Self, Error> {
        match encoding.map(dto::EncodingType::as_str) {
            None => Ok(Self { url: false }),
            Some(dto::EncodingType::URL) => Ok(Self { url: true }),
            Some(_) => Err(Error::BadArgument { name: "encoding-type", why: "only url is known" }),
        }
    }

    pub(super) fn write(self, name: &str) -> String {
        if self.url { utf8_percent_encode(name, PLAIN).to_string() } else { name.to_owned() }
    }

    pub(super) fn encoding(self) -> Option<dto::EncodingType> {
        self.url.then(|| dto::EncodingType::from_static(dto::EncodingType::URL))
    }

    fn objects(self, page: &Page) -> Vec<dto::Object> {
        let object = |object: &okeanos_blob::Object| dto::Object {
            key: Some(self.write(&object.key)),
            size: count(object.meta.size),
            e_tag: etag(&object.meta.etag),
            last_modified: Some(object.meta.last_modified.into()),
            storage_class: Some(dto::ObjectStorageClass::from_static(dto::ObjectStorageClass::STANDARD)),
            ..dto::Object::default()
        };
        page.objects.iter().map(object).collect()
    }

    fn prefixes(self, page: &Page) -> Vec<dto::CommonPrefix> {
        page.prefixes.iter().map(|p| dto::CommonPrefix { prefix: Some(self.write(p)) }).collect()
    }
}

fn bad_token() -> Error {
    Error::BadArgument { name: "continuation-token", why: "it is not one of ours" }
}

/// The key that a continuation token stands for.
fn token_key(token: &str) -> Result<String, Error> {
    let bytes = BASE64.decode(token).map_err(|_| bad_token())?;
    String::from_utf8(bytes).map_err(|_| bad_token())
}

impl Face {
    pub(super) async fn list_v1(&self, request: S3Request<dto::ListObjectsInput>) -> Answer<dto::ListObjectsOutput> {
        let who = caller(&request);
        let input = request.input;
        let names = Names::new(input.encoding_type.as_ref())?;
        let limit = convert::page_size(input.max_keys, "max-keys")?;
        let list = List {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().filter(|d| !d.is_empty()),
            after: input.marker.clone().filter(|m| !m.is_empty()),
            limit,
        };
        let page = self.gateway.list(&who, &input.bucket, list).await?;
        Ok(S3Response::new(dto::ListObjectsOutput {
            contents: Some(names.objects(&page)),
            common_prefixes: Some(names.prefixes(&page)),
            is_truncated: Some(page.next.is_some()),
            next_marker: page.next.as_deref().map(|n| names.write(n)),
            name: Some(input.bucket),
            prefix: Some(names.write(&input.prefix.unwrap_or_default())),
            marker: Some(names.write(&input.marker.unwrap_or_default())),
            delimiter: input.delimiter.map(|d| names.write(&d)),
            max_keys: count(limit as u64),
            encoding_type: names.encoding(),
            ..dto::ListObjectsOutput::default()
        }))
    }

    pub(super) async fn list_v2(
        &self,
        request: S3Request<dto::ListObjectsV2Input>,
    ) -> Answer<dto::ListObjectsV2Output> {
        let who = caller(&request);
        let input = request.input;
        let names = Names::new(input.encoding_type.as_ref())?;
        let limit = convert::page_size(input.max_keys, "max-keys")?;
        let after = match input.continuation_token.as_deref() {
            Some(token) => Some(token_key(token)?),
            None => input.start_after.clone().filter(|s| !s.is_empty()),
        };
        let list = List {
            prefix: input.prefix.clone().unwrap_or_default(),
            delimiter: input.delimiter.clone().filter(|d| !d.is_empty()),
            after,
            limit,
        };
        let page = self.gateway.list(&who, &input.bucket, list).await?;
        Ok(S3Response::new(dto::ListObjectsV2Output {
            contents: Some(names.objects(&page)),
            common_prefixes: Some(names.prefixes(&page)),
            key_count: count((page.objects.len() + page.prefixes.len()) as u64),
            is_truncated: Some(page.next.is_some()),
            next_continuation_token: page.next.map(|n| BASE64.encode(n)),
            continuation_token: input.continuation_token,
            name: Some(input.bucket),
            prefix: Some(names.write(&input.prefix.unwrap_or_default())),
            start_after: input.start_after.map(|s| names.write(&s)),
            delimiter: input.delimiter.map(|d| names.write(&d)),
            max_keys: count(limit as u64),
            encoding_type: names.encoding(),
            ..dto::ListObjectsV2Output::default()
        }))
    }
}
