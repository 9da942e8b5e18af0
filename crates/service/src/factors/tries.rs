//! How often one may be wrong with one foot in the door.

use model::UserId;
use store::{Tx, factor_tries};

use crate::{Error, Services, security_log};

/// Wrong codes and passwords that one may try in a window.
const MAX_TRIES: i64 = 5;
const WINDOW_MS: i64 = 15 * 60_000;

/// Where tries are counted apart: whoever knows a password alone must not shut its owner out of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The second step of signing in.
    SignIn,
    /// Proving anew who one is, within a session.
    StepUp,
}

impl Door {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::StepUp => "step_up",
        }
    }
}

impl Services {
    /// Counts a try before it is looked at, so that many at once are no more than one after the other.
    pub(crate) async fn count_try(&self, user: &UserId, door: Door) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let at = (user, door.as_str());
        let (tries, since_ms) = factor_tries::count(&mut tx, at, now_ms, WINDOW_MS).await?;
        tx.commit().await?;
        if tries <= MAX_TRIES {
            return Ok(());
        }
        let wait_ms = (since_ms + WINDOW_MS - now_ms).max(1);
        security_log::too_many_tries(user);
        let retry_after_s = u32::try_from((wait_ms + 999) / 1000).unwrap_or(u32::MAX);
        Err(Error::TooManyAttempts { retry_after_s })
    }

    pub(crate) async fn forget_tries(
        &self,
        tx: &mut Tx,
        user: &UserId,
        door: Door,
    ) -> Result<(), Error> {
        Ok(factor_tries::delete(tx, user, door.as_str()).await?)
    }
}
