use app::pages::factors as views;
use app::server::{RecoveryCodes, SECOND_FACTOR, StepUp};
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use service::{PasskeySetup, TotpSetup};

use super::{DashboardPage, NoPage};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard/confirm", get(confirm))
        .route(SECOND_FACTOR, get(required))
        .route("/dashboard/settings/app", get(app))
        .route("/dashboard/settings/passkey", get(passkey))
        .route("/dashboard/settings/recovery-codes", get(recovery_codes))
}

fn to_settings() -> Response {
    (StatusCode::FOUND, [(header::LOCATION, views::HERE)]).into_response()
}

#[derive(Deserialize)]
struct Next {
    next: Option<String>,
}

/// Asks who is there once more, before what cannot be taken back; the form that was sent goes along.
async fn confirm(
    State(state): State<AppState>,
    DashboardPage { mut page, actor }: DashboardPage,
    Query(Next { next }): Query<Next>,
) -> Result<Response, NoPage> {
    // A page that asks for it has its own address to come back to, whatever form was sent before.
    let now_ms = state.services.now_ms();
    let step = page.peek::<StepUp>().await?;
    let step = step.filter(|step| next.is_none() && step.waits(now_ms));
    let factors = match state.services.second_factors(&actor).await {
        Ok(factors) => factors,
        Err(error) => return Ok(page.failed(error)),
    };
    let mut challenge = None;
    if factors.passkeys_possible && !factors.passkeys.is_empty() {
        match state.services.challenge_actor(&actor).await {
            Ok(made) => {
                page.keep(&made).await?;
                challenge = Some(made.options);
            }
            Err(error) => return Ok(page.failed(error)),
        }
    }
    let factor = factors.any();
    let step = step.unwrap_or_else(|| StepUp::page(next.as_deref().unwrap_or("/dashboard")));
    Ok(page.html(move || app::pages::confirm::show(step, factor, challenge)))
}

/// What is open to whoever must have a second factor and has none.
async fn required(
    State(state): State<AppState>,
    DashboardPage { page, actor }: DashboardPage,
) -> Response {
    if !actor.factor_missing {
        return to_settings();
    }
    match state.services.second_factors(&actor).await {
        Ok(factors) => page.html(move || views::required(factors)),
        Err(error) => page.failed(error),
    }
}

async fn app(DashboardPage { mut page, .. }: DashboardPage) -> Result<Response, NoPage> {
    Ok(match page.peek::<TotpSetup>().await? {
        Some(setup) => page.html(move || views::app(setup)),
        None => to_settings(),
    })
}

async fn passkey(DashboardPage { mut page, .. }: DashboardPage) -> Result<Response, NoPage> {
    Ok(match page.peek::<PasskeySetup>().await? {
        Some(setup) => page.html(move || views::passkey(setup.options)),
        None => to_settings(),
    })
}

async fn recovery_codes(DashboardPage { mut page, .. }: DashboardPage) -> Result<Response, NoPage> {
    Ok(match page.take::<RecoveryCodes>().await? {
        Some(RecoveryCodes(codes)) => page.html(move || views::recovery_codes(codes)),
        None => to_settings(),
    })
}
