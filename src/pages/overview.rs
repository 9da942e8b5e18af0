use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use service::PageRequest;

use super::{DashboardPage, NoPage};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/dashboard", get(show)).route("/dashboard/welcome", get(welcome))
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    let newest = match state.services.list_agents(&actor, &PageRequest::first(1)).await {
        Ok(agents) => agents.items.into_iter().next().map(|a| a.agent.external_id),
        Err(error) => return page.failed(error),
    };
    match state.services.overview(&actor).await {
        Ok(overview) => page.html(move || app::pages::overview::show(overview, newest)),
        Err(error) => page.failed(error),
    }
}

async fn welcome(DashboardPage { page, .. }: DashboardPage) -> Result<Response, NoPage> {
    let issued = page.take().await?;
    Ok(page.html(move || app::pages::overview::welcome(issued)))
}
