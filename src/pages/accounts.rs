use app::server::{LOGIN, PasskeyNext, SecondStep};
use axum::Router;
use axum::extract::{FromRequestParts, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use service::{Error, PasskeyChallenge};

use super::{NoPage, Page};
use crate::security::with_script;
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/login", get(login))
        .route("/login/second-step", get(second_step))
        .route("/login/passkey", get(passkey))
}

#[derive(Deserialize)]
struct LoginQuery {
    next: Option<String>,
}

/// Whoever is signed in has no use for these pages.
pub(super) fn to_dashboard() -> Response {
    (StatusCode::FOUND, [(header::LOCATION, "/dashboard")]).into_response()
}

async fn login(
    page: Page,
    State(state): State<AppState>,
    Query(query): Query<LoginQuery>,
) -> Response {
    if page.actor.is_some() {
        return to_dashboard();
    }
    let passkeys = state.services.passkeys_possible();
    page.html(move || app::pages::accounts::login(query.next, passkeys))
}

/// After the right password: the second factor.
async fn second_step(mut page: Page, State(state): State<AppState>) -> Result<Response, NoPage> {
    let Some(step) = page.peek::<SecondStep>().await?.filter(|_| page.actor.is_none()) else {
        return Ok(to_dashboard());
    };
    let mut challenge = None;
    if step.pending.passkey && state.services.passkeys_possible() {
        match state.services.challenge_pending(&step.pending).await {
            Ok(made) => {
                page.keep(&made).await?;
                challenge = Some(made.options);
            }
            // The last one was taken away meanwhile.
            Err(Error::NotFound { .. }) => {}
            Err(error) => return Ok(page.failed(error)),
        }
    }
    let code = step.pending.code;
    let page = page.html(move || app::pages::accounts::second_step(code, challenge));
    Ok(with_script(page))
}

/// Signing in with a passkey alone.
async fn passkey(mut page: Page, State(state): State<AppState>) -> Result<Response, NoPage> {
    if page.actor.is_some() {
        return Ok(to_dashboard());
    }
    // Made by the form that leads here: visits alone leave nothing behind.
    match page.peek::<PasskeyChallenge>().await? {
        Some(challenge) if state.services.passkeys_possible() => {
            let next = page.peek::<PasskeyNext>().await?.map(|PasskeyNext(next)| next);
            let options = challenge.options;
            Ok(with_script(page.html(move || app::pages::accounts::passkey(options, next))))
        }
        _ => Ok((StatusCode::FOUND, [(header::LOCATION, LOGIN)]).into_response()),
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
