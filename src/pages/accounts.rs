use app::pages::accounts::Invited;
use axum::Router;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use service::Error;

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

#[derive(Deserialize)]
struct RegisterQuery {
    invitation: Option<String>,
}

async fn register(
    page: Page,
    State(state): State<AppState>,
    Query(query): Query<RegisterQuery>,
) -> Response {
    if page.actor.is_some() {
        return to_dashboard();
    }
    let services = &state.services;
    let token = query.invitation.unwrap_or_default();
    match services.registration_form(&token).await {
        Ok(form) => {
            let invited = Invited { token, email: form.email };
            page.html(move || app::pages::accounts::register(invited, form.wants_operator_token))
        }
        Err(Error::RegistrationShut { invitations }) => {
            page.html(move || app::pages::accounts::registration_shut(invitations))
        }
        Err(Error::Invalid(_)) => page.html(app::pages::recovery::ended),
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
