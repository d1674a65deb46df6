//! The landing page and the conformance declaration (OGC API Common, part 1).

use serde::{Deserialize, Serialize};

use crate::link::Link;

/// The page that an API begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandingPage {
    /// Name of the API.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Where its parts are.
    pub links: Vec<Link>,
}

/// Which conformance classes hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conformance {
    /// URIs of the classes.
    #[serde(rename = "conformsTo")]
    pub conforms_to: Vec<String>,
}

impl Conformance {
    /// Classes of OGC API Processes 1.0, part 1: `core`, `job-list`…
    pub fn processes(classes: impl IntoIterator<Item = &'static str>) -> Self {
        const BASE: &str = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf";
        Self { conforms_to: classes.into_iter().map(|class| format!("{BASE}/{class}")).collect() }
    }
}
