use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{Error, NewCodes, PasskeySetup, TotpSetup};

use super::request::{Kept, Request};
use crate::page::Flash;
use crate::pages::factors::{APP, CODES, HERE, PASSKEY};

/// Recovery codes that were just made: shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecoveryCodes(pub NewCodes);

impl Kept for RecoveryCodes {
    const KEY: &'static str = "recovery_codes";
    const SECRET: bool = true;
}

impl Kept for TotpSetup {
    const KEY: &'static str = "totp_setup";
    const SECRET: bool = true;
}

impl Kept for PasskeySetup {
    const KEY: &'static str = "passkey_setup";
}

impl Request {
    /// After a change of a factor: another id for this session, and on to what comes next.
    async fn factor_changed(
        &self,
        codes: Option<NewCodes>,
        text: String,
    ) -> Result<(), ServerFnError> {
        self.renew().await?;
        let Some(codes) = codes else { return self.done(text, HERE).await };
        self.keep(&RecoveryCodes(codes)).await?;
        self.done(text, CODES).await
    }
}

/// Begins to set up an app that makes codes.
#[server(prefix = "/fn", endpoint = "begin_totp")]
pub async fn begin_totp(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.begin_totp(&actor).await {
        Ok(setup) => {
            request.keep(&setup).await?;
            leptos_axum::redirect(APP);
            Ok(())
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Sets up the app that was begun, if the code is one of its.
#[server(prefix = "/fn", endpoint = "confirm_totp")]
pub async fn confirm_totp(#[server(default)] code: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let Some(setup) = request.kept::<TotpSetup>().await? else {
        leptos_axum::redirect(HERE);
        return Ok(());
    };
    let session = request.own_session().await?;
    let setup = (&setup, code.as_str());
    match request.services.confirm_totp(&actor, session.as_deref(), setup).await {
        Ok(codes) => {
            request.take::<TotpSetup>().await?;
            request.factor_changed(codes, t!("factors-app-added")).await
        }
        Err(Error::TooLate) => begin_again::<TotpSetup>(&request).await,
        Err(error) => request.refuse("confirm_totp", APP, error, &[]).await,
    }
}

/// What was begun lay too long: it is begun anew.
async fn begin_again<T: Kept>(request: &Request) -> Result<(), ServerFnError> {
    request.take::<T>().await?;
    request.keep(&Flash { good: false, text: t!("factors-too-late"), plans: false }).await?;
    leptos_axum::redirect(HERE);
    Ok(())
}

/// Takes the app away.
#[server(prefix = "/fn", endpoint = "remove_totp")]
pub async fn remove_totp(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    match request.services.remove_totp(&actor, session.as_deref()).await {
        Ok(()) => request.factor_changed(None, t!("factors-app-removed")).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Makes new recovery codes; the earlier ones are worth nothing from now on.
#[server(prefix = "/fn", endpoint = "make_recovery_codes")]
pub async fn make_recovery_codes(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.make_recovery_codes(&actor).await {
        Ok(codes) => request.factor_changed(Some(codes), t!("factors-codes-made")).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Begins to add a passkey: the page that follows asks the browser for one.
#[server(prefix = "/fn", endpoint = "begin_passkey")]
pub async fn begin_passkey(#[server(default)] back: String) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.begin_passkey(&actor).await {
        Ok(setup) => {
            request.keep(&setup).await?;
            leptos_axum::redirect(PASSKEY);
            Ok(())
        }
        Err(error) => request.failed(&back, error).await,
    }
}

/// Adds the passkey that the browser made.
#[server(prefix = "/fn", endpoint = "add_passkey")]
pub async fn add_passkey(
    #[server(default)] name: String,
    #[server(default)] passkey: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let Some(setup) = request.kept::<PasskeySetup>().await? else {
        leptos_axum::redirect(HERE);
        return Ok(());
    };
    let session = request.own_session().await?;
    let made = (name.as_str(), passkey.as_str());
    match request.services.add_passkey(&actor, session.as_deref(), &setup, made).await {
        Ok((passkey, codes)) => {
            request.take::<PasskeySetup>().await?;
            request.factor_changed(codes, t!("factors-passkey-added", name = passkey.name)).await
        }
        Err(Error::TooLate) => begin_again::<PasskeySetup>(&request).await,
        Err(error) => request.refuse("add_passkey", PASSKEY, error, &[("name", &name)]).await,
    }
}

/// Calls a passkey by another name.
#[server(prefix = "/fn", endpoint = "rename_passkey")]
pub async fn rename_passkey(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    match request.services.rename_passkey(&actor, &id, &name).await {
        Ok(()) => request.done(t!("factors-passkey-renamed"), HERE).await,
        Err(error) => request.failed(&back, error).await,
    }
}

/// Takes a passkey away.
#[server(prefix = "/fn", endpoint = "remove_passkey")]
pub async fn remove_passkey(
    #[server(default)] id: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let Some((request, actor)) = Request::signed_in()? else { return Ok(()) };
    let session = request.own_session().await?;
    match request.services.remove_passkey(&actor, session.as_deref(), &id).await {
        Ok(()) => request.factor_changed(None, t!("factors-passkey-removed")).await,
        Err(error) => request.failed(&back, error).await,
    }
}
