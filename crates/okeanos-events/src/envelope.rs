//! The envelope: a CloudEvents 1.0 structured-mode JSON document.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

/// What every event type starts with.
pub const SUBJECT_PREFIX: &str = "okeanos.";

/// An event. Its type is also the bus subject: `okeanos.<service>.v1.<noun>.<past-verb>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Always `1.0`.
    pub specversion: String,
    /// UUIDv7; the same event delivered twice has the same id.
    pub id: Uuid,
    /// The service that tells: `/okeanos/<service>`.
    pub source: String,
    /// `okeanos.<service>.v1.<noun>.<past-verb>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is about, for people: an object's URL, an item's id.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub subject: Option<String>,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub time: OffsetDateTime,
    /// Always `application/json`.
    pub datacontenttype: String,
    /// W3C trace context of what caused it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub traceparent: Option<String>,
    /// The payload: the JSON mapping of a message in `proto/okeanos/<service>/v1/events.proto`.
    pub data: Value,
}

impl Event {
    /// An event of a service. `kind` is given without the prefix: `storage.v1.object.created`.
    ///
    /// # Errors
    /// When the payload has no JSON form.
    pub fn new(kind: &str, subject: String, data: &impl Serialize, now: OffsetDateTime) -> serde_json::Result<Self> {
        let service = kind.split('.').next().unwrap_or_default();
        Ok(Self {
            specversion: "1.0".to_owned(),
            id: Uuid::now_v7(),
            source: format!("/okeanos/{service}"),
            kind: format!("{SUBJECT_PREFIX}{kind}"),
            subject: Some(subject),
            time: now,
            datacontenttype: "application/json".to_owned(),
            traceparent: None,
            data: serde_json::to_value(data)?,
        })
    }

    /// The payload as its message.
    ///
    /// # Errors
    /// When it is not such a message.
    pub fn payload<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        T::deserialize(&self.data)
    }

    /// The type without the prefix: `storage.v1.object.created`.
    pub fn short_kind(&self) -> &str {
        self.kind.strip_prefix(SUBJECT_PREFIX).unwrap_or(&self.kind)
    }
}
