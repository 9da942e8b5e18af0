//! Mail: written in the transaction that causes it, sent by a worker that tries again.
//!
//! A mail can go out twice when a process dies between handing it over and noting that, never not at all.

mod server;

use std::fmt;

use model::{DAY_MS, DisabledReason, MailId, User, UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use store::Tx;
use store::mails::{self, Mail, MailState};
use store::members;

pub(crate) use server::Mailer;
pub(crate) use server::is_this_machine;
pub use server::{MailSender, MailServer, NoMailSender, NoMailServer};

use crate::{Error, Services, SignInChange};

pub(crate) const PURPOSE: &str = "mail";
/// How long after a failed try the next one is; after the last of these a mail is given up.
const BACK_OFF_MS: [i64; 7] =
    [60_000, 300_000, 900_000, 3_600_000, 3 * 3_600_000, 6 * 3_600_000, 12 * 3_600_000];
/// How long a process that died keeps others from a mail.
const LEASE_MS: i64 = 5 * 60_000;
/// Mails that one look takes in hand.
const AT_ONCE: i64 = 50;
/// How long a notice is worth sending.
const NOTICE_MS: i64 = 3 * DAY_MS;
/// Characters that are kept of why a try failed.
const MAX_FAILURE: usize = 300;
/// Who is told of what concerns the whole instance, at most.
const OPERATORS: i64 = 20;

/// How mail goes out.
#[derive(Clone)]
pub struct MailSettings {
    /// The server that takes it.
    pub server: MailServer,
    /// From whom it comes.
    pub from: MailSender,
    /// Words what is told.
    pub render: RenderMail,
}

/// Words a letter in the language of its reader, with links to the instance at `public_url`.
pub type RenderMail = fn(letter: &Letter, lang: &str, public_url: &str) -> MailText;

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailSettings").field("server", &self.server).finish_non_exhaustive()
    }
}

/// A mail in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailText {
    /// One line.
    pub subject: String,
    /// The text alone.
    pub plain: String,
    /// The same with its link as a button.
    pub html: String,
}

/// What a mail tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Letter {
    /// Whether the address is its reader's.
    VerifyEmail {
        /// What the link carries.
        secret: String,
    },
    /// How to choose another password.
    ResetPassword {
        /// What the link carries.
        secret: String,
    },
    /// That another password was chosen by a link.
    PasswordWasReset,
    /// That something changed about how its reader signs in.
    SignInChanged {
        /// What.
        change: SignInChange,
    },
    /// How to finish registering.
    FinishRegistration {
        /// What the link carries.
        secret: String,
    },
    /// That somebody wanted to register with the address of its reader, who has an account.
    AlreadyRegistered,
    /// That somebody may join a workspace, or make an account.
    Invitation {
        /// What the link carries.
        secret: String,
        /// What the workspace is called; `None`: it is about an account alone.
        workspace: Option<String>,
        /// Who invites.
        inviter: String,
    },
    /// That a certificate ends soon.
    CertificateExpiring {
        /// Its id.
        certificate_id: String,
        /// What its agent is called.
        agent: String,
        /// Days until then.
        days_left: i64,
        /// When (Unix milliseconds).
        valid_until_ms: i64,
    },
    /// That somebody contests a score.
    ScoreContested {
        /// The contest's id.
        contest_id: String,
        /// What the agent is called.
        agent: String,
    },
    /// That a webhook endpoint was switched off.
    WebhookOff {
        /// Its id.
        endpoint_id: String,
        /// Where it is.
        url: String,
        /// Why.
        reason: DisabledReason,
    },
}

impl Letter {
    /// The spelling in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::VerifyEmail { .. } => "verify_email",
            Self::ResetPassword { .. } => "reset_password",
            Self::PasswordWasReset => "password_was_reset",
            Self::SignInChanged { .. } => "sign_in_changed",
            Self::FinishRegistration { .. } => "finish_registration",
            Self::AlreadyRegistered => "already_registered",
            Self::Invitation { .. } => "invitation",
            Self::CertificateExpiring { .. } => "certificate_expiring",
            Self::ScoreContested { .. } => "score_contested",
            Self::WebhookOff { .. } => "webhook_off",
        }
    }

    /// Whether it goes to an address that nobody has proved: whoever typed somebody else's must not flood them.
    const fn goes_unproved(&self) -> bool {
        matches!(
            self,
            Self::VerifyEmail { .. } | Self::ResetPassword { .. } | Self::PasswordWasReset
        )
    }
}

/// Where a mail goes.
pub(crate) struct Reader<'a> {
    /// On whose account it is written; `None`: its reader has none, and wants one.
    pub(crate) user_id: Option<&'a UserId>,
    /// The address.
    pub(crate) address: &'a str,
    /// The language.
    pub(crate) lang: &'a str,
}

impl Services {
    /// Whether this instance sends mail.
    pub fn sends_mail(&self) -> bool {
        self.0.mailer.is_some()
    }

