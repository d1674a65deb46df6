//! Refusals before the framework: what s3s 0.14 would take and must not be taken. Signatures of version 2, presigned URLs
//! for more than 7 days, other regions and services in the scope, several signatures at once, headers that mean something and
//! are not signed, headers of an answer that nobody signed for, and form uploads, which it would hold in memory. Also what would be passed over in silence: encryption,
//! locks, tags and access lists. Nothing here is trusted: what passes is still to be verified by its signature.

use http::{Method, Request, header};
use percent_encoding::percent_decode_str;

use crate::domain::Error;

/// How long a presigned URL may be valid, in seconds.
const PRESIGNED_S_MAX: u64 = 7 * 24 * 60 * 60;
/// The region that clients sign for when nobody told them another.
const USUAL_REGION: &str = "us-east-1";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Headers that S3 gives a meaning to.
const MEANINGFUL: &str = "x-amz-";
/// By their beginnings, headers that ask for what is not done, with the values that ask for what is done anyway.
const NOT_OFFERED: [(&str, &[&str], &str); 9] = [
    ("x-amz-acl", &["private", "bucket-owner-full-control"], "an access list"),
    ("x-amz-grant-", &[], "an access list"),
    ("x-amz-server-side-encryption", &[], "encryption by key"),
    ("x-amz-copy-source-server-side-encryption", &[], "encryption by key"),
    ("x-amz-object-lock-", &[], "a lock on an object"),
    ("x-amz-storage-class", &["STANDARD"], "another storage class"),
    ("x-amz-tagging-directive", &["COPY", "REPLACE"], "tagging"),
    ("x-amz-tagging", &[""], "tagging"),
    ("x-amz-website-redirect-location", &[], "redirection"),
];
/// Of these, what clients leave unsigned: neither changes what is done.
const UNSIGNED: [&str; 2] = ["x-amz-content-sha256", "x-amz-user-agent"];

/// Parameters that choose headers of the answer begin with this.
const OVERRIDE: &str = "response-";

/// The headers that the signature of a request covers, if it has one.
#[derive(Debug)]
pub(super) struct Signed(Option<String>);

impl Signed {
    /// Whether a header, in lower case, is covered.
    pub(super) fn covers(&self, name: &str) -> bool {
        self.0.as_deref().is_some_and(|signed| covers(signed, name))
    }
}

/// The refusals.
#[derive(Debug)]
pub(super) struct Precheck {
    region: String,
}

impl Precheck {
    pub(super) fn new(region: &str) -> Self {
        Self { region: region.to_owned() }
    }

    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<Signed, Error> {
        let query = request.uri().query().unwrap_or_default();
        let signed = match (self.check_query(query)?, self.check_header(request)?) {
            (Some(_), Some(_)) => return Err(Error::MalformedSignature),
            (Some(signed), None) | (None, Some(signed)) => {
                check_covered(request, &signed)?;
                Some(signed)
            }
            (None, None) => {
                check_unsigned(query)?;
                None
            }
        };
        for (name, value) in request.headers() {
            match NOT_OFFERED.iter().find(|(begins, ..)| name.as_str().starts_with(begins)) {
                Some((_, done, what)) if !done.iter().any(|done| value == done) => return Err(Error::NotOffered(what)),
                _ => {}
            }
        }
        let form = |v: &http::HeaderValue| v.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data");
        if *request.method() == Method::POST && request.headers().get(header::CONTENT_TYPE).is_some_and(form) {
            return Err(Error::NotOffered("an upload by form"));
        }
        Ok(Signed(signed))
    }

