use app::islands::Prop;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;
use axum::{Json, Router};
use model::badge::{DEFAULT_LABEL, Style};
use model::{AgentSort, AgentStatus};
use serde::Deserialize;
use service::{AgentFilter, HistorySpan, PageRequest, PaymentFilter};

use super::{DashboardPage, csv_file};
use crate::auth::MaybeActor;
use crate::state::AppState;

const PER_PAGE: u32 = 50;
/// Agents that the palette shows at once.
const FOUND: u32 = 8;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/agents", get(list))
        .route("/dashboard/search", get(search))
        .route("/dashboard/agents/new", get(new))
        .route("/dashboard/agents/bulk", get(bulk))
        .route("/dashboard/agents/{id}", get(trust))
        .route("/dashboard/agents/{id}/score.csv", get(score_csv))
        .route("/dashboard/agents/{id}/payments", get(payments))
        .route("/dashboard/agents/{id}/certificates", get(certificates))
        .route("/dashboard/agents/{id}/badge", get(badge))
        .route("/dashboard/agents/{id}/settings", get(settings))
}

#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

impl Cursor {
    fn request(self) -> PageRequest {
        PageRequest { limit: PER_PAGE, cursor: self.cursor }
    }
}

#[derive(Deserialize)]
struct History {
    history: Option<String>,
}

#[derive(Deserialize)]
struct Look {
    style: Option<String>,
    label: Option<String>,
}

/// The list's filter as its form sends it. What it does not know counts as not asked for.
#[derive(Deserialize)]
struct ListQuery {
    q: Option<String>,
    framework: Option<String>,
    status: Option<String>,
    certificate: Option<String>,
    sort: Option<String>,
    cursor: Option<String>,
}

impl ListQuery {
    fn read(self) -> (AgentFilter, PageRequest) {
        let parsed = |text: Option<String>| text.filter(|text| !text.is_empty());
        let filter = AgentFilter {
            text: parsed(self.q),
            framework: parsed(self.framework).and_then(|text| text.parse().ok()),
            status: match self.status.as_deref() {
                Some("all") => None,
                Some("archived") => Some(AgentStatus::Archived),
                _ => Some(AgentStatus::Active),
            },
            certified: match self.certificate.as_deref() {
                Some("valid") => Some(true),
                Some("none") => Some(false),
                _ => None,
            },
            sort: parsed(self.sort).and_then(|text| text.parse().ok()).unwrap_or(AgentSort::Newest),
        };
        (filter, PageRequest { limit: PER_PAGE, cursor: parsed(self.cursor) })
    }
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(query): Query<ListQuery>,
) -> Response {
    let (filter, request) = query.read();
    match state.services.search_busy_agents(&actor, &filter, &request).await {
        Ok(agents) => page.html(move || app::pages::agents::list(filter, agents)),
        Err(error) => page.failed(error),
    }
}

#[derive(Deserialize)]
struct Search {
    q: String,
}

/// What the command palette finds beside pages and actions: agents, archived ones too.
async fn search(
    State(state): State<AppState>,
    MaybeActor(actor): MaybeActor,
    headers: HeaderMap,
    Query(Search { q }): Query<Search>,
) -> Result<Json<serde_json::Value>, StatusCode> {
    let actor = actor.ok_or(StatusCode::UNAUTHORIZED)?;
    let filter = AgentFilter { text: Some(q), status: None, ..AgentFilter::default() };
    let request = PageRequest::first(FOUND);
    let found = state.services.search_agents(&actor, &filter, &request).await.map_err(|error| {
        tracing::error!(%error, "the palette could not search");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    let lang = app::i18n::Lang::of(&headers);
    Ok(Json(app::pages::agents::commands(lang, found.items).write()))
}

async fn new(DashboardPage { page, .. }: DashboardPage) -> Response {
    page.html(app::pages::agents::new)
}

async fn bulk(DashboardPage { page, .. }: DashboardPage) -> Response {
    page.html(app::pages::agents::bulk)
}

async fn trust(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(look): Query<History>,
) -> Response {
    let services = &state.services;
    let span = HistorySpan::of(&look.history.unwrap_or_default());
    match tokio::try_join!(services.get_agent(&actor, &id), services.agent_score(&actor, &id)) {
        Ok((agent, score)) => page.html(move || app::pages::agent::trust(agent, score, span)),
        Err(error) => page.failed(error),
    }
}

/// The score history as the page shows it.
async fn score_csv(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(look): Query<History>,
) -> Response {
    let span = HistorySpan::of(&look.history.unwrap_or_default());
    match state.services.agent_score(&actor, &id).await {
        Ok(scored) => {
            let points = scored.history(span);
            let text = app::page::with_cx(page.cx, || app::charts::scores_csv(&points));
            csv_file(&format!("score-{id}-{}", span.as_str()), text)
        }
        Err(error) => page.failed(error),
    }
}

async fn payments(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(cursor): Query<Cursor>,
) -> Response {
    let services = &state.services;
    let filter = PaymentFilter { agent_id: Some(id.clone()), ..PaymentFilter::default() };
    let request = cursor.request();
    let found = tokio::try_join!(
        services.get_agent(&actor, &id),
        services.list_payments(&actor, &filter, &request)
    );
    match found {
        Ok((agent, payments)) => page.html(move || app::pages::agent::payments(agent, payments)),
        Err(error) => page.failed(error),
    }
}

async fn certificates(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    let services = &state.services;
    match tokio::try_join!(services.get_agent(&actor, &id), services.list_certificates(&actor, &id))
    {
        Ok((agent, all)) => page.html(move || app::pages::agent::certificates(agent, all)),
        Err(error) => page.failed(error),
    }
}

async fn badge(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(look): Query<Look>,
) -> Response {
    let style = look.style.and_then(|s| s.parse().ok()).unwrap_or(Style::Flat);
    let label = look.label.unwrap_or_else(|| DEFAULT_LABEL.to_owned());
    match state.services.get_agent(&actor, &id).await {
        Ok(agent) => page.html(move || app::pages::agent::badge(agent, style, label)),
        Err(error) => page.failed(error),
    }
}

async fn settings(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_agent_settings(&actor, &id).await {
        Ok((agent, unlisted)) => page.html(move || app::pages::agent::settings(agent, unlisted)),
        Err(error) => page.failed(error),
    }
}
