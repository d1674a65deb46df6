//! Nothing in the repository is of one machine: no paths of a home, no package mirrors.

use std::path::Path;

use super::{Finding, Repository};

/// Starts of paths that exist on one machine only; cut in two so that this file is not found.
const PATHS: [&str; 4] = [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];
/// Settings that send a package client elsewhere.
const MIRRORS: [&str; 5] = [
    concat!("replace", "-with"),
    concat!("index", "-url"),
    concat!("trusted", "-host"),
    concat!("registry", "="),
    concat!("GO", "PROXY"),
];
const NPM_REGISTRY: &str = "\"resolved\": \"https://registry.npmjs.org/";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    repository.files.iter().flat_map(|(path, text)| file(path, text)).collect()
}

fn file(path: &Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in text.lines().enumerate() {
        if let Some(start) = PATHS.iter().find(|start| names(line, start)) {
            findings.push(Finding::at(
                path,
                number + 1,
                format!("a path of one machine ({start}…): make it relative, or a setting"),
            ));
        }
        if MIRRORS.iter().any(|setting| line.contains(setting)) || is_mirrored(path, line) {
            findings.push(Finding::at(
                path,
                number + 1,
                "names a package mirror: that belongs to the machine's own settings",
            ));
        }
    }
    findings
}

/// Whether a line has an absolute path that starts so, and not a URL or a longer path with such a part.
fn names(line: &str, start: &str) -> bool {
    line.match_indices(start)
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-}/~*)".contains(c)))
}

fn is_mirrored(path: &Path, line: &str) -> bool {
    path.ends_with("package-lock.json") && line.contains("\"resolved\": \"http") && !line.contains(NPM_REGISTRY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        file(Path::new(path), line).len()
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        assert_eq!(found("a.md", &format!("see {}me/x", PATHS[0])), 1);
        assert_eq!(found("a.rs", &format!("\"{}x\"", PATHS[1])), 1);
        assert_eq!(found("a.md", &format!("https://example.org{}x", PATHS[1])), 0);
        assert_eq!(found("a.md", "docs/how-to/home/x"), 0);
    }

    #[test]
    fn mirrors_are_found() {
        let lock = |host: &str| format!("      \"resolved\": \"https://{host}/a/-/a-1.0.0.tgz\",");
        assert_eq!(found("web/package-lock.json", &lock("mirror.example")), 1);
        assert_eq!(found("web/package-lock.json", &lock("registry.npmjs.org")), 0);
        assert_eq!(found("e2e/requirements.txt", &format!("--{} https://mirror.example", MIRRORS[1])), 1);
    }
}