    /// The signed headers, if the query carries a signature.
    fn check_query(&self, query: &str) -> Result<Option<String>, Error> {
        let (mut signed, mut headers) = (false, None);
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text| percent_decode_str(text).decode_utf8().map_err(|_| Error::MalformedSignature);
            match decode(name)?.as_ref() {
                "Signature" | "AWSAccessKeyId" => return Err(Error::OldSignature),
                "X-Amz-Signature" => signed = true,
                "X-Amz-SignedHeaders" if headers.is_some() => return Err(Error::MalformedSignature),
                "X-Amz-SignedHeaders" => headers = Some(decode(value)?.into_owned()),
                "X-Amz-Credential" => self.check_scope(&decode(value)?)?,
                "X-Amz-Expires" => {
                    let seconds: u64 = decode(value)?.parse().map_err(|_| Error::MalformedSignature)?;
                    if seconds > PRESIGNED_S_MAX {
                        return Err(Error::PresignedTooLong);
                    }
                }
                _ => {}
            }
        }
        if signed { headers.ok_or(Error::MalformedSignature).map(Some) } else { Ok(None) }
    }

    /// The signed headers, if a header carries a signature.
    fn check_header<B>(&self, request: &Request<B>) -> Result<Option<String>, Error> {
        let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
        let (value, None) = (values.next(), values.next()) else { return Err(Error::MalformedSignature) };
        let Some(value) = value else { return Ok(None) };
        let text = value.to_str().map_err(|_| Error::MalformedSignature)?;
        let Some(rest) = text.strip_prefix(ALGORITHM) else { return Err(Error::OldSignature) };
        let field = |name: &str| {
            let found = rest.split(',').find_map(|field| field.trim().strip_prefix(name));
            found.ok_or(Error::MalformedSignature)
        };
        self.check_scope(field("Credential=")?)?;
        field("SignedHeaders=").map(|signed| Some(signed.to_owned()))
    }

    /// `<access key>/<date>/<region>/<service>/aws4_request`
    fn check_scope(&self, credential: &str) -> Result<(), Error> {
        let mut fields = credential.rsplit('/');
        let (Some("aws4_request"), Some(service), Some(region)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(Error::MalformedSignature);
        };
        if service != "s3" {
            return Err(Error::MalformedSignature);
        }
        if region != self.region && region != USUAL_REGION {
            return Err(Error::WrongRegion(self.region.clone()));
        }
        Ok(())
    }
}

/// A header that S3 gives a meaning to must be signed: else who was given a presigned URL to write could make a copy of it,
/// with the signer's rights, of whatever the signer may read.
fn check_covered<B>(request: &Request<B>, signed: &str) -> Result<(), Error> {
    if !covers(signed, "host") {
        return Err(Error::MalformedSignature);
    }
    let names = request.headers().keys().map(http::HeaderName::as_str);
    match names.filter(|n| n.starts_with(MEANINGFUL) && !UNSIGNED.contains(n)).find(|name| !covers(signed, name)) {
        Some(name) => Err(Error::UnsignedHeader(name.to_owned())),
        None => Ok(()),
    }
}

fn covers(signed: &str, name: &str) -> bool {
    signed.split(';').any(|signed| signed.eq_ignore_ascii_case(name))
}

