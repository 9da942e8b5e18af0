//! What tools that watch for attacks look for in the log: lines of the target `security`, whose field `event` is a word
//! of OWASP's logging vocabulary. People stand there by id, addresses as networks; what was typed never does.
//!
//! Whoever is let in or turned away with a password or a factor is told each time, for hashing limits how often. What
//! anybody can make happen thousands of times a second is told once a second, with how many lines were left out.

use std::net::IpAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use model::UserId;

use crate::client::network;

/// A person was let in, by `how`.
pub(crate) fn signed_in(user: &UserId, how: &str) {
    tracing::info!(target: "security", event = "authn_login_success", user_id = %user, how,
        "user {user} signed in by {how}");
}

/// A password was wrong; without a person where the address has no account.
pub(crate) fn wrong_password(user: Option<&UserId>, from: IpAddr) {
    let user = user.map_or("unknown", UserId::as_str);
    tracing::warn!(target: "security", event = "authn_login_fail", user_id = user, how = "password",
        network = network(from), "a password was wrong");
}

/// A code or a passkey was wrong, when signing in or proving anew who one is.
pub(crate) fn wrong_factor(user: &UserId) {
    tracing::warn!(target: "security", event = "authn_login_fail", user_id = %user, how = "factor",
        "user {user} gave a wrong code or passkey");
}

/// Whoever is signed in was asked for the password again, and gave a wrong one.
pub(crate) fn wrong_proof(user: &UserId) {
    tracing::warn!(target: "security", event = "authn_login_fail", user_id = %user, how = "proof",
        "user {user} gave a wrong password as a proof");
}

/// A passkey that was to sign somebody in did not; whose it is, it has not proved.
pub(crate) fn wrong_passkey() {
    tracing::warn!(target: "security", event = "authn_login_fail", user_id = "unknown",
        how = "passkey", "a passkey was refused");
}

/// Too many wrong passwords: nobody gets in for a while, into one account or from one network.
pub(crate) fn shut(from: IpAddr) {
    tracing::warn!(target: "security", event = "authn_login_lock", network = network(from),
        "an attempt to sign in was refused: there were too many");
}

/// Too many wrong codes or proofs of one person.
pub(crate) fn too_many_tries(user: &UserId) {
    tracing::warn!(target: "security", event = "authn_login_fail_max", user_id = %user,
        "user {user} gave too many wrong codes or passwords");
}

/// Somebody asked for what they may not do.
pub(crate) fn forbidden(who: &str, needed: &str) {
    static RARELY: Rarely = Rarely::new();
    if let Some(left_out) = RARELY.due() {
        tracing::warn!(target: "security", event = "authz_fail", who, needed, left_out,
            "{who} was refused: it takes {needed}");
    }
}

/// A token or an API key opened nothing.
pub fn bad_credential(why: &str, from: IpAddr) {
    static RARELY: Rarely = Rarely::new();
    if let Some(left_out) = RARELY.due() {
        tracing::warn!(target: "security", event = "authn_token_refused", network = network(from),
            left_out, "a token or key was refused: {why}");
    }
}

/// A limit was reached, of the named group.
pub fn rate_exceeded(group: &str) {
    static RARELY: Rarely = Rarely::new();
    if let Some(left_out) = RARELY.due() {
        tracing::warn!(target: "security", event = "excess_rate_limit_exceeded", group, left_out,
            "the limit \"{group}\" was reached");
    }
}

/// A browser sent a form from another site's page.
pub fn foreign_form(path: &str, from: IpAddr) {
    static RARELY: Rarely = Rarely::new();
    if let Some(left_out) = RARELY.due() {
        tracing::warn!(target: "security", event = "malicious_cross_site", path,
            network = network(from), left_out, "a form from another site was refused");
    }
}

/// At most one line a second.
struct Rarely {
    /// The second of the last line, since [`START`].
    told: AtomicI64,
    left_out: AtomicU64,
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Rarely {
    const fn new() -> Self {
        Self { told: AtomicI64::new(-1), left_out: AtomicU64::new(0) }
    }

    fn due(&self) -> Option<u64> {
        self.due_at(i64::try_from(START.elapsed().as_secs()).unwrap_or(i64::MAX))
    }

    /// How many lines were left out before this one; `None` if it is to be left out as well.
    fn due_at(&self, second: i64) -> Option<u64> {
        if self.told.swap(second, Ordering::Relaxed) == second {
            self.left_out.fetch_add(1, Ordering::Relaxed);
            return None;
        }
        Some(self.left_out.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_tells_how_many_were_left_out() {
        let rarely = Rarely::new();
        let told = [0, 0, 0, 1, 2, 2, 7].map(|second| rarely.due_at(second));
        assert_eq!(told, [Some(0), None, None, Some(2), Some(0), None, Some(1)]);
    }
}
