//! Links by which one proves an address or chooses another password.

use std::time::Duration;

use model::{DAY_MS, HOUR_MS, User};
use serde::Serialize;
use store::tokens::{self, Token};
use store::users::UserWithPassword;
use store::{Conn, Tx, api_keys, members, sessions, users};

use crate::mail::{Letter, Reader};
use crate::secrets::{random_token, sha256_hex};
use crate::{Actor, Error, FirstStep, Rule, Services, text};

const VERIFY: &str = "verify";
const RESET: &str = "reset";
/// How long the link to prove an address works.
const VERIFY_MS: i64 = 3 * DAY_MS;
/// How long the link to choose another password works.
const RESET_MS: i64 = 3_600_000;
/// Links of one kind that somebody can ask for in an hour.
const PER_HOUR: usize = 3;
/// How long after the question the mail that answers it is written: from this on, at random among so many milliseconds.
const LEAST_PAUSE_MS: u64 = 50;
const PAUSES_MS: u64 = 950;

/// What the audit trail says of whoever came by a link.
const VIA: &str = "link";

/// What went because the address was not proved before.
#[derive(Serialize)]
struct Swept {
    second_factor_removed: bool,
    api_keys_revoked: u64,
}

fn ended() -> Error {
    Error::invalid("token", Rule::Ended)
}

