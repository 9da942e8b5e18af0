use leptos::prelude::*;
use service::{DeletionOutcome, DeletionRequest, ExportState};

use super::request::Request;
use crate::i18n::format;
use crate::pages::personal_data::HERE;

/// Begins an archive of everything that is held about the signed-in person's account.
#[server(prefix = "/fn", endpoint = "create_export")]
pub async fn create_export(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.create_export(&actor).await {
        Ok(export) if export.state == ExportState::Done => {
            request.done(t!("data-ready"), HERE).await
        }
        Ok(_) => request.done(t!("data-begun"), HERE).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Deletes the account of the signed-in person, at once or in two weeks.
#[server(prefix = "/fn", endpoint = "delete_account")]
pub async fn delete_account(
    #[server(default)] when: String,
    #[server(default)] email: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    let wish = DeletionRequest {
        email: Some(&email),
        password: None,
        at_once: when == "now",
        session: session.as_deref(),
    };
    match request.services.delete_account(&actor, wish).await {
        Ok(DeletionOutcome::Deleted) => {
            request.sign_out().await?;
            leptos_axum::redirect("/account-deleted");
            Ok(())
        }
        Ok(DeletionOutcome::Planned(due_ms)) => {
            let date = format::long_date(due_ms);
            request.done(t!("data-now-planned", date = date), HERE).await
        }
        Err(error) => {
            let typed = [("when", when.as_str()), ("email", email.as_str())];
            request.refuse("delete_account", &back, error, &typed).await
        }
    }
}

/// Keeps the account of the signed-in person, which was about to go.
#[server(prefix = "/fn", endpoint = "cancel_deletion")]
pub async fn cancel_deletion(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.cancel_deletion(&actor).await {
        Ok(()) => request.done(t!("data-cancelled"), HERE).await,
        Err(error) => request.failed(&back, error).await,
    }
}
