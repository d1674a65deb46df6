//! Refusals before the framework: what s3s 0.14 would take and must not be taken. Signatures of version 2, presigned URLs
//! for more than 7 days, other regions and services in the scope, several signatures at once, and form uploads, which it
//! would hold in memory. Nothing here is trusted: what passes is still to be verified by its signature.

use http::{Method, Request, header};
use percent_encoding::percent_decode_str;

use crate::domain::Error;

/// How long a presigned URL may be valid, in seconds.
const PRESIGNED_S_MAX: u64 = 7 * 24 * 60 * 60;
/// The region that clients sign for when nobody told them another.
const USUAL_REGION: &str = "us-east-1";
const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The refusals.
#[derive(Debug)]
pub(super) struct Precheck {
    region: String,
}

impl Precheck {
    pub(super) fn new(region: &str) -> Self {
        Self { region: region.to_owned() }
    }

    pub(super) fn check<B>(&self, request: &Request<B>) -> Result<(), Error> {
        let signed_query = self.check_query(request.uri().query().unwrap_or_default())?;
        let signed_header = self.check_header(request)?;
        if signed_query && signed_header {
            return Err(Error::MalformedSignature);
        }
        let form = |v: &http::HeaderValue| v.as_bytes().to_ascii_lowercase().starts_with(b"multipart/form-data");
        if *request.method() == Method::POST && request.headers().get(header::CONTENT_TYPE).is_some_and(form) {
            return Err(Error::NotOffered("an upload by form"));
        }
        Ok(())
    }

    /// Whether the query carries a signature.
    fn check_query(&self, query: &str) -> Result<bool, Error> {
        let mut signed = false;
        for pair in query.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let decode = |text| percent_decode_str(text).decode_utf8().map_err(|_| Error::MalformedSignature);
            match decode(name)?.as_ref() {
                "Signature" | "AWSAccessKeyId" => return Err(Error::OldSignature),
                "X-Amz-Signature" => signed = true,
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
        Ok(signed)
    }

    /// Whether a header carries a signature.
    fn check_header<B>(&self, request: &Request<B>) -> Result<bool, Error> {
        let mut values = request.headers().get_all(header::AUTHORIZATION).iter();
        let (value, None) = (values.next(), values.next()) else { return Err(Error::MalformedSignature) };
        let Some(value) = value else { return Ok(false) };
        let text = value.to_str().map_err(|_| Error::MalformedSignature)?;
        let Some(rest) = text.strip_prefix(ALGORITHM) else { return Err(Error::OldSignature) };
        let credential = rest.split(',').find_map(|field| field.trim().strip_prefix("Credential="));
        self.check_scope(credential.ok_or(Error::MalformedSignature)?)?;
        Ok(true)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(method: &str, uri: &str, headers: &[(&str, &str)]) -> Result<(), Error> {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Precheck::new("okeanos").check(&request.body(()).unwrap())
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
            check("GET", &format!("/b/k?X-Amz-Credential={scope}&X-Amz-Expires={expires}&X-Amz-Signature=0"), &[])
        };
        assert!(with("okeanos", "604800").is_ok());
        assert!(matches!(with("okeanos", "604801"), Err(Error::PresignedTooLong)));
        assert!(matches!(with("okeanos", "-1"), Err(Error::MalformedSignature)));
        assert!(matches!(with("eu-west-1", "60"), Err(Error::WrongRegion(_))));
        assert!(matches!(check("GET", "/b/k?AWSAccessKeyId=AK&Signature=x&Expires=1", &[]), Err(Error::OldSignature)));
        let both = check("GET", "/b/k?X-Amz-Signature=0", &[("authorization", &v4("okeanos", "s3"))]);
        assert!(matches!(both, Err(Error::MalformedSignature)));
    }

    #[test]
    fn nobody_passes_and_forms_do_not() {
        assert!(check("GET", "/b/public/k", &[]).is_ok());
        let form = check("POST", "/b", &[("content-type", "Multipart/Form-Data; boundary=x")]);
        assert!(matches!(form, Err(Error::NotOffered(_))));
        assert!(check("POST", "/b?delete", &[("content-type", "application/xml")]).is_ok());
    }
}
