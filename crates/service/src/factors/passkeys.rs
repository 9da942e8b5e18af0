//! Passkeys (WebAuthn): as a second factor, and to sign in without a password. The device checks who holds it (user
//! verification), so that a passkey alone is two factors.

use model::{PasskeyId, UserId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::passkeys::{self, Passkey as Row};
use store::users;
use url::{Host, Url};
use webauthn_rs::prelude::{
    AuthenticationResult, DiscoverableAuthentication, DiscoverableKey, Passkey as Credential,
    PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Uuid, Webauthn, WebauthnBuilder,
};

use super::log_in::wrong_passkey;
use super::{ANSWER_MS, NewCodes, SignInChange, SignInMark};
use crate::{Actor, Error, LoggedIn, Rule, Services, security_log, text};

/// Passkeys that a person can have.
pub const MAX_PASSKEYS: usize = 20;
/// The longest answer of a browser that is read.
const MAX_ANSWER: usize = 32 * 1024;
const GONE: Error = Error::NotFound { what: "passkey" };

pub(crate) type RelyingParty = Webauthn;

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passkey {
    /// Its id.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// When it was added (Unix milliseconds).
    pub created_at_ms: i64,
    /// When it was last used, if it was (Unix milliseconds).
    pub last_used_at_ms: Option<i64>,
}

impl From<Row> for Passkey {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            created_at_ms: row.created_at_ms,
            last_used_at_ms: row.last_used_at_ms,
        }
    }
}

/// A passkey that is about to be added: what the browser is asked, and what its answer is checked against.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasskeySetup {
    /// The options of `navigator.credentials.create`, as JSON.
    pub options: String,
    state: PasskeyRegistration,
    begun_at_ms: i64,
}

/// A question about a passkey: what the browser is asked, and what its answer is checked against.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PasskeyChallenge {
    /// The options of `navigator.credentials.get`, as JSON.
    pub options: String,
    state: State,
    begun_at_ms: i64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
enum State {
    /// For one of some passkeys.
    Known(PasskeyAuthentication),
    /// For whichever passkey the device has.
    Any(DiscoverableAuthentication),
}

/// Who browsers make passkeys for. `None` where they make none: over plain http, but for `localhost`, and for numeric
/// addresses.
pub(crate) fn relying_party(public_url: &str) -> Result<Option<RelyingParty>, Error> {
    let Ok(url) = Url::parse(public_url) else { return Ok(None) };
    let Some(Host::Domain(domain)) = url.host() else { return Ok(None) };
    if url.scheme() != "https" && domain != "localhost" {
        return Ok(None);
    }
    let party = WebauthnBuilder::new(domain, &url).map_err(Error::internal)?;
    party.rp_name("Surety").build().map(Some).map_err(Error::internal)
}