    /// Writes a mail that is worth sending for so long; nothing where no mail is sent.
    pub(crate) async fn queue_mail(
        &self,
        tx: &mut Tx,
        to: Reader<'_>,
        letter: &Letter,
        worth_ms: i64,
    ) -> Result<(), Error> {
        if !self.sends_mail() {
            return Ok(());
        }
        let now_ms = self.now_ms();
        let plain = serde_json::to_vec(letter).map_err(Error::internal)?;
        let mail = Mail {
            id: MailId::new(now_ms, self.entropy().bytes()),
            user_id: to.user_id.cloned(),
            kind: letter.kind().to_owned(),
            address: to.address.to_owned(),
            lang: to.lang.to_owned(),
            sealed_letter: self.0.vault.seal(self.entropy(), PURPOSE, &plain)?,
            attempts: 0,
            created_at_ms: now_ms,
            next_at_ms: now_ms,
            expires_at_ms: now_ms + worth_ms,
        };
        Ok(mails::insert(tx, &mail).await?)
    }

    /// Tells a user something.
    pub(crate) async fn notify_user(
        &self,
        tx: &mut Tx,
        user: &User,
        letter: &Letter,
    ) -> Result<(), Error> {
        if user.verified_at_ms.is_none() && !letter.goes_unproved() {
            return Ok(());
        }
        let to = Reader { user_id: Some(&user.id), address: &user.email, lang: &user.lang };
        self.queue_mail(tx, to, letter, NOTICE_MS).await
    }

    /// Tells the owner of a workspace something.
    pub(crate) async fn notify_owner(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceId,
        letter: &Letter,
    ) -> Result<(), Error> {
        if !self.sends_mail() {
            return Ok(());
        }
        match members::get_owner(tx, workspace).await? {
            Some(owner) => self.notify_user(tx, &owner.user, letter).await,
            None => Ok(()),
        }
    }

    /// Tells the owner of a workspace and those who run the instance something, everybody once.
    pub(crate) async fn notify_owner_and_operators(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceId,
        letter: &Letter,
    ) -> Result<(), Error> {
        if !self.sends_mail() {
            return Ok(());
        }
        let owner = members::get_owner(tx, workspace).await?.map(|owner| owner.user);
        let mut operators = store::users::list_operators(tx, OPERATORS).await?;
        operators.retain(|user| owner.as_ref().is_none_or(|owner| owner.id != user.id));
        for user in owner.iter().chain(&operators) {
            self.notify_user(tx, user, letter).await?;
        }
        Ok(())
    }

    /// Tries the mails whose time has come; how many were sent. For a worker, to be called every second or so.
    pub async fn send_due_mails(&self) -> Result<u64, Error> {
        let (Some(mailer), Some(settings)) = (&self.0.mailer, &self.0.settings.mail) else {
            return Ok(0);
        };
        let mut conn = self.store().read().await?;
        let due = mails::list_due(&mut conn, self.now_ms(), AT_ONCE).await?;
        drop(conn);
        let mut sent = 0;
        for mail in due {
            let mut tx = self.store().begin().await?;
            if !mails::claim(&mut tx, &mail, self.now_ms() + LEASE_MS).await? {
                continue;
            }
            tx.commit().await?;
            sent += u64::from(self.try_mail(mailer, settings, mail).await?);
        }
        Ok(sent)
    }

    async fn try_mail(
        &self,
        mailer: &Mailer,
        settings: &MailSettings,
        mail: Mail,
    ) -> Result<bool, Error> {
        let tries = mail.attempts + 1;
        let outcome = if mail.expires_at_ms <= self.now_ms() {
            Err(server::Refused { for_good: true, why: "it is too late for it".to_owned() })
        } else {
            let letter = self.0.vault.open(PURPOSE, &mail.sealed_letter)?;
            let letter: Letter = serde_json::from_slice(&letter).map_err(Error::internal)?;
            let text = (settings.render)(&letter, &mail.lang, self.public_url());
            mailer.send(mail.id.as_str(), &mail.address, text).await
        };
        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let sent = outcome.is_ok();
        match outcome {
            Ok(()) => {
                mails::update_decided(&mut tx, &mail.id, MailState::Sent, None, now_ms).await?
            }
            Err(refused) => {
                let why: String = refused.why.chars().take(MAX_FAILURE).collect();
                tracing::warn!(mail_id = %mail.id, kind = %mail.kind, error = %why,
                    "mail {} was not sent: {why}", mail.id);
                let next = usize::try_from(tries - 1).ok().and_then(|at| BACK_OFF_MS.get(at));
                match next.map(|wait_ms| now_ms + wait_ms).filter(|_| !refused.for_good) {
                    Some(next_ms) => {
                        mails::update_failed(&mut tx, &mail.id, &why, next_ms).await?;
                    }
                    None => {
                        let state = MailState::Failed;
                        mails::update_decided(&mut tx, &mail.id, state, Some(&why), now_ms).await?;
                    }
                }
            }
        }
        tx.commit().await?;
        Ok(sent)
    }
}
