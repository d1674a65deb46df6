//! Sizes and names of source files. The size of functions is clippy's (`too-many-lines-threshold`).

use std::path::Path;

use super::{Finding, Repository};

const LINES_MAX: usize = 600;
/// Names that say nothing of what is in a module.
const BANNED: [&str; 9] = ["utils", "util", "common", "helpers", "helper", "misc", "types", "core", "shared"];
const SOURCES: [&str; 4] = ["rs", "ts", "tsx", "py"];

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let sources = repository.files.iter().filter(|(path, _)| is_source(path));
    sources.flat_map(|(path, text)| [size(path, text), name(path)].into_iter().flatten()).collect()
}

fn is_source(path: &Path) -> bool {
    let written = !path.components().any(|part| part.as_os_str() == "gen");
    written && path.extension().is_some_and(|extension| SOURCES.iter().any(|source| extension == *source))
}

fn size(path: &Path, text: &str) -> Option<Finding> {
    let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//") && !line.starts_with('#');
    let lines = text.lines().map(str::trim).filter(is_code).count();
    let what = format!("{lines} lines of code, {LINES_MAX} at most: split it where two ideas live in one file");
    (lines > LINES_MAX).then(|| Finding::of(path, what))
}

fn name(path: &Path) -> Option<Finding> {
    let file = path.file_name()?.to_str()?;
    if file == "mod.rs" {
        return Some(Finding::of(path, "call it after its folder and put it beside it: foo.rs and foo/"));
    }
    let stem = path.with_extension("");
    let banned = stem.iter().find(|part| BANNED.iter().any(|name| part == name))?;
    let banned = banned.to_string_lossy();
    Some(Finding::of(path, format!("`{banned}` says nothing of what is in it: name it for what it holds")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&Repository::of(&[(path, text)])).len()
    }

    #[test]
    fn long_files_are_found_and_comments_are_free() {
        assert_eq!(found("crates/a/src/b.rs", &"let x = 1;\n".repeat(600)), 0);
        assert_eq!(found("crates/a/src/b.rs", &"let x = 1;\n".repeat(601)), 1);
        assert_eq!(found("crates/a/src/b.rs", &"let x = 1;\n\n/// and\n".repeat(600)), 0);
        assert_eq!(found("crates/a/src/gen/b.rs", &"let x = 1;\n".repeat(9000)), 0);
    }

    #[test]
    fn empty_names_are_found() {
        for path in
            ["crates/a/src/utils.rs", "crates/a/tests/common/http.rs", "crates/a/src/b/mod.rs", "e2e/helpers.py"]
        {
            assert_eq!(found(path, ""), 1, "{path}");
        }
        assert_eq!(found("crates/a/src/scores.rs", ""), 0);
    }
}
