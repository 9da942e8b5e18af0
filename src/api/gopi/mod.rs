//! The trust API (`/v1/auth`, `/v1/agents`, `/v1/payment-events`, `/v1/public`).

mod account;
mod agents;
mod auth;
mod catalog;
mod error;
mod examples;
mod openapi;
mod payment_events;
mod public;
mod schema;
mod uploads;
mod webhooks;
mod wire;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use service::{Actor, Idempotency};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use catalog::{CATALOG, CatalogEntry};
pub use error::ApiError;
pub use openapi::specification;
pub use webhooks::{webhook, webhook_data};

use super::{Caller, Json};
use crate::state::AppState;

/// The dialect's routes, with what is published about them.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(auth::register))
        .routes(routes!(auth::login))
        .routes(routes!(auth::verify))
        .routes(routes!(auth::me))
        .routes(routes!(account::export_data))
        .routes(routes!(account::delete_account))
        .routes(routes!(agents::list, agents::create))
        .routes(routes!(agents::show, agents::update, agents::delete))
        .routes(routes!(agents::create_all))
        .routes(routes!(agents::archive))
        .routes(routes!(agents::unarchive))
        .routes(routes!(agents::certify))
        .routes(routes!(agents::renew))
        .routes(routes!(payment_events::create))
        .routes(routes!(payment_events::create_batch))
        .routes(routes!(payment_events::amend))
        .merge(uploads::routes())
        .routes(routes!(public::show))
        .routes(routes!(public::badge))
        .routes(routes!(public::badge_json))
}

/// The dialect's routes. Everything else below `/v1` is answered in its form too.
pub fn router() -> Router<AppState> {
    let (router, _) = routes().split_for_parts();
    router.method_not_allowed_fallback(error::method_not_allowed)
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

/// The id in a path. What is no text, or cannot be an id, is empty: nothing has that id.
struct Id(String);

impl FromRequestParts<AppState> for Id {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        let id = id.map(|Path(id)| id).ok().filter(|id| !id.chars().any(char::is_control));
        Ok(Self(id.unwrap_or_default()))
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