/// A link that anybody could write must not make a page or a download of somebody's object.
fn check_unsigned(query: &str) -> Result<(), Error> {
    let names = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    let mut names = names.map(|name| percent_decode_str(name).decode_utf8_lossy());
    if names.any(|name| name.starts_with(OVERRIDE)) { Err(Error::UnsignedOverride) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<(), Error> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Precheck::new("okeanos").check(&request.body(()).unwrap()).map(drop)
    }

    fn v4(region: &str, service: &str) -> String {
        format!(
            "AWS4-HMAC-SHA256 Credential=AK/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        )
    }

    #[test]
    fn signatures_in_headers() {
        let with = |value: &str| check("GET", "/b/k", &[("authorization", value)]);
        assert!(with(&v4("okeanos", "s3")).is_ok() && with(&v4("us-east-1", "s3")).is_ok());
        assert!(matches!(with(&v4("eu-west-1", "s3")), Err(Error::WrongRegion(_))));
        assert!(matches!(with(&v4("okeanos", "sts")), Err(Error::MalformedSignature)));
        assert!(matches!(with("AWS AK:signature"), Err(Error::OldSignature)));
        assert!(matches!(with("Bearer okp_x"), Err(Error::OldSignature)));
        assert!(matches!(with("AWS4-HMAC-SHA256 Signature=0"), Err(Error::MalformedSignature)));
        let v4 = v4("okeanos", "s3");
        let two = check("GET", "/b/k", &[("authorization", &v4), ("authorization", &v4)]);
        assert!(matches!(two, Err(Error::MalformedSignature)));
    }

    #[test]
    fn signatures_in_queries() {
        let scope = |region: &str| format!("AK%2F20260101%2F{region}%2Fs3%2Faws4_request");
        let with = |region: &str, expires: &str| {
            let scope = scope(region);
            let signed = "X-Amz-SignedHeaders=host&X-Amz-Signature=0";
            check("GET", &format!("/b/k?X-Amz-Credential={scope}&X-Amz-Expires={expires}&{signed}"), &[])
        };
        assert!(with("okeanos", "604800").is_ok());
        assert!(matches!(with("okeanos", "604801"), Err(Error::PresignedTooLong)));
        assert!(matches!(with("okeanos", "-1"), Err(Error::MalformedSignature)));
        assert!(matches!(with("eu-west-1", "60"), Err(Error::WrongRegion(_))));
        assert!(matches!(check("GET", "/b/k?AWSAccessKeyId=AK&Signature=x&Expires=1", &[]), Err(Error::OldSignature)));
        assert!(matches!(check("GET", "/b/k?X-Amz-Signature=0", &[]), Err(Error::MalformedSignature)));
        let both =
            check("GET", "/b/k?X-Amz-SignedHeaders=host&X-Amz-Signature=0", &[("authorization", &v4("okeanos", "s3"))]);
        assert!(matches!(both, Err(Error::MalformedSignature)));
    }

    #[test]
    fn what_means_something_is_signed() {
        let presigned = |signed: &str, headers: &[(&str, &str)]| {
            check("PUT", &format!("/b/k?X-Amz-SignedHeaders={signed}&X-Amz-Signature=0"), headers)
        };
        let copy = ("x-amz-copy-source", "/b/secret");
        assert!(matches!(presigned("host", &[copy]), Err(Error::UnsignedHeader(name)) if name == copy.0));
        assert!(presigned("host%3Bx-amz-copy-source", &[copy]).is_ok());
        assert!(
            presigned("host", &[("content-type", "text/plain"), ("x-amz-content-sha256", "UNSIGNED-PAYLOAD")]).is_ok()
        );
        assert!(matches!(presigned("content-type", &[]), Err(Error::MalformedSignature)), "the host must be signed");
        let twice = "host&X-Amz-SignedHeaders=host%3Bx-amz-copy-source";
        assert!(matches!(presigned(twice, &[copy]), Err(Error::MalformedSignature)), "which one would count?");
        let header = v4("okeanos", "s3");
        let in_header = check("PUT", "/b/k", &[("authorization", &header), copy]);
        assert!(matches!(in_header, Err(Error::UnsignedHeader(_))));
    }

    #[test]
    fn what_is_not_done_is_not_passed_over() {
        let with = |name: &str, value: &str| check("PUT", "/b/k", &[(name, value)]);
        assert!(with("x-amz-acl", "private").is_ok() && with("x-amz-storage-class", "STANDARD").is_ok());
        for (name, value) in [
            ("x-amz-acl", "public-read"),
            ("x-amz-grant-read", "id=1"),
            ("x-amz-server-side-encryption", "AES256"),
            ("x-amz-server-side-encryption-customer-key", "AA=="),
            ("x-amz-object-lock-mode", "GOVERNANCE"),
            ("x-amz-storage-class", "GLACIER"),
            ("x-amz-tagging", "a=b"),
        ] {
            assert!(matches!(with(name, value), Err(Error::NotOffered(_))), "{name}: {value}");
        }
    }

    #[test]
    fn nobody_passes_and_forms_do_not() {
        assert!(check("GET", "/b/public/k", &[]).is_ok());
        for name in ["response-content-type", "response%2Dcontent-disposition", "x=y&response-expires"] {
            let chosen = check("GET", &format!("/b/public/k?{name}=text%2Fhtml"), &[]);
            assert!(matches!(chosen, Err(Error::UnsignedOverride)), "{name}");
        }
        let signed = "response-content-type=a&X-Amz-SignedHeaders=host&X-Amz-Signature=0";
        assert!(check("GET", &format!("/b/public/k?{signed}"), &[]).is_ok());
        let form = check("POST", "/b", &[("content-type", "Multipart/Form-Data; boundary=x")]);
        assert!(matches!(form, Err(Error::NotOffered(_))));
        assert!(check("POST", "/b?delete", &[("content-type", "application/xml")]).is_ok());
    }
}