/// What devices know a person by: tells nobody else anything.
fn handle(user: &UserId) -> Uuid {
    let hash = Sha256::digest([b"passkey handle", user.as_str().as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(bytes)
}

fn encoded(credential_id: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(credential_id)
}

fn stored(row: &Row) -> Result<Credential, Error> {
    serde_json::from_str(&row.credential).map_err(Error::internal)
}

/// What a browser answered; whatever does not hold is the same to whoever sent it.
fn answered<T: serde::de::DeserializeOwned>(answer: &str) -> Result<T, Error> {
    if answer.len() > MAX_ANSWER {
        return Err(wrong_passkey());
    }
    serde_json::from_str(answer).map_err(|error| {
        tracing::debug!(%error, "an answer about a passkey could not be read");
        wrong_passkey()
    })
}

fn too_many() -> Error {
    Error::invalid("name", Rule::TooMany(MAX_PASSKEYS))
}

fn refused(error: webauthn_rs::prelude::WebauthnError) -> Error {
    tracing::info!(%error, "a passkey was refused");
    wrong_passkey()
}

impl Services {
    fn relying_party(&self) -> Result<&RelyingParty, Error> {
        self.0.passkeys.as_ref().ok_or(GONE)
    }

    /// Begins to add a passkey for the signed-in person.
    pub async fn begin_passkey(&self, actor: &Actor) -> Result<PasskeySetup, Error> {
        let party = self.relying_party()?;
        let user = self.me(actor).await?.user;
        self.require_verified(&user)?;
        self.require_proof(actor)?;
        let rows = passkeys::list(&mut self.store().read().await?, &user.id).await?;
        if rows.len() >= MAX_PASSKEYS {
            return Err(too_many());
        }
        let known = rows.iter().map(|row| stored(row).map(|c| c.cred_id().clone()));
        let known = known.collect::<Result<Vec<_>, _>>()?;
        let name = if user.name.is_empty() { &user.email } else { &user.name };
        let begun =
            party.start_passkey_registration(handle(&user.id), &user.email, name, Some(known));
        let (options, state) = begun.map_err(Error::internal)?;
        let mut options = serde_json::to_value(&options).map_err(Error::internal)?;
        // Where the device can, it keeps the passkey itself: only then does it sign in without a name.
        options["publicKey"]["authenticatorSelection"]["residentKey"] = "preferred".into();
        Ok(PasskeySetup {
            options: options["publicKey"].to_string(),
            state,
            begun_at_ms: self.now_ms(),
        })
    }

    /// Adds the passkey that was begun, as the browser's `answer` tells it; recovery codes where there were none. The
    /// fields at fault are `name` and `passkey`.
    pub async fn add_passkey(
        &self,
        actor: &Actor,
        current: Option<&str>,
        setup: &PasskeySetup,
        (name, answer): (&str, &str),
    ) -> Result<(Passkey, Option<NewCodes>), Error> {
        let user = actor.require_anybody()?;
        let party = self.relying_party()?;
        let now_ms = self.now_ms();
        if setup.begun_at_ms + ANSWER_MS <= now_ms {
            return Err(Error::TooLate);
        }
        let name = text::name("name", name)?;
        let answer: RegisterPublicKeyCredential = answered(answer)?;
        let made = party.finish_passkey_registration(&answer, &setup.state).map_err(refused)?;
        let row = Row {
            id: PasskeyId::new(now_ms, self.entropy().bytes()),
            user_id: user.clone(),
            credential_id: encoded(made.cred_id().as_ref()),
            credential: serde_json::to_string(&made).map_err(Error::internal)?,
            name,
            created_at_ms: now_ms,
            last_used_at_ms: None,
        };
        let mut tx = self.store().begin().await?;
        users::lock(&mut tx, user).await?;
        // Others may have been added since it was begun.
        if passkeys::list(&mut tx, user).await?.len() >= MAX_PASSKEYS {
            return Err(too_many());
        }
        passkeys::insert(&mut tx, &row).await.map_err(|e| {
            // Of whomever: it was asked for one that does not exist yet.
            if e.is_unique_violation() { wrong_passkey() } else { e.into() }
        })?;
        let change = (SignInChange::PasskeyAdded, row.id.as_str());
        let codes = self.factor_changed(&mut tx, actor, change, current).await?;
        tx.commit().await?;
        Ok((row.into(), codes))
    }

    /// Calls a passkey of the signed-in person by another name.
    pub async fn rename_passkey(&self, actor: &Actor, id: &str, name: &str) -> Result<(), Error> {
        let user = actor.require_person()?;
        let name = text::name("name", name)?;
        let mut tx = self.store().begin().await?;
        if !passkeys::update_name(&mut tx, user, id, &name).await? {
            return Err(GONE);
        }
        let after = serde_json::json!({ "name": name });
        let (who, what) = (actor.audited(), ("user.passkey_renamed", id));
        self.audit_of_user(&mut tx, user, who, what, Some(&after)).await?;
        Ok(tx.commit().await?)
    }

    /// Takes a passkey of the signed-in person away: it opens nothing from now on.
    pub async fn remove_passkey(
        &self,
        actor: &Actor,
        current: Option<&str>,
        id: &str,
    ) -> Result<(), Error> {
        let user = actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        users::lock(&mut tx, user).await?;
        if !passkeys::delete(&mut tx, user, id).await? {
            return Err(GONE);
        }
        let change = (SignInChange::PasskeyRemoved, id);
        self.factor_changed(&mut tx, actor, change, current).await?;
        Ok(tx.commit().await?)
    }

    /// Asks for any passkey, of whomever: to sign in without a password.
    pub fn challenge_anybody(&self) -> Result<PasskeyChallenge, Error> {
        let begun = self.relying_party()?.start_discoverable_authentication();
        let (options, state) = begun.map_err(Error::internal)?;
        self.challenge(&options, State::Any(state))
    }

    /// Asks the signed-in person for a passkey of their own.
    pub async fn challenge_actor(&self, actor: &Actor) -> Result<PasskeyChallenge, Error> {
        self.challenge_user(actor.require_anybody()?).await
    }

    pub(super) async fn challenge_user(&self, user: &UserId) -> Result<PasskeyChallenge, Error> {
        let party = self.relying_party()?;
        let rows = passkeys::list(&mut self.store().read().await?, user).await?;
        let known = rows.iter().map(stored).collect::<Result<Vec<_>, _>>()?;
        if known.is_empty() {
            return Err(GONE);
        }
        let begun = party.start_passkey_authentication(&known);
        let (options, state) = begun.map_err(Error::internal)?;
        self.challenge(&options, State::Known(state))
    }

    fn challenge(&self, options: &impl Serialize, state: State) -> Result<PasskeyChallenge, Error> {
        let options = serde_json::to_value(options).map_err(Error::internal)?;
        let options = options["publicKey"].to_string();
        Ok(PasskeyChallenge { options, state, begun_at_ms: self.now_ms() })
    }

    /// Lets in whoever the passkey in the browser's answer belongs to. The field at fault is `passkey`.
    pub async fn log_in_with_passkey(
        &self,
        challenge: &PasskeyChallenge,
        answer: &str,
    ) -> Result<LoggedIn, Error> {
        let found = self.check_passkey(challenge, answer).await;
        let found = found.inspect_err(|_| security_log::wrong_passkey())?;
        let user =
            users::get_with_password(&mut self.store().read().await?, &found.user_id).await?;
        let user = user.ok_or_else(wrong_passkey)?;
        let factors = self.factors_of(&found.user_id).await?;
        // What the sign-in rests on must be there still when that is written down.
        if !factors.passkeys.iter().any(|passkey| passkey.id == found.id) {
            return Err(wrong_passkey());
        }
        let mark = SignInMark::of(&user, &factors);
        self.let_in(user.user, mark, "passkey").await
    }

    /// The passkey in a browser's answer, if the answer holds; its use is noted.
    pub(super) async fn check_passkey(
        &self,
        challenge: &PasskeyChallenge,
        answer: &str,
    ) -> Result<Row, Error> {
        let party = self.relying_party()?;
        let now_ms = self.now_ms();
        if challenge.begun_at_ms + ANSWER_MS <= now_ms {
            return Err(wrong_passkey());
        }
        let answer: PublicKeyCredential = answered(answer)?;
        let id = encoded(answer.raw_id.as_ref());
        let mut tx = self.store().begin().await?;
        let row = passkeys::get_by_credential(&mut tx, &id).await?.ok_or_else(wrong_passkey)?;
        let mut credential = stored(&row)?;
        let result = match &challenge.state {
            State::Known(state) => party.finish_passkey_authentication(&answer, state),
            State::Any(state) => {
                let named = party.identify_discoverable_authentication(&answer);
                let (user, _) = named.map_err(refused)?;
                if user != handle(&row.user_id) {
                    return Err(wrong_passkey());
                }
                let key = DiscoverableKey::from(&credential);
                party.finish_discoverable_authentication_v2(&answer, state.clone(), &key)
            }
        };
        let result: AuthenticationResult = result.map_err(refused)?;
        credential.update_credential(&result);
        let used = Row {
            credential: serde_json::to_string(&credential).map_err(Error::internal)?,
            last_used_at_ms: Some(now_ms),
            ..row
        };
        if !passkeys::update_used(&mut tx, &used).await? {
            return Err(wrong_passkey());
        }
        tx.commit().await?;
        Ok(used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_a_safe_way_to_it() {
        let possible = |url: &str| relying_party(url).unwrap().is_some();
        assert!(possible("https://trust.example.com"));
        assert!(possible("http://localhost:3000"));
        assert!(!possible("http://trust.example.com"));
        assert!(!possible("https://127.0.0.1:3000"));
        assert!(!possible("http://127.0.0.1:3000"));
    }

    #[test]
    fn devices_know_people_by_something_else_than_their_id() {
        let (one, two) = (UserId::new(1, [1; 10]), UserId::new(1, [2; 10]));
        assert_eq!(handle(&one), handle(&one));
        assert_ne!(handle(&one), handle(&two));
    }
}
