//! Proving anew who one is, before what cannot be taken back.

use model::UserId;

use super::log_in::Factor;
use super::passkeys::PasskeyChallenge;
use super::tries::Door;
use crate::{Actor, Error, Rule, SecondFactors, Services, Via};

/// How long a proof is good for.
const PROOF_MS: i64 = 5 * 60_000;

/// What proves anew who somebody is.
#[derive(Debug, Clone, Copy)]
pub enum Proof<'a> {
    /// The password, of whoever has no second factor.
    Password(&'a str),
    /// A code of the app, or a recovery code.
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

    /// Whether another password waits for a proof of the last five minutes: of whoever has a second factor, and gave
    /// none. Such a person is better asked before the passwords are typed, for these are not kept.
    pub fn password_waits(&self, actor: &Actor, factors: &SecondFactors) -> bool {
        factors.any() && self.require_proof(actor).is_err()
    }

    /// [`Services::require_proof`] of whoever has a second factor, for what asks for the password anyway.
    pub(crate) async fn require_factor(&self, actor: &Actor, user: &UserId) -> Result<(), Error> {
        if self.factors_of(user).await?.any() { self.require_proof(actor) } else { Ok(()) }
    }

    /// Checks a proof of the signed-in person; the same actor, who has just proved it. The password is none where there is
    /// a second factor. The fields at fault are `current_password`, `code` and `passkey`; five wrong passwords or codes of
    /// the app, and none is taken for a quarter of an hour.
    pub async fn prove(&self, actor: &Actor, proof: Proof<'_>) -> Result<Actor, Error> {
        let user = actor.require_anybody()?;
        match proof {
            Proof::Password(password) => {
                let factors = self.factors_of(user).await?;
                if factors.any() {
                    // Whoever found out the password must not take the second factor away with it.
                    return Err(Error::invalid(factors.asked(), Rule::Required));
                }
                self.require_password(actor, ("current_password", password)).await?;
            }
            Proof::Code(code) => {
                self.check_factor(user, Door::StepUp, Factor::Code(code)).await?;
            }
            Proof::Passkey(challenge, answer) => {
                let factor = Factor::Passkey(challenge, answer);
                self.check_factor(user, Door::StepUp, factor).await?;
            }
        }
        Ok(Actor { proved_at_ms: Some(self.now_ms()), ..actor.clone() })
    }
}
