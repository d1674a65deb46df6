//! Configuration of the service.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What can be run.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Title of the landing page.
    pub title: String,
    /// Description on the landing page.
    pub description: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: "Okeanos processes".to_owned(),
            description: "Functions on ocean data, run where the data are.".to_owned(),
        }
    }
}
