//! Every error code has a page in docs/errors, and every page a code.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{Finding, Repository};

pub(super) fn check(repository: &Repository) -> Vec<Finding> {
    let owners = owners(repository);
    let mut codes: BTreeMap<&str, (&Path, usize)> = BTreeMap::new();
    let sources =
        repository.ending(".rs").filter(|(path, _)| path.starts_with("crates") && !path.starts_with("crates/xtask"));
    let makes_errors = |path: &Path, text: &str| path.ends_with("error.rs") || text.contains("Fault");
    for (path, text) in sources.filter(|(path, text)| path.iter().any(|part| part == "src") && makes_errors(path, text))
    {
        for (line, code) in codes_in(text, &owners) {
            codes.entry(code).or_insert((path, line));
        }
    }
    let pages: BTreeSet<&Path> =
        repository.ending(".md").map(|(path, _)| path).filter(|path| path.starts_with("docs/errors")).collect();
    let mut findings = Vec::new();
    for (code, (path, line)) in &codes {
        let page = PathBuf::from(format!("docs/errors/{code}.md"));
        if !pages.contains(page.as_path()) {
            findings.push(Finding::at(path, *line, format!("write {}: what happened, what to do", page.display())));
        }
    }
    for page in pages.iter().filter(|page| page.components().count() == 4) {
        let code = page.strip_prefix("docs/errors").map(|code| code.with_extension("").display().to_string());
        if !code.is_ok_and(|code| codes.contains_key(code.as_str())) {
            findings
                .push(Finding::of(page, "no code of this name is in the sources: delete the page, or use the code"));
        }
    }
    findings
}

/// The first part of a code: a crate's short name, or a folder of the pages.
fn owners<'a>(repository: &'a Repository) -> BTreeSet<&'a str> {
    let of_file = |path: &'a Path| {
        let mut parts = path.iter().map_while(|part| part.to_str());
        match (parts.next()?, parts.next()?) {
            ("crates", name) => name.strip_prefix("okeanos-"),
            ("docs", "errors") => parts.next(),
            _ => None,
        }
    };
    repository.files.iter().filter_map(|(path, _)| of_file(path)).collect()
}

/// The literals of a source that have the form of a code, with their lines; not those of comments and tests.
fn codes_in<'a>(text: &'a str, owners: &BTreeSet<&str>) -> impl Iterator<Item = (usize, &'a str)> {
    let shipped = text.split_once("#[cfg(test)]\nmod ").map_or(text, |(before, _)| before);
    let lines = shipped.lines().enumerate().filter(|(_, line)| !line.trim_start().starts_with("//"));
    lines.flat_map(|(number, line)| {
        let literals = line.split('"').skip(1).step_by(2);
        literals.filter(|literal| is_code(literal, owners)).map(move |literal| (number + 1, literal))
    })
}

fn is_code(literal: &str, owners: &BTreeSet<&str>) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    literal.split_once('/').is_some_and(|(owner, what)| owners.contains(owner) && is_word(what))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "Fault::new(Kind::NotFound, \"catalog/no-such-item\", \"application/json\");\n\
        // see \"catalog/old\"\n#[cfg(test)]\nmod tests { const C: &str = \"catalog/in-a-test\"; }\n";

    #[test]
    fn a_code_without_a_page_and_a_page_without_a_code_are_found() {
        let source = ("crates/okeanos-catalog/src/domain/error.rs", SOURCE);
        let page = ("docs/errors/catalog/no-such-item.md", "# No such item");
        assert!(check(&Repository::of(&[source, page])).is_empty());

        let findings = check(&Repository::of(&[source]));
        assert_eq!(findings.len(), 1);
        assert_eq!((findings[0].line, findings[0].file.as_path()), (1, Path::new(source.0)));

        let rules = "const PLACED: &str = \"catalog/placed\";";
        assert!(check(&Repository::of(&[("crates/okeanos-cataloguer/src/domain/rules.rs", rules)])).is_empty());

        let findings = check(&Repository::of(&[page]));
        assert!(findings[0].what.contains("delete the page"), "{findings:?}");
    }
}
