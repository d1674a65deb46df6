//! Counts tests over several runners, from the lines that they close with.

use std::{fmt, ops::AddAssign};

/// How many tests passed, failed and were left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Tests that passed.
    pub(crate) passed: u64,
    /// Tests that failed.
    pub(crate) failed: u64,
    /// Tests that were left out.
    pub(crate) skipped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

impl Tally {
    /// Reads a closing line of nextest (`Summary [..] 3 tests run: ..`), cargo test (`test result: ..`) or pytest
    /// (`=== .. in 1.2s ===`); any other line is none, nor is what nextest shows, indented, of a test that failed.
    pub(crate) fn from_closing_line(line: &str) -> Option<Self> {
        let line = plain(line);
        let line = line.trim_end();
        let summary = line.trim_start().strip_prefix("Summary").and_then(|rest| rest.split_once("run:"));
        let counts = if let Some((_, counts)) = summary {
            counts
        } else if let Some(counts) = line.strip_prefix("test result:") {
            counts
        } else {
            line.strip_prefix('=').filter(|rest| rest.ends_with('=') && rest.contains(" in "))?
        };
        let mut tally = Self::default();
        let words: Vec<_> = counts.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            let Ok(count) = pair[0].parse::<u64>() else { continue };
            match pair[1] {
                "passed" | "xpassed" => tally.passed += count,
                "failed" | "error" | "errors" | "timed" | "exec" => tally.failed += count,
                "skipped" | "ignored" | "xfailed" => tally.skipped += count,
                _ => {}
            }
        }
        Some(tally)
    }
}

/// The line without terminal colours.
fn plain(line: &str) -> String {
    let mut rest = line;
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        text.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64, skipped: u64) -> Option<Tally> {
        Some(Tally { passed, failed, skipped })
    }

    #[test]
    fn reads_nextest() {
        let line = "     Summary [   0.251s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped";
        assert_eq!(Tally::from_closing_line(line), tally(9, 3, 3));
        let line = "     Summary [   0.251s] 3 tests run: 1 passed, 1 failed, 1 exec failed, 0 skipped";
        assert_eq!(Tally::from_closing_line(line), tally(1, 2, 0));
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.2s] \u{1b}[1m1\u{1b}[0m test run: \u{1b}[1m1\u{1b}[0m passed, 0 skipped";
        assert_eq!(Tally::from_closing_line(coloured), tally(1, 0, 0));
    }

    #[test]
    fn reads_cargo_test() {
        let line = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 5 filtered out; finished in 0.01s";
        assert_eq!(Tally::from_closing_line(line), tally(3, 1, 2));
    }

    #[test]
    fn reads_pytest() {
        let line = "============ 1 failed, 20 passed, 2 skipped, 1 error in 12.34s ============";
        assert_eq!(Tally::from_closing_line(line), tally(20, 2, 2));
    }

    #[test]
    fn other_lines_are_none() {
        let shown_by_nextest = "    test result: FAILED. 0 passed; 1 failed; 0 ignored";
        let others = ["running 3 tests", "3 passed", "test a::b ... ok", "=== short test summary info ===", ""];
        for line in others.into_iter().chain([shown_by_nextest]) {
            assert_eq!(Tally::from_closing_line(line), None, "{line}");
        }
    }

    #[test]
    fn is_shown_as_the_plain_closing_line() {
        let mut all = Tally { passed: 1, failed: 0, skipped: 0 };
        all += Tally { passed: 2, failed: 1, skipped: 0 };
        assert_eq!(all.to_string(), "3 passed, 1 failed");
        all.skipped = 4;
        assert_eq!(all.to_string(), "3 passed, 1 failed, 4 skipped");
    }
}
