//! Server functions: what forms post to, under `/fn/`. Each asks [`Request`] who is there, calls one service method and
//! redirects. They are public endpoints: nothing is guarded but by the first line of each.

mod accounts;
mod agents;
mod api_keys;
mod certificates;
mod error;
mod preferences;
mod request;
mod time_zone;

pub use accounts::{log_in, log_out, register};
pub use agents::{create_agent, delete_agent, update_agent};
pub use api_keys::{create_api_key, revoke_api_key};
pub use certificates::issue_certificate;
pub use preferences::{set_language, set_theme};
pub use request::{IssuedSecret, Kept, Request, SESSION_USER, SESSION_WORKSPACE, take};
pub use time_zone::set_time_zone;
