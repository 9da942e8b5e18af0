use axum::Json as Answer;
use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use model::AgentStatus;
use service::{AgentFilter, AgentPatch, EntryError, PageRequest};

use super::{ApiError, BareChange, Caller, Change, IfMatch, wire};
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// List agents
///
/// Newest first. `next_cursor` is `null` on the last page.
#[utoipa::path(
    get,
    path = "/v1/agents",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(("limit" = Option<u32>, Query, description = "Agents on one page, 1 to 100 (default 20)"), ("cursor" = Option<String>, Query, description = "The `next_cursor` of the page before")),
    responses((status = 200, description = "One page, newest first", body = wire::AgentPage))
)]
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

/// Create an agent
///
/// A public agent shows its name, description, score, certificate and numbers of payments to everybody. An API key needs the permission `manage`.
#[utoipa::path(
    post,
    path = "/v1/agents",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    request_body = wire::CreateAgent,
    responses((status = 201, description = "The agent", body = wire::Agent))
)]
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

/// Show an agent
#[utoipa::path(
    get,
    path = "/v1/agents/{id}",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(("id" = String, Path, description = "The agent, by its `id`, `external_id` or `gopi_id`")),
    responses((status = 200, description = "The agent", body = wire::Agent))
)]
pub async fn show(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Result<Tagged, ApiError> {
    Ok(tagged(&state, state.services.get_agent(&actor, &id).await?))
}

/// Change an agent
///
/// What is left out stays as it is. An API key needs the permission `manage`.
#[utoipa::path(
    patch,
    path = "/v1/agents/{id}",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(("id" = String, Path, description = "The agent, by its `id`, `external_id` or `gopi_id`")),
    request_body = wire::UpdateAgent,
    responses((status = 200, description = "The agent as it is now", body = wire::Agent))
)]
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

/// Delete an agent
///
/// An API key needs the permission `manage`.
#[utoipa::path(
    delete,
    path = "/v1/agents/{id}",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(("id" = String, Path, description = "The agent, by its `id`, `external_id` or `gopi_id`")),
    responses((status = 204, description = "The agent is gone; its certificates are revoked and its payments stay in the ledger"))
)]
pub async fn delete(
    State(state): State<AppState>,
    Path(id): Path<String>,
    change: BareChange,
) -> Result<StatusCode, ApiError> {
    state.services.delete_agent(&change.actor, &id, change.idempotency.as_ref()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Certify an agent
///
/// Scores the agent and vouches for the result during 90 days. `credential` is the signed form, which `/.well-known/jwks.json` verifies offline; `factors` add up to the score. An earlier certificate is superseded.
#[utoipa::path(
    post,
    path = "/v1/agents/{id}/certify",
    tag = "Certificates",
    security(("token" = []), ("api_key" = [])),
    params(("id" = String, Path, description = "The agent, by its `id`, `external_id` or `gopi_id`")),
    responses((status = 201, description = "The certificate", body = wire::Certified), (status = 402, description = "The plan does not include certificates (`PLAN_REQUIRED`)", body = wire::Problem), (status = 422, description = "Fewer than three payments count (`INSUFFICIENT_HISTORY`)", body = wire::Problem))
)]
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
