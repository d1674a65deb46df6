//! Who may depend on whom: ARCHITECTURE.md's table of crates.

use std::path::Path;

use toml::Table;

use super::{Finding, Repository, manifests::dependencies};

/// A row of the table.
struct Layer {
    name: &'static str,
    crates: &'static [&'static str],
    /// The layers that its crates depend on; its own where they may depend on each other.
    below: &'static [&'static str],
}

const LAYERS: [Layer; 8] = [
    Layer { name: "contracts", crates: &["okeanos-proto"], below: &[] },
    Layer { name: "standards", crates: &["okeanos-stac", "okeanos-ogc", "okeanos-cf"], below: &["contracts"] },
    Layer {
        name: "foundations",
        crates: &[
            "okeanos-fault",
            "okeanos-config",
            "okeanos-telemetry",
            "okeanos-auth",
            "okeanos-events",
            "okeanos-blob",
            "okeanos-db",
        ],
        below: &["contracts", "standards", "foundations"],
    },
    Layer {
        name: "ocean data",
        crates: &["okeanos-dataset", "okeanos-processes"],
        below: &["standards", "foundations", "ocean data"],
    },
    Layer { name: "runtime", crates: &["okeanos-runtime"], below: &["foundations"] },
    Layer {
        name: SERVICES,
        crates: &[
            "okeanos-iam",
            "okeanos-catalog",
            "okeanos-storage-gateway",
            "okeanos-process-registry",
            "okeanos-job-dispatcher",
            "okeanos-cataloguer",
            "okeanos-explorer",
        ],
        below: &["contracts", "standards", "foundations", "ocean data", "runtime"],
    },
    Layer {
        name: "composition",
        crates: &["okeanos", "okeanos-testkit"],
        below: &["contracts", "standards", "foundations", "ocean data", "runtime", SERVICES, "composition"],
    },
    Layer { name: "tools", crates: &["xtask"], below: &[] },
];
const SERVICES: &str = "services";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    repository.ending("/Cargo.toml").flat_map(|(path, text)| manifest(path, text)).collect()
}

fn manifest(path: &Path, text: &str) -> Vec<Finding> {
    let Ok(manifest) = text.parse::<Table>() else { return Vec::new() };
    let name = manifest.get("package").and_then(|package| package.get("name")).and_then(|name| name.as_str());
    let Some(name) = name else { return Vec::new() };
    let Some(layer) = layer(name) else {
        return vec![Finding::of(
            path,
            format!("{name} is in no layer: give it one in ARCHITECTURE.md and in xtask's tidy/layers.rs"),
        )];
    };
    let mut findings = Vec::new();
    for (section, dependency, _) in dependencies(&manifest) {
        if dependency.starts_with("okeanos")
            && let Some(what) = forbidden(name, layer, dependency, section == "dev-dependencies")
        {
            findings.push(Finding::of(path, what));
        }
    }
    findings
}

fn forbidden(name: &str, layer: &Layer, dependency: &str, in_tests: bool) -> Option<String> {
    let Some(theirs) = self::layer(dependency) else { return Some(format!("{dependency} is in no layer")) };
    if layer.name == SERVICES && theirs.name == SERVICES {
        return Some(format!(
            "{name} depends on the service {dependency}: services meet in okeanos-proto and okeanos-events"
        ));
    }
    if in_tests || layer.below.contains(&theirs.name) {
        return None;
    }
    let (ours, theirs) = (layer.name, theirs.name);
    Some(format!(
        "{name} ({ours}) may not depend on {dependency} ({theirs}): turn it round, or move what both need further down"
    ))
}

fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.crates.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, section: &str, dependency: &str) -> Vec<Finding> {
        let text = format!("[package]\nname = \"{name}\"\n[{section}]\n{dependency}.workspace = true\nserde = \"1\"\n");
        manifest(Path::new("crates/x/Cargo.toml"), &text)
    }

    #[test]
    fn dependencies_run_downward() {
        assert!(found("okeanos-dataset", "dependencies", "okeanos-blob").is_empty());
        assert!(found("okeanos-events", "dependencies", "okeanos-db").is_empty());
        assert!(found("okeanos", "dependencies", "okeanos-catalog").is_empty());
        let findings = found("okeanos-cf", "dependencies", "okeanos-blob");
        assert!(findings[0].what.contains("may not depend on"), "{findings:?}");
    }

    #[test]
    fn the_table_is_what_counts_not_the_order() {
        assert_eq!(found("okeanos-runtime", "dependencies", "okeanos-dataset").len(), 1);
        assert_eq!(found("okeanos-stac", "dependencies", "okeanos-cf").len(), 1);
        assert_eq!(found("xtask", "dependencies", "okeanos-proto").len(), 1);
        assert_eq!(found("okeanos-dataset", "target.'cfg(unix)'.dependencies", "okeanos-runtime").len(), 1);
    }

    #[test]
    fn a_service_never_depends_on_another_not_even_in_its_tests() {
        for section in ["dependencies", "dev-dependencies"] {
            let findings = found("okeanos-catalog", section, "okeanos-iam");
            assert!(findings[0].what.contains("services meet in"), "{findings:?}");
        }
    }

    #[test]
    fn tests_may_look_up() {
        assert!(found("okeanos-catalog", "dev-dependencies", "okeanos-testkit").is_empty());
        assert_eq!(found("okeanos-catalog", "dependencies", "okeanos-testkit").len(), 1);
    }

    #[test]
    fn every_crate_has_a_layer() {
        assert_eq!(found("okeanos-new", "dependencies", "okeanos-db").len(), 1);
    }
}
