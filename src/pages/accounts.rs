use axum::Router;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::Page;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/login", get(login)).route("/register", get(register))
}

#[derive(Deserialize)]
struct LoginQuery {
    next: Option<String>,
}

fn to_dashboard() -> Response {
    (StatusCode::FOUND, [(header::LOCATION, "/dashboard")]).into_response()
}

async fn login(page: Page, Query(query): Query<LoginQuery>) -> Response {
    if page.actor.is_some() {
        return to_dashboard();
    }
    page.html(|| app::pages::accounts::login(query.next))
}

async fn register(page: Page, State(state): State<AppState>) -> Response {
    if page.actor.is_some() {
        return to_dashboard();
    }
    match state.services.wants_operator_token().await {
        Ok(wants_token) => page.html(move || app::pages::accounts::register(wants_token)),
        Err(error) => page.failed(error),
    }
}

/// Instead of the dashboard: the workspace of whoever signed in is suspended.
pub async fn suspended(state: &AppState, request: Request, reason: String) -> Response {
    let (mut parts, _) = request.into_parts();
    match Page::from_request_parts(&mut parts, state).await {
        Ok(page) => {
            page.html_with(StatusCode::FORBIDDEN, || app::pages::accounts::suspended(reason))
        }
        Err(none) => none.into_response(),
    }
}
