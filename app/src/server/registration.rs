use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{LoggedIn, NewRegistration, NewUser, Registered};

use super::attempts::Attempts;
use super::request::{Kept, Request};
use crate::i18n::lang;

/// The address to which a mail about registering went, for the page that says so once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailedTo(pub String);

impl Kept for MailedTo {
    const KEY: &'static str = "mailed_to";
}

/// Makes an account and signs it in. Its first API key is shown on the page that follows.
#[server(prefix = "/fn", endpoint = "register")]
pub async fn register(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] operator_token: String,
    #[server(default)] invitation: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    let typed = [("name", name.as_str()), ("email", email.as_str())];
    if let Some(errors) = Attempts::refusal(&email) {
        return request.refuse_for("register", &back, errors, &typed).await;
    }
    let new = NewUser {
        email: email.clone(),
        password,
        name: name.clone(),
        operator_token: Some(operator_token).filter(|token| !token.is_empty()),
        invitation: Some(invitation),
        lang: lang().code().to_owned(),
    };
    match request.services.register_by_form(new).await {
        Ok(Some(made)) => welcome(&request, made).await,
        Ok(None) => mailed(&request, &email).await,
        Err(error) => request.refuse("register", &back, error, &typed).await,
    }
}

/// Mails whoever has the address a link to go on with, or that it has an account; what follows tells nobody which.
#[server(prefix = "/fn", endpoint = "begin_registration")]
pub async fn begin_registration(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    let typed = [("name", name.as_str()), ("email", email.as_str())];
    if let Some(errors) = Attempts::refusal(&email) {
        return request.refuse_for("begin_registration", &back, errors, &typed).await;
    }
    let new = NewRegistration {
        email: email.clone(),
        name: name.clone(),
        lang: lang().code().to_owned(),
    };
    match request.services.begin_registration(new).await {
        Ok(mailing) => {
            // Nobody waits for it: the time would tell.
            drop(mailing);
            mailed(&request, &email).await
        }
        Err(error) => request.refuse("begin_registration", &back, error, &typed).await,
    }
}

async fn mailed(request: &Request, email: &str) -> Result<(), ServerFnError> {
    request.keep(&MailedTo(email.trim().to_owned())).await?;
    leptos_axum::redirect("/register");
    Ok(())
}

/// Makes the account of whoever has the link and signs it in. Its first API key is shown on the page that follows.
#[server(prefix = "/fn", endpoint = "finish_registration")]
pub async fn finish_registration(
    #[server(default)] token: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    match request.services.finish_registration(&token, &password).await {
        Ok(made) => welcome(&request, made).await,
        Err(error) => request.refuse("finish_registration", &back, error, &[]).await,
    }
}

async fn welcome(request: &Request, made: Registered) -> Result<(), ServerFnError> {
    if let Some(joined) = made.joined {
        let name = joined.name.clone();
        request.sign_in(&LoggedIn::registered(made.user, joined)).await?;
        return request.done(t!("members-joined", workspace = name), "/dashboard").await;
    }
    request.sign_in(&LoggedIn::registered(made.user, made.workspace)).await?;
    request.keep_secret(made.key).await?;
    leptos_axum::redirect("/dashboard/welcome");
    Ok(())
}
