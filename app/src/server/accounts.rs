use http::{HeaderName, HeaderValue};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use serde::{Deserialize, Serialize};
use service::{
    Error, Factor, FirstStep, LoggedIn, PasskeyChallenge, PendingLogIn, Rule, SignInMark,
};

use super::attempts::{Attempts, ClientIp};
use super::error::messages;
use super::request::{Kept, LOGIN, Request, own_path};

/// Session key: what a sign-in rests on, until who keeps the sessions has written it down.
pub const SESSION_MARK: &str = "sign_in_mark";
/// Session key: the id by which the session was read; never stored.
pub const SESSION_CAME_BY: &str = "came_by";
/// Where the second factor is asked for.
const SECOND_STEP: &str = "/login/second-step";

/// Somebody whose password was right, and where to go once the second factor was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondStep {
    /// Who.
    pub pending: PendingLogIn,
    /// The page that asked for somebody.
    next: String,
}

impl Kept for SecondStep {
    const KEY: &'static str = "second_step";
}

impl Kept for SignInMark {
    const KEY: &'static str = SESSION_MARK;
}

impl Kept for PasskeyChallenge {
    const KEY: &'static str = "passkey_challenge";
}

/// The page that asked for whoever signs in with a passkey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyNext(pub String);

impl Kept for PasskeyNext {
    const KEY: &'static str = "passkey_next";
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
    let device = request.device();
    let from = (ClientIp::current(), device.as_deref());
    match request.services.log_in_from_device(&email, &password, from).await {
        Ok(first) => first_step(&request, first, next).await,
        Err(error) => request.refuse("log_in", &back, error, &[("email", &email)]).await,
    }
}

/// Goes on to the page that asked for somebody, or to the second step.
pub(super) async fn first_step(
    request: &Request,
    first: FirstStep,
    next: String,
) -> Result<(), ServerFnError> {
    match first {
        FirstStep::Done(who) => enter(request, &who, &next).await,
        FirstStep::Pending(pending) => {
            request.begin_second_step(&SecondStep { pending, next }).await?;
            leptos_axum::redirect(SECOND_STEP);
            Ok(())
        }
    }
}

async fn enter(request: &Request, who: &LoggedIn, next: &str) -> Result<(), ServerFnError> {
    request.sign_in(who).await?;
    leptos_axum::redirect(own_path(next).unwrap_or("/dashboard"));
    Ok(())
}

/// Signs in whoever gave the right password before and gives a second factor now: a code, or a passkey.
#[server(prefix = "/fn", endpoint = "finish_log_in")]
pub async fn finish_log_in(
    #[server(default)] code: String,
    #[server(default)] passkey: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    let Some(SecondStep { pending, next }) = request.kept().await? else {
        leptos_axum::redirect(LOGIN);
        return Ok(());
    };
    let challenge = if passkey.is_empty() {
        None
    } else {
        // Each question is answered once.
        request.take::<PasskeyChallenge>().await?
    };
    let factor = match &challenge {
        Some(challenge) => Factor::Passkey(challenge, &passkey),
        None if passkey.is_empty() => Factor::Code(&code),
        None => {
            let error = Error::invalid("passkey", Rule::WrongPasskey);
            return request.refuse("finish_log_in", SECOND_STEP, error, &[]).await;
        }
    };
    match request.services.finish_log_in(&pending, factor).await {
        Ok(who) => {
            request.take::<SecondStep>().await?;
            enter(&request, &who, &next).await
        }
        Err(Error::Unauthenticated { .. }) => {
            request.take::<SecondStep>().await?;
            let errors = vec![(String::new(), t!("accounts-too-late"))];
            request.refuse_for("log_in", LOGIN, errors, &[]).await
        }
        Err(error) => request.refuse("finish_log_in", SECOND_STEP, error, &[]).await,
    }
}

/// Asks for a passkey, of whomever: the page that follows passes the question on to the browser.
#[server(prefix = "/fn", endpoint = "begin_passkey_log_in")]
pub async fn begin_passkey_log_in(
    #[server(default)] next: String,
    #[server(default)] back: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    match request.services.challenge_anybody() {
        Ok(challenge) => {
            request.keep(&challenge).await?;
            let next = own_path(&next).unwrap_or_default().to_owned();
            request.keep(&PasskeyNext(next)).await?;
            leptos_axum::redirect("/login/passkey");
            Ok(())
        }
        Err(error) => request.refuse("log_in", &back, error, &[]).await,
    }
}

/// Signs in with a passkey alone.
#[server(prefix = "/fn", endpoint = "log_in_with_passkey")]
pub async fn log_in_with_passkey(
    #[server(default)] passkey: String,
    #[server(default)] next: String,
) -> Result<(), ServerFnError> {
    let request = Request::current()?;
    let Some(challenge) = request.take::<PasskeyChallenge>().await? else {
        leptos_axum::redirect(LOGIN);
        return Ok(());
    };
    request.take::<PasskeyNext>().await?;
    match request.services.log_in_with_passkey(&challenge, &passkey).await {
        Ok(who) => enter(&request, &who, &next).await,
        Err(error) => {
            let texts = messages(error).into_iter().map(|(_, text)| (String::new(), text));
            request.refuse_for("log_in", LOGIN, texts.collect(), &[]).await
        }
    }
}

/// Signs out.
#[server(prefix = "/fn", endpoint = "log_out")]
pub async fn log_out() -> Result<(), ServerFnError> {
    Request::current()?.sign_out().await?;
    // This person's pages, and what the palette remembers of them.
    if let Some(response) = use_context::<ResponseOptions>() {
        let clear = HeaderName::from_static("clear-site-data");
        response.insert_header(clear, HeaderValue::from_static("\"cache\", \"storage\""));
    }
    leptos_axum::redirect("/");
    Ok(())
}
