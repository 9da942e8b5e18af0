//! Signing in, and what belongs to an account.

use std::net::IpAddr;

use model::{ApiKey, Plan, User, Workspace};
use store::users::{self, UserWithPassword};
use store::{members, workspaces};

use crate::factors::Door;
use crate::{
    Actor, Error, FirstStep, LANGUAGES, Rule, Services, SignInChange, SignInMark, Zone,
    security_log, text,
};

/// Somebody who proved who they are.
#[derive(Debug)]
pub struct LoggedIn {
    /// The person.
    pub user: User,
    /// The workspace joined first.
    pub workspace: Workspace,
    /// What the session or token that follows rests on; `None` where the account was just made.
    pub mark: Option<SignInMark>,
}

impl LoggedIn {
    /// Whoever has just made an account, into a workspace of theirs.
    pub fn registered(user: User, workspace: Workspace) -> Self {
        Self { user, workspace, mark: None }
    }
}

/// An account as its owner sees it.
pub struct Me {
    /// The person.
    pub user: User,
    /// The workspace that is acted on.
    pub workspace: Workspace,
    /// All workspaces of the person, the first one joined first.
    pub workspaces: Vec<Workspace>,
    /// The keys of the one that is acted on, newest first.
    pub keys: Vec<ApiKey>,
}

const BAD_LOGIN: &str = "E-mail or password is wrong.";

impl Me {
    /// The zone in which the workspace reads its days.
    pub fn time_zone(&self) -> Zone {
        Zone::stored(&self.workspace.time_zone)
    }
}

impl Services {
    /// Checks e-mail address and password. Whoever has a second factor is not in yet: [`Services::finish_log_in`] asks
    /// for it. An unknown address and a wrong password get the same answer after the same time, and so do too many
    /// attempts at either.
    pub async fn log_in(
        &self,
        email: &str,
        password: &str,
        from: IpAddr,
    ) -> Result<FirstStep, Error> {
        self.log_in_from_device(email, password, (from, None)).await
    }

    /// [`Services::log_in`] in a browser that shows what [`Services::new_device`] gave it: while others keep the account
    /// shut, its person gets in there.
    pub async fn log_in_from_device(
        &self,
        email: &str,
        password: &str,
        from: (IpAddr, Option<&str>),
    ) -> Result<FirstStep, Error> {
        let found = self.check_password(email, password, from).await?;
        self.ask_for_factor(found).await
    }

