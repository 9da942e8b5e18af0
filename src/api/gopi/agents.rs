use axum::Json as Answer;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use model::AgentStatus;
use service::{AgentFilter, AgentPatch, EntryError, PageRequest};

use super::{ApiError, BareChange, Caller, Change, Id, IfMatch, wire};
use crate::state::AppState;

const DEFAULT_LIMIT: u32 = 20;
const MAX_LIMIT: u32 = 100;

/// List agents
///
/// Newest first. `next_cursor` is `null` on the last page.
#[utoipa::path(
    get,
    path = "/v1/agents",
    operation_id = "list_agents",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentQuery),
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
    operation_id = "create_agent",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    request_body = wire::CreateAgent,
    responses((status = 201, description = "The agent", body = wire::Agent, links(("agent" = (operation_id = "show_agent", parameters(("id" = "$response.body#/id")))), ("certificate" = (operation_id = "certify_agent", parameters(("id" = "$response.body#/external_id")))), ("renewed" = (operation_id = "renew_certificate", parameters(("id" = "$response.body#/external_id")))), ("profile" = (operation_id = "show_profile", parameters(("id" = "$response.body#/gopi_id")))))))
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

/// Create many agents
///
/// Up to 10, all of them or none. An API key needs the permission `manage`.
#[utoipa::path(
    post,
    path = "/v1/agents/bulk",
    operation_id = "create_agents",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    request_body = wire::CreateAgents,
    responses((status = 201, description = "The agents, in the order of the request", body = wire::Agents))
)]
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
    operation_id = "show_agent",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    responses((status = 200, description = "The agent", body = wire::Agent, headers(("ETag" = String, description = "The version, for `If-Match`"))))
)]
pub async fn show(
    State(state): State<AppState>,
    Caller(actor): Caller,
    Id(id): Id,
) -> Result<Tagged, ApiError> {
    Ok(tagged(&state, state.services.get_agent(&actor, &id).await?))
}

/// Change an agent
///
/// What is left out stays as it is. With `If-Match` only the version that was read is changed, so that nobody's edit is lost. An API key needs the permission `manage`.
#[utoipa::path(
    patch,
    path = "/v1/agents/{id}",
    operation_id = "update_agent",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath, wire::AgentVersion),
    request_body = wire::UpdateAgent,
    responses((status = 200, description = "The agent as it is now", body = wire::Agent, headers(("ETag" = String, description = "The version, for `If-Match`"))), (status = 412, description = "The agent is not in this version any more (`VERSION_CONFLICT`)", body = wire::Problem))
)]
pub async fn update(
    State(state): State<AppState>,
    Id(id): Id,
    IfMatch(version): IfMatch,
    change: Change<wire::UpdateAgent>,
) -> Result<Tagged, ApiError> {
    let patch = AgentPatch { version, ..change.body.try_into()? };
    let idempotency = change.idempotency.as_ref();
    let updated = state.services.update_agent(&change.actor, &id, patch, idempotency).await?;
    Ok(tagged(&state, updated))
}

/// Archive an agent
///
/// It is listed no more and can record nothing, until it is unarchived; its certificate stays. An API key needs the permission `manage`.
#[utoipa::path(
    post,
    path = "/v1/agents/{id}/archive",
    operation_id = "archive_agent",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    responses((status = 200, description = "The archived agent", body = wire::Agent))
)]
pub async fn archive(
    State(state): State<AppState>,
    Id(id): Id,
    change: BareChange,
) -> Result<Answer<wire::Agent>, ApiError> {
    let idempotency = change.idempotency.as_ref();
    Ok(Answer(agent(&state, state.services.archive_agent(&change.actor, &id, idempotency).await?)))
}

/// Unarchive an agent
///
/// It is used again. An API key needs the permission `manage`.
#[utoipa::path(
    post,
    path = "/v1/agents/{id}/unarchive",
    operation_id = "unarchive_agent",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    responses((status = 200, description = "The agent, active again", body = wire::Agent))
)]
pub async fn unarchive(
    State(state): State<AppState>,
    Id(id): Id,
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
    operation_id = "delete_agent",
    tag = "Agents",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    responses((status = 204, description = "The agent is gone; its certificates are revoked and its payments stay in the ledger"))
)]
pub async fn delete(
    State(state): State<AppState>,
    Id(id): Id,
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
    operation_id = "certify_agent",
    tag = "Certificates",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    responses((status = 201, description = "The certificate", body = wire::Certified), (status = 402, description = "The plan does not include certificates (`PLAN_REQUIRED`)", body = wire::Problem), (status = 422, description = "Fewer than three payments count (`INSUFFICIENT_HISTORY`)", body = wire::Problem))
)]
pub async fn certify(
    State(state): State<AppState>,
    Id(id): Id,
    change: BareChange,
) -> Result<(StatusCode, Answer<wire::Certified>), ApiError> {
    let idempotency = change.idempotency.as_ref();
    let certificate = state.services.issue_certificate(&change.actor, &id, idempotency).await?;
    Ok((StatusCode::CREATED, Answer(certificate.into())))
}

/// Renew a certificate
///
/// Scores the agent again and replaces its certificate, whether that has expired or not; the old one is superseded.
#[utoipa::path(
    post,
    path = "/v1/agents/{id}/renew",
    operation_id = "renew_certificate",
    tag = "Certificates",
    security(("token" = []), ("api_key" = [])),
    params(wire::AgentPath),
    responses((status = 201, description = "The new certificate", body = wire::Certified), (status = 402, description = "The plan does not include certificates (`PLAN_REQUIRED`)", body = wire::Problem), (status = 404, description = "There is no such agent in this workspace, or it never had a certificate (`NOT_FOUND`)", body = wire::Problem), (status = 422, description = "Fewer than three payments count (`INSUFFICIENT_HISTORY`)", body = wire::Problem))
)]
pub async fn renew(
    State(state): State<AppState>,
    Id(id): Id,
    change: BareChange,
) -> Result<(StatusCode, Answer<wire::Certified>), ApiError> {
    let idempotency = change.idempotency.as_ref();
    let certificate = state.services.renew_certificate(&change.actor, &id, idempotency).await?;
    Ok((StatusCode::CREATED, Answer(certificate.into())))
}
