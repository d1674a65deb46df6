//! Links.

use serde::Serialize;
use serde_json::Value;

/// A link of a STAC document or an answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Link {
    /// What it means.
    pub rel: String,
    /// Where it leads.
    pub href: String,
    /// Media type of what is there.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<&'static str>,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// HTTP method, if it is not plainly GET.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'static str>,
    /// Body to send (POST).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Whether the body is to be merged into the one of the request that was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merge: Option<bool>,
}

impl Link {
    /// To a JSON document.
    pub fn json(rel: &str, href: impl Into<String>) -> Self {
        Self::of(rel, href, "application/json")
    }

    /// To a GeoJSON document.
    pub fn geojson(rel: &str, href: impl Into<String>) -> Self {
        Self::of(rel, href, "application/geo+json")
    }

    /// To a document of this media type.
    pub fn of(rel: &str, href: impl Into<String>, media_type: &'static str) -> Self {
        Self {
            rel: rel.to_owned(),
            href: href.into(),
            media_type: Some(media_type),
            title: None,
            method: None,
            body: None,
            merge: None,
        }
    }

    /// With a title.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// With a method that is said.
    #[must_use]
    pub fn method(mut self, method: &'static str) -> Self {
        self.method = Some(method);
        self
    }

    /// As a POST of this body, whole.
    #[must_use]
    pub fn post(mut self, body: Value) -> Self {
        self.method = Some("POST");
        self.body = Some(body);
        self.merge = Some(false);
        self
    }
}
