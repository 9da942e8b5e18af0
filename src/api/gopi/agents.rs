use axum::Json as Answer;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use service::PageRequest;

use super::{ApiError, BareChange, Caller, Change, wire};
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

pub async fn list(
    State(state): State<AppState>,
    Caller(actor): Caller,
    RawQuery(query): RawQuery,
) -> Result<Answer<wire::AgentPage>, ApiError> {
    let request = page_request(query.as_deref().unwrap_or_default())?;
    let page = state.services.list_agents(&actor, &request).await?;
    let agents = page.items.into_iter().map(|a| agent(&state, a)).collect();
    Ok(Answer(wire::AgentPage { agents, next_cursor: page.next }))
}

fn page_request(query: &str) -> Result<PageRequest, ApiError> {
    let mut request = PageRequest::first(DEFAULT_LIMIT);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "limit" => {
                let limit = value.parse().ok().filter(|l| (1..=MAX_LIMIT).contains(l));
                request.limit = limit
                    .ok_or_else(|| ApiError::invalid("limit", "must be a number from 1 to 100"))?;
            }
            "cursor" => request.cursor = Some(value.to_owned()),
            _ => {}
        }
    }
    Ok(request)
}

fn agent(state: &AppState, detail: service::AgentDetail) -> wire::Agent {
    wire::Agent::new(detail, &state.public_url, state.services.now_ms())
}

pub async fn create(
    State(state): State<AppState>,
    change: Change<wire::CreateAgent>,
) -> Result<(StatusCode, Answer<wire::Agent>), ApiError> {
    let new = change.body.try_into()?;
    let created =
        state.services.create_agent(&change.actor, new, change.idempotency.as_ref()).await?;
    Ok((StatusCode::CREATED, Answer(agent(&state, created))))
}

pub async fn show(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Answer<wire::Agent>, ApiError> {
    Ok(Answer(agent(&state, state.services.get_agent(&actor, &id).await?)))
}

pub async fn update(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: Change<wire::UpdateAgent>,
) -> Result<Answer<wire::Agent>, ApiError> {
    let patch = change.body.try_into()?;
    let idempotency = change.idempotency.as_ref();
    let updated = state.services.update_agent(&change.actor, &id, patch, idempotency).await?;
    Ok(Answer(agent(&state, updated)))
}

pub async fn delete(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: BareChange,
) -> Result<StatusCode, ApiError> {
    state.services.delete_agent(&change.actor, &id, change.idempotency.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn certify(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: BareChange,
) -> Result<(StatusCode, Answer<wire::Certified>), ApiError> {
    let idempotency = change.idempotency.as_ref();
    let certificate = state.services.issue_certificate(&change.actor, &id, idempotency).await?;
    Ok((StatusCode::CREATED, Answer(certificate.into())))
}

pub async fn renew(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: BareChange,
) -> Result<(StatusCode, Answer<wire::Certified>), ApiError> {
    let idempotency = change.idempotency.as_ref();
    let certificate = state.services.renew_certificate(&change.actor, &id, idempotency).await?;
    Ok((StatusCode::CREATED, Answer(certificate.into())))
}
