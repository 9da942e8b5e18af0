use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::get;

use super::Page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/a/{gopi_id}", get(show))
}

async fn show(page: Page, State(state): State<AppState>, Path(id): Path<String>) -> Response {
    let profile = match state.services.public_profile(&id, page.actor.as_ref()).await {
        Ok(profile) => profile,
        Err(error) => return page.failed(error),
    };
    match state.services.list_public_certificates(&profile).await {
        Ok(certificates) => page.html(move || app::pages::profiles::show(&profile, certificates)),
        Err(error) => page.failed(error),
    }
}
