use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use model::badge::Style;
use serde::Deserialize;
use service::{HistorySpan, PageRequest, PaymentFilter};

use super::DashboardPage;
use crate::state::AppState;

const PER_PAGE: u32 = 50;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/agents", get(list))
        .route("/dashboard/agents/new", get(new))
        .route("/dashboard/agents/{id}", get(trust))
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
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Query(cursor): Query<Cursor>,
) -> Response {
    match state.services.list_agents(&actor, &cursor.request()).await {
        Ok(agents) => page.html(move || app::pages::agents::list(agents)),
        Err(error) => page.failed(error),
    }
}

async fn new(DashboardPage { page, .. }: DashboardPage) -> Response {
    page.html(app::pages::agents::new)
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

async fn payments(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
    Query(cursor): Query<Cursor>,
) -> Response {
    let services = &state.services;
    let filter = PaymentFilter { agent_id: Some(id.clone()) };
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
    match state.services.get_agent(&actor, &id).await {
        Ok(agent) => page.html(move || app::pages::agent::badge(agent, style)),
        Err(error) => page.failed(error),
    }
}

async fn settings(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_agent(&actor, &id).await {
        Ok(agent) => page.html(move || app::pages::agent::settings(agent)),
        Err(error) => page.failed(error),
    }
}
