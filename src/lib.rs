//! The server of Surety: the only place that knows axum.

pub mod api;
pub mod assets;
pub mod auth;
pub mod client_address;
pub mod config;
pub mod connections;
pub mod demo;
pub mod log;
pub mod pages;
pub mod router;
pub mod score;
pub mod security;
pub mod serve;
pub mod sessions;
pub mod state;
pub mod workers;
