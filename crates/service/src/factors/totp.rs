//! Codes of an app (RFC 6238: HMAC-SHA-1, 30 seconds, 6 digits, which is all that every app can do).

use model::UserId;
use serde::{Deserialize, Serialize};
use store::totp::{self, Totp};
use store::{Tx, users};
use totp_rs::Builder;

use super::{ANSWER_MS, NewCodes, SignInChange};
use crate::{Actor, Error, Rule, Services};

pub(crate) const PURPOSE: &str = "totp secret";
/// Codes of so many steps before and after now are taken: clocks differ.
const SKEW: u16 = 1;

/// An app that is about to be set up. A secret, for whoever keeps it until the first code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TotpSetup {
    /// What its codes are made from, in base32: to be typed.
    pub secret: String,
    /// The same as apps read it from a QR code.
    pub url: String,
    /// When it was begun (Unix milliseconds).
    pub begun_at_ms: i64,
}

fn generator(secret: &[u8], account: &str, issuer: &str) -> Result<totp_rs::Totp, Error> {
    let failed = |e: totp_rs::TotpError| Error::internal(e.to_string());
    Builder::new()
        .with_secret(secret.to_vec())
        .with_skew(SKEW)
        // The address may hold a colon, which the URL cannot.
        .with_account_name(account.replace(':', " "))
        .with_issuer(Some(issuer.replace(':', " ")))
        .build()
        .map_err(failed)
}

fn seconds(ms: i64) -> u64 {
    u64::try_from(ms / 1000).unwrap_or_default()
}

/// The step of a code that is good now.
fn step_of(secret: &[u8], code: &str, now_ms: i64) -> Result<Option<i64>, Error> {
    let step = generator(secret, "", "")?.check(code, seconds(now_ms));
    step.map(|step| i64::try_from(step).map_err(Error::internal)).transpose()
}

impl Services {
    /// Begins to set up an app for the signed-in person; the one in force stays until the first code of the new one.
    pub async fn begin_totp(&self, actor: &Actor) -> Result<TotpSetup, Error> {
        let me = self.me(actor).await?;
        // Set up before the address is proved, it would outlive that its owner takes the account over.
        self.require_verified(&me.user)?;
        self.require_proof(actor)?;
        let host = self.public_url().split_once("://").map_or("", |(_, host)| host);
        let made =
            generator(&self.entropy().bytes::<20>(), &me.user.email, &format!("Surety {host}"))?;
        Ok(TotpSetup {
            secret: made.secret().to_base32(),
            url: made.to_url().map_err(|e| Error::internal(e.to_string()))?,
            begun_at_ms: self.now_ms(),
        })
    }

    /// Sets up the app that was begun, if `code` is one of its codes, in the place of an earlier one; recovery codes
    /// where there were none. The field at fault is `code`.
    pub async fn confirm_totp(
        &self,
        actor: &Actor,
        current: Option<&str>,
        (setup, code): (&TotpSetup, &str),
    ) -> Result<Option<NewCodes>, Error> {
        let user = actor.require_anybody()?;
        let now_ms = self.now_ms();
        if setup.begun_at_ms + ANSWER_MS <= now_ms {
            return Err(Error::TooLate);
        }
        let secret = totp_rs::Secret::try_from_base32(&setup.secret)
            .map_err(|e| Error::internal(e.to_string()))?;
        let step = step_of(secret.as_bytes(), &digits(code), now_ms)?
            .ok_or_else(|| Error::invalid("code", Rule::WrongCode))?;
        let totp = Totp {
            sealed_secret: self.0.vault.seal(self.entropy(), PURPOSE, secret.as_bytes())?,
            last_step: step,
            created_at_ms: now_ms,
        };
        let mut tx = self.store().begin().await?;
        users::lock(&mut tx, user).await?;
        totp::upsert(&mut tx, user, &totp).await?;
        let change = (SignInChange::AppAdded, user.as_str());
        let codes = self.factor_changed(&mut tx, actor, change, current).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Takes the app of the signed-in person away.
    pub async fn remove_totp(&self, actor: &Actor, current: Option<&str>) -> Result<(), Error> {
        let user = actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        users::lock(&mut tx, user).await?;
        if !totp::delete(&mut tx, user).await? {
            return Err(Error::NotFound { what: "authenticator app" });
        }
        let change = (SignInChange::AppRemoved, user.as_str());
        self.factor_changed(&mut tx, actor, change, current).await?;
        Ok(tx.commit().await?)
    }

    /// Whether this is a code of the person's app that was not used before; it is used from now on.
    pub(super) async fn take_totp(
        &self,
        tx: &mut Tx,
        user: &UserId,
        code: &str,
    ) -> Result<bool, Error> {
        let Some(found) = totp::get(tx, user).await? else { return Ok(false) };
        let secret = self.0.vault.open(PURPOSE, &found.sealed_secret)?;
        match step_of(&secret, code, self.now_ms())? {
            Some(step) => Ok(totp::update_last_step(tx, user, &found, step).await?),
            None => Ok(false),
        }
    }
}

/// A code as it was typed, without the gap that apps show in the middle.
pub(super) fn digits(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, SHA-1: the last six of its eight digits.
        let secret = b"12345678901234567890";
        for (at_s, code) in
            [(59_i64, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            let step = at_s / 30;
            for (shift, expected) in
                [(-60, None), (-30, Some(step)), (0, Some(step)), (30, Some(step)), (60, None)]
            {
                let now_ms = (at_s + shift) * 1000;
                if now_ms >= 0 {
                    let found = step_of(secret, code, now_ms).unwrap();
                    assert_eq!(found, expected, "{code} {shift} s later");
                }
            }
            assert_eq!(step_of(secret, "000000", at_s * 1000).unwrap(), None);
        }
    }
}
