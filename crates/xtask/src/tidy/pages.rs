//! Links in Markdown lead somewhere, and the book's summary lists every page.

use std::path::{Component, Path, PathBuf};

use super::{Finding, Repository};

const SUMMARY: &str = "docs/SUMMARY.md";

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let mut findings: Vec<_> =
        repository.ending(".md").flat_map(|(path, text)| broken(repository, path, text)).collect();
    findings.extend(unlisted(repository));
    findings
}

fn broken(repository: &Repository, path: &Path, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut in_code = false;
    for (number, line) in text.lines().enumerate() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        for target in links(line).filter(|target| is_local(target)) {
            let file = target.split('#').next().unwrap_or_default();
            let there = resolve(path.parent().unwrap_or(Path::new("")), file);
            if path.starts_with("docs") && there.as_ref().is_some_and(|there| !there.starts_with("docs")) {
                let what = format!("the link to {target} leads out of the book: name the file without a link");
                findings.push(Finding::at(path, number + 1, what));
            }
            if !there.is_some_and(|there| repository.has(&there)) {
                findings.push(Finding::at(
                    path,
                    number + 1,
                    format!("the link to {target} leads nowhere: correct or drop it"),
                ));
            }
        }
    }
    findings
}

/// Whether a target is a file of the repository, and not an address: `/map` is one of a running platform.
fn is_local(target: &str) -> bool {
    !target.is_empty() && !target.starts_with(['#', '/']) && !target.contains("://") && !target.starts_with("mailto:")
}

/// The targets of the inline links and pictures of a line.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next())
}

/// A path relative to a folder, without `.` and `..`; none when it leaves the repository.
fn resolve(folder: &Path, target: &str) -> Option<PathBuf> {
    let mut resolved = PathBuf::new();
    for part in folder.join(target).components() {
        match part {
            Component::Normal(name) => resolved.push(name),
            Component::ParentDir if resolved.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(resolved)
}

fn unlisted(repository: &Repository) -> Vec<Finding> {
    let Some(summary) = repository.text(SUMMARY) else {
        return vec![Finding::of(SUMMARY, "write the summary of the book")];
    };
    let listed: Vec<_> =
        summary.lines().flat_map(links).filter_map(|target| resolve(Path::new("docs"), target)).collect();
    let pages = repository.ending(".md").map(|(path, _)| path).filter(|path| path.starts_with("docs"));
    pages
        .filter(|path| *path != Path::new(SUMMARY) && !listed.iter().any(|page| page == path))
        .map(|path| Finding::of(path, format!("list it in {SUMMARY} (error pages: run `cargo xtask docs`)")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        check(&Repository::of(files)).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn broken_links_are_found_and_good_ones_are_not() {
        let summary = ("docs/SUMMARY.md", "- [A](how-to/a.md)\n- [B](b.md)\n");
        let page = "[x](../b.md#top) [y](https://example.org) [z](#here) ![p](a.png)\n```\n[no](code)\n```\n";
        let files = [summary, ("docs/how-to/a.md", page), ("docs/how-to/a.png", ""), ("docs/b.md", "")];
        assert_eq!(found(&files), [""; 0]);

        let files = [summary, ("docs/how-to/a.md", "\n[x](gone.md) [y](../../../out.md)"), ("docs/b.md", "")];
        let findings = found(&files);
        assert_eq!(findings.len(), 2, "{findings:?}");
        assert!(findings[0].starts_with("docs/how-to/a.md:2: the link to gone.md"));
    }

    #[test]
    fn the_book_stays_within_itself() {
        let files =
            [("docs/SUMMARY.md", "- [A](a.md)\n"), ("docs/a.md", "[x](../README.md)"), ("README.md", "[a](docs/a.md)")];
        let findings = found(&files);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].contains("leads out of the book"));
    }

    #[test]
    fn the_summary_lists_every_page() {
        let findings = found(&[("docs/SUMMARY.md", ""), ("docs/a.md", "")]);
        assert_eq!(findings, ["docs/a.md: list it in docs/SUMMARY.md (error pages: run `cargo xtask docs`)"]);
    }
}
