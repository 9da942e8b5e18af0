use app::pages::registration::{self, Invited};
use app::server::MailedTo;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use service::Error;

use super::accounts::to_dashboard;
use super::{NoPage, Page};
use crate::state::AppState;

pub(super) fn router() -> Router<AppState> {
    Router::new().route("/register", get(register)).route("/register/finish", get(finish))
}

#[derive(Deserialize)]
struct RegisterQuery {
    invitation: Option<String>,
}

async fn register(
    mut page: Page,
    State(state): State<AppState>,
    Query(query): Query<RegisterQuery>,
) -> Result<Response, NoPage> {
    if page.actor.is_some() {
        return Ok(to_dashboard());
    }
    let token = query.invitation.unwrap_or_default();
    Ok(match state.services.registration_form(&token).await {
        Ok(form) if form.by_mail => match page.take_once_seen::<MailedTo>().await? {
            Some(MailedTo(email)) => page.html(move || registration::mailed(email)),
            None => page.html(registration::begin),
        },
        Ok(form) => {
            let invited = Invited { token, email: form.email };
            page.html(move || registration::register(invited, form.wants_operator_token))
        }
        Err(error) => refused(page, error),
    })
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

async fn finish(
    page: Page,
    State(state): State<AppState>,
    Query(Link { token }): Query<Link>,
) -> Response {
    match state.services.check_registration(&token).await {
        Ok(email) => page.html(move || registration::finish(token, email)),
        Err(error) => refused(page, error),
    }
}

fn refused(page: Page, error: Error) -> Response {
    match error {
        Error::RegistrationShut { invitations } => {
            page.html(move || registration::registration_shut(invitations))
        }
        Error::Invalid(_) => page.html(app::pages::recovery::ended),
        error => page.failed(error),
    }
}
