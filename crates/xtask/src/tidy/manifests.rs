//! One place for versions and lints, a README for every crate, no cargo features, no build script.

use std::path::Path;

use toml::{Table, Value};

use super::{Finding, Repository};

/// What a crate takes from the workspace.
const INHERITED: [&str; 3] = ["version", "edition", "license"];
/// Generated code keeps no lints.
const WITHOUT_LINTS: &str = "okeanos-proto";

/// What a crate depends on: the section, which may be one of a target's, the name, and what it says of it.
pub(super) fn dependencies(manifest: &Table) -> impl Iterator<Item = (&'static str, &String, &Value)> {
    let targets = manifest.get("target").and_then(Value::as_table).into_iter().flatten();
    let tables = [manifest].into_iter().chain(targets.filter_map(|(_, target)| target.as_table()));
    tables.flat_map(|table| {
        ["dependencies", "build-dependencies", "dev-dependencies"].into_iter().flat_map(move |section| {
            let listed = table.get(section).and_then(Value::as_table).into_iter().flatten();
            listed.map(move |(name, from)| (section, name, from))
        })
    })
}

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let scripts = repository.ending("/build.rs").filter(|(path, _)| path.starts_with("crates"));
    let what = "drop the build script: what is generated is committed, by an xtask task";
    let mut findings: Vec<_> = scripts.map(|(path, _)| Finding::of(path, what)).collect();
    let crates = repository.ending("/Cargo.toml").filter(|(path, _)| path.starts_with("crates"));
    for (path, text) in crates {
        findings.extend(manifest(path, text));
        if !repository.has(&path.with_file_name("README.md")) {
            let what = "write a README.md beside it: what the crate owns, how to use it, how to extend it";
            findings.push(Finding::of(path, what));
        }
    }
    findings
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
    if package.and_then(|package| package.get("build")).is_some() {
        find("drop its build script: what is generated is committed, by an xtask task".to_owned());
    }
    for (_, dependency, from) in dependencies(&manifest) {
        if !from_workspace(from) {
            find(format!(
                "move the version of {dependency} to the root Cargo.toml and write `{dependency}.workspace = true`"
            ));
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
    fn what_a_target_depends_on_is_found_too() {
        let text = GOOD.to_owned() + "[target.'cfg(unix)'.dependencies]\nlibc = \"1\"\n";
        assert_eq!(found(&text).len(), 1);
    }

    #[test]
    fn build_scripts_are_found() {
        let script = ("crates/a/build.rs", "fn main() {}");
        assert_eq!(check(&Repository::of(&[script])).len(), 1);
        assert_eq!(found(&GOOD.replace("[lints]", "build = \"make.rs\"\n[lints]")).len(), 1);
    }

    #[test]
    fn every_crate_has_a_readme() {
        let mut files = vec![("crates/a/Cargo.toml", GOOD)];
        assert_eq!(check(&Repository::of(&files)).len(), 1);
        files.push(("crates/a/README.md", "# a"));
        assert!(check(&Repository::of(&files)).is_empty());
    }
}
