use leptos::prelude::*;

use super::request::Request;

const HERE: &str = "/dashboard/settings";

/// Calls the signed-in person by another name.
#[server(prefix = "/fn", endpoint = "update_profile")]
pub async fn update_profile(
    #[server(default)] name: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.update_profile(&actor, &name).await {
        Ok(_) => request.done(t!("settings-profile-saved"), HERE).await,
        Err(error) => request.refuse("update_profile", &back, error, &[("name", &name)]).await,
    }
}

/// Gives the signed-in person another password; every other session ends, and this one gets a new id.
#[server(prefix = "/fn", endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] password: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    let passwords = (current_password.as_str(), password.as_str());
    match request.services.change_password(&actor, session.as_deref(), passwords).await {
        Ok(()) => {
            request.renew().await?;
            request.proved().await?;
            if let Some(user) = actor.user_id() {
                request.remember_device(user).await?;
            }
            request.done(t!("settings-password-changed"), HERE).await
        }
        Err(error) => request.refuse("change_password", &back, error, &[]).await,
    }
}

/// Ends one session of the signed-in person.
#[server(prefix = "/fn", endpoint = "revoke_session")]
pub async fn revoke_session(
    #[server(default)] handle: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.revoke_session(&actor, &handle).await {
        Ok(()) => request.done(t!("settings-session-ended"), HERE).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Ends every session of the signed-in person but this one.
#[server(prefix = "/fn", endpoint = "revoke_other_sessions")]
pub async fn revoke_other_sessions(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    match request.services.revoke_other_sessions(&actor, session.as_deref()).await {
        Ok(ended) => {
            let ended = i64::try_from(ended).unwrap_or(i64::MAX);
            request.done(t!("settings-sessions-ended", count = ended), HERE).await
        }
        Err(error) => request.failed(&back, error).await,
    }
}