impl Services {
    /// Sends whoever has this address a link to choose another password. It is not told whether anybody does, nor by the
    /// time that it takes: the work is done some time later, and the handle is of that. Nothing happens where no mail is
    /// sent.
    pub fn forget_password(&self, email: &str) -> tokio::task::JoinHandle<()> {
        let (services, email) = (self.clone(), email.trim().to_lowercase());
        // Not at once: it takes the one writer, for which the answer, or the next one, would wait.
        let pause =
            LEAST_PAUSE_MS + u64::from(u16::from_be_bytes(self.entropy().bytes())) % PAUSES_MS;
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            if let Err(error) = services.mail_reset_link(&email).await {
                tracing::error!(?error, "a link to choose another password was not sent");
            }
        })
    }

    async fn mail_reset_link(&self, email: &str) -> Result<(), Error> {
        if !self.sends_mail() {
            return Ok(());
        }
        let mut tx = self.store().begin().await?;
        let Some(found) = users::get_by_email(&mut tx, email).await? else { return Ok(()) };
        if self.next_link_ms(&mut tx, &found.user, RESET).await?.is_some() {
            return Ok(());
        }
        let secret = self.insert_link(&mut tx, &found.user, (RESET, RESET_MS), true).await?;
        let letter = Letter::ResetPassword { secret };
        self.mail_link(&mut tx, &found.user, &letter, RESET_MS).await?;
        Ok(tx.commit().await?)
    }

    /// A link for whoever has this address to choose another password, to be handed over by whoever runs the instance.
    /// For the command line of the server.
    pub async fn reset_link(&self, email: &str) -> Result<String, Error> {
        let email = text::email(email)?;
        let mut tx = self.store().begin().await?;
        let found = users::get_by_email(&mut tx, &email).await?;
        let user = found.ok_or(Error::NotFound { what: "user" })?.user;
        let secret = self.insert_link(&mut tx, &user, (RESET, RESET_MS), false).await?;
        let (who, what) = (("console", "console"), ("user.reset_link_made", user.id.as_str()));
        self.audit_of_user(&mut tx, &user.id, who, what, None::<&()>).await?;
        tx.commit().await?;
        Ok(format!("{}/reset-password?token={secret}", self.public_url()))
    }

    /// Whether the secret of a link to choose another password still works.
    pub async fn check_reset(&self, secret: &str) -> Result<(), Error> {
        let mut conn = self.store().read().await?;
        self.find_link(&mut conn, secret, RESET).await.map(drop)
    }

    /// Gives whoever has the link another password and signs them in, but for the second factor. All sessions of the person
    /// end, who is told by mail, and the account is open to sign in; this way in is open even while others go on guessing.
    /// Where the link is what proves the address, everything goes that was set up before, by whomever. The fields at
    /// fault are `token` and `password`; whose workspaces are suspended is told so once the password is another one.
    pub async fn reset_password(&self, secret: &str, password: &str) -> Result<FirstStep, Error> {
        let mut conn = self.store().read().await?;
        let token = self.find_link(&mut conn, secret, RESET).await?;
        let user = users::get(&mut conn, &token.user_id).await?.ok_or_else(ended)?;
        drop(conn);
        let about = [user.email.as_str(), &user.name];
        let hash = self.0.passwords.hash_new(self.entropy(), password, &about).await?;
        let mut tx = self.store().begin().await?;
        if !tokens::delete(&mut tx, &token.hash).await? {
            return Err(ended());
        }
        tokens::delete_of_user(&mut tx, &user.id, RESET).await?;
        users::reset_password(&mut tx, &user.id, &hash).await?;
        sessions::delete_others(&mut tx, &user.id, None).await?;
        self.reopen_account(&mut tx, &user.email).await?;
        store::factor_tries::delete_all(&mut tx, &user.id).await?;
        let proved = self.note_proof(&mut tx, &token).await?;
        let swept = if proved { Some(self.sweep_unproved(&mut tx, &user).await?) } else { None };
        let (who, what) = ((user.id.as_str(), VIA), ("user.password_reset", user.id.as_str()));
        self.audit_of_user(&mut tx, &user.id, who, what, swept.as_ref()).await?;
        self.notify_user(&mut tx, &user, &Letter::PasswordWasReset).await?;
        tx.commit().await?;
        if proved {
            self.0.keys.clear();
        }
        self.ask_for_factor(UserWithPassword { user, password_hash: hash }).await
    }

    /// Takes away what opens an account besides the password, where somebody may have set it up to whom the address does
    /// not belong; what there was.
    async fn sweep_unproved(&self, tx: &mut Tx, user: &User) -> Result<Swept, Error> {
        let second_factor_removed = self.delete_factors(tx, &user.id).await?;
        let mut api_keys_revoked = 0;
        for workspace in members::list_owned(tx, &user.id).await? {
            api_keys_revoked +=
                api_keys::update_all_revoked(tx, &workspace.id, self.now_ms()).await?;
        }
        Ok(Swept { second_factor_removed, api_keys_revoked })
    }

    /// Takes it that an address is of whoever has the link that was mailed to it. The field at fault is `token`.
    pub async fn verify_email(&self, secret: &str) -> Result<(), Error> {
        let mut tx = self.store().begin().await?;
        let token = self.find_link(&mut tx, secret, VERIFY).await?;
        if !tokens::delete(&mut tx, &token.hash).await? {
            return Err(ended());
        }
        let user = users::get(&mut tx, &token.user_id).await?.ok_or_else(ended)?;
        if self.note_proof(&mut tx, &token).await? {
            let (who, what) = ((user.id.as_str(), VIA), ("user.email_verified", user.id.as_str()));
            self.audit_of_user(&mut tx, &user.id, who, what, None::<&()>).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Sends the signed-in person the link to prove the address once more.
    pub async fn resend_verification(&self, actor: &Actor) -> Result<(), Error> {
        let user_id = actor.require_anybody()?;
        let mut tx = self.store().begin().await?;
        let user = users::get(&mut tx, user_id).await?.ok_or(Error::NotFound { what: "user" })?;
        if user.verified_at_ms.is_some() || !self.sends_mail() {
            return Ok(());
        }
        if let Some(rest_ms) = self.next_link_ms(&mut tx, &user, VERIFY).await? {
            let seconds = u32::try_from((rest_ms + 999) / 1_000).unwrap_or(u32::MAX);
            return Err(Error::TooManyAttempts { retry_after_s: seconds });
        }
        self.mail_verification(&mut tx, &user).await?;
        Ok(tx.commit().await?)
    }

    /// Writes the mail by which a person proves the address.
    pub(crate) async fn mail_verification(&self, tx: &mut Tx, user: &User) -> Result<(), Error> {
        if !self.sends_mail() {
            return Ok(());
        }
        let secret = self.insert_link(tx, user, (VERIFY, VERIFY_MS), true).await?;
        self.mail_link(tx, user, &Letter::VerifyEmail { secret }, VERIFY_MS).await
    }

    /// Refuses with [`Error::Unverified`] what needs a proved address, where mail can prove one.
    pub(crate) fn require_verified(&self, user: &User) -> Result<(), Error> {
        if self.verification_required(user) { Err(Error::Unverified) } else { Ok(()) }
    }

    /// Whether the person must prove the address first.
    pub fn verification_required(&self, user: &User) -> bool {
        self.sends_mail() && user.verified_at_ms.is_none()
    }

    /// [`Services::require_verified`] of the owner of a workspace, whoever acts for it.
    pub(crate) async fn require_verified_owner(
        &self,
        conn: &mut Conn,
        workspace: &model::WorkspaceId,
    ) -> Result<(), Error> {
        if !self.sends_mail() {
            return Ok(());
        }
        let owner = members::get_owner(conn, workspace).await?;
        owner.map_or(Ok(()), |owner| self.require_verified(&owner.user))
    }

    async fn note_proof(&self, tx: &mut Tx, token: &Token) -> Result<bool, Error> {
        let proved = !token.email.is_empty()
            && users::update_verified(tx, &token.user_id, &token.email, self.now_ms()).await?;
        Ok(proved)
    }

    async fn mail_link(
        &self,
        tx: &mut Tx,
        user: &User,
        letter: &Letter,
        worth_ms: i64,
    ) -> Result<(), Error> {
        let to = Reader { user_id: Some(&user.id), address: &user.email, lang: &user.lang };
        self.queue_mail(tx, to, letter, worth_ms).await
    }

    /// The secret of a new link.
    async fn insert_link(
        &self,
        tx: &mut Tx,
        user: &User,
        (purpose, ttl_ms): (&str, i64),
        mailed: bool,
    ) -> Result<String, Error> {
        let now_ms = self.now_ms();
        let secret = random_token(self.entropy());
        let token = Token {
            hash: sha256_hex(&[secret.as_bytes()]),
            user_id: user.id.clone(),
            purpose: purpose.to_owned(),
            email: if mailed { user.email.clone() } else { String::new() },
            created_at_ms: now_ms,
            expires_at_ms: now_ms + ttl_ms,
        };
        tokens::insert(tx, &token).await?;
        Ok(secret)
    }

    async fn find_link(
        &self,
        conn: &mut Conn,
        secret: &str,
        purpose: &str,
    ) -> Result<Token, Error> {
        let hash = sha256_hex(&[secret.trim().as_bytes()]);
        tokens::get(conn, &hash, purpose, self.now_ms()).await?.ok_or_else(ended)
    }

    /// How long it is until the person can ask for another link; `None`: now.
    async fn next_link_ms(
        &self,
        conn: &mut Conn,
        user: &User,
        purpose: &str,
    ) -> Result<Option<i64>, Error> {
        let now_ms = self.now_ms();
        let made = tokens::list_since(conn, &user.id, purpose, now_ms - HOUR_MS).await?;
        let first = made.len().checked_sub(PER_HOUR).and_then(|at| made.get(at));
        Ok(first.map(|first| first + HOUR_MS - now_ms))
    }
}
