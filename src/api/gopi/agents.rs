use axum::Json as Answer;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use model::AgentStatus;
use service::{AgentFilter, AgentPatch, EntryError, PageRequest};

use super::{ApiError, BareChange, Caller, Change, IfMatch, wire};
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

pub async fn list(
    State(state): State<AppState>,
    Caller(actor): Caller,
    RawQuery(query): RawQuery,
) -> Result<Answer<wire::AgentPage>, ApiError> {
    let (filter, request) = page_request(query.as_deref().unwrap_or_default())?;
    let page = state.services.search_agents(&actor, &filter, &request).await?;
    let agents = page.items.into_iter().map(|a| agent(&state, a)).collect();
    Ok(Answer(wire::AgentPage { agents, next_cursor: page.next }))
}

fn page_request(query: &str) -> Result<(AgentFilter, PageRequest), ApiError> {
    let mut request = PageRequest::first(DEFAULT_LIMIT);
    let mut filter = AgentFilter::default();
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "limit" => {
                let limit = value.parse().ok().filter(|l| (1..=MAX_LIMIT).contains(l));
                request.limit = limit
                    .ok_or_else(|| ApiError::invalid("limit", "must be a number from 1 to 100"))?;
            }
            "cursor" => request.cursor = Some(value.to_owned()),
            "status" => {
                filter.status = match value {
                    "all" => None,
                    "active" => Some(AgentStatus::Active),
                    "archived" => Some(AgentStatus::Archived),
                    _ => {
                        let rule = "must be one of active, archived, all";
                        return Err(ApiError::invalid("status", rule));
                    }
                }
            }
            _ => {}
        }
    }
    Ok((filter, request))
}

impl From<EntryError> for ApiError {
    fn from(EntryError { entry, error }: EntryError) -> Self {
        let error = Self::from(error);
        match entry {
            Some(at) => error.in_entry("agents", at),
            None => error,
        }
    }
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

pub async fn create_all(
    State(state): State<AppState>,
    change: Change<wire::CreateAgents>,
) -> Result<(StatusCode, Answer<wire::Agents>), ApiError> {
    let new = change.body.try_into()?;
    let idempotency = change.idempotency.as_ref();
    let created = state.services.create_agents(&change.actor, new, idempotency).await?;
    let agents = created.into_iter().map(|a| agent(&state, a)).collect();
    Ok((StatusCode::CREATED, Answer(wire::Agents { agents })))
}

/// With the version that `If-Match` takes.
fn tagged(state: &AppState, detail: service::AgentDetail) -> Tagged {
    let version = format!("\"{}\"", detail.agent.version);
    ([(header::ETAG, version)], Answer(agent(state, detail)))
}

type Tagged = ([(header::HeaderName, String); 1], Answer<wire::Agent>);

pub async fn show(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Tagged, ApiError> {
    Ok(tagged(&state, state.services.get_agent(&actor, &id).await?))
}

pub async fn update(
    State(state): State<AppState>,
    Path(id): Path<String>,
    IfMatch(version): IfMatch,
    change: Change<wire::UpdateAgent>,
) -> Result<Tagged, ApiError> {
    let patch = AgentPatch { version, ..change.body.try_into()? };
    let idempotency = change.idempotency.as_ref();
    let updated = state.services.update_agent(&change.actor, &id, patch, idempotency).await?;
    Ok(tagged(&state, updated))
}

pub async fn archive(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: BareChange,
) -> Result<Answer<wire::Agent>, ApiError> {
    let idempotency = change.idempotency.as_ref();
    Ok(Answer(agent(&state, state.services.archive_agent(&change.actor, &id, idempotency).await?)))
}

pub async fn unarchive(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: BareChange,
) -> Result<Answer<wire::Agent>, ApiError> {
    let idempotency = change.idempotency.as_ref();
    let back = state.services.unarchive_agent(&change.actor, &id, idempotency).await?;
    Ok(Answer(agent(&state, back)))
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
