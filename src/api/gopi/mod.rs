//! The trust API (`/v1/auth`, `/v1/agents`, `/v1/payment-events`, `/v1/public`).

mod agents;
mod auth;
mod error;
mod openapi;
mod payment_events;
mod public;
mod uploads;
mod wire;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use service::{Actor, Idempotency};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use error::ApiError;
pub use openapi::specification;

use super::{Caller, Json};
use crate::state::AppState;

/// The dialect's routes, with what is published about them.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::me))
        .routes(routes!(agents::list, agents::create))
        .routes(routes!(agents::show, agents::update, agents::delete))
        .routes(routes!(agents::certify))
        .routes(routes!(payment_events::create))
        .routes(routes!(payment_events::create_batch))
        .routes(routes!(payment_events::amend))
        .routes(routes!(public::show))
        .routes(routes!(public::badge))
}

/// The dialect's routes. Everything else below `/v1` is answered in its form too.
pub fn router() -> Router<AppState> {
    let (router, _) = routes().split_for_parts();
    router
        .route("/v1/agents/bulk", post(agents::create_all))
        .route("/v1/agents/{id}/archive", post(agents::archive))
        .route("/v1/agents/{id}/unarchive", post(agents::unarchive))
        .route("/v1/agents/{id}/renew", post(agents::renew))
        .merge(uploads::router())
        .route("/v1/public/{id}/badge.json", get(public::badge_json))
        .method_not_allowed_fallback(error::method_not_allowed)
}

/// The answer to a path below `/v1` that is none of ours.
pub async fn unknown_path() -> ApiError {
    ApiError::unknown_path()
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self::read(state, &parts.headers, &parts.extensions).await?)
    }
}

impl<T: DeserializeOwned> FromRequest<AppState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self::read(request, state).await?)
    }
}

/// A change that may be repeated: who asks for it, with which body and key.
struct Change<T> {
    actor: Actor,
    body: T,
    idempotency: Option<Idempotency>,
}

impl<T: DeserializeOwned + Send> FromRequest<AppState> for Change<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let Caller(actor) = Caller::read(state, request.headers(), request.extensions()).await?;
        let target = Target::of(&request);
        let json = Json::<T>::read(request, state).await?;
        let idempotency = target.idempotency(&json.bytes)?;
        Ok(Self { actor, body: json.value, idempotency })
    }
}

/// A change without a body.
struct BareChange {
    actor: Actor,
    idempotency: Option<Idempotency>,
}

/// The version in `If-Match`, where the caller asks for one; `*` asks for none.
struct IfMatch(Option<i64>);

impl FromRequestParts<AppState> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        let Some(tag) = header(&parts.headers, "if-match").filter(|tag| tag.trim() != "*") else {
            return Ok(Self(None));
        };
        // What is no version of ours matches none, as the header demands.
        Ok(Self(Some(tag.trim().trim_matches('"').parse().unwrap_or(-1))))
    }
}

impl FromRequest<AppState> for BareChange {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let Caller(actor) = Caller::read(state, request.headers(), request.extensions()).await?;
        let target = Target::of(&request);
        let body = Bytes::from_request(request, state).await.unwrap_or_default();
        Ok(Self { actor, idempotency: target.idempotency(&body)? })
    }
}

/// What an `Idempotency-Key` is bound to besides the body.
struct Target {
    key: Option<String>,
    method: String,
    path: String,
}

impl Target {
    fn of(request: &Request) -> Self {
        Self {
            key: header(request.headers(), "idempotency-key"),
            method: request.method().as_str().to_owned(),
            path: request.uri().path().to_owned(),
        }
    }

    fn idempotency(&self, body: &[u8]) -> Result<Option<Idempotency>, ApiError> {
        let key = self.key.as_deref();
        Ok(key.map(|k| Idempotency::new(k, &self.method, &self.path, body)).transpose()?)
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).map(|v| String::from_utf8_lossy(v.as_bytes()).into_owned())
}
