//! Who may depend on whom: ARCHITECTURE.md's table of crates.

use std::path::Path;

use toml::Table;

use super::{Finding, Repository};

/// The layers, lowest first. A crate depends on crates of its own layer and of those below.
const LAYERS: [(&str, &[&str]); 7] = [
    ("contracts", &["okeanos-proto"]),
    ("standards", &["okeanos-stac", "okeanos-ogc", "okeanos-cf"]),
    (
        "foundations",
        &[
            "okeanos-fault",
            "okeanos-config",
            "okeanos-telemetry",
            "okeanos-auth",
            "okeanos-events",
            "okeanos-blob",
            "okeanos-db",
        ],
    ),
    ("ocean data", &["okeanos-dataset", "okeanos-processes"]),
    ("runtime", &["okeanos-runtime"]),
    (
        SERVICES,
        &[
            "okeanos-iam",
            "okeanos-catalog",
            "okeanos-storage-gateway",
            "okeanos-process-registry",
            "okeanos-job-dispatcher",
            "okeanos-service-launcher",
            "okeanos-cataloguer",
            "okeanos-smart-request",
            "okeanos-explorer",
        ],
    ),
    ("composition and tools", &["okeanos", "okeanos-testkit", "xtask"]),
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
    for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
        let names = manifest.get(section).and_then(|table| table.as_table()).into_iter().flat_map(Table::keys);
        for dependency in names.filter(|dependency| dependency.starts_with("okeanos")) {
            if let Some(what) = forbidden(name, layer, dependency, section == "dev-dependencies") {
                findings.push(Finding::of(path, what));
            }
        }
    }
    findings
}

fn forbidden(name: &str, layer: usize, dependency: &str, in_tests: bool) -> Option<String> {
    let Some(theirs) = self::layer(dependency) else { return Some(format!("{dependency} is in no layer")) };
    if LAYERS[layer].0 == SERVICES && LAYERS[theirs].0 == SERVICES {
        return Some(format!(
            "{name} depends on the service {dependency}: services meet in okeanos-proto and okeanos-events"
        ));
    }
    if theirs > layer && !in_tests {
        let (low, high) = (LAYERS[layer].0, LAYERS[theirs].0);
        return Some(format!(
            "{name} ({low}) depends on {dependency} ({high}), a higher layer: turn it round, or move what is shared down"
        ));
    }
    None
}

fn layer(name: &str) -> Option<usize> {
    LAYERS.iter().position(|(_, crates)| crates.contains(&name))
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
        assert!(findings[0].what.contains("higher layer"), "{findings:?}");
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
