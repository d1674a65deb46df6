//! Configuration of the service.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who somebody is and what they may do.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Issuer (`iss`) of access tokens; else the platform's public URL, else `http://okeanos.local`.
    pub issuer: Option<String>,
    /// Audience (`aud`) of access tokens.
    pub audience: String,
    /// How long access tokens live, in seconds: 60 to 900.
    pub access_token_s: u32,
    /// How long a signing key signs, in days: 1 to 365. It is published until its last token has ended.
    pub key_rotation_days: u32,
    /// How long a session lives, in seconds.
    pub session_s: u32,
    /// How long a session lives without a request, in seconds.
    pub session_idle_s: u32,
    /// How long a sign-in link can be used (once), in seconds.
    pub sign_in_link_s: u32,
    /// For how many seconds other services may keep an answer about a credential, which is the time that a revocation
    /// takes; at most 60.
    pub cache_s: u32,
    /// Creates the user `admin` and files with its first credentials.
    pub bootstrap: Option<Bootstrap>,
}

/// The first administrator. Both files are readable by their owner only.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// Where an API token with all rights is written, at the first start only.
    pub admin_token_file: PathBuf,
    /// Where the token of a fresh sign-in link is written, at every start.
    pub sign_in_file: PathBuf,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            issuer: None,
            audience: "okeanos".to_owned(),
            access_token_s: 15 * 60,
            key_rotation_days: 30,
            session_s: 12 * 60 * 60,
            session_idle_s: 90 * 60,
            sign_in_link_s: 12 * 60 * 60,
            cache_s: 5,
            bootstrap: None,
        }
    }
}

impl Config {
    /// All that is wrong with the values.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        let mut wrong = Vec::new();
        let mut range = |field: &str, value: u32, from: u32, to: u32| {
            if !(from..=to).contains(&value) {
                wrong.push(format!("{field} is {value}, not {from} to {to}"));
            }
        };
        range("access_token_s", self.access_token_s, 60, 900);
        range("key_rotation_days", self.key_rotation_days, 1, 365);
        range("session_s", self.session_s, 60, 30 * 24 * 3600);
        range("session_idle_s", self.session_idle_s, 60, 30 * 24 * 3600);
        range("sign_in_link_s", self.sign_in_link_s, 60, 7 * 24 * 3600);
        range("cache_s", self.cache_s, 0, 60);
        if self.audience.is_empty() {
            wrong.push("audience is empty".to_owned());
        }
        anyhow::ensure!(wrong.is_empty(), "iam: {}", wrong.join("; "));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_hold_and_all_problems_are_listed() {
        Config::default().check().unwrap();
        let wrong = Config { access_token_s: 901, cache_s: 61, ..Config::default() }.check().unwrap_err().to_string();
        assert!(wrong.contains("access_token_s") && wrong.contains("cache_s"), "{wrong}");
    }
}
