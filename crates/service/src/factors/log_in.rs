//! The second step of signing in.

use model::UserId;
use serde::{Deserialize, Serialize};
use store::users::{self, UserWithPassword};

use super::passkeys::PasskeyChallenge;
use super::recovery_codes::{is_recovery_code, word};
use super::totp::digits;
use super::tries::Door;
use super::{ANSWER_MS, SignInMark, password_mark};
use crate::{Error, LoggedIn, Rule, Services, security_log};

/// What the mark of a password stands in.
const MARKED: &str = "pending log-in";
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

impl Services {
    /// After the right password: lets in whoever has no second factor.
    pub(crate) async fn ask_for_factor(&self, found: UserWithPassword) -> Result<FirstStep, Error> {
        let factors = self.factors_of(&found.user.id).await?;
        if factors.any() {
            return Ok(FirstStep::Pending(PendingLogIn {
                mark: password_mark(MARKED, &found),
                user_id: found.user.id,
                until_ms: self.now_ms() + ANSWER_MS,
                code: factors.totp_since_ms.is_some(),
                passkey: !factors.passkeys.is_empty(),
            }));
        }
        let mark = SignInMark::of(&found, &factors);
        Ok(FirstStep::Done(self.let_in(found.user, mark, "password").await?))
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
        let found =
            found.filter(|f| password_mark(MARKED, f) == pending.mark).ok_or_else(too_late)?;
        if pending.until_ms <= self.now_ms() {
            return Err(too_late());
        }
        // Read before the factor is looked at: one that is taken away meanwhile lets nobody in.
        let mark = SignInMark::of(&found, &self.factors_of(user).await?);
        self.check_factor(user, Door::SignIn, factor).await?;
        self.let_in(found.user, mark, "password and factor").await
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
        door: Door,
        factor: Factor<'_>,
    ) -> Result<(), Error> {
        let checked = self.compare_factor(user, door, factor).await;
        if matches!(checked, Err(Error::Invalid(_))) {
            security_log::wrong_factor(user);
        }
        checked
    }

    async fn compare_factor(
        &self,
        user: &UserId,
        door: Door,
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
        let word = word(code);
        if word.is_empty() {
            return Err(Error::invalid("code", Rule::WrongCode));
        }
        // Nobody guesses so many random bits: whoever has one gets in however often others were wrong.
        if is_recovery_code(&word) && self.use_recovery_code(user, door, &word).await? {
            return Ok(());
        }
        self.count_try(user, door).await?;
        let mut tx = self.store().begin().await?;
        if !self.take_totp(&mut tx, user, &digits(code)).await? {
            return Err(Error::invalid("code", Rule::WrongCode));
        }
        self.forget_tries(&mut tx, user, door).await?;
        Ok(tx.commit().await?)
    }

    async fn use_recovery_code(
        &self,
        user: &UserId,
        door: Door,
        word: &str,
    ) -> Result<bool, Error> {
        let mut tx = self.store().begin().await?;
        let taken = self.take_recovery_code(&mut tx, user, word).await?;
        if taken {
            self.forget_tries(&mut tx, user, door).await?;
            tx.commit().await?;
        }
        Ok(taken)
    }
}

pub(super) fn wrong_passkey() -> Error {
    Error::invalid("passkey", Rule::WrongPasskey)
}
