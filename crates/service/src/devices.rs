//! Browsers that somebody signed in with before (OWASP's device cookies): attempts from one are counted apart, so that
//! whoever shuts an account from elsewhere does not keep its owner out. What such a browser shows proves nothing else.

use model::{DAY_MS, UserId};
use serde::{Deserialize, Serialize};
use store::users::{self, UserWithPassword};

use crate::factors::password_mark;
use crate::{Error, Services};

const PURPOSE: &str = "device";
/// Days that a browser is known after a sign-in.
pub const DEVICE_DAYS: i64 = 90;

/// What a browser keeps, sealed: nobody can make one, read one or turn it into another's.
#[derive(Serialize, Deserialize)]
struct Device {
    user_id: UserId,
    /// Tells two browsers of a person apart.
    nonce: String,
    /// Of the password's hash: another password ends this.
    mark: String,
    /// Until when (Unix milliseconds).
    until_ms: i64,
}

impl Services {
    /// What the browser of somebody who has just signed in keeps, to show it at the next sign-in
    /// ([`Services::log_in_from_device`]): 90 days at most, and until the password is another one. Nothing of it is
    /// stored.
    pub async fn new_device(&self, user: &UserId) -> Result<String, Error> {
        let found = users::get_with_password(&mut self.store().read().await?, user).await?;
        let found = found.ok_or(Error::NotFound { what: "user" })?;
        let device = Device {
            mark: password_mark(PURPOSE, &found),
            user_id: found.user.id,
            nonce: hex::encode(self.entropy().bytes::<16>()),
            until_ms: self.now_ms() + DEVICE_DAYS * DAY_MS,
        };
        let plain = serde_json::to_vec(&device).map_err(Error::internal)?;
        self.0.vault.seal(self.entropy(), PURPOSE, &plain)
    }

    /// What attempts are counted under instead of the account, where `shown` is of a browser that whoever has this
    /// address signed in with; `None`: it is none, or not any more.
    pub(crate) async fn known_device(
        &self,
        shown: &str,
        email: &str,
    ) -> Result<Option<String>, Error> {
        // Whatever does not open is somebody's invention, or of an earlier master key.
        let opened = self.0.vault.open(PURPOSE, shown).ok();
        let device: Option<Device> = opened.and_then(|plain| serde_json::from_slice(&plain).ok());
        let Some(device) = device.filter(|device| device.until_ms > self.now_ms()) else {
            return Ok(None);
        };
        let found = users::get_by_email(&mut self.store().read().await?, email).await?;
        let own = |found: &UserWithPassword| {
            found.user.id == device.user_id && password_mark(PURPOSE, found) == device.mark
        };
        Ok(found.as_ref().filter(|found| own(found)).map(|_| device.nonce))
    }
}
