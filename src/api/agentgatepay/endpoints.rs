//! `/v1/webhooks`: the endpoints of a workspace.

use axum::Router;
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{Extensions, HeaderMap};
use axum::routing::{delete, get, post};
use model::Dialect;
use serde::de::DeserializeOwned;
use service::{Actor, NewEndpoint, PageRequest};

use super::error::ApiError;
use super::wire::{Configure, Configured, Deleted, Endpoint, Endpoints, Test, Tested, endpoint_id};
use crate::api::{Caller, Json};
use crate::state::AppState;

/// The dialect's routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/v1/webhooks/configure", post(configure))
        .route("/v1/webhooks/list", get(list))
        .route("/v1/webhooks/test", post(test))
        .route("/v1/webhooks/{webhook_id}", delete(remove))
}

type Answer<T> = Result<axum::Json<T>, ApiError>;

async fn caller(
    state: &AppState,
    headers: &HeaderMap,
    extensions: &Extensions,
) -> Result<Actor, ApiError> {
    let Caller(actor) = Caller::read(state, headers, extensions).await?;
    Ok(actor)
}

/// A change: who asks for it, with which body.
struct Change<T>(Actor, T);

impl<T: DeserializeOwned> FromRequest<AppState> for Change<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let actor = caller(state, request.headers(), request.extensions()).await?;
        Ok(Self(actor, Json::read(request, state).await?.value))
    }
}

async fn configure(
    State(state): State<AppState>,
    Change(actor, body): Change<Configure>,
) -> Answer<Configured> {
    let new = NewEndpoint {
        url: body.webhook_url.or(body.url).unwrap_or_default(),
        description: String::new(),
        dialect: Dialect::AgentGatePay,
        events: body.events.unwrap_or_default(),
        wallet: body.merchant_wallet,
        secret: body.secret,
    };
    let issued = state.services.create_endpoint(&actor, new, None).await?;
    Ok(axum::Json(Configured::from(issued)))
}

async fn list(
    State(state): State<AppState>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Answer<Endpoints> {
    let actor = caller(&state, &headers, &extensions).await?;
    let mut webhooks = Vec::new();
    let mut request = PageRequest::first(100);
    loop {
        let page = state.services.list_endpoints(&actor, &request).await?;
        webhooks.extend(page.items.into_iter().map(Endpoint::from));
        request.cursor = page.next;
        if request.cursor.is_none() {
            let count = webhooks.len();
            return Ok(axum::Json(Endpoints { webhooks, count }));
        }
    }
}

async fn test(State(state): State<AppState>, Change(actor, body): Change<Test>) -> Answer<Tested> {
    let id = body.webhook_id.or(body.camel_case_id);
    let id = id.ok_or_else(|| ApiError::invalid("webhook_id is required."))?;
    let report = state.services.test_endpoint(&actor, &endpoint_id(&id)).await?;
    Ok(axum::Json(Tested::new(id, &report)))
}

async fn remove(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Answer<Deleted> {
    let actor = caller(&state, &headers, &extensions).await?;
    state.services.delete_endpoint(&actor, &endpoint_id(&id)).await?;
    Ok(axum::Json(Deleted::new(id, state.services.now_ms())))
}
