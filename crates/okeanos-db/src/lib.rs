//! A service's database: SQLite in one file, or PostgreSQL.
//!
//! Each service has its own [`Db`]: tables carry the service's name as prefix, and so does its migration table, so that
//! several services can share one PostgreSQL database. An event is published by a row in the [`outbox`] in the same
//! transaction as the change that it tells of.

mod connect;
pub mod outbox;

pub use self::connect::{Db, DbConfig, Tx};
