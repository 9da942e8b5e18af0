//! The end of an account: at once, or in two weeks unless it is called off. What is left is that something was, and
//! leaf hashes that still verify and tell nothing.

mod erase;
mod list;

use model::{DAY_MS, DisabledReason, UserId, WorkspaceId};
use store::holdings::{self, Holder, TABLES};
use store::workspaces::{self, Deletion};
use store::{Tx, members, queues, sessions, users, webhooks};

use crate::sessions::hash_of;
use crate::{Actor, Error, Refusal, Rule, Services};

/// Days between asking and the end, where one does not want it at once.
pub const GRACE_DAYS: i64 = 14;
/// What is counted for whoever is about to delete an account.
const COUNTED: [&str; 8] = [
    "agents",
    "payments",
    "certificates",
    "api_keys",
    "webhook_endpoints",
    "contests",
    "sessions",
    "audit",
];

/// What goes with an account.
#[derive(Debug, Clone)]
pub struct AccountEnd {
    /// How many rows there are, by table, in all workspaces that go.
    pub counts: Vec<(&'static str, i64)>,
    /// The workspaces that the person owns, which go too, with how many others belong to each.
    pub workspaces: Vec<(String, i64)>,
    /// What is planned, if anything is.
    pub planned: Option<Deletion>,
}

/// What became of a wish to delete an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeletionOutcome {
    /// It is gone.
    Deleted,
    /// It goes at this instant (Unix milliseconds).
    Planned(i64),
}

/// A wish to delete an account.
pub struct DeletionRequest<'a> {
    /// The account's e-mail address, typed again; `None` where nobody types.
    pub email: Option<&'a str>,
    /// The person's password; `None` where a proof of the last minutes takes its place.
    pub password: Option<&'a str>,
    /// Whether it goes at once.
    pub at_once: bool,
    /// The id of the browser's session, which stays until the account goes.
    pub session: Option<&'a str>,
}

impl Services {
    /// What would go with the account of the signed-in person, and whether it is about to.
    pub async fn account_end(&self, actor: &Actor) -> Result<AccountEnd, Error> {
        let user = actor.require_person()?;
        let mut conn = self.store().read().await?;
        let owned = members::list_owned(&mut conn, user).await?;
        let mut counts = Vec::with_capacity(COUNTED.len());
        for name in COUNTED {
            let Some(table) = TABLES.iter().find(|table| table.name == name) else { continue };
            let mut sum = 0;
            for workspace in owned.iter().take(if table.of_person() { 1 } else { owned.len() }) {
                let holder = Holder { workspace: &workspace.id, user };
                sum += holdings::count(&mut conn, table, holder).await?;
            }
            counts.push((name, sum));
        }
        let mut planned = None;
        let mut workspaces = Vec::with_capacity(owned.len());
        for workspace in owned {
            let others = members::count(&mut conn, &workspace.id).await? - 1;
            let standing = workspaces::get_standing(&mut conn, &workspace.id).await?;
            planned = planned.or(standing.deletion);
            workspaces.push((workspace.name, others));
        }
        Ok(AccountEnd { counts, workspaces, planned })
    }

    /// When the actor's account goes, if it is about to.
    pub async fn planned_deletion(&self, actor: &Actor) -> Result<Option<Deletion>, Error> {
        Ok(self.current_standing(&actor.workspace_id).await?.deletion)
    }

    /// Deletes the account of the signed-in person with every workspace that the person owns, or plans it. Keys, tokens,
    /// other sessions and webhooks are off from now on, and the agents are unknown to the public. Workspaces of others go
    /// on without the person. The fields at fault are `email` and `password`. Who alone runs the instance stays as long as
    /// others are on it.
    pub async fn delete_account(
        &self,
        actor: &Actor,
        request: DeletionRequest<'_>,
    ) -> Result<DeletionOutcome, Error> {
        let user_id = actor.require_person()?;
        let user = users::get(&mut self.store().read().await?, user_id).await?;
        let user = user.ok_or(Error::NotFound { what: "user" })?;
        if let Some(email) = request.email
            && email.trim().to_lowercase() != user.email
        {
            return Err(Error::invalid("email", Rule::Mismatch));
        }
        match request.password {
            Some(password) => {
                self.require_factor(actor, user_id).await?;
                self.require_password(actor, ("password", password)).await?;
            }
            None => self.require_proof(actor)?,
        }
        if user.operator {
            let mut conn = self.store().read().await?;
            if let (1.., 0) = users::count_others(&mut conn, user_id).await? {
                return Err(Error::Refused(Refusal::OnlyOperator));
            }
        }
        let now_ms = self.now_ms();
        let grace_ms = if request.at_once { 0 } else { GRACE_DAYS * DAY_MS };
        let deletion = Deletion { asked_at_ms: now_ms, due_at_ms: now_ms + grace_ms };
        let keep = request.session.filter(|_| !request.at_once);
        let keep = keep.map(hash_of);
        let planned = self.plan_deletion(actor, user_id, deletion, keep.as_deref()).await?;
        if !request.at_once {
            return Ok(DeletionOutcome::Planned(deletion.due_at_ms));
        }
        for workspace in planned {
            self.erase(&workspace, user_id).await?;
        }
        Ok(DeletionOutcome::Deleted)
    }

