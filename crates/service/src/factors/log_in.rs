//! The second step of signing in.

use model::UserId;
use serde::{Deserialize, Serialize};
use store::users::{self, UserWithPassword};
use store::{Tx, recovery_codes};

use super::passkeys::PasskeyChallenge;
use super::recovery_codes::{is_recovery_code, word};
use super::totp::digits;
use super::{ANSWER_MS, SecondFactors};
use crate::secrets::sha256_hex;
use crate::{Error, LoggedIn, Rule, Services};

/// Wrong codes and passwords that one may try in a window.
const MAX_TRIES: i64 = 5;
const WINDOW_MS: i64 = 15 * 60_000;
const TOO_LATE: &str = "Signing in took too long. Begin again.";

/// What became of a right password.
#[derive(Debug)]
pub enum FirstStep {
    /// The person is in.
    Done(LoggedIn),
    /// The second factor is still to come.
    Pending(PendingLogIn),
}

/// Somebody who gave the right password and is asked for a second factor. Opens nothing by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingLogIn {
    user_id: UserId,
    /// Of the password's hash: another password ends this.
    mark: String,
    /// Until when (Unix milliseconds).
    until_ms: i64,
    /// Whether the person has an app that makes codes.
    pub code: bool,
    /// Whether the person has passkeys.
    pub passkey: bool,
}

/// What a person gives besides the password.
#[derive(Debug, Clone, Copy)]
pub enum Factor<'a> {
    /// A code of the app, or a recovery code.
    Code(&'a str),
    /// The browser's answer to a question about a passkey.
    Passkey(&'a PasskeyChallenge, &'a str),
}

fn mark(found: &UserWithPassword) -> String {
    sha256_hex(&[b"pending log-in", found.password_hash.as_bytes()])
}

impl Services {
    /// After the right password: lets in whoever has no second factor.
    pub(crate) async fn ask_for_factor(&self, found: UserWithPassword) -> Result<FirstStep, Error> {
        let SecondFactors { totp_since_ms, passkeys, .. } = self.factors_of(&found.user.id).await?;
        let (code, passkey) = (totp_since_ms.is_some(), !passkeys.is_empty());
        let pending = PendingLogIn {
            mark: mark(&found),
            user_id: found.user.id.clone(),
            until_ms: self.now_ms() + ANSWER_MS,
            code,
            passkey,
        };
        let who = self.let_in(found.user).await?;
        Ok(if code || passkey { FirstStep::Pending(pending) } else { FirstStep::Done(who) })
    }

    /// Lets somebody in who gave the right password before and gives a second factor now. The fields at fault are
    /// `code` and `passkey`; five wrong codes, and none is taken for a quarter of an hour.
    pub async fn finish_log_in(
        &self,
        pending: &PendingLogIn,
        factor: Factor<'_>,
    ) -> Result<LoggedIn, Error> {
        let too_late = || Error::Unauthenticated { why: TOO_LATE };
        let user = &pending.user_id;
        let found = users::get_with_password(&mut self.store().read().await?, user).await?;
        let found = found.filter(|f| mark(f) == pending.mark).ok_or_else(too_late)?;
        if pending.until_ms <= self.now_ms() {
            return Err(too_late());
        }
        self.check_factor(user, factor).await?;
        self.let_in(found.user).await
    }

    /// A question about a passkey of whoever is signing in.
    pub async fn challenge_pending(
        &self,
        pending: &PendingLogIn,
    ) -> Result<PasskeyChallenge, Error> {
        self.challenge_user(&pending.user_id).await
    }

    pub(super) async fn check_factor(
        &self,
        user: &UserId,
        factor: Factor<'_>,
    ) -> Result<(), Error> {
        let code = match factor {
            Factor::Passkey(challenge, answer) => {
                let found = self.check_passkey(challenge, answer).await?;
                let own = found.user_id == *user;
                return if own { Ok(()) } else { Err(wrong_passkey()) };
            }
            Factor::Code(code) => code,
        };
        self.count_try(user).await?;
        let mut tx = self.store().begin().await?;
        let word = word(code);
        let taken = if is_recovery_code(&word) {
            self.take_recovery_code(&mut tx, user, &word).await?
        } else {
            self.take_totp(&mut tx, user, &digits(code)).await?
        };
        if !taken {
            return Err(Error::invalid("code", Rule::WrongCode));
        }
        recovery_codes::delete_tries(&mut tx, user).await?;
        Ok(tx.commit().await?)
    }

    /// Counts a try before it is looked at, so that many at once are no more than one after the other.
    pub(super) async fn count_try(&self, user: &UserId) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let (tries, since_ms) = recovery_codes::count_try(&mut tx, user, now_ms, WINDOW_MS).await?;
        tx.commit().await?;
        if tries <= MAX_TRIES {
            return Ok(());
        }
        let wait_ms = (since_ms + WINDOW_MS - now_ms).max(1);
        tracing::warn!(user_id = %user, "user {user} gave too many wrong codes or passwords");
        let retry_after_s = u32::try_from((wait_ms + 999) / 1000).unwrap_or(u32::MAX);
        Err(Error::TooManyAttempts { retry_after_s })
    }

    pub(super) async fn forget_tries(&self, tx: &mut Tx, user: &UserId) -> Result<(), Error> {
        Ok(recovery_codes::delete_tries(tx, user).await?)
    }
}

pub(super) fn wrong_passkey() -> Error {
    Error::invalid("passkey", Rule::WrongPasskey)
}
