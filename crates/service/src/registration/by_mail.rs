//! Registering where mail is sent: nobody hears whether an address has an account but whoever reads its mail.

use model::{DAY_MS, HOUR_MS};
use store::registrations::{self, Wanted};
use store::{Conn, mails, users};
use tokio::task::JoinHandle;

use super::{Account, NewUser, Registered, spoken};
use crate::mail::{Letter, Reader};
use crate::secrets::{random_token, sha256_hex};
use crate::{Error, Rule, Services, text};

/// How long the link to finish works.
const LINK_MS: i64 = DAY_MS;
/// Mails that go to one address in an hour.
const PER_HOUR: i64 = 3;

/// Somebody who wants an account, and has to prove the address first.
#[derive(Debug, Clone, Default)]
pub struct NewRegistration {
    /// Where the mail goes.
    pub email: String,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// The language that the person reads; English where it is none of ours.
    pub lang: String,
}

fn ended() -> Error {
    Error::invalid("token", Rule::Ended)
}

fn hash_of(secret: &str) -> String {
    sha256_hex(&[secret.trim().as_bytes()])
}

impl Services {
    /// Mails whoever has this address a link to finish registering or, where it has an account, that it has one. Which of
    /// both is not told, nor by the time that it takes: the work is done beside the request, and the handle is of that.
    /// Refused as [`Services::registration_form`] is, and where that form would ask for a password at once.
    pub async fn begin_registration(&self, new: NewRegistration) -> Result<JoinHandle<()>, Error> {
        let email = text::email(&new.email)?;
        let name = text::clean("name", &new.name, text::MAX_NAME, false)?;
        if !self.registration_form("").await?.by_mail {
            return Err(Error::Conflict {
                field: None,
                why: "Here one registers with a password at once.".to_owned(),
            });
        }
        let new = NewRegistration { email, name, lang: spoken(new.lang) };
        let services = self.clone();
        Ok(tokio::spawn(async move {
            if let Err(error) = services.mail_registration(new).await {
                tracing::error!(?error, "a mail about registering was not sent");
            }
        }))
    }

    /// [`Services::register`] for a form that anybody can send: where the answer would tell whether an address has an
    /// account, [`Services::begin_registration`] instead, and `None`.
    pub async fn register_by_form(&self, new: NewUser) -> Result<Option<Registered>, Error> {
        let invitation = new.invitation.as_deref().unwrap_or_default();
        if !self.registration_form(invitation).await?.by_mail {
            return self.register(new).await.map(Some);
        }
        let NewUser { email, name, lang, .. } = new;
        self.begin_registration(NewRegistration { email, name, lang }).await?;
        Ok(None)
    }

    async fn mail_registration(&self, new: NewRegistration) -> Result<(), Error> {
        let now_ms = self.now_ms();
        let NewRegistration { email, name, lang } = new;
        let mut tx = self.store().begin().await?;
        if registrations::count_since(&mut tx, &email, now_ms - HOUR_MS).await? >= PER_HOUR {
            return Ok(());
        }
        let known = users::get_by_email(&mut tx, &email).await?.map(|found| found.user);
        let secret = random_token(self.entropy());
        // Also for an address that has an account: the same work, whose time others could feel who write meanwhile. Its
        // secret is forgotten, and of what was typed nothing is kept.
        let wanted = Wanted {
            hash: hash_of(&secret),
            email,
            name: if known.is_some() { String::new() } else { name },
            lang,
            created_at_ms: now_ms,
            expires_at_ms: now_ms + LINK_MS,
        };
        registrations::insert(&mut tx, &wanted).await?;
        let (letter, to) = match &known {
            Some(user) => {
                let to = Reader { user_id: Some(&user.id), address: &user.email, lang: &user.lang };
                (Letter::AlreadyRegistered, to)
            }
            None => {
                let to = Reader { user_id: None, address: &wanted.email, lang: &wanted.lang };
                (Letter::FinishRegistration { secret }, to)
            }
        };
        self.queue_mail(&mut tx, to, &letter, LINK_MS).await?;
        Ok(tx.commit().await?)
    }

    /// The address that the link with this secret was mailed to, while it works. The field at fault is `token`.
    pub async fn check_registration(&self, secret: &str) -> Result<String, Error> {
        let mut conn = self.store().read().await?;
        self.find_registration(&mut conn, secret).await.map(|wanted| wanted.email)
    }

    /// Makes the account of whoever has the link, as [`Services::register`] does, with the address proved. The fields at
    /// fault are `token` and `password`; with another password the link still works.
    pub async fn finish_registration(
        &self,
        secret: &str,
        password: &str,
    ) -> Result<Registered, Error> {
        let may_operate = self.may_operate(None)?;
        let mut conn = self.store().read().await?;
        let Wanted { hash, email, name, lang, .. } =
            self.find_registration(&mut conn, secret).await?;
        drop(conn);
        let password_hash =
            self.0.passwords.hash_new(self.entropy(), password, &[&email, &name]).await?;
        let mut tx = self.store().begin().await?;
        let account = Account { email, name, lang, password_hash, proved: true, may_operate };
        let made = match self.insert_account(&mut tx, account).await {
            // Somebody else took the address while this password was hashed.
            Err(Error::Conflict { field: Some("email"), .. }) => return Err(ended()),
            made => made?,
        };
        // After the account, for which two links of one address wait: the other way round each could wait for the other.
        if !registrations::delete(&mut tx, &hash).await? {
            return Err(ended());
        }
        registrations::delete_of_email(&mut tx, &made.user.email).await?;
        mails::update_owner(&mut tx, &made.user.email, &made.user.id).await?;
        tx.commit().await?;
        Ok(made)
    }

    async fn find_registration(&self, conn: &mut Conn, secret: &str) -> Result<Wanted, Error> {
        // The instance may have been shut since the link was mailed.
        self.refuse_strangers(true)?;
        let found = registrations::get(conn, &hash_of(secret), self.now_ms()).await?;
        let wanted = found.ok_or_else(ended)?;
        match users::get_by_email(conn, &wanted.email).await? {
            Some(_) => Err(ended()),
            None => Ok(wanted),
        }
    }
}
