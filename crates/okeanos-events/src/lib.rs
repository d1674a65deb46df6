//! Events between services: CloudEvents 1.0 over one port, two buses.
//!
//! - [`Event`]: the envelope. - [`EventBus`]: the port; delivery is at least once, so consumers are idempotent by event id.
//! - [`local`]: one process, durable in SQLite. - [`nats`]: JetStream.
//! - [`relay`]: from a service's outbox to the bus. - [`consume`]: runs a handler over a subscription.

pub mod consume;
mod envelope;
pub mod local;
pub mod nats;
mod port;
pub mod relay;

pub use self::{
    consume::{HandlerError, consume},
    envelope::{Event, SUBJECT_PREFIX},
    port::{BusError, Consumer, DeadLetter, Delivery, EventBus, Settle, Subscription},
};
