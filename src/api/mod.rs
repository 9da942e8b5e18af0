//! The published APIs: one folder for each dialect, and what all of them share.

pub mod gopi;

mod agentgate;
mod agentgatepay;
mod paegents;

pub mod badges;
pub mod limits;

mod body;
mod caller;
mod etag;
mod sdk;
mod time;
mod webhooks;

use std::sync::LazyLock;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

pub use body::{BodyError, Json, MAX_BODY, parse};
pub use caller::{AuthError, Caller};
pub use time::{format_time, parse_time};
pub use webhooks::render as render_webhook;

use crate::state::AppState;
use etag::Tagged;

/// Every API route.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(gopi::router())
        .merge(agentgatepay::router())
        .merge(sdk::router())
        .route("/openapi.json", get(openapi))
        .route("/v1/webhooks/events", get(events))
        .route("/health", get(health))
        .route("/.well-known/jwks.json", get(keys))
}

/// The APIs' description, for tools.
async fn openapi(State(state): State<AppState>, headers: HeaderMap) -> Response {
    let kind = ("application/json", "public, max-age=300");
    Tagged::new(state.description().to_string()).answer(kind, &headers)
}

/// The events that webhooks tell of.
async fn events(headers: HeaderMap) -> Response {
    static EVENTS: LazyLock<Tagged> =
        LazyLock::new(|| Tagged::new(serde_json::json!({ "events": *gopi::CATALOG }).to_string()));
    EVENTS.answer(("application/json", "public, max-age=300"), &headers)
}

/// Whether the instance can answer, and with which database.
async fn health(State(state): State<AppState>) -> Response {
    match state.services.check_health().await {
        Ok(database) => axum::Json(serde_json::json!({
            "status": "ok",
            "database": database,
            "version": env!("CARGO_PKG_VERSION"),
        }))
        .into_response(),
        Err(error) => {
            tracing::error!(?error, "the database does not answer");
            let body = axum::Json(serde_json::json!({ "status": "database_unavailable" }));
            (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
        }
    }
}

/// The answer where the code of an API fell over. What it was about went to the log already.
pub fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    gopi::ApiError::from(service::Error::internal("a panic")).into_response()
}

/// The keys that check certificates offline (RFC 7517).
async fn keys(State(state): State<AppState>) -> Response {
    match state.services.certificate_keys().await {
        Ok(keys) => axum::Json(serde_json::json!({ "keys": keys })).into_response(),
        Err(error) => gopi::ApiError::from(error).into_response(),
    }
}
