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
    let (services, session) = (&state.services, page.session_id());
    let found = tokio::try_join!(
        services.list_sessions(&actor, session.as_deref()),
        services.second_factors(&actor)
    );
    match found {
        Ok((sessions, factors)) => {
            let waits = services.password_waits(&actor, &factors);
            page.html(move || app::pages::settings::show(sessions, factors, waits))
        }
        Err(error) => page.failed(error),
    }
}
