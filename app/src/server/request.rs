use http::request::Parts;
use http::{HeaderName, HeaderValue};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use model::Workspace;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use service::{Actor, Client, Error, IssuedKey, LoggedIn, Services};
use tower_sessions::Session;
use tower_sessions::session::Error as SessionError;

use super::accounts::{SESSION_CAME_BY, SecondStep};
use super::error::messages;
use crate::page::{Flash, FormState};

/// Session key: the id of the signed-in user.
pub const SESSION_USER: &str = "user_id";
/// Session key: the id of the workspace that is acted on.
pub const SESSION_WORKSPACE: &str = "workspace_id";
/// Session key: when the person last gave the password or a factor (Unix milliseconds).
pub const SESSION_PROVED: &str = "proved_at_ms";
/// Session key: what the session was begun with.
pub const SESSION_DEVICE: &str = "device";
/// Session key: the network that it was begun from.
pub const SESSION_NETWORK: &str = "network";
/// Where one proves anew who one is.
pub const STEP_UP: &str = "/dashboard/confirm";
/// Where whoever must have a second factor sets one up.
pub const SECOND_FACTOR: &str = "/dashboard/settings/second-factor";
/// Where one signs in.
pub const LOGIN: &str = "/login";
/// The header of an answer that says why the form behind it is to be kept: [`KEEP_DRAFT`] or [`KEEP_STEP_UP`]. No
/// client sees it.
pub const KEEP: HeaderName = HeaderName::from_static("x-keep-form");
/// Nobody is signed in (any more).
pub const KEEP_DRAFT: HeaderValue = HeaderValue::from_static("draft");
/// Its sender must prove anew who it is.
pub const KEEP_STEP_UP: HeaderValue = HeaderValue::from_static("step-up");
/// The hidden field of a form that says whose page it stands on.
pub const FORM_OF: &str = "of";
/// How long a draft waits for its writer.
const DRAFT_MS: i64 = 3_600_000;
/// Bytes of a form that are kept while its sender signs in or proves anew who it is.
pub(super) const MAX_DRAFT: usize = 16 * 1024;
/// The longest path that a form may send one back to.
const MAX_PATH: usize = 2000;

/// Something that the session keeps for the next page that asks for it.
pub trait Kept: Serialize + DeserializeOwned + Send + Sync {
    /// Its key in the session.
    const KEY: &'static str;
    /// Whether a page that shows it must stay out of every cache, the browser's own among them.
    const SECRET: bool = false;
}

impl Kept for FormState {
    const KEY: &'static str = "form";
}

impl Kept for Flash {
    const KEY: &'static str = "flash";
}

impl Kept for Draft {
    const KEY: &'static str = "draft";
}

impl Kept for IssuedSecret {
    const KEY: &'static str = "issued_key";
    const SECRET: bool = true;
}

/// A form that was sent when nobody was signed in any more. It comes back once the same person has signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The form: the name of its server function.
    form: String,
    /// Fields with what was typed.
    typed: Vec<(String, String)>,
    /// Whose page the form stood on. Whoever can send this can only say so of what they typed themselves.
    of: String,
    /// When it was sent (Unix milliseconds).
    sent_at_ms: i64,
}

/// A key that was just made, with its secret: shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuedSecret {
    /// What its owner calls it.
    pub name: String,
    /// The secret, which nobody can show again.
    pub secret: String,
}

/// Keeps the fields of a form that came too late, without secrets, for the page at `back`. Where to go instead: to sign
/// in, and from there back to that page.
pub async fn keep_draft(
    session: &Session,
    (form, fields): (&str, Vec<(String, String)>),
    now_ms: i64,
) -> Result<String, SessionError> {
    let field = |of: &str| fields.iter().find(|(name, _)| name == of).map(|(_, v)| v.as_str());
    let back = field("back").and_then(own_path).filter(|path| path.starts_with("/dashboard"));
    let Some(back) = back else { return Ok(LOGIN.to_owned()) };
    let next = form_urlencoded::Serializer::new(String::new()).append_pair("next", back).finish();
    let typed = fields.iter().filter(|(name, _)| !is_secret(name) && name != FORM_OF);
    let typed: Vec<_> = typed.cloned().collect();
    // Anybody can send this: it must not fill the database.
    if let Some(of) = field(FORM_OF).filter(|_| length(&typed) <= MAX_DRAFT) {
        let (form, of) = (form.to_owned(), of.to_owned());
        session.insert(Draft::KEY, &Draft { form, typed, of, sent_at_ms: now_ms }).await?;
    }
    Ok(format!("{LOGIN}?{next}"))
}

