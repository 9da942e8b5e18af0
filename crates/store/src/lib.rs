//! All SQL of Surety, written once for SQLite and Postgres.
//!
//! One module for each table, with functions in SQL's words (`insert`, `get`, `list`, `update`). What reads takes a
//! [`Conn`]; what writes takes a [`Tx`]. Engine-specific text stands in `engine.rs` only. Every function here is
//! run by one suite on both engines (`tests/suite`).

pub mod agents;
pub mod amendments;
pub mod api_keys;
pub mod audit;
pub mod certificates;
pub mod contests;
pub mod deliveries;
pub mod erasures;
pub mod evidence;
pub mod exports;
pub mod factor_tries;
pub mod holdings;
pub mod idempotency;
pub mod imports;
pub mod invitations;
pub mod jobs;
pub mod login_failures;
pub mod mails;
pub mod members;
pub mod outbox;
pub mod passkeys;
pub mod payments;
pub mod periods;
pub mod queues;
pub mod recovery_codes;
pub mod registrations;
pub mod rollups;
pub mod sealed;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod tokens;
pub mod totp;
pub mod users;
pub mod webhooks;
pub mod workspaces;

mod engine;
mod error;
mod log;
mod postgres;
mod script;
mod writer;

pub use engine::{Conn, Store, StoreConfig, Tx};
pub use error::{Error, Result};
pub use log::Visible;

#[cfg(test)]
mod suite;
