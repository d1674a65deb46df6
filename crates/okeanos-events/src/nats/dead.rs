//! The dead letters: a stream of their own.

use std::collections::VecDeque;

use async_nats::{
    HeaderMap,
    jetstream::{
        self, Message,
        consumer::{AckPolicy, pull},
        stream::{self, LastRawMessageErrorKind, Stream},
    },
};
use bytes::Bytes;
use futures::StreamExt;
use uuid::Uuid;

use super::{NatsConfig, publish, unavailable};
use crate::{BusError, DeadLetter};

const PREFIX: &str = "okeanos_dead";
const REASON: &str = "Okeanos-Reason";
const CONSUMER: &str = "Okeanos-Consumer";
/// At most so many are kept: the newest.
const LETTERS_MAX: i64 = 10_000;
/// Longest reason that is kept.
const REASON_CHARS_MAX: usize = 1_000;
/// How many are fetched at once.
const PAGE: usize = 500;

pub(super) struct DeadLetters {
    jetstream: jetstream::Context,
    stream: Stream,
}

impl std::fmt::Debug for DeadLetters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeadLetters")
    }
}

/// A delivery that may be given up.
#[derive(Debug)]
pub(super) struct Departed {
    pub(super) consumer: String,
    pub(super) sequence: u64,
    pub(super) event: Option<Uuid>,
    pub(super) payload: Bytes,
}

/// A dead letter as it lies in the stream.
pub(super) struct Found {
    pub(super) consumer: String,
    pub(super) sequence: u64,
    pub(super) payload: Bytes,
}

impl DeadLetters {
    pub(super) async fn open(jetstream: &jetstream::Context, config: &NatsConfig) -> Result<Self, BusError> {
        let stream = stream::Config {
            name: format!("{}_DEAD", config.stream),
            subjects: vec![format!("{PREFIX}.>")],
            description: Some("events that were given up".to_owned()),
            max_messages: LETTERS_MAX,
            num_replicas: config.replicas,
            ..stream::Config::default()
        };
        let stream = jetstream.get_or_create_stream(stream).await.map_err(unavailable)?;
        Ok(Self { jetstream: jetstream.clone(), stream })
    }

    /// Writes a dead letter. The same delivery given up twice is one.
    pub(super) async fn bury(&self, departed: &Departed, reason: &str) -> Result<(), BusError> {
        let Departed { consumer, sequence, event, payload } = departed;
        let id = Uuid::new_v5(&event.unwrap_or_default(), format!("{consumer}/{sequence}").as_bytes());
        let reason: String = reason.chars().filter(|c| !c.is_control()).take(REASON_CHARS_MAX).collect();
        let mut headers = HeaderMap::new();
        headers.insert(async_nats::header::NATS_MESSAGE_ID, id.to_string());
        headers.insert(CONSUMER, consumer.as_str());
        headers.insert(REASON, reason);
        publish(&self.jetstream, format!("{PREFIX}.{consumer}.{id}"), headers, payload.clone()).await
    }

    /// The newest of a consumer, newest first.
    pub(super) async fn newest(&self, consumer: &str, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        let config = pull::Config {
            filter_subject: format!("{PREFIX}.{consumer}.*"),
            ack_policy: AckPolicy::None,
            ..pull::Config::default()
        };
        let reader = self.stream.create_consumer(config).await.map_err(unavailable)?;
        let mut newest = VecDeque::new();
        loop {
            let mut page = reader.fetch().max_messages(PAGE).messages().await.map_err(unavailable)?;
            let mut count = 0;
            while let Some(message) = page.next().await.transpose().map_err(unavailable)? {
                count += 1;
                newest.extend(letter(&message, consumer)?);
                if newest.len() > limit {
                    newest.pop_front();
                }
            }
            if count < PAGE {
                break;
            }
        }
        let name = &reader.cached_info().name;
        self.stream.delete_consumer(name).await.map_err(unavailable)?;
        Ok(newest.into_iter().rev().collect())
    }

    pub(super) async fn find(&self, id: Uuid) -> Result<Option<Found>, BusError> {
        match self.stream.get_last_raw_message_by_subject(&format!("{PREFIX}.*.{id}")).await {
            Ok(message) => {
                let consumer = message.subject.split('.').nth(1).unwrap_or_default().to_owned();
                Ok(Some(Found { consumer, sequence: message.sequence, payload: message.payload }))
            }
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    pub(super) async fn remove(&self, sequence: u64) -> Result<(), BusError> {
        self.stream.delete_message(sequence).await.map(drop).map_err(unavailable)
    }
}

/// The letter in a message; `None` when what was given up is no event and has nothing to show.
fn letter(message: &Message, consumer: &str) -> Result<Option<DeadLetter>, BusError> {
    let Ok(event) = serde_json::from_slice(&message.payload) else { return Ok(None) };
    let id = message.subject.rsplit('.').next().unwrap_or_default();
    let reason = message.headers.as_ref().and_then(|h| h.get(REASON)).map(|v| v.as_str().to_owned());
    let published = message.info().map_err(unavailable)?.published;
    Ok(Some(DeadLetter {
        id: id.parse().map_err(|e: uuid::Error| BusError::Corrupt(e.into()))?,
        consumer: consumer.to_owned(),
        reason: reason.unwrap_or_default(),
        at: published,
        event,
    }))
}
