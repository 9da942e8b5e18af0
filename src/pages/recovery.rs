use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use service::Error;

use super::Page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/forgot-password", get(forgot))
        .route("/reset-password", get(reset))
        .route("/verify", get(verify))
        .route("/invite", get(invite))
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

async fn forgot(page: Page) -> Response {
    page.html(app::pages::recovery::forgot_password)
}

async fn reset(
    page: Page,
    State(state): State<AppState>,
    Query(Link { token }): Query<Link>,
) -> Response {
    match state.services.check_reset(&token).await {
        Ok(()) => page.html(move || app::pages::recovery::reset_password(token)),
        Err(Error::Invalid(_)) => page.html(app::pages::recovery::ended),
        Err(error) => page.failed(error),
    }
}

async fn verify(page: Page, Query(Link { token }): Query<Link>) -> Response {
    page.html(move || app::pages::recovery::verify_email(token))
}

async fn invite(
    page: Page,
    State(state): State<AppState>,
    Query(Link { token }): Query<Link>,
) -> Response {
    match state.services.find_invitation(&token).await {
        Ok(detail) => page.html(move || app::pages::recovery::invitation(detail, token)),
        Err(Error::Invalid(_)) => page.html(app::pages::recovery::ended),
        Err(error) => page.failed(error),
    }
}
