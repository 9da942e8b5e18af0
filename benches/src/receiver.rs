//! A receiver of webhooks that answers at once and keeps when each arrived.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::Value;

/// When each delivery arrived, and how long after its event (milliseconds).
type Arrivals = Arc<Mutex<Vec<(u64, u64)>>>;

/// `POST /` takes a delivery; `GET /figures` tells how many came, within how many milliseconds, and how long after their
/// events all but one in a hundred came; `POST /forget` begins again.
pub fn app() -> Router {
    Router::new()
        .route("/", get(|| async { "ok" }).post(take))
        .route("/figures", get(figures))
        .route("/forget", post(forget))
        .with_state(Arrivals::default())
}

#[expect(clippy::disallowed_methods, reason = "what is measured is the time of the machine")]
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

async fn take(State(arrivals): State<Arrivals>, body: String) -> StatusCode {
    let now = now_ms();
    // When the payment was recorded is in its id: 48 bits in base32.
    let event: Option<u64> = serde_json::from_str::<Value>(&body).ok().and_then(|event| {
        let at = event["data"]["charge_id"].as_str()?.strip_prefix("pay_")?.get(..10)?.to_owned();
        Some(at.bytes().fold(0, |sum, digit| sum * 32 + value(digit)))
    });
    let late = event.map_or(0, |at| now.saturating_sub(at));
    if let Ok(mut arrivals) = arrivals.lock() {
        arrivals.push((now, late));
    }
    StatusCode::NO_CONTENT
}

fn value(digit: u8) -> u64 {
    let at = b"0123456789abcdefghjkmnpqrstvwxyz".iter().position(|d| *d == digit);
    at.and_then(|at| u64::try_from(at).ok()).unwrap_or_default()
}

async fn figures(State(arrivals): State<Arrivals>) -> String {
    let arrivals = arrivals.lock().map(|a| a.clone()).unwrap_or_default();
    let mut late: Vec<_> = arrivals.iter().map(|(_, late)| *late).collect();
    late.sort_unstable();
    let first = arrivals.iter().map(|(at, _)| *at).min().unwrap_or_default();
    let last = arrivals.iter().map(|(at, _)| *at).max().unwrap_or_default();
    let p99 = late.get(late.len() * 99 / 100).copied().unwrap_or_default();
    format!("{} {} {p99}", arrivals.len(), last - first)
}

async fn forget(State(arrivals): State<Arrivals>) -> StatusCode {
    if let Ok(mut arrivals) = arrivals.lock() {
        arrivals.clear();
    }
    StatusCode::NO_CONTENT
}
