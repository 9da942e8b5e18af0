use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;

use super::{DashboardPage, Page};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/a/{gopi_id}/contest", get(form))
        .route("/a/{gopi_id}/contest/sent", get(sent))
        .route("/dashboard/contests", get(list))
        .route("/dashboard/contests/{id}", get(show))
}

async fn form(page: Page, State(state): State<AppState>, Path(id): Path<String>) -> Response {
    match state.services.public_profile(&id, page.actor.as_ref()).await {
        Ok(profile) => page.html(move || app::pages::contests::form(&profile)),
        Err(error) => page.failed(error),
    }
}

async fn sent(page: Page, State(state): State<AppState>, Path(id): Path<String>) -> Response {
    match state.services.public_profile(&id, page.actor.as_ref()).await {
        Ok(profile) => page.html(move || app::pages::contests::sent(&profile)),
        Err(error) => page.failed(error),
    }
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    match state.services.list_contests(&actor).await {
        Ok(contests) => page.html(move || app::pages::contests::list(contests)),
        Err(error) => page.failed(error),
    }
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_contest(&actor, &id).await {
        Ok(contest) => page.html(move || app::pages::contests::show(contest)),
        Err(error) => page.failed(error),
    }
}
