//! The published APIs, called through the whole server: router, services and a real SQLite file.

#![expect(clippy::unwrap_used, reason = "a failed helper fails the test that calls it")]

mod accounts;
mod admin;
mod agents;
mod amendments;
mod bad_input;
mod batch;
mod breaches;
mod browser;
mod certificates;
mod charts;
mod demo;
mod docs;
mod ended;
mod factor_required;
mod factor_safety;
mod factors;
mod imports;
mod kept;
mod keys;
mod mail;
mod openapi;
mod payment_events;
mod personal_data;
mod public;
mod rate_limits;
mod recompute;
mod security;
mod signing_keys;
mod tenants;
mod webhooks;
mod world;
