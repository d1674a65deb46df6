//! One place for versions and lints, a README for every crate, no cargo features.

use std::path::Path;

use toml::{Table, Value};

use super::{Finding, Repository};

/// What a crate takes from the workspace.
const INHERITED: [&str; 3] = ["version", "edition", "license"];
/// Generated code keeps no lints.
const WITHOUT_LINTS: &str = "okeanos-proto";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let crates = repository.ending("/Cargo.toml").filter(|(path, _)| path.starts_with("crates"));
    crates
        .flat_map(|(path, text)| {
            let mut findings = manifest(path, text);
            if !repository.has(&path.with_file_name("README.md")) {
                findings.push(Finding::of(
                    path,
                    "write a README.md beside it: what the crate owns, how to use it, how to extend it",
                ));
            }
            findings
        })
        .collect()
}

fn manifest(path: &Path, text: &str) -> Vec<Finding> {
    let manifest = match text.parse::<Table>() {
        Ok(manifest) => manifest,
        Err(error) => return vec![Finding::of(path, error.message())],
    };
    let mut findings = Vec::new();
    let mut find = |what: String| findings.push(Finding::of(path, what));
    let package = manifest.get("package");
    for field in INHERITED {
        if !package.and_then(|package| package.get(field)).is_some_and(from_workspace) {
            find(format!("write `{field}.workspace = true`"));
        }
    }
    let name = package.and_then(|package| package.get("name")).and_then(Value::as_str).unwrap_or_default();
    if !manifest.get("lints").is_some_and(from_workspace) && name != WITHOUT_LINTS {
        find("write `[lints] workspace = true`".to_owned());
    }
    if manifest.contains_key("features") {
        find("drop its cargo features: choices are made by configuration".to_owned());
    }
    for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
        for (dependency, from) in manifest.get(section).and_then(Value::as_table).into_iter().flatten() {
            if !from_workspace(from) {
                find(format!(
                    "move the version of {dependency} to the root Cargo.toml and write `{dependency}.workspace = true`"
                ));
            }
        }
    }
    findings
}

fn from_workspace(value: &Value) -> bool {
    value.get("workspace").and_then(Value::as_bool).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\nversion.workspace = true\nedition.workspace = true\nlicense.workspace = true\n\
        [lints]\nworkspace = true\n[dependencies]\nserde.workspace = true\nhttp = { workspace = true, features = [\"x\"] }\n";

    fn found(text: &str) -> Vec<String> {
        manifest(Path::new("crates/a/Cargo.toml"), text).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn a_manifest_that_inherits_is_fine() {
        assert_eq!(found(GOOD), [""; 0]);
    }

    #[test]
    fn versions_lints_and_features_of_its_own_are_found() {
        let text = GOOD.replace("version.workspace = true", "version = \"1.0.0\"");
        assert_eq!(found(&text), ["write `version.workspace = true`"]);
        let text = GOOD.replace("[lints]\nworkspace = true\n", "");
        assert_eq!(found(&text), ["write `[lints] workspace = true`"]);
        assert!(found(&text.replace("\"a\"", "\"okeanos-proto\"")).is_empty());
        let text = GOOD.to_owned() + "toml = \"1\"\n[features]\nx = []\n";
        let findings = found(&text);
        assert_eq!(findings.len(), 2, "{findings:?}");
    }

    #[test]
    fn every_crate_has_a_readme() {
        let mut files = vec![("crates/a/Cargo.toml", GOOD)];
        assert_eq!(check(&Repository::of(&files)).len(), 1);
        files.push(("crates/a/README.md", "# a"));
        assert!(check(&Repository::of(&files)).is_empty());
    }
}
