//! Making an account: who may, and what it comes with.

use model::{Permissions, Plan, Role, User, UserId, Workspace};
use store::invitations::Invitation;
use store::{Conn, Tx, settings, users};

use crate::api_keys::IssuedKey;
use crate::invitations::{proves, refuse_other_address};
use crate::{Actor, Error, LANGUAGES, NewApiKey, Rule, Services, Via, Who, text};

mod by_mail;

pub use by_mail::NewRegistration;

/// Who may make an account. The first person of an instance always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Registration {
    /// Everybody.
    #[default]
    Open,
    /// Whoever has an invitation, onto the instance or into a workspace.
    Invite,
    /// Nobody.
    Closed,
}

impl std::str::FromStr for Registration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "open" => Ok(Self::Open),
            "invite" => Ok(Self::Invite),
            "closed" => Ok(Self::Closed),
            other => Err(format!("{other} is none of open, invite, closed")),
        }
    }
}

/// Somebody who wants an account.
#[derive(Default)]
pub struct NewUser {
    /// Becomes unique within the instance, in lower case.
    pub email: String,
    /// At least 10 characters, and not among those that are tried first.
    pub password: String,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// What the console printed at the first start, where [`Services::wants_operator_token`] says so.
    pub operator_token: Option<String>,
    /// The secret of the link of an invitation.
    pub invitation: Option<String>,
    /// The language that the person reads; English where it is none of ours.
    pub lang: String,
}

/// What the form to make an account asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationForm {
    /// Whether the operator's token makes this account the operator's.
    pub wants_operator_token: bool,
    /// The address that was invited; empty: any.
    pub email: String,
    /// Whether it asks for no password yet: [`Services::begin_registration`] mails a link.
    pub by_mail: bool,
}

/// What registering made.
pub struct Registered {
    /// The person.
    pub user: User,
    /// The person's own workspace.
    pub workspace: Workspace,
    /// Its first key, with the secret.
    pub key: IssuedKey,
    /// The workspace of somebody else that the person joined by an invitation.
    pub joined: Option<Workspace>,
}

/// An account that may be made.
struct Account {
    email: String,
    name: String,
    lang: String,
    password_hash: String,
    /// Whether the address is known to be the person's.
    proved: bool,
    /// Whether it becomes the operator's, if there is none.
    may_operate: bool,
}

impl Services {
    /// Who may make an account now, beside the first person.
    pub fn registration(&self) -> Registration {
        self.0.settings.registration
    }

    /// Whether the next person to register must present the operator token to become operator.
    pub async fn wants_operator_token(&self) -> Result<bool, Error> {
        if self.0.settings.operator_token.is_none() {
            return Ok(false);
        }
        self.nobody_registered().await
    }

    /// Whether no account was ever made.
    pub async fn nobody_registered(&self) -> Result<bool, Error> {
        Ok(users::none_exist(&mut self.store().read().await?).await?)
    }

    /// What the first user must present to become operator; `None` when only this machine can connect.
    pub fn operator_token(&self) -> Option<&str> {
        self.0.settings.operator_token.as_deref()
    }

    /// What the form to make an account asks for, of whoever came with the secret of an invitation or with an empty text.
    /// Refused where no form would do; the field at fault is `invitation`.
    pub async fn registration_form(&self, secret: &str) -> Result<RegistrationForm, Error> {
        let secret = secret.trim();
        let mut conn = self.store().read().await?;
        let nobody = users::none_exist(&mut conn).await?;
        let wants_operator_token = nobody && self.0.settings.operator_token.is_some();
        if !nobody {
            self.refuse_strangers(secret.is_empty())?;
        }
        let email = match secret {
            "" => String::new(),
            secret => self.open_invitation(&mut conn, secret).await?.email,
        };
        let by_mail = self.sends_mail() && !nobody && secret.is_empty();
        Ok(RegistrationForm { wants_operator_token, email, by_mail })
    }

