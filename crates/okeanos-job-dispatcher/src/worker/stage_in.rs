//! What a process finds: its inputs, the items that its sources are, and its environment.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use uuid::Uuid;

use super::{Surroundings, bench::Place};
use crate::{
    config::JobDispatcherConfig,
    domain::{job::Job, plan::Plan},
    executor::strays::OUTPUT_DIR,
    ports::Delegated,
};

/// The region that requests to our own S3 are signed for.
pub(super) const REGION: &str = "us-east-1";

/// Writes the inputs, and the items of the sources with a catalog of them.
///
/// # Errors
/// When the disk is full or broken.
pub(super) fn write(job: Uuid, plan: &Plan, place: &Place) -> std::io::Result<()> {
    fs::write(place.inputs_file(), serde_json::to_vec(&plan.inputs)?)?;
    let mut links = Vec::new();
    for (i, item) in plan.items.iter().enumerate() {
        let name = format!("item-{i}.json");
        fs::write(place.input().join(&name), serde_json::to_vec(item)?)?;
        links.push(json!({"rel": "item", "href": format!("./{name}"), "type": "application/geo+json"}));
    }
    let catalog = json!({
        "type": "Catalog", "stac_version": "1.1.0", "id": job, "links": links,
        "description": format!("Inputs of job {job}"),
    });
    fs::write(place.input().join("catalog.json"), catalog.to_string())
}

/// The whole environment of the process: what contracts promise, and nothing of ours.
pub(super) fn environment(
    job: &Job,
    place: &Place,
    secrets: &Delegated,
    around: &Surroundings,
    config: &JobDispatcherConfig,
) -> BTreeMap<String, String> {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (input, output) = (text(&place.input()), text(&place.output()));
    [
        ("OKEANOS_INPUTS", text(&place.inputs_file())),
        ("OKEANOS_INPUT_DIR", input.clone()),
        (OUTPUT_DIR, output.clone()),
        ("EDITO_INFRA_INPUT", input),
        ("EDITO_INFRA_OUTPUT", output),
        ("OKEANOS_TOKEN", secrets.access_token.clone()),
        ("OKEANOS_URL", around.url.clone()),
        ("AWS_ACCESS_KEY_ID", secrets.access_key_id.clone()),
        ("AWS_SECRET_ACCESS_KEY", secrets.secret_access_key.clone()),
        ("AWS_SESSION_TOKEN", secrets.session_token.clone()),
        ("AWS_ENDPOINT_URL", around.s3.clone()),
        ("AWS_REGION", REGION.to_owned()),
        ("TMPDIR", text(&place.temporary())),
        ("OKEANOS_JOB_ID", job.id.to_string()),
        ("OKEANOS_RUN_MEMORY_BYTES", config.run_memory_bytes.to_string()),
        ("OKEANOS_RUN_FILE_BYTES", config.run_file_bytes.to_string()),
        ("OKEANOS_RUN_CPU_SECONDS", config.run_cpu_seconds().to_string()),
        ("OKEANOS_RUN_SANDBOX", config.sandbox.as_str().to_owned()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Where results say that they come from: as many references as fit a metadata header.
pub(super) fn derived_from(plan: &Plan) -> String {
    const BYTES_MAX: usize = 1_024;
    let mut text = String::new();
    for reference in &plan.derived_from {
        let escaped = escape(reference);
        if text.len() + escaped.len() < BYTES_MAX {
            if !text.is_empty() {
                text.push(',');
            }
            text.push_str(&escaped);
        }
    }
    text
}

/// Metadata are ASCII, and a comma separates references.
fn escape(reference: &str) -> String {
    const PLAIN: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b' ').add(b',').add(b'"');
    percent_encoding::utf8_percent_encode(reference, PLAIN).to_string()
}

/// The value of a small JSON file, when it is one.
pub(super) fn json_value(bytes: &[u8]) -> Option<Value> {
    serde_json::from_slice(bytes).ok()
}
