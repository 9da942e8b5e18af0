//! Registering, logging in, and what belongs to an account.

use model::{ApiKey, Permissions, Plan, Role, User, UserId, Workspace, WorkspaceId};
use store::users::{self, UserWithPassword};
use store::{settings, workspaces};

use crate::api_keys::IssuedKey;
use crate::sessions::hash_of;
use crate::{Actor, Error, NewApiKey, Rule, Services, Via, Who, Zone, text};

/// Somebody who wants an account.
pub struct NewUser {
    /// Becomes unique within the instance, in lower case.
    pub email: String,
    /// At least 10 characters, and not among those that are tried first.
    pub password: String,
    /// What the person wants to be called; may be empty.
    pub name: String,
    /// What the console printed at the first start, where [`Services::wants_operator_token`] says so.
    pub operator_token: Option<String>,
}

/// What registering made.
pub struct Registered {
    /// The person.
    pub user: User,
    /// The person's own workspace.
    pub workspace: Workspace,
    /// Its first key, with the secret.
    pub key: IssuedKey,
}

/// Somebody who proved who they are.
pub struct LoggedIn {
    /// The person.
    pub user: User,
    /// The workspace joined first.
    pub workspace: Workspace,
}

/// An account as its owner sees it.
pub struct Me {
    /// The person.
    pub user: User,
    /// The workspace that is acted on.
    pub workspace: Workspace,
    /// Its keys, newest first.
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

    /// Makes a user, a workspace of their own and its first API key. The first user of an instance becomes its
    /// operator, with a workspace on the plan `professional`.
    pub async fn register(&self, new: NewUser) -> Result<Registered, Error> {
        let email = text::email(&new.email)?;
        let name = text::clean("name", &new.name, text::MAX_NAME, false)?;
        let password_hash =
            self.0.passwords.hash_new(self.entropy(), &new.password, &[&email, &name]).await?;
        let may_operate = self.may_operate(new.operator_token.as_deref())?;

        let now_ms = self.now_ms();
        let mut tx = self.store().begin().await?;
        let user_id = UserId::new(now_ms, self.entropy().bytes());
        let operator = may_operate
            && settings::insert_once(&mut tx, settings::FIRST_OPERATOR, user_id.as_str()).await?;
        let user = User { id: user_id, email, name, operator, created_at_ms: now_ms };
        users::insert(&mut tx, &user, &password_hash).await.map_err(|e| {
            if e.is_unique_violation() {
                Error::Conflict { field: Some("email"), why: format!("email {}.", Rule::Taken) }
            } else {
                e.into()
            }
        })?;
        let workspace = Workspace {
            id: WorkspaceId::new(now_ms, self.entropy().bytes()),
            name: if user.name.is_empty() { user.email.clone() } else { user.name.clone() },
            plan: if operator { Plan::Professional } else { self.0.settings.default_plan },
            operator_owned: operator,
            time_zone: "UTC".to_owned(),
            created_at_ms: now_ms,
        };
        workspaces::insert(&mut tx, &workspace).await?;
        workspaces::insert_member(&mut tx, &workspace.id, &user.id, Role::Owner, now_ms).await?;
        let actor = owner_actor(&user, &workspace);
        let after = Some(&user);
        self.audit(&mut tx, &actor, ("user.registered", user.id.as_str()), (None::<&()>, after))
            .await?;
        let first = NewApiKey {
            name: "Default".to_owned(),
            permissions: Permissions::READ_WRITE,
            ..NewApiKey::default()
        };
        let key = self.insert_api_key(&mut tx, &actor, first).await?;
        tx.commit().await?;
        Ok(Registered { user, workspace, key })
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

    /// Checks e-mail address and password; the workspace is the first one joined that is not suspended. An unknown address and a wrong password get the same answer after the
    /// same time.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<LoggedIn, Error> {
        let email = email.trim().to_lowercase();
        let found = users::get_by_email(&mut self.store().read().await?, &email).await?;
        let stored = found.as_ref().map(|f| f.password_hash.as_str());
        let right = self.0.passwords.verify(stored, password).await?;
        let Some(found) = found.filter(|_| right) else {
            return Err(Error::Unauthenticated { why: BAD_LOGIN });
        };
        let mut conn = self.store().read().await?;
        let joined = workspaces::list_of_user(&mut conn, &found.user.id).await?;
        drop(conn);
        let mut refused = Error::internal("a user without a workspace");
        for workspace in joined {
            match self.refuse_suspended(&workspace.id).await {
                Ok(_) => return Ok(LoggedIn { user: found.user, workspace }),
                Err(error) => refused = error,
            }
        }
        Err(refused)
    }

