//! Buckets in host names: `<bucket>.<domain>`. Any other host, also an unknown one, has its buckets in the path.

use s3s::{
    S3Result,
    host::{S3Host, VirtualHost},
};

/// The domain whose subdomains are buckets.
pub(super) struct Domain(pub(super) String);

impl S3Host for Domain {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
        let bucket = name.strip_suffix(&self.0).and_then(|b| b.strip_suffix('.')).map(str::to_owned);
        let virtual_host = VirtualHost::new(host);
        Ok(match bucket {
            Some(bucket) => virtual_host.with_bucket(bucket),
            None => virtual_host,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_subdomains_of_ours_are_buckets() {
        let domain = Domain("s3.example.org".into());
        for (host, bucket) in [
            ("user-ann.s3.example.org:9000", Some("user-ann")),
            ("USER-ann.S3.example.org", Some("user-ann")),
            ("s3.example.org", None),
            ("localhost:9000", None),
            ("s3.example.org.evil.net", None),
        ] {
            assert_eq!(domain.parse_host_header(host).unwrap().bucket(), bucket, "{host}");
        }
    }
}
