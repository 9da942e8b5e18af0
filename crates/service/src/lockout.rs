//! Guessing passwords gets slower: each wrong one beyond a few shuts an account, and a network, for twice as long.
//!
//! A browser that somebody signed in with before is shut by its own attempts instead of the account's (`devices.rs`).
//!
//! Kept in the database, for several processes and restarts. Subjects are keyed hashes of what was typed, so that an
//! unknown address is treated as a known one and the table tells nothing of anybody.

use std::net::IpAddr;

use model::DAY_MS;
use store::Tx;
use store::login_failures;

use crate::secrets::sha256_hex;
use crate::{Error, Services, security_log};

/// Wrong passwords in a row before an account is shut for a while.
const FREE_OF_ACCOUNT: i64 = 5;
/// The same of a network: offices share one.
const FREE_OF_NETWORK: i64 = 30;
/// How long the first time.
const FIRST_MS: i64 = 30_000;
/// How long at most.
const LONGEST_MS: i64 = 3_600_000;
/// After so long without an attempt it begins anew.
const FORGOTTEN_MS: i64 = DAY_MS;

/// An attempt to sign in that is not decided yet.
pub(crate) struct Attempt {
    /// The account's, or the known browser's in its place.
    account: String,
    network: Option<String>,
}

/// How long nobody gets in after so many failures.
fn delay_ms(failures: i64, free: i64) -> i64 {
    let beyond = failures - free;
    if beyond < 0 { 0 } else { (FIRST_MS << beyond.min(20)).min(LONGEST_MS) }
}

impl Services {
    /// Counts an attempt to sign in before the password is looked at, so that many at once are counted too. Refuses it
    /// with [`Error::TooManyAttempts`] while the account or the network is shut; of a known browser (`device`) while it or
    /// the network is. An unspecified address stands for an unknown one and is not counted.
    pub(crate) async fn count_attempt(
        &self,
        email: &str,
        (from, device): (IpAddr, Option<&str>),
    ) -> Result<Attempt, Error> {
        let attempt = self.attempt(email, from, device);
        let now_ms = self.now_ms();
        let subjects = attempt.subjects();
        let mut conn = self.store().read().await?;
        for (subject, _) in &subjects {
            if let Some(until_ms) = login_failures::get_blocked(&mut conn, subject, now_ms).await? {
                return Err(shut(from, until_ms - now_ms));
            }
        }
        drop(conn);
        let mut tx = self.store().begin().await?;
        for (subject, free) in &subjects {
            let times = (now_ms, now_ms - FORGOTTEN_MS);
            // Shut by another attempt since.
            let counted = login_failures::count(&mut tx, subject, times).await?;
            let failures = counted.ok_or_else(|| shut(from, FIRST_MS))?;
            let delay_ms = delay_ms(failures, *free);
            if delay_ms > 0 {
                login_failures::update_blocked(&mut tx, subject, now_ms + delay_ms).await?;
            }
        }
        tx.commit().await?;
        Ok(attempt)
    }

    /// The password was right: the account, or the known browser, begins anew. A network does not, or whoever has one
    /// account could guess at all others for ever.
    pub(crate) async fn forgive_attempt(&self, attempt: &Attempt) -> Result<(), Error> {
        let mut tx = self.store().begin().await?;
        login_failures::delete(&mut tx, &attempt.account).await?;
        if let Some(network) = &attempt.network {
            login_failures::uncount(&mut tx, network).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Lets the owner of an address in again, who came by a link.
    pub(crate) async fn reopen_account(&self, tx: &mut Tx, email: &str) -> Result<(), Error> {
        let account = self.subject("account", email);
        Ok(login_failures::delete(tx, &account).await?)
    }

    /// Forgets old failures. For a worker.
    pub(crate) async fn forget_failures(&self, tx: &mut Tx) -> Result<(), store::Error> {
        login_failures::delete_before(tx, self.now_ms() - FORGOTTEN_MS).await.map(drop)
    }

    fn attempt(&self, email: &str, from: IpAddr, device: Option<&str>) -> Attempt {
        let network = match from.to_canonical() {
            from if from.is_unspecified() => None,
            IpAddr::V4(ip) => Some(ip.to_string()),
            // One customer of a provider has at least so many.
            IpAddr::V6(ip) => Some(format!("{:x?}", &ip.segments()[..4])),
        };
        let network = network.map(|network| self.subject("network", &network));
        let account = match device {
            Some(device) => self.subject("device", device),
            None => self.subject("account", email),
        };
        Attempt { account, network }
    }

    fn subject(&self, kind: &str, value: &str) -> String {
        let key = &self.0.settings.master_key;
        sha256_hex(&[b"login failures", key, kind.as_bytes(), &[0], value.as_bytes()])
    }
}

impl Attempt {
    /// Accounts before networks everywhere: two attempts must not wait for each other.
    fn subjects(&self) -> Vec<(&str, i64)> {
        let network = self.network.as_deref().map(|network| (network, FREE_OF_NETWORK));
        std::iter::once((self.account.as_str(), FREE_OF_ACCOUNT)).chain(network).collect()
    }
}

fn shut(from: IpAddr, rest_ms: i64) -> Error {
    security_log::shut(from);
    let seconds = (rest_ms.max(1) + 999) / 1_000;
    Error::TooManyAttempts { retry_after_s: u32::try_from(seconds).unwrap_or(u32::MAX) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_up_to_an_hour() {
        let delays = [1, 4, 5, 6, 7, 11, 12, 99].map(|failures| delay_ms(failures, 5) / 1_000);
        assert_eq!(delays, [0, 0, 30, 60, 120, 1_920, 3_600, 3_600]);
    }
}
