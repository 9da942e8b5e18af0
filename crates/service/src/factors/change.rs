//! What every change of how a person signs in comes with.

use model::UserId;
use serde::{Deserialize, Serialize};
use store::{Tx, factor_tries, passkeys, recovery_codes, sessions, totp, users};

use super::NewCodes;
use crate::mail::Letter;
use crate::sessions::hash_of;
use crate::{Actor, Error, Services, text};

/// What changed of how somebody signs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInChange {
    /// Another password.
    Password,
    /// An app that makes codes was set up.
    AppAdded,
    /// The app was taken away.
    AppRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// New recovery codes were made.
    CodesMade,
    /// Whoever runs the instance took all of it away but the password.
    FactorsRemoved,
}

impl SignInChange {
    /// The spelling in the audit trail.
    pub(crate) const fn action(self) -> &'static str {
        match self {
            Self::Password => "user.password_changed",
            Self::AppAdded => "user.totp_set_up",
            Self::AppRemoved => "user.totp_removed",
            Self::PasskeyAdded => "user.passkey_added",
            Self::PasskeyRemoved => "user.passkey_removed",
            Self::CodesMade => "user.recovery_codes_made",
            Self::FactorsRemoved => "user.factors_removed",
        }
    }
}

impl Services {
    /// What every change of a factor ends with: an audit entry, a letter, the end of all sessions but the one with the
    /// id `current`, recovery codes for whoever has a first factor now, and none for whoever has none any more. Refuses
    /// the last step of whoever must have one.
    pub(super) async fn factor_changed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        change: (SignInChange, &str),
        current: Option<&str>,
    ) -> Result<Option<NewCodes>, Error> {
        let user = actor.require_anybody()?;
        let mut codes = None;
        if !self.read_factors(tx, user).await?.any() {
            self.refuse_last(actor)?;
            recovery_codes::delete_all(tx, user).await?;
        } else if recovery_codes::count(tx, user).await? == 0 {
            codes = Some(self.replace_codes(tx, user).await?);
        }
        self.sign_in_changed(tx, actor, change, current).await?;
        Ok(codes)
    }

    /// Ends all sessions of the signed-in person but the one with the id `current`, with an audit entry and a letter.
    pub(crate) async fn sign_in_changed(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (change, subject): (SignInChange, &str),
        current: Option<&str>,
    ) -> Result<(), Error> {
        let user = actor.require_anybody()?;
        let keep = current.map(hash_of);
        let ended = sessions::delete_others(tx, user, keep.as_deref()).await?;
        let after = serde_json::json!({ "sessions_ended": ended });
        let what = (change.action(), subject);
        self.audit_of_user(tx, user, actor.audited(), what, Some(&after)).await?;
        self.tell_of_change(tx, user, change).await
    }

    /// Writes a person that something changed about signing in.
    pub(super) async fn tell_of_change(
        &self,
        tx: &mut Tx,
        user: &UserId,
        change: SignInChange,
    ) -> Result<(), Error> {
        match users::get(tx, user).await? {
            Some(user) => self.notify_user(tx, &user, &Letter::SignInChanged { change }).await,
            None => Ok(()),
        }
    }

    /// Takes everything away that a person signs in with besides the password; whether there was anything.
    pub(crate) async fn delete_factors(&self, tx: &mut Tx, user: &UserId) -> Result<bool, Error> {
        let app = totp::delete(tx, user).await?;
        let passkeys = passkeys::delete_all(tx, user).await?;
        recovery_codes::delete_all(tx, user).await?;
        factor_tries::delete_all(tx, user).await?;
        Ok(app || passkeys > 0)
    }

    /// Takes the second factor of whoever has this address away and ends all sessions: for somebody who lost it together
    /// with the recovery codes. For the command line of the server.
    pub async fn remove_factors(&self, email: &str) -> Result<(), Error> {
        let email = text::email(email)?;
        let mut tx = self.store().begin().await?;
        let found = users::get_by_email(&mut tx, &email).await?;
        let user = found.ok_or(Error::NotFound { what: "user" })?.user;
        users::lock(&mut tx, &user.id).await?;
        if !self.delete_factors(&mut tx, &user.id).await? {
            return Err(Error::NotFound { what: "second factor" });
        }
        let ended = sessions::delete_others(&mut tx, &user.id, None).await?;
        let change = SignInChange::FactorsRemoved;
        let (who, what) = (("console", "console"), (change.action(), user.id.as_str()));
        let after = serde_json::json!({ "sessions_ended": ended });
        self.audit_of_user(&mut tx, &user.id, who, what, Some(&after)).await?;
        self.tell_of_change(&mut tx, &user.id, change).await?;
        Ok(tx.commit().await?)
    }
}
