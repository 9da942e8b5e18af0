use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use service::PageRequest;

use super::{DashboardPage, NoPage};
use crate::state::AppState;

const PER_PAGE: u32 = 50;
/// Agents that the form for a new key offers.
const OFFERED: u32 = 100;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/api-keys", get(list))
        .route("/dashboard/api-keys/{id}", get(show))
}

#[derive(Deserialize)]
struct Cursor {
    cursor: Option<String>,
}

async fn list(
    State(state): State<AppState>,
    DashboardPage { mut page, actor }: DashboardPage,
    Query(Cursor { cursor }): Query<Cursor>,
) -> Result<Response, NoPage> {
    let issued = page.take().await?;
    let request = PageRequest { limit: PER_PAGE, cursor };
    let offered = PageRequest::first(OFFERED);
    let found = tokio::try_join!(
        state.services.list_api_keys(&actor, &request),
        state.services.list_agents(&actor, &offered)
    );
    Ok(match found {
        Ok((keys, agents)) => {
            let agents = agents.items.into_iter().map(|detail| detail.agent).collect();
            page.html(move || app::pages::api_keys::list(keys, agents, issued))
        }
        Err(error) => page.failed(error),
    })
}

async fn show(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
    Path(id): Path<String>,
) -> Response {
    match state.services.get_api_key(&actor, &id).await {
        Ok(key) => page.html(move || app::pages::api_keys::show(key)),
        Err(error) => page.failed(error),
    }
}
