//! Codes that stand in for a lost factor, each once. 140 random bits: as hard to guess as a key, so that a plain hash
//! of them tells nothing (OWASP ASVS 5.0, 6.5.2: from 112 bits on; 11.5.1: 128).

use model::UserId;
use store::{Tx, recovery_codes, users};

use super::{NewCodes, SignInChange};
use crate::secrets::sha256_hex;
use crate::{Actor, Error, Services};

/// How many a person is given.
const CODES: usize = 10;
/// Letters and digits of a code, 5 bits each.
const LENGTH: usize = 28;
/// The same of codes that were made before they had 128 bits; who wrote them down gets in with them.
const EARLIER_LENGTH: usize = 24;
const GROUP: usize = 4;
/// Without letters that are taken for digits.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code as it was typed, as one word.
pub(super) fn word(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// Whether a text may be a recovery code: no app makes codes that long.
pub(super) fn is_recovery_code(word: &str) -> bool {
    [LENGTH, EARLIER_LENGTH].contains(&word.len())
}

fn hash(user: &UserId, word: &str) -> String {
    sha256_hex(&[b"recovery code", user.as_str().as_bytes(), word.as_bytes()])
}

impl Services {
    /// Gives the signed-in person new recovery codes; the earlier ones are worth nothing from now on.
    pub async fn make_recovery_codes(&self, actor: &Actor) -> Result<NewCodes, Error> {
        let user = actor.require_person()?;
        self.require_proof(actor)?;
        let mut tx = self.store().begin().await?;
        // Before it is looked whether there is a factor: one that goes meanwhile must not leave codes behind.
        users::lock(&mut tx, user).await?;
        if !self.read_factors(&mut tx, user).await?.any() {
            return Err(Error::NotFound { what: "second factor" });
        }
        let codes = self.replace_codes(&mut tx, user).await?;
        let change = SignInChange::CodesMade;
        let (who, what) = (actor.audited(), (change.action(), user.as_str()));
        self.audit_of_user(&mut tx, user, who, what, None::<&()>).await?;
        self.tell_of_change(&mut tx, user, change).await?;
        tx.commit().await?;
        Ok(codes)
    }

    pub(super) async fn replace_codes(
        &self,
        tx: &mut Tx,
        user: &UserId,
    ) -> Result<NewCodes, Error> {
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 31)]);
        let words: Vec<String> = (0..CODES)
            .map(|_| self.entropy().bytes::<LENGTH>().into_iter().map(letter).collect())
            .collect();
        let hashes: Vec<_> = words.iter().map(|word| hash(user, word)).collect();
        recovery_codes::replace(tx, user, &hashes, self.now_ms()).await?;
        let grouped = |word: &String| {
            let groups = word.as_bytes().chunks(GROUP).map(String::from_utf8_lossy);
            groups.collect::<Vec<_>>().join("-")
        };
        Ok(words.iter().map(grouped).collect())
    }

    /// Whether this is a recovery code of the person; it is used up from now on.
    pub(super) async fn take_recovery_code(
        &self,
        tx: &mut Tx,
        user: &UserId,
        word: &str,
    ) -> Result<bool, Error> {
        Ok(recovery_codes::delete(tx, user, &hash(user, word)).await?)
    }
}
