//! Configuration: section `cataloguer`.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Automatic cataloguing and data check.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Objects and stores that are catalogued at once: 1 to 64.
    pub workers: usize,
    /// How long a Zarr store must be left alone before it is looked at, in milliseconds: 100 to 600000. It is doubled with
    /// each report while the store keeps changing.
    pub quiet_ms: u64,
    /// How often an incomplete Zarr store is looked at again before its check fails, each time after twice as long: 1 to 12.
    pub incomplete_tries: u32,
    /// How often work is tried again that breaks off or fails by a mistake of the platform; what is away is waited for as
    /// long as it takes: 1 to 20.
    pub retries: u32,
    /// How long the check of one object may take, in seconds: 1 to 3600.
    pub budget_s: u64,
    /// Most variables of one object that are catalogued: 1 to 500.
    pub items_max: usize,
    /// How many reports of one object are kept: 1 to 1000.
    pub reports_kept: u64,
    /// Checks on demand (`POST /checks`) that run at once: 1 to 64.
    pub checks_at_once: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            workers: 2,
            quiet_ms: 2_000,
            incomplete_tries: 7,
            retries: 10,
            budget_s: 120,
            items_max: 100,
            reports_kept: 10,
            checks_at_once: 2,
        }
    }
}

impl Config {
    /// All that is wrong with the values.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let mut wrong = Vec::new();
        let mut range = |field: &str, value: u64, from: u64, to: u64| {
            if !(from..=to).contains(&value) {
                wrong.push(format!("{field} is {value}, not {from} to {to}"));
            }
        };
        range("workers", self.workers as u64, 1, 64);
        range("quiet_ms", self.quiet_ms, 100, 600_000);
        range("incomplete_tries", self.incomplete_tries.into(), 1, 12);
        range("retries", self.retries.into(), 1, 20);
        range("budget_s", self.budget_s, 1, 3_600);
        range("items_max", self.items_max as u64, 1, 500);
        range("reports_kept", self.reports_kept, 1, 1_000);
        range("checks_at_once", self.checks_at_once as u64, 1, 64);
        anyhow::ensure!(wrong.is_empty(), "cataloguer: {}", wrong.join("; "));
        Ok(())
    }

    pub(crate) fn quiet(&self) -> Duration {
        Duration::from_millis(self.quiet_ms)
    }

    pub(crate) fn budget(&self) -> Duration {
        Duration::from_secs(self.budget_s)
    }
}

#[cfg(test)]
mod tests {
    use super::Config;

    #[test]
    fn the_defaults_hold_and_all_problems_are_listed() {
        Config::default().check().expect("sound");
        let wrong = Config { workers: 0, quiet_ms: 1, ..Config::default() }.check().expect_err("unsound").to_string();
        assert!(wrong.contains("workers") && wrong.contains("quiet_ms"), "{wrong}");
    }
}
