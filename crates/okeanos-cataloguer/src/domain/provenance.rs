//! Where an object says that it comes from: the metadata that the job dispatcher uploads with results.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Most sources of one object.
const SOURCES_MAX: usize = 50;
const TEXT_MAX: usize = 2_000;

/// What metadata say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Provenance {
    /// The job that made it (`okeanos-job`).
    pub(crate) job: Option<String>,
    /// The process and its version (`okeanos-process: id:version`).
    pub(crate) process: Option<(String, String)>,
    /// URLs of what it was made from (`okeanos-derived-from`, with commas between).
    pub(crate) sources: Vec<String>,
}

impl Provenance {
    /// Reads an object's user metadata; what is too long or no URL is left aside.
    pub(crate) fn of(metadata: &BTreeMap<String, String>) -> Self {
        let text = |name: &str| metadata.get(name).map(|t| t.trim()).filter(|t| !t.is_empty() && t.len() <= TEXT_MAX);
        let process = text("okeanos-process").map(|p| p.rsplit_once(':').unwrap_or((p, "")));
        let is_url = |url: &&str| ["https://", "http://", "s3://"].iter().any(|scheme| url.starts_with(scheme));
        let sources = metadata.get("okeanos-derived-from").map(String::as_str).unwrap_or_default();
        let sources = sources.split(',').map(str::trim).filter(is_url).filter(|url| url.len() <= TEXT_MAX);
        Self {
            job: text("okeanos-job").map(str::to_owned),
            process: process.map(|(id, version)| (id.to_owned(), version.to_owned())),
            sources: sources.take(SOURCES_MAX).map(str::to_owned).collect(),
        }
    }

    /// Links `rel=derived_from`.
    pub(crate) fn links(&self) -> Vec<Value> {
        self.sources.iter().map(|href| json!({"rel": "derived_from", "href": href})).collect()
    }

    /// Adds what the processing extension has members for; whether there was any.
    pub(crate) fn add_to(&self, properties: &mut Map<String, Value>) -> bool {
        if let Some(job) = &self.job {
            properties.insert("okeanos:job".to_owned(), json!(job));
        }
        let Some((id, version)) = &self.process else { return false };
        properties.insert("processing:software".to_owned(), json!({ id.as_str(): version }));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Provenance;

    #[test]
    fn reads_what_the_dispatcher_writes() {
        let metadata = [
            ("okeanos-job", "0190-abc"),
            ("okeanos-process", "subset:1.2.0"),
            ("okeanos-derived-from", "s3://user-ann/a.nc, https://x.example/data/items/1,javascript:alert(1)"),
        ];
        let found = Provenance::of(&metadata.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect());
        assert_eq!(found.job.as_deref(), Some("0190-abc"));
        assert_eq!(found.process, Some(("subset".to_owned(), "1.2.0".to_owned())));
        assert_eq!(found.sources, ["s3://user-ann/a.nc", "https://x.example/data/items/1"]);
        assert_eq!(found.links().len(), 2);
        assert_eq!(Provenance::of(&[].into()), Provenance::default());
    }
}
