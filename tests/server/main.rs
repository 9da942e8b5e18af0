//! The real binary: started, talked to over HTTP, killed.

#![expect(clippy::unwrap_used, reason = "a failed helper fails the test that calls it")]

mod breaches;
mod crash;
mod ended;
mod idempotency;
mod personal_data;
mod postgres;
mod process;
mod readme;
mod score;
mod security_log;
mod security_points;
mod settings;
mod signing_keys;
mod webhooks;
