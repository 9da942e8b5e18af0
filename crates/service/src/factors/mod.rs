//! What proves who somebody is besides the password: an app that makes codes, passkeys, and recovery codes for when
//! both are lost. Setting any of them up or taking it away ends all other sessions.

mod change;
mod log_in;
mod mark;
mod passkeys;
mod proof;
mod recovery_codes;
mod required;
mod totp;
mod tries;

use model::UserId;

pub use change::SignInChange;
pub use log_in::{Factor, FirstStep, PendingLogIn};
pub use mark::SignInMark;
pub(crate) use mark::password_mark;
pub use passkeys::{MAX_PASSKEYS, Passkey, PasskeyChallenge, PasskeySetup};
pub(crate) use passkeys::{RelyingParty, relying_party};
pub use proof::Proof;
pub use required::SecondFactorRule;
pub(crate) use totp::PURPOSE as TOTP_PURPOSE;
pub use totp::TotpSetup;
pub(crate) use tries::Door;

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

    /// The field of what is asked for where the password is not enough.
    fn asked(&self) -> &'static str {
        if self.totp_since_ms.is_some() || self.recovery_codes > 0 { "code" } else { "passkey" }
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
        self.factors_of(actor.require_anybody()?).await
    }

    pub(crate) async fn factors_of(&self, user: &UserId) -> Result<SecondFactors, Error> {
        self.read_factors(&mut self.store().read().await?, user).await
    }
}