    /// Lets a person in who proved who they are, by `how`: into the first workspace joined that is not suspended.
    pub(crate) async fn let_in(
        &self,
        user: User,
        mark: SignInMark,
        how: &str,
    ) -> Result<LoggedIn, Error> {
        let mut conn = self.store().read().await?;
        let joined = workspaces::list_of_user(&mut conn, &user.id).await?;
        drop(conn);
        let mut refused = Error::internal("a user without a workspace");
        for workspace in joined {
            match self.refuse_suspended(&workspace.id).await {
                Ok(_) => {
                    security_log::signed_in(&user.id, how);
                    return Ok(LoggedIn { user, workspace, mark: Some(mark) });
                }
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// Who has this address and password, within the limits of guessing.
    async fn check_password(
        &self,
        email: &str,
        password: &str,
        (from, device): (IpAddr, Option<&str>),
    ) -> Result<UserWithPassword, Error> {
        let email = email.trim().to_lowercase();
        let device = match device {
            Some(shown) => self.known_device(shown, &email).await?,
            None => None,
        };
        let attempt = self.count_attempt(&email, (from, device.as_deref())).await?;
        let found = users::get_by_email(&mut self.store().read().await?, &email).await?;
        let stored = found.as_ref().map(|f| f.password_hash.as_str());
        let right = self.0.passwords.verify(stored, password).await?;
        let user = found.as_ref().map(|f| f.user.id.clone());
        let Some(mut found) = found.filter(|_| right) else {
            security_log::wrong_password(user.as_ref(), from);
            return Err(Error::Unauthenticated { why: BAD_LOGIN });
        };
        self.forgive_attempt(&attempt).await?;
        if self.0.passwords.outdated(&found.password_hash) {
            found = self.hash_anew(found, password).await?;
        }
        Ok(found)
    }

    /// Makes the hash of a password that was right with today's parameters.
    async fn hash_anew(
        &self,
        mut found: UserWithPassword,
        password: &str,
    ) -> Result<UserWithPassword, Error> {
        let hash = self.0.passwords.hash(self.entropy(), password).await?;
        let mut tx = self.store().begin().await?;
        // What follows is bound to it.
        if users::update_password(&mut tx, &found.user.id, &found.password_hash, &hash).await? {
            tx.commit().await?;
            found.password_hash = hash;
            return Ok(found);
        }
        let now = users::get_with_password(&mut tx, &found.user.id).await?;
        drop(tx);
        // Another sign-in may have done the same at once.
        let stored = now.as_ref().map(|now| now.password_hash.as_str());
        let right = self.0.passwords.verify(stored, password).await?;
        now.filter(|_| right).ok_or(Error::Unauthenticated { why: BAD_LOGIN })
    }

    /// The account behind a person's session or token.
    pub async fn me(&self, actor: &Actor) -> Result<Me, Error> {
        let user_id = actor.require_anybody()?;
        let mut conn = self.store().read().await?;
        let member = workspaces::get_member(&mut conn, &actor.workspace_id, user_id)
            .await?
            .ok_or(Error::NotFound { what: "account" })?;
        let keys = store::api_keys::list(&mut conn, &actor.workspace_id, None, 100).await?;
        let workspaces = workspaces::list_of_user(&mut conn, user_id).await?;
        Ok(Me { user: member.user, workspace: member.workspace, workspaces, keys })
    }

    /// Calls the signed-in person by another name, which may be empty.
    pub async fn update_profile(&self, actor: &Actor, name: &str) -> Result<User, Error> {
        let user_id = actor.require_person()?;
        let name = text::clean("name", name, text::MAX_NAME, false)?;
        let mut tx = self.store().begin().await?;
        let user = users::get(&mut tx, user_id).await?.ok_or(Error::NotFound { what: "user" })?;
        let changed = User { name, ..user.clone() };
        if changed != user {
            users::update_name(&mut tx, user_id, &changed.name).await?;
            let (what, change) =
                (("user.updated", user_id.as_str()), (Some(&user), Some(&changed)));
            self.audit_change_of_user(&mut tx, user_id, actor.audited(), what, change).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Keeps the language that the signed-in person reads, for mails. What is none of ours changes nothing.
    pub async fn set_language(&self, actor: &Actor, lang: &str) -> Result<(), Error> {
        let user_id = actor.require_anybody()?;
        if LANGUAGES.contains(&lang) {
            let mut tx = self.store().begin().await?;
            users::update_lang(&mut tx, user_id, lang).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Refuses a person who does not know the password, in the name of the field that it was typed into; five wrong ones,
    /// and none is taken for a quarter of an hour.
    pub(crate) async fn require_password(
        &self,
        actor: &Actor,
        (field, password): (&'static str, &str),
    ) -> Result<UserWithPassword, Error> {
        let user_id = actor.require_anybody()?;
        if password.is_empty() {
            return Err(Error::invalid(field, Rule::Mismatch));
        }
        self.count_try(user_id, Door::StepUp).await?;
        let found = users::get_with_password(&mut self.store().read().await?, user_id).await?;
        let found = found.ok_or(Error::NotFound { what: "user" })?;
        if !self.0.passwords.verify(Some(&found.password_hash), password).await? {
            security_log::wrong_proof(user_id);
            return Err(Error::invalid(field, Rule::Mismatch));
        }
        let mut tx = self.store().begin().await?;
        self.forget_tries(&mut tx, user_id, Door::StepUp).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// Gives the signed-in person another password and ends all sessions but the one with the id `current`. Whoever has a
    /// second factor proves it first. The fields at fault are `current_password` and `password`.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: Option<&str>,
        (before, after): (&str, &str),
    ) -> Result<(), Error> {
        let user_id = actor.require_person()?;
        self.require_factor(actor, user_id).await?;
        let found = self.require_password(actor, ("current_password", before)).await?;
        let about = [found.user.email.as_str(), &found.user.name];
        let hash = self.0.passwords.hash_new(self.entropy(), after, &about).await?;
        let mut tx = self.store().begin().await?;
        if !users::update_password(&mut tx, user_id, &found.password_hash, &hash).await? {
            return Err(Error::invalid("current_password", Rule::Mismatch));
        }
        let change = (SignInChange::Password, user_id.as_str());
        self.sign_in_changed(&mut tx, actor, change, current).await?;
        Ok(tx.commit().await?)
    }

    /// Puts the workspace of a user on another plan. For the command line of the server.
    pub async fn set_plan(&self, email: &str, plan: Plan) -> Result<Workspace, Error> {
        let email = text::email(email)?;
        let mut tx = self.store().begin().await?;
        let found = users::get_by_email(&mut tx, &email).await?;
        let user = found.ok_or(Error::NotFound { what: "user" })?.user;
        let workspace = members::list_owned(&mut tx, &user.id)
            .await?
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "workspace" })?;
        workspaces::update_plan(&mut tx, &workspace.id, plan).await?;
        let actor = Actor::console(&workspace);
        let changed = Workspace { plan, ..workspace.clone() };
        let action = ("workspace.plan_changed", workspace.id.as_str());
        self.audit(&mut tx, &actor, action, (Some(&workspace), Some(&changed))).await?;
        tx.commit().await?;
        self.0.keys.clear();
        Ok(changed)
    }
}