/// Bytes of some fields.
pub(super) fn length(fields: &[(String, String)]) -> usize {
    fields.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// Whether a field may hold what must not be kept, by its name.
pub(super) fn is_secret(field: &str) -> bool {
    ["password", "secret", "token", "code", "confirm", "key"]
        .iter()
        .any(|word| field.contains(word))
}

/// Takes out of the session what an earlier request left for this page.
pub async fn take<T: Kept>(session: &Session) -> Result<Option<T>, SessionError> {
    // Removing marks the session as changed, and a changed session is written: only where there is something.
    if session.get_value(T::KEY).await?.is_none() {
        return Ok(None);
    }
    session.remove(T::KEY).await
}

/// What an earlier request left in the session, which stays there.
pub async fn peek<T: Kept>(session: &Session) -> Result<Option<T>, SessionError> {
    session.get(T::KEY).await
}

/// The request behind a server function.
pub struct Request {
    session: Session,
    actor: Option<Actor>,
    /// The application.
    pub services: Services,
}

impl Request {
    /// The request that is being answered.
    pub fn current() -> Result<Self, ServerFnError> {
        let parts = use_context::<Parts>().ok_or_else(|| fault("no request in context"))?;
        let session = parts.extensions.get::<Session>().cloned();
        Ok(Self {
            session: session.ok_or_else(|| fault("no session layer"))?,
            actor: parts.extensions.get::<Actor>().cloned(),
            services: use_context().ok_or_else(|| fault("no services in context"))?,
        })
    }

    /// The request, with who signed in; whoever did not is sent to sign in.
    pub fn signed_in() -> Result<Option<(Self, Actor)>, ServerFnError> {
        let request = Self::current()?;
        let actor = request.actor.clone();
        if actor.is_none() {
            keep_form(KEEP_DRAFT);
            leptos_axum::redirect(LOGIN);
        }
        Ok(actor.map(|actor| (request, actor)))
    }

    /// Leaves something in the session for the page that follows.
    pub async fn keep<T: Kept>(&self, value: &T) -> Result<(), ServerFnError> {
        self.session.insert(T::KEY, value).await.map_err(fault)
    }

    /// What an earlier request left in the session, which stays there.
    pub async fn kept<T: Kept>(&self) -> Result<Option<T>, ServerFnError> {
        peek(&self.session).await.map_err(fault)
    }

    /// Takes something out of the session.
    pub async fn take<T: Kept>(&self) -> Result<Option<T>, ServerFnError> {
        take(&self.session).await.map_err(fault)
    }

    /// Leaves a new key's secret for the page that shows it once.
    pub async fn keep_secret(&self, issued: IssuedKey) -> Result<(), ServerFnError> {
        let Some(secret) = issued.secret else { return Ok(()) };
        self.keep(&IssuedSecret { name: issued.key.name, secret }).await
    }

    /// Begins a session for somebody who proved who they are.
    pub async fn sign_in(&self, who: &LoggedIn) -> Result<(), ServerFnError> {
        let draft = self.begin_anew().await?;
        self.session.insert(SESSION_USER, who.user.id.as_str()).await.map_err(fault)?;
        self.session.insert(SESSION_WORKSPACE, who.workspace.id.as_str()).await.map_err(fault)?;
        let client = use_context::<Client>().unwrap_or_default();
        self.session.insert(SESSION_DEVICE, client.device).await.map_err(fault)?;
        self.session.insert(SESSION_NETWORK, client.network).await.map_err(fault)?;
        self.proved().await?;
        if let Some(mark) = &who.mark {
            self.keep(mark).await?;
        }
        self.remember_device(&who.user.id).await?;
        // What was being typed when the session before this one ended, if it was the same person who typed.
        let earliest = self.services.now_ms() - DRAFT_MS;
        let draft = draft.filter(|d| d.of == who.user.id.as_str() && d.sent_at_ms >= earliest);
        if let Some(Draft { form, typed, .. }) = draft {
            let errors = vec![(String::new(), t!("error-session-ended"))];
            self.keep(&FormState { form, errors, typed }).await?;
        }
        Ok(())
    }

    /// Remembers whose password was right, in a session of their own: they are asked for a second factor next.
    pub async fn begin_second_step(&self, step: &SecondStep) -> Result<(), ServerFnError> {
        let draft = self.begin_anew().await?;
        if let Some(draft) = draft {
            self.keep(&draft).await?;
        }
        self.keep(step).await
    }

    /// Empties the session and gives it another id: whoever knew the old one, or was signed in before, must share
    /// nothing with who comes now. A draft is handed back, which knows whose it is.
    async fn begin_anew(&self) -> Result<Option<Draft>, ServerFnError> {
        let draft = self.take::<Draft>().await?;
        self.session.clear().await;
        self.session.cycle_id().await.map_err(fault)?;
        Ok(draft)
    }

    /// Who is signed in, if anybody.
    pub fn actor(&self) -> Option<&Actor> {
        self.actor.as_ref()
    }

    /// Where one goes from a page that is open to everybody.
    pub fn home(&self) -> &'static str {
        if self.actor.is_some() { "/dashboard" } else { LOGIN }
    }

    /// Goes on in another workspace.
    pub async fn enter(&self, workspace: &Workspace) -> Result<(), ServerFnError> {
        self.session.insert(SESSION_WORKSPACE, workspace.id.as_str()).await.map_err(fault)
    }

    /// Begins a session in another workspace for the same person: the one before has ended.
    pub async fn renew_in(
        &self,
        actor: &Actor,
        workspace: &Workspace,
    ) -> Result<(), ServerFnError> {
        let Some(user) = actor.user_id() else { return Ok(()) };
        self.session.cycle_id().await.map_err(fault)?;
        self.session.insert(SESSION_USER, user.as_str()).await.map_err(fault)?;
        self.enter(workspace).await
    }

    /// The id of the session that stays where all others end, if there is one: the one by which it was read. It has
    /// another one once its owner has just proved who they are, which those who keep the sessions do not know yet.
    pub(super) async fn own_session(&self) -> Result<Option<String>, ServerFnError> {
        self.session.get(SESSION_CAME_BY).await.map_err(fault)
    }

    /// Notes that the person has just given the password or a factor.
    pub async fn proved(&self) -> Result<(), ServerFnError> {
        self.session.insert(SESSION_PROVED, self.services.now_ms()).await.map_err(fault)
    }

    /// Gives the session another id; what it holds stays.
    pub async fn renew(&self) -> Result<(), ServerFnError> {
        self.session.cycle_id().await.map_err(fault)
    }

    /// Ends the session.
    pub async fn sign_out(&self) -> Result<(), ServerFnError> {
        self.session.flush().await.map_err(fault)
    }

    /// Goes on to a page that tells what happened.
    pub async fn done(&self, text: String, to: &str) -> Result<(), ServerFnError> {
        self.keep(&Flash { good: true, text, plans: false }).await?;
        leptos_axum::redirect(to);
        Ok(())
    }

    /// Goes back to the form, which then shows what was wrong and what was typed. No secrets among `typed`.
    pub async fn refuse(
        &self,
        form: &str,
        back: &str,
        error: Error,
        typed: &[(&str, &str)],
    ) -> Result<(), ServerFnError> {
        if asked_first(&error) {
            return Ok(());
        }
        self.refuse_for(form, back, messages(error), typed).await
    }

    /// Goes back to the form like [`Self::refuse`], with messages that are already in the reader's language.
    pub async fn refuse_for(
        &self,
        form: &str,
        back: &str,
        errors: Vec<(String, String)>,
        typed: &[(&str, &str)],
    ) -> Result<(), ServerFnError> {
        let own = |pair: &(&str, &str)| (pair.0.to_owned(), pair.1.to_owned());
        let mut typed: Vec<_> = typed.iter().map(own).collect();
        // What anybody can send must not fill the database.
        if self.actor.is_none() && length(&typed) > MAX_DRAFT {
            typed.clear();
        }
        self.keep(&FormState { form: form.to_owned(), errors, typed }).await?;
        leptos_axum::redirect(own_path(back).unwrap_or("/"));
        Ok(())
    }

    /// Goes back to where a button was, which has no place for an error of its own.
    pub async fn failed(&self, back: &str, error: Error) -> Result<(), ServerFnError> {
        if asked_first(&error) {
            return Ok(());
        }
        let plans = matches!(error, Error::PlanRequired { .. });
        let texts: Vec<_> = messages(error).into_iter().map(|(_, text)| text).collect();
        self.keep(&Flash { good: false, text: texts.join(" "), plans }).await?;
        leptos_axum::redirect(own_path(back).unwrap_or("/"));
        Ok(())
    }
}