    /// The account behind a person's session or token.
    pub async fn me(&self, actor: &Actor) -> Result<Me, Error> {
        let user_id = actor.require_person()?;
        let mut conn = self.store().read().await?;
        let member = workspaces::get_member(&mut conn, &actor.workspace_id, user_id)
            .await?
            .ok_or(Error::NotFound { what: "account" })?;
        let keys = store::api_keys::list(&mut conn, &actor.workspace_id, None, 100).await?;
        Ok(Me { user: member.user, workspace: member.workspace, keys })
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
            let action = ("user.updated", user_id.as_str());
            self.audit(&mut tx, actor, action, (Some(&user), Some(&changed))).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// Refuses a person who does not know the password. The field at fault is `current_password`.
    pub(crate) async fn require_password(
        &self,
        actor: &Actor,
        password: &str,
    ) -> Result<UserWithPassword, Error> {
        let user_id = actor.require_person()?;
        let found = users::get_with_password(&mut self.store().read().await?, user_id).await?;
        let found = found.ok_or(Error::NotFound { what: "user" })?;
        if self.0.passwords.verify(Some(&found.password_hash), password).await? {
            return Ok(found);
        }
        Err(Error::invalid("current_password", Rule::Mismatch))
    }

    /// Gives the signed-in person another password and ends all sessions but the one with the id `current`. The fields
    /// at fault are `current_password` and `password`.
    pub async fn change_password(
        &self,
        actor: &Actor,
        current: Option<&str>,
        (before, after): (&str, &str),
    ) -> Result<(), Error> {
        let user_id = actor.require_person()?;
        let found = self.require_password(actor, before).await?;
        let about = [found.user.email.as_str(), &found.user.name];
        let hash = self.0.passwords.hash_new(self.entropy(), after, &about).await?;
        let mut tx = self.store().begin().await?;
        if !users::update_password(&mut tx, user_id, &found.password_hash, &hash).await? {
            return Err(Error::invalid("current_password", Rule::Mismatch));
        }
        let keep = current.map(hash_of);
        let ended = store::sessions::delete_others(&mut tx, user_id, keep.as_deref()).await?;
        let after = serde_json::json!({ "sessions_ended": ended });
        let action = ("user.password_changed", user_id.as_str());
        self.audit(&mut tx, actor, action, (None::<&()>, Some(&after))).await?;
        Ok(tx.commit().await?)
    }

    /// Puts the workspace of a user on another plan. For the command line of the server.
    pub async fn set_plan(&self, email: &str, plan: Plan) -> Result<Workspace, Error> {
        let email = text::email(email)?;
        let mut tx = self.store().begin().await?;
        let found = users::get_by_email(&mut tx, &email).await?;
        let user = found.ok_or(Error::NotFound { what: "user" })?.user;
        let workspace = workspaces::list_of_user(&mut tx, &user.id)
            .await?
            .into_iter()
            .next()
            .ok_or(Error::NotFound { what: "workspace" })?;
        workspaces::update_plan(&mut tx, &workspace.id, plan).await?;
        let actor = Actor {
            who: Who::Console,
            workspace_id: workspace.id.clone(),
            plan: workspace.plan,
            via: Via::Console,
        };
        let changed = Workspace { plan, ..workspace.clone() };
        let action = ("workspace.plan_changed", workspace.id.as_str());
        self.audit(&mut tx, &actor, action, (Some(&workspace), Some(&changed))).await?;
        tx.commit().await?;
        self.0.keys.clear();
        Ok(changed)
    }
}

fn owner_actor(user: &User, workspace: &Workspace) -> Actor {
    Actor {
        who: Who::User { id: user.id.clone(), role: Role::Owner, operator: user.operator },
        workspace_id: workspace.id.clone(),
        plan: workspace.plan,
        via: Via::Session,
    }
}
