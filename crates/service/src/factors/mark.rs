//! What a sign-in rests on. It is looked at again when the session or token is written: what was ended meanwhile must not
//! come back by a request that was under way.

use model::UserId;
use serde::{Deserialize, Serialize};
use store::users::{self, UserWithPassword};
use store::{Conn, Tx};

use super::SecondFactors;
use crate::secrets::sha256_hex;
use crate::{Error, Services};

/// Stands for the password and the factors that somebody had when they proved who they are. One-way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignInMark(String);

impl SignInMark {
    pub(super) fn of(found: &UserWithPassword, factors: &SecondFactors) -> Self {
        let app = factors.totp_since_ms.map(|since_ms| since_ms.to_string()).unwrap_or_default();
        let passkeys: Vec<_> = factors.passkeys.iter().map(|key| key.id.as_str()).collect();
        let facts = [found.password_hash.as_str(), &app, &passkeys.join(" ")].join("\n");
        Self(sha256_hex(&[b"sign-in", facts.as_bytes()]))
    }
}

/// Stands for somebody's password in what is kept for one purpose: another password ends it. One-way.
pub(crate) fn password_mark(purpose: &str, found: &UserWithPassword) -> String {
    sha256_hex(&[purpose.as_bytes(), found.password_hash.as_bytes()])
}

impl Services {
    /// Whether a person's password and factors are those of the mark. They stay so until the transaction ends.
    pub(crate) async fn mark_holds(
        &self,
        tx: &mut Tx,
        user: &UserId,
        mark: &SignInMark,
    ) -> Result<bool, Error> {
        if !users::lock(tx, user).await? {
            return Ok(false);
        }
        let found = users::get_with_password(tx, user).await?;
        let factors = self.read_factors(tx, user).await?;
        Ok(found.is_some_and(|found| SignInMark::of(&found, &factors) == *mark))
    }

    /// What a person has set up besides the password.
    pub(super) async fn read_factors(
        &self,
        conn: &mut Conn,
        user: &UserId,
    ) -> Result<SecondFactors, Error> {
        let passkeys = store::passkeys::list(conn, user).await?;
        Ok(SecondFactors {
            totp_since_ms: store::totp::get(conn, user).await?.map(|totp| totp.created_at_ms),
            passkeys: passkeys.into_iter().map(Into::into).collect(),
            recovery_codes: store::recovery_codes::count(conn, user).await?,
            passkeys_possible: self.passkeys_possible(),
        })
    }
}
