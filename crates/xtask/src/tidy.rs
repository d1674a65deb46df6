//! `cargo xtask tidy`: the rules of the house that no compiler knows. Each finding says what to do instead.
//!
//! - [`layers`]: who may depend on whom. - [`manifests`]: one place for versions and lints. - [`sources`]: sizes and names.
//! - [`errors`]: a page for every error code. - [`pages`]: links and the summary. - [`portable`]: nothing of one machine.

mod errors;
mod layers;
mod manifests;
mod pages;
mod portable;
mod sources;

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use anyhow::bail;

use crate::workspace::{Workspace, files};

/// Checks all rules and prints what they find.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    let repository = Repository::read(workspace.root())?;
    let findings = check(&repository);
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} findings", findings.len());
    }
    println!("tidy: {} files, no finding", repository.files.len());
    Ok(())
}

fn check(repository: &Repository) -> Vec<Finding> {
    let rules = [layers::check, manifests::check, sources::check, errors::check, pages::check, portable::check];
    let mut findings: Vec<_> = rules.iter().flat_map(|rule| rule(repository)).collect();
    findings.sort();
    findings
}

/// Something to change.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    file: PathBuf,
    line: usize,
    what: String,
}

impl Finding {
    /// Of a whole file.
    fn of(file: impl AsRef<Path>, what: impl Into<String>) -> Self {
        Self::at(file, 0, what)
    }

    /// Of a line, counted from 1.
    fn at(file: impl AsRef<Path>, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.as_ref().to_path_buf(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// The text files of the repository, in memory; of other files only the names.
#[derive(Debug, Default)]
struct Repository {
    files: Vec<(PathBuf, String)>,
}

impl Repository {
    fn read(root: &Path) -> anyhow::Result<Self> {
        let mut read = Vec::new();
        for path in files(root)? {
            let text = String::from_utf8(fs::read(root.join(&path))?).unwrap_or_default();
            read.push((path, text));
        }
        Ok(Self { files: read })
    }

    /// Path and text of the files that end so.
    fn ending(&self, end: &str) -> impl Iterator<Item = (&Path, &str)> {
        let named = move |(path, _): &&(PathBuf, String)| path.to_string_lossy().ends_with(end);
        self.files.iter().filter(named).map(|(path, text)| (path.as_path(), text.as_str()))
    }

    /// Whether there is such a file or folder.
    fn has(&self, path: &Path) -> bool {
        self.files.iter().any(|(file, _)| file.starts_with(path))
    }

    fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|(file, _)| file == Path::new(path)).map(|(_, text)| text.as_str())
    }

    #[cfg(test)]
    fn of(files: &[(&str, &str)]) -> Self {
        Self { files: files.iter().map(|(path, text)| (PathBuf::from(path), (*text).to_owned())).collect() }
    }
}
