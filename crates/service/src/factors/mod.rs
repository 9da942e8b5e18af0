//! What proves who somebody is besides the password: an app that makes codes, passkeys, and recovery codes for when
//! both are lost. Setting any of them up or taking it away ends all other sessions.

mod log_in;
mod passkeys;
mod proof;
mod recovery_codes;
mod totp;

use model::UserId;
use store::{Tx, sessions};

pub use log_in::{Factor, FirstStep, PendingLogIn};
pub use passkeys::{MAX_PASSKEYS, Passkey, PasskeyChallenge, PasskeySetup};
pub(crate) use passkeys::{RelyingParty, relying_party};
pub use proof::Proof;
pub(crate) use totp::PURPOSE as TOTP_PURPOSE;
pub use totp::TotpSetup;

use crate::sessions::hash_of;
use crate::{Actor, Error, Services};

/// How long a set-up or a question about a passkey can be answered.
const ANSWER_MS: i64 = 10 * 60_000;

/// What a person has set up besides the password.
#[derive(Debug, Clone)]
pub struct SecondFactors {
    /// Since when codes of an app are asked for (Unix milliseconds), if they are.
    pub totp_since_ms: Option<i64>,
    /// The passkeys, in the order in which they were added.
    pub passkeys: Vec<Passkey>,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
    /// Whether browsers allow passkeys at the address of this instance: `https`, or `localhost`.
    pub passkeys_possible: bool,
}

impl SecondFactors {
    /// Whether signing in with the password asks for something else too.
    pub fn any(&self) -> bool {
        self.totp_since_ms.is_some() || !self.passkeys.is_empty()
    }
}

/// Recovery codes that were just made: shown once.
pub type NewCodes = Vec<String>;

impl Services {
    /// Whether browsers allow passkeys at the address of this instance: `https`, or `localhost`.
    pub fn passkeys_possible(&self) -> bool {
        self.0.passkeys.is_some()
    }

    /// What the signed-in person has set up besides the password.
    pub async fn second_factors(&self, actor: &Actor) -> Result<SecondFactors, Error> {
        self.factors_of(actor.require_person()?).await
    }

    async fn factors_of(&self, user: &UserId) -> Result<SecondFactors, Error> {
        let mut conn = self.store().read().await?;
        let passkeys = store::passkeys::list(&mut conn, user).await?;
        Ok(SecondFactors {
            totp_since_ms: store::totp::get(&mut conn, user).await?.map(|totp| totp.created_at_ms),
            passkeys: passkeys.into_iter().map(Into::into).collect(),
            recovery_codes: store::recovery_codes::count(&mut conn, user).await?,
            passkeys_possible: self.0.passkeys.is_some(),
        })
    }

    /// What every change of a factor ends with: an audit entry, the end of all sessions but the one with the id
    /// `current`, recovery codes for whoever has a first factor now, and none for whoever has none any more.
    async fn factor_changed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (action, subject): (&str, &str),
        current: Option<&str>,
    ) -> Result<Option<NewCodes>, Error> {
        let user = actor.require_person()?;
        let has_factor = store::totp::get(tx, user).await?.is_some()
            || !store::passkeys::list(tx, user).await?.is_empty();
        let mut codes = None;
        if !has_factor {
            store::recovery_codes::delete_all(tx, user).await?;
        } else if store::recovery_codes::count(tx, user).await? == 0 {
            codes = Some(self.replace_codes(tx, user).await?);
        }
        let keep = current.map(hash_of);
        let ended = sessions::delete_others(tx, user, keep.as_deref()).await?;
        let after = serde_json::json!({ "sessions_ended": ended });
        self.audit(tx, actor, (action, subject), (None::<&()>, Some(&after))).await?;
        Ok(codes)
    }
}
