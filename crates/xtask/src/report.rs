//! What the steps of a task come to. A step that fails does not hide the next, and the last line counts all tests.

use std::{process::ExitCode, time::Instant};

use crate::tally::Tally;

/// What has been counted so far, and which steps failed.
#[derive(Debug, Default)]
pub(crate) struct Report {
    tally: Tally,
    failed: Vec<&'static str>,
}

impl Report {
    /// Runs a step, which adds its tests to the tally. An error counts as one failed test.
    pub(crate) fn step(&mut self, name: &'static str, run: impl FnOnce(&mut Tally) -> anyhow::Result<()>) {
        println!("\n== {name}");
        let (started, failed) = (Instant::now(), self.tally.failed);
        if let Err(error) = run(&mut self.tally) {
            println!("FAILED: {error:#}");
            self.tally.failed += 1;
        }
        if self.tally.failed > failed {
            self.failed.push(name);
        }
        println!("({name}: {:.0?})", started.elapsed());
    }

    /// Prints which steps failed and, last, the tally.
    pub(crate) fn close(mut self) -> ExitCode {
        if self.tally.passed + self.tally.failed == 0 {
            println!("no test ran");
            self.tally.failed = 1;
        }
        if !self.failed.is_empty() {
            println!("\nfailed: {}", self.failed.join(", "));
        }
        println!("\n{}", self.tally);
        if self.tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_step_that_fails_does_not_hide_the_next_nor_what_it_counted() {
        let mut report = Report::default();
        report.step("breaks off", |tally| {
            tally.passed += 2;
            bail!("the platform did not drain")
        });
        report.step("fails", |tally| {
            tally.failed += 3;
            Ok(())
        });
        report.step("passes", |tally| {
            tally.passed += 1;
            Ok(())
        });
        assert_eq!(report.tally, Tally { passed: 3, failed: 4, skipped: 0 });
        assert_eq!(report.failed, ["breaks off", "fails"]);
        assert_eq!(report.close(), ExitCode::FAILURE);
    }

    #[test]
    fn no_test_is_a_failure() {
        assert_eq!(Report::default().close(), ExitCode::FAILURE);
        let mut report = Report::default();
        report.step("passes", |tally| {
            tally.passed += 1;
            Ok(())
        });
        assert_eq!(report.close(), ExitCode::SUCCESS);
    }
}
