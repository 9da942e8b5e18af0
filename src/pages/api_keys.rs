use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::{DashboardPage, NoPage};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/dashboard/api-keys", get(list))
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Result<Response, NoPage> {
    let issued = page.take().await?;
    Ok(match state.services.list_api_keys(&actor).await {
        Ok(keys) => page.html(move || app::pages::api_keys::list(keys, issued)),
        Err(error) => page.failed(error),
    })
}
