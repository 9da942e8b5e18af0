use leptos::prelude::*;
use service::{LoggedIn, NewUser};

use super::attempts::{Attempts, ClientIp};
use super::request::{Request, own_path};
use crate::i18n::lang;

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
    let token = Some(operator_token).filter(|token| !token.is_empty());
    let new = NewUser {
        email: email.clone(),
        password,
        name: name.clone(),
        operator_token: token,
        invitation: Some(invitation),
        lang: lang().code().to_owned(),
    };
    if let Some(errors) = Attempts::refusal(&email) {
        return request.refuse_for("register", &back, errors, &typed).await;
    }
    match request.services.register(new).await {
        Ok(made) => {
            if let Some(joined) = made.joined {
                let name = joined.name.clone();
                request.sign_in(&LoggedIn { user: made.user, workspace: joined }).await?;
                return request.done(t!("members-joined", workspace = name), "/dashboard").await;
            }
            request.sign_in(&LoggedIn { user: made.user, workspace: made.workspace }).await?;
            request.keep_secret(made.key).await?;
            leptos_axum::redirect("/dashboard/welcome");
            Ok(())
        }
        Err(error) => request.refuse("register", &back, error, &typed).await,
    }
}

/// Signs in and goes on to the page that asked for it.
#[server(prefix = "/fn", endpoint = "log_in")]
pub async fn log_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    if let Some(errors) = Attempts::refusal(&email) {
        return request.refuse_for("log_in", &back, errors, &[("email", &email)]).await;
    }
    match request.services.log_in(&email, &password, ClientIp::current()).await {
        Ok(who) => {
            request.sign_in(&who).await?;
            leptos_axum::redirect(own_path(&next).unwrap_or("/dashboard"));
            Ok(())
        }
        Err(error) => request.refuse("log_in", &back, error, &[("email", &email)]).await,
    }
}

/// Signs out.
#[server(prefix = "/fn", endpoint = "log_out")]
pub async fn log_out() -> Result<(), ServerFnError> {
    Request::current()?.sign_out().await?;
    leptos_axum::redirect("/");
    Ok(())
}
