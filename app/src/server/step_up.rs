use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use service::{Actor, Error, FieldError, PasskeyChallenge, Proof, Rule, Services};
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use super::request::{
    FORM_OF, Kept, MAX_DRAFT, Request, SESSION_PROVED, STEP_UP, is_secret, length, own_path, peek,
    take,
};

/// What the fields of a proof begin with, whatever form they are sent along with.
const PREFIX: &str = "step_up_";

/// How long a form waits for the proof of its sender.
const WAITS_MS: i64 = 10 * 60_000;

/// A form that waits for its sender to prove who they are: it is sent again together with the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepUp {
    /// The form: the name of its server function.
    pub form: String,
    /// Its fields.
    pub fields: Vec<(String, String)>,
    /// What was wrong with the last proof.
    pub refused: Option<Refused>,
    /// When it was sent (Unix milliseconds).
    sent_at_ms: i64,
}

/// What was wrong with a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// The password.
    Password,
    /// The code.
    Code,
    /// The passkey.
    Passkey,
    /// There were too many; when to try again, in seconds.
    Wait(u32),
}

/// Why a form with a proof did not go on.
#[derive(Debug)]
pub enum Unproved {
    /// The proof was wrong: it is asked for again.
    Refused,
    /// Something failed on our side.
    Failed(String),
}

impl From<SessionError> for Unproved {
    fn from(error: SessionError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Kept for StepUp {
    const KEY: &'static str = "step_up";
}

impl StepUp {
    /// No form, but a page that asks for a proof.
    pub fn page(next: &str) -> Self {
        let next = own_path(next).unwrap_or("/dashboard").to_owned();
        let fields = vec![("next".to_owned(), next)];
        Self { form: "confirm_identity".to_owned(), fields, refused: None, sent_at_ms: 0 }
    }

    /// Whether it may still be sent again: what was left alone for long must not happen by surprise.
    pub fn waits(&self, now_ms: i64) -> bool {
        now_ms - self.sent_at_ms < WAITS_MS
    }

    fn of(
        (form, fields): &(&str, Vec<(String, String)>),
        refused: Option<Refused>,
        now_ms: i64,
    ) -> Self {
        let keep = |(name, _): &&(String, String)| {
            !name.starts_with(PREFIX) && !is_secret(name) && name != FORM_OF
        };
        let fields: Vec<_> = fields.iter().filter(keep).cloned().collect();
        // What is too long to keep is typed again.
        let back = fields.iter().find(|(name, _)| name == "back").map(|(_, value)| value.clone());
        match length(&fields) {
            0..=MAX_DRAFT => Self { form: (*form).to_owned(), fields, refused, sent_at_ms: now_ms },
            _ => Self { refused, ..Self::page(back.as_deref().unwrap_or_default()) },
        }
    }
}

/// Keeps a form that was refused for want of a proof, without secrets. Where to go: to give one.
pub async fn keep_step_up(
    session: &Session,
    form: &(&str, Vec<(String, String)>),
    now_ms: i64,
) -> Result<String, SessionError> {
    session.insert(StepUp::KEY, &StepUp::of(form, None, now_ms)).await?;
    Ok(STEP_UP.to_owned())
}

/// Checks the proof that was sent along with a form, if one was; who has then proved it.
pub async fn step_up(
    services: &Services,
    session: &Session,
    actor: &Actor,
    form: &(&str, Vec<(String, String)>),
) -> Result<Option<Actor>, Unproved> {
    let given = |name: &str| {
        let field = form.1.iter().find(|(n, _)| n.strip_prefix(PREFIX) == Some(name));
        field.map(|(_, value)| value.as_str())
    };
    let Some(password) = given("password") else { return Ok(None) };
    let filled = |name: &str| given(name).filter(|value| !value.trim().is_empty());
    let challenge = match filled("passkey") {
        // Each question is answered once.
        Some(answer) => take::<PasskeyChallenge>(session).await?.map(|c| (c, answer)),
        None => None,
    };
    let proof = match (&challenge, filled("code")) {
        (Some((challenge, answer)), _) => Ok(Proof::Passkey(challenge, answer)),
        // Sent twice, or from another tab: its question is gone.
        (None, _) if filled("passkey").is_some() => {
            Err(Error::invalid("passkey", Rule::WrongPasskey))
        }
        (None, Some(code)) => Ok(Proof::Code(code)),
        (None, None) => Ok(Proof::Password(password)),
    };
    let proved = match proof {
        Ok(proof) => services.prove(actor, proof).await,
        Err(error) => Err(error),
    };
    let refused = match proved {
        Ok(proved) => {
            // What the session may do has grown: whoever knew its id must not share that.
            session.cycle_id().await?;
            session.insert(SESSION_PROVED, proved.proved_at_ms).await?;
            if peek::<StepUp>(session).await?.is_some() {
                take::<StepUp>(session).await?;
            }
            return Ok(Some(proved));
        }
        Err(Error::TooManyAttempts { retry_after_s }) => Refused::Wait(retry_after_s),
        Err(Error::Invalid(errors)) => match errors.first() {
            Some(FieldError { rule: Rule::WrongCode, .. }) => Refused::Code,
            Some(FieldError { rule: Rule::WrongPasskey, .. }) => Refused::Passkey,
            _ => Refused::Password,
        },
        Err(Error::Internal(error)) => return Err(Unproved::Failed(error.to_string())),
        Err(error) => return Err(Unproved::Failed(error.to_string())),
    };
    session.insert(StepUp::KEY, &StepUp::of(form, Some(refused), services.now_ms())).await?;
    Err(Unproved::Refused)
}

/// Goes back to the page that asked for a proof; who serves the forms has checked it.
#[server(prefix = "/fn", endpoint = "confirm_identity")]
pub async fn confirm_identity(#[server(default)] next: String) -> Result<(), ServerFnError> {
    let Some(_) = Request::signed_in()? else { return Ok(()) };
    leptos_axum::redirect(own_path(&next).unwrap_or("/dashboard"));
    Ok(())
}