/// Whether something else is asked for before this can be told: then it goes on to there. Where one proves anew who one
/// is, whoever serves the forms keeps this one, and it comes back with the proof.
fn asked_first(error: &Error) -> bool {
    match error {
        Error::ProofNeeded => {
            keep_form(KEEP_STEP_UP);
            leptos_axum::redirect(STEP_UP);
        }
        Error::FactorMissing => leptos_axum::redirect(SECOND_FACTOR),
        _ => return false,
    }
    true
}

fn keep_form(why: HeaderValue) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(KEEP, why);
    }
}

/// The path, if it leads to a page of this instance and nowhere else.
pub fn own_path(path: &str) -> Option<&str> {
    let local = path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= MAX_PATH
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    local.then_some(path)
}

/// What nobody but the log hears of: the answer is a plain "something failed".
pub(super) fn fault(error: impl std::fmt::Display) -> ServerFnError {
    tracing::error!(%error, "a server function could not answer");
    ServerFnError::ServerError("internal".to_owned())
}

#[cfg(test)]
mod tests {
    use super::{is_secret, own_path};

    #[test]
    fn secrets_are_not_kept() {
        for secret in ["password", "new_password", "operator_token", "code", "confirm"] {
            assert!(is_secret(secret), "{secret}");
        }
        for open in ["name", "description", "framework", "email", "permissions"] {
            assert!(!is_secret(open), "{open}");
        }
    }

    #[test]
    fn only_paths_of_this_instance_are_followed() {
        assert_eq!(own_path("/login?next=%2Fa"), Some("/login?next=%2Fa"));
        for foreign in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "a"]
        {
            assert_eq!(own_path(foreign), None, "{foreign:?}");
        }
    }
}