    /// Makes a user, a workspace of their own and its first API key. The first user of an instance becomes its
    /// operator, with a workspace on the plan `professional`. Where mail is sent, one goes to the address to prove it.
    pub async fn register(&self, new: NewUser) -> Result<Registered, Error> {
        let email = text::email(&new.email)?;
        let name = text::clean("name", &new.name, text::MAX_NAME, false)?;
        let may_operate = self.may_operate(new.operator_token.as_deref())?;
        let mut conn = self.store().read().await?;
        let invitation = self.admit(&mut conn, &email, new.invitation.as_deref()).await?;
        drop(conn);
        // Before anybody looks whether the address is taken: it takes as long either way.
        let password_hash =
            self.0.passwords.hash_new(self.entropy(), &new.password, &[&email, &name]).await?;
        let proved = invitation.as_ref().is_some_and(|invitation| proves(invitation, &email));
        let account = Account { email, name, lang: new.lang, password_hash, proved, may_operate };
        let mut tx = self.store().begin().await?;
        let mut made = self.insert_account(&mut tx, account).await?;
        if let Some(invitation) = &invitation {
            made.joined = self.use_invitation(&mut tx, invitation, &made.user).await?;
        }
        if made.user.verified_at_ms.is_none() {
            self.mail_verification(&mut tx, &made.user).await?;
        }
        tx.commit().await?;
        Ok(made)
    }

    /// The user, with a workspace and its first key. [`Error::Conflict`] where the address is taken.
    async fn insert_account(&self, tx: &mut Tx, account: Account) -> Result<Registered, Error> {
        let Account { email, name, lang, password_hash, proved, may_operate } = account;
        let now_ms = self.now_ms();
        let user_id = UserId::new(now_ms, self.entropy().bytes());
        let operator = may_operate
            && settings::insert_once(tx, settings::FIRST_OPERATOR, user_id.as_str()).await?;
        let user = User {
            id: user_id,
            email,
            name,
            operator,
            lang: spoken(lang),
            verified_at_ms: proved.then_some(now_ms),
            created_at_ms: now_ms,
        };
        users::insert(tx, &user, &password_hash).await.map_err(|e| {
            if e.is_unique_violation() {
                Error::Conflict { field: Some("email"), why: format!("email {}.", Rule::Taken) }
            } else {
                e.into()
            }
        })?;
        let plan = if operator { Plan::Professional } else { self.0.settings.default_plan };
        let workspace = self.insert_own_workspace(tx, &user, plan).await?;
        let actor = owner_actor(&user, &workspace);
        let after = Some(&user);
        self.audit(tx, &actor, ("user.registered", user.id.as_str()), (None::<&()>, after)).await?;
        let first = NewApiKey {
            name: "Default".to_owned(),
            permissions: Permissions::READ_WRITE,
            ..NewApiKey::default()
        };
        let key = self.insert_api_key(tx, &actor, first).await?;
        Ok(Registered { user, workspace, key, joined: None })
    }

    /// Refuses whoever is not the first person of the instance where its mode does; without an invitation, where one is
    /// needed.
    fn refuse_strangers(&self, uninvited: bool) -> Result<(), Error> {
        match self.registration() {
            Registration::Closed => Err(Error::RegistrationShut { invitations: false }),
            Registration::Invite if uninvited => Err(Error::RegistrationShut { invitations: true }),
            _ => Ok(()),
        }
    }

    /// The invitation that lets somebody make an account, if one is needed or was brought along.
    async fn admit(
        &self,
        conn: &mut Conn,
        email: &str,
        secret: Option<&str>,
    ) -> Result<Option<Invitation>, Error> {
        let secret = secret.map(str::trim).filter(|secret| !secret.is_empty());
        if self.registration() != Registration::Open && !users::none_exist(conn).await? {
            self.refuse_strangers(secret.is_none())?;
        }
        let Some(secret) = secret else { return Ok(None) };
        let invitation = self.open_invitation(conn, secret).await?;
        refuse_other_address(&invitation, email)?;
        Ok(Some(invitation))
    }

    fn may_operate(&self, presented: Option<&str>) -> Result<bool, Error> {
        let presented = presented.map(str::trim).filter(|t| !t.is_empty());
        match (&self.0.settings.operator_token, presented) {
            (None, _) => Ok(true),
            (Some(_), None) => Ok(false),
            (Some(token), Some(presented)) if token == presented => Ok(true),
            (Some(_), Some(_)) => Err(Error::invalid("operator_token", Rule::Mismatch)),
        }
    }
}

/// One of our languages: this one, or English.
fn spoken(lang: String) -> String {
    if LANGUAGES.contains(&lang.as_str()) { lang } else { "en".to_owned() }
}

fn owner_actor(user: &User, workspace: &Workspace) -> Actor {
    Actor {
        who: Who::User { id: user.id.clone(), role: Role::Owner, operator: user.operator },
        workspace_id: workspace.id.clone(),
        plan: workspace.plan,
        via: Via::Session,
        proved_at_ms: None,
        factor_missing: false,
    }
}