    /// Committed before anything is erased: whoever records payments sees it, and so has little to wait for.
    async fn plan_deletion(
        &self,
        actor: &Actor,
        user: &UserId,
        deletion: Deletion,
        keep: Option<&str>,
    ) -> Result<Vec<WorkspaceId>, Error> {
        let mut tx = self.store().begin().await?;
        let owned = members::list_owned(&mut tx, user).await?;
        let owned: Vec<_> = owned.into_iter().map(|workspace| workspace.id).collect();
        for workspace in &owned {
            let inside = Actor { workspace_id: workspace.clone(), ..actor.clone() };
            self.plan_end(&mut tx, &inside, deletion).await?;
        }
        sessions::delete_others(&mut tx, user, keep).await?;
        tx.commit().await?;
        for workspace in &owned {
            self.forget_account(workspace);
        }
        Ok(owned)
    }

    /// Marks the actor's workspace and switches off what goes on in it.
    async fn plan_end(&self, tx: &mut Tx, actor: &Actor, deletion: Deletion) -> Result<(), Error> {
        let workspace = &actor.workspace_id;
        // Whoever asks again still means the endpoints that were on the first time.
        let before = workspaces::get_standing(tx, workspace).await?.deletion;
        let asked_at_ms = before.map_or(deletion.asked_at_ms, |before| before.asked_at_ms);
        let deletion = Deletion { asked_at_ms, ..deletion };
        workspaces::update_deletion(tx, workspace, Some(deletion)).await?;
        webhooks::disable_all(tx, workspace, (asked_at_ms, DisabledReason::Owner)).await?;
        let after = serde_json::json!({ "due_at_ms": deletion.due_at_ms });
        let action = ("account.deletion_planned", workspace.as_str());
        self.audit(tx, actor, action, (None::<&()>, Some(&after))).await
    }

    /// Keeps an account that was about to go. Keys and webhooks work again as before; whoever was signed in elsewhere
    /// signs in again. Once its time has come it cannot be kept any more.
    pub async fn cancel_deletion(&self, actor: &Actor) -> Result<(), Error> {
        let user = actor.require_person()?;
        let mut tx = self.store().begin().await?;
        let owned = members::list_owned(&mut tx, user).await?;
        for workspace in &owned {
            let inside = Actor { workspace_id: workspace.id.clone(), ..actor.clone() };
            self.call_off_end(&mut tx, &inside).await?;
        }
        tx.commit().await?;
        for workspace in &owned {
            self.forget_account(&workspace.id);
        }
        Ok(())
    }

    async fn call_off_end(&self, tx: &mut Tx, actor: &Actor) -> Result<(), Error> {
        let workspace = &actor.workspace_id;
        let standing = workspaces::get_standing(tx, workspace).await?;
        let Some(planned) = standing.deletion else { return Ok(()) };
        let now_ms = self.now_ms();
        if planned.due_at_ms <= now_ms {
            return Err(Error::Refused(Refusal::DeletionBegan));
        }
        workspaces::update_deletion(tx, workspace, None).await?;
        let off = (planned.asked_at_ms, DisabledReason::Owner);
        let on = webhooks::enable_all(tx, workspace, off).await?;
        queues::touch(tx, &on, now_ms).await?;
        let before = serde_json::json!({ "due_at_ms": planned.due_at_ms });
        let action = ("account.deletion_cancelled", workspace.as_str());
        self.audit(tx, actor, action, (Some(&before), None::<&()>)).await
    }

    fn forget_account(&self, workspace: &WorkspaceId) {
        self.forget_standing(workspace);
        self.0.names.clear();
    }
}
