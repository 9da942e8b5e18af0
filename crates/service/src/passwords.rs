//! Password rules and hashing.

use std::sync::Arc;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use crate::breaches::Breaches;
use crate::{Entropy, Error, Rule};

const MIN_CHARS: usize = 10;
const MAX_CHARS: usize = 256;
/// zxcvbn reads this many characters at most; what is longer is not easier to guess.
const MAX_RATED: usize = 100;
/// Hashes at a time: each takes 19 MiB and a core.
const PARALLEL: usize = 2;

/// Hashes and checks passwords off the async threads, a few at a time.
#[derive(Clone)]
pub(crate) struct Passwords {
    argon2: Argon2<'static>,
    permits: Arc<Semaphore>,
    /// A hash of nothing known, checked against when there is no such user, so that both cases take the same time.
    decoy: Arc<str>,
    breaches: Option<Arc<Breaches>>,
    /// Words that whoever guesses at this instance tries first: the software's name, and the host with its parts.
    local: Arc<[String]>,
}

impl Passwords {
    pub(crate) fn new(
        entropy: &Entropy,
        public_url: &str,
        breaches: Option<Breaches>,
    ) -> Result<Self, Error> {
        // OWASP Password Storage Cheat Sheet: argon2id, 19 MiB, 2 passes, 1 lane.
        let params =
            Params::new(19 * 1024, 2, 1, None).map_err(|e| Error::internal(e.to_string()))?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = decoy(&argon2, entropy)?;
        Ok(Self {
            argon2,
            permits: Arc::new(Semaphore::new(PARALLEL)),
            decoy: decoy.into(),
            breaches: breaches.map(Arc::new),
            local: local_words(public_url).into(),
        })
    }

    /// Checks a new password against the rules, asks whether it got out somewhere if there is whom to ask, and hashes
    /// it; the field at fault is `password`. Knows nothing of who chooses it but `about`, so that callers can do this
    /// before they look whether an address is taken.
    pub(crate) async fn hash_new(
        &self,
        entropy: &Entropy,
        password: &str,
        about: &[&str],
    ) -> Result<String, Error> {
        let chars = password.chars().count();
        if chars < MIN_CHARS {
            return Err(Error::invalid("password", Rule::TooShort(MIN_CHARS)));
        }
        if chars > MAX_CHARS {
            return Err(Error::invalid("password", Rule::TooLong(MAX_CHARS)));
        }
        let about = about.iter().map(|s| (*s).to_owned());
        let about: Vec<String> = about.chain(self.local.iter().cloned()).collect();
        let rated: String = password.chars().take(MAX_RATED).collect();
        self.blocking(move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            if zxcvbn::zxcvbn(&rated, &about).score() < zxcvbn::Score::Two {
                return Err(Error::invalid("password", Rule::TooCommon));
            }
            Ok(())
        })
        .await?;
        if let Some(breaches) = &self.breaches
            && breaches.know(password).await
        {
            return Err(Error::invalid("password", Rule::Breached));
        }
        self.hash(entropy, password).await
    }

    /// Hashes a password that is known to be allowed.
    pub(crate) async fn hash(&self, entropy: &Entropy, password: &str) -> Result<String, Error> {
        let (argon2, password, salt) = (self.argon2.clone(), password.to_owned(), entropy.bytes());
        self.blocking(move || hash(&argon2, &password, salt)).await
    }

    /// Whether a hash was made with other parameters than today's.
    pub(crate) fn outdated(&self, stored: &str) -> bool {
        let today = ParamsString::try_from(self.argon2.params());
        let then = PasswordHash::new(stored).map(|hash| hash.params);
        matches!((today, then), (Ok(today), Ok(then)) if today != then)
    }

    /// Whether the password is the one that was hashed; takes as long when there is no hash to check against.
    pub(crate) async fn verify(&self, stored: Option<&str>, password: &str) -> Result<bool, Error> {
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let (argon2, password) =
            (self.argon2.clone(), password.chars().take(MAX_CHARS + 1).collect::<String>());
        self.blocking(move || {
            let hash = PasswordHash::new(&stored).map_err(|e| Error::internal(e.to_string()))?;
            Ok(argon2.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _permit = self.permits.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

fn hash(argon2: &Argon2<'_>, password: &str, salt: [u8; 16]) -> Result<String, Error> {
    argon2
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map(|hash| hash.to_string())
        .map_err(|e| Error::internal(e.to_string()))
}

fn local_words(public_url: &str) -> Vec<String> {
    let host = public_url.split_once("://").map_or(public_url, |(_, host)| host);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let parts = host.split(['.', '-']).filter(|part| part.len() > 2);
    ["surety", host].into_iter().chain(parts).map(str::to_owned).collect()
}

/// A hash as of a password, made of random bytes: hashing one would cost every start 19 MiB and most of its time.
fn decoy(argon2: &Argon2<'_>, entropy: &Entropy) -> Result<String, Error> {
    let failed = |e: &dyn std::fmt::Display| Error::internal(e.to_string());
    let decoy = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(argon2.params()).map_err(|e| failed(&e))?,
        salt: Some(Salt::new(&entropy.bytes::<16>()).map_err(|e| failed(&e))?),
        hash: Some(Output::new(&entropy.bytes::<32>()).map_err(|e| failed(&e))?),
    };
    Ok(decoy.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instances_own_words_are_no_passwords() {
        let words = local_words("https://trust.example.com:8443");
        assert_eq!(words, ["surety", "trust.example.com", "trust", "example", "com"]);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for password in ["Trust.Example.com", "trust.example.com26", "Surety2026"] {
            let score = |words: &[&str]| zxcvbn::zxcvbn(password, words).score();
            assert!(score(&words) < zxcvbn::Score::Two, "{password}");
        }
        assert!(zxcvbn::zxcvbn("Trust.Example.com", &[]).score() >= zxcvbn::Score::Two);
    }
}
