use leptos::prelude::*;

use super::accounts::first_step;
use super::attempts::Attempts;
use super::request::{Request, own_path};
use crate::page::Flash;

/// Sends a link to choose another password to whoever has the address; what follows tells nobody whether anybody does.
#[server(prefix = "/fn", endpoint = "forgot_password")]
pub async fn forgot_password(
    #[server(default)] email: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    if let Some(errors) = Attempts::refusal(&email) {
        return request.refuse_for("forgot_password", &back, errors, &[("email", &email)]).await;
    }
    // Nobody waits for it: the time would tell.
    drop(request.services.forget_password(&email));
    request.done(t!("recovery-asked"), "/login").await
}

/// Gives whoever has the link another password.
#[server(prefix = "/fn", endpoint = "reset_password")]
pub async fn reset_password(
    #[server(default)] token: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    match request.services.reset_password(&token, &password).await {
        Ok(first) => {
            request.sign_out().await?;
            first_step(&request, first, String::new()).await?;
            request.keep(&Flash { good: true, text: t!("recovery-reset"), plans: false }).await
        }
        Err(error) => request.refuse("reset_password", &back, error, &[]).await,
    }
}

/// Takes it that an address is of whoever has the link.
#[server(prefix = "/fn", endpoint = "verify_email")]
pub async fn verify_email(
    #[server(default)] token: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    match request.services.verify_email(&token).await {
        Ok(()) => request.done(t!("recovery-verified"), request.home()).await,
        Err(error) => request.refuse("verify_email", &back, error, &[]).await,
    }
}

/// Sends the signed-in person the link to prove the address once more.
#[server(prefix = "/fn", endpoint = "resend_verification")]
pub async fn resend_verification(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.resend_verification(&actor).await {
        Ok(()) => {
            request.done(t!("recovery-sent-again"), own_path(&back).unwrap_or("/dashboard")).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}
