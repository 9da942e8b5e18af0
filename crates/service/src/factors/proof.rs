//! Proving anew who one is, before what cannot be taken back.

use store::users;

use super::log_in::Factor;
use super::passkeys::PasskeyChallenge;
use crate::{Actor, Error, Rule, Services, Via};

/// How long a proof is good for.
const PROOF_MS: i64 = 5 * 60_000;

/// What proves anew who somebody is.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The password.
    Password(&'a str),
    /// A code of the app.
    Code(&'a str),
    /// The browser's answer to a question about a passkey.
    Passkey(&'a PasskeyChallenge, &'a str),
}

impl Services {
    /// Refuses with [`Error::ProofNeeded`] whom a browser's session alone speaks for: the person must have given the
    /// password or a factor within the last five minutes. Keys and tokens prove themselves with each request, and a
    /// token is never older than an hour.
    pub(crate) fn require_proof(&self, actor: &Actor) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let recent = |at_ms: i64| now_ms - at_ms < PROOF_MS && at_ms <= now_ms;
        match actor.via {
            Via::Session if !actor.proved_at_ms.is_some_and(recent) => Err(Error::ProofNeeded),
            Via::Session | Via::Token | Via::ApiKey | Via::Console | Via::System => Ok(()),
        }
    }

    /// Checks a proof of the signed-in person; the same actor, who has just proved it. The fields at fault are
    /// `current_password`, `code` and `passkey`; five wrong ones, and none is taken for a quarter of an hour.
    pub async fn prove(&self, actor: &Actor, proof: Proof<'_>) -> Result<Actor, Error> {
        let user = actor.require_person()?;
        match proof {
            Proof::Password(password) => {
                self.count_try(user).await?;
                let found = users::get_with_password(&mut self.store().read().await?, user).await?;
                let hash = found.as_ref().map(|f| f.password_hash.as_str());
                if !self.0.passwords.verify(hash, password).await? {
                    return Err(Error::invalid("current_password", Rule::Mismatch));
                }
                let mut tx = self.store().begin().await?;
                self.forget_tries(&mut tx, user).await?;
                tx.commit().await?;
            }
            Proof::Code(code) => self.check_factor(user, Factor::Code(code)).await?,
            Proof::Passkey(challenge, answer) => {
                self.check_factor(user, Factor::Passkey(challenge, answer)).await?;
            }
        }
        Ok(Actor { proved_at_ms: Some(self.now_ms()), ..actor.clone() })
    }
}
