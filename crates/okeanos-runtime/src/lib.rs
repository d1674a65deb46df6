//! Turns services into one running process, or one of many: the same code.
//!
//! - [`Service`], [`Parts`]: what a service is: configuration in, parts out. It binds no socket and spawns no task.
//! - [`Ctx`]: what a service may use of its surroundings: peers, bus, objects, database, clock.
//! - [`Node`], [`Running`]: builds services, binds, serves, drains.
//! - [`RpcChannel`]: the channel to a peer, over the network or inside the process; every call carries a call token.
//! - [`Base`]: the address that links are built from.
//! - [`main`]: the command line that every service binary has.

mod cli;
mod ctx;
mod dead_letters;
mod guard;
mod node;
mod openapi;
mod parts;
mod peer;
mod platform;
mod web;

pub use self::{
    cli::{Signals, block_on, main, until_told},
    ctx::{Clock, Ctx},
    node::{Node, Running},
    parts::{Latch, Listener, Parts, Service, Task},
    peer::RpcChannel,
    platform::{BusConfig, PlatformConfig, StoreConfig},
    web::{Base, read_body, read_json},
};
