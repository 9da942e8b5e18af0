use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::DashboardPage;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/dashboard/settings", get(show))
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    let session = page.session_id();
    match state.services.list_sessions(&actor, session.as_deref()).await {
        Ok(sessions) => page.html(move || app::pages::settings::show(sessions)),
        Err(error) => page.failed(error),
    }
}
