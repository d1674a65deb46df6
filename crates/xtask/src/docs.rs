//! `cargo xtask docs`: the pages that are made from something else: the index of errors and its place in the summary, and the
//! configuration reference.

mod config;

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};

use crate::{
    command::{self, cargo},
    workspace::{Workspace, files},
};

const CONFIG: &str = "docs/reference/config.md";
const SUMMARY: &str = "docs/SUMMARY.md";
const INDEX: &str = "docs/errors/README.md";
/// Indented as the list is: at the start of a line they would end it.
const BEGIN: &str = "  <!-- errors: made by `cargo xtask docs` -->\n";
const END: &str = "  <!-- end of errors -->\n";

/// Writes what is generated; with `check`, fails instead when what is committed is not fresh.
pub(crate) fn run(workspace: &Workspace, check: bool) -> anyhow::Result<()> {
    let root = workspace.root();
    let pages = error_pages(root)?;
    let summary = fs::read_to_string(root.join(SUMMARY)).with_context(|| format!("reading {SUMMARY}"))?;
    settle(root, INDEX, &index(&pages), check)?;
    settle(root, SUMMARY, &with_errors(&summary, &pages)?, check)?;
    let schema = command::output(cargo(root, &["run", "--quiet", "--package", "okeanos", "--", "config", "schema"]))?;
    let schema = serde_json::from_str(&schema).context("reading the schema that `okeanos config schema` prints")?;
    settle(root, CONFIG, &config::page(&schema), check)
}

/// Writes a page, or demands that it says this already.
fn settle(root: &Path, page: &str, text: &str, check: bool) -> anyhow::Result<()> {
    let file = root.join(page);
    if check {
        let fresh = fs::read_to_string(&file).is_ok_and(|committed| committed == text);
        ensure!(fresh, "{page} is not fresh: run `cargo xtask docs`");
        return Ok(());
    }
    fs::write(&file, text).with_context(|| format!("writing {page}"))
}

/// What every error page says happened, by code.
fn error_pages(root: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let folder = root.join("docs/errors");
    let mut pages = BTreeMap::new();
    for page in files(&folder)? {
        if page.extension().is_some_and(|e| e == "md") && page.components().count() == 2 {
            let text = fs::read_to_string(folder.join(&page))?;
            let code = page.with_extension("").display().to_string();
            let what = what_happened(&code, &text);
            pages.insert(code, what);
        }
    }
    Ok(pages)
}

/// The title without the code; where it is the code alone, the first sentence.
fn what_happened(code: &str, page: &str) -> String {
    let mut lines = page.lines();
    let title = lines.find_map(|line| line.strip_prefix("# ")).unwrap_or_default();
    let title = title.replace('`', "").replace(code, "");
    let title = title.trim_matches([':', ' ', '-']);
    if !title.is_empty() {
        return title.to_owned();
    }
    let paragraph: Vec<_> = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty()).collect();
    let paragraph = paragraph.join(" ");
    paragraph.split_once(". ").map_or(paragraph.as_str(), |(first, _)| first).trim_end_matches('.').to_owned()
}

fn index(pages: &BTreeMap<String, String>) -> String {
    let mut text = "# Errors\n\nEvery error answer is a problem document (RFC 9457) with a stable `code`. Each code has a page, which says \
        what happened and\nwhat to do. This index is made by `cargo xtask docs`.\n\n| code | what happened |\n|---|---|\n"
        .to_owned();
    for (code, what) in pages {
        text += &format!("| [`{code}`]({code}.md) | {} |\n", what.replace('|', "\\|"));
    }
    text
}

/// The summary with a line for every error page between the two marks.
fn with_errors(summary: &str, pages: &BTreeMap<String, String>) -> anyhow::Result<String> {
    let missing = || format!("{SUMMARY} needs the lines {} and {}", BEGIN.trim(), END.trim());
    let (before, rest) = summary.split_once(BEGIN).with_context(missing)?;
    let (_, after) = rest.split_once(END).with_context(missing)?;
    let lines: String = pages.keys().map(|code| format!("  - [{code}](errors/{code}.md)\n")).collect();
    Ok(format!("{before}{BEGIN}{lines}{END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> BTreeMap<String, String> {
        BTreeMap::from([("catalog/no-such-item".to_owned(), "There is no such item".to_owned())])
    }

    #[test]
    fn what_happened_is_the_title_or_the_first_sentence() {
        let what = |page| what_happened("catalog/no-such-item", page);
        assert_eq!(what("# `catalog/no-such-item`: There is no such item\n\nNone."), "There is no such item");
        assert_eq!(what("# There is no such item\n"), "There is no such item");
        let page = "# catalog/no-such-item\n\nNo item has this id,\nnor this UUID. Or it is not yours.\n\nSearch.";
        assert_eq!(what(page), "No item has this id, nor this UUID");
    }

    #[test]
    fn the_index_has_a_line_for_each_code() {
        let text = index(&pages());
        assert!(
            text.ends_with("| [`catalog/no-such-item`](catalog/no-such-item.md) | There is no such item |\n"),
            "{text}"
        );
    }

    #[test]
    fn the_summary_keeps_what_is_around_the_marks() {
        let old = format!("a\n{BEGIN}stale\n{END}b\n");
        let new = with_errors(&old, &pages()).unwrap();
        assert_eq!(new, format!("a\n{BEGIN}  - [catalog/no-such-item](errors/catalog/no-such-item.md)\n{END}b\n"));
        assert_eq!(with_errors(&new, &pages()).unwrap(), new);
        assert!(with_errors("no marks", &pages()).is_err());
    }
}
