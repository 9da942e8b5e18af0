//! What the operator of the instance does with accounts: plans and suspensions, never what is in them.

mod sessions;

use std::time::Duration;

use model::{Plan, Workspace, WorkspaceId};
use store::Conn;
use store::workspaces::{self, Account, Standing, Suspension};

use crate::{Actor, Error, Page, PageRequest, Rule, Services, security_log, text};

/// Characters of a reason at most.
const MAX_REASON: usize = 500;

/// How workspaces stand. At most a second old, so that a suspension by another process holds here too.
pub(crate) struct SuspensionCache(moka::sync::Cache<WorkspaceId, Standing>);

impl SuspensionCache {
    pub(crate) fn new() -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(Duration::from_secs(1))
                .build(),
        )
    }

    pub(crate) fn len(&self) -> u64 {
        self.0.entry_count()
    }
}

impl Actor {
    /// Operator pages look to everybody else as if they were not there.
    pub(crate) fn require_operator(&self) -> Result<(), Error> {
        self.require_set_up()?;
        if self.operator() {
            return Ok(());
        }
        security_log::forbidden(self.audit_id(), "an operator of the instance");
        // Whoever may not see it does not learn that it is there.
        Err(Error::NotFound { what: "page" })
    }
}

impl Services {
    /// How a workspace stands. Reads over the caller's connection: one who has a connection must not wait for another, or
    /// as many as there are connections wait for each other.
    pub(crate) async fn standing(
        &self,
        conn: &mut Conn,
        id: &WorkspaceId,
    ) -> Result<Standing, Error> {
        if let Some(known) = self.0.suspensions.0.get(id) {
            return Ok(known);
        }
        let found = workspaces::get_standing(conn, id).await?;
        self.0.suspensions.0.insert(id.clone(), found.clone());
        Ok(found)
    }

    /// How a workspace stands, for one who holds no connection.
    pub(crate) async fn current_standing(&self, id: &WorkspaceId) -> Result<Standing, Error> {
        match self.0.suspensions.0.get(id) {
            Some(known) => Ok(known),
            None => {
                let read = async { self.standing(&mut self.store().read().await?, id).await };
                Box::pin(read).await
            }
        }
    }

    /// How a workspace stands; refuses with [`Error::Suspended`] whoever acts for a suspended one.
    pub(crate) async fn refuse_suspended(&self, id: &WorkspaceId) -> Result<Standing, Error> {
        let standing = self.current_standing(id).await?;
        match standing.suspension {
            Some(suspension) => Err(Error::Suspended { reason: suspension.reason }),
            None => Ok(standing),
        }
    }

    /// The accounts of the instance, newest first; `search` is found anywhere in names and e-mail addresses.
    pub async fn list_accounts(
        &self,
        actor: &Actor,
        search: Option<&str>,
        request: &PageRequest,
    ) -> Result<Page<Account>, Error> {
        actor.require_operator()?;
        let search = search.map(|s| s.trim().to_lowercase()).filter(|s| !s.is_empty());
        let before = request.before::<WorkspaceId>()?;
        let mut conn = self.store().read().await?;
        let limit = request.fetch();
        let found =
            workspaces::list_accounts(&mut conn, search.as_deref(), before.as_ref(), limit).await?;
        Ok(request.page(found, |account| account.workspace.id.to_string()))
    }

    /// One account of the instance.
    pub async fn get_account(&self, actor: &Actor, id: &str) -> Result<Account, Error> {
        actor.require_operator()?;
        let gone = || Error::NotFound { what: "account" };
        let id: WorkspaceId = id.parse().map_err(|_| gone())?;
        let found = workspaces::get_account(&mut self.store().read().await?, &id).await?;
        found.ok_or_else(gone)
    }

    /// Puts a workspace on another plan.
    pub async fn set_account_plan(
        &self,
        actor: &Actor,
        id: &str,
        plan: Plan,
    ) -> Result<Workspace, Error> {
        let workspace = self.get_account(actor, id).await?.workspace;
        self.require_proof(actor)?;
        let changed = Workspace { plan, ..workspace.clone() };
        let mut tx = self.store().begin().await?;
        workspaces::update_plan(&mut tx, &workspace.id, plan).await?;
        let action = ("workspace.plan_changed", workspace.id.as_str());
        let inside = acting_on(actor, &workspace);
        self.audit(&mut tx, &inside, action, (Some(&workspace), Some(&changed))).await?;
        tx.commit().await?;
        self.0.keys.clear();
        Ok(changed)
    }

    /// Suspends a workspace: nobody gets in, and its agents are not public. The operator's own cannot be.
    pub async fn suspend_account(
        &self,
        actor: &Actor,
        id: &str,
        reason: &str,
    ) -> Result<Workspace, Error> {
        let Account { workspace, suspension, .. } = self.get_account(actor, id).await?;
        self.require_proof(actor)?;
        let reason = text::clean("reason", reason, MAX_REASON, false)?;
        if reason.is_empty() {
            return Err(Error::invalid("reason", Rule::Required));
        }
        let mut tx = self.store().begin().await?;
        let own = match actor.user_id() {
            Some(user) => workspaces::get_member(&mut tx, &workspace.id, user).await?.is_some(),
            None => false,
        };
        if own {
            return Err(Error::Forbidden { needed: "another operator".to_owned() });
        }
        let new = Suspension { at_ms: self.now_ms(), reason };
        workspaces::update_suspension(&mut tx, &workspace.id, Some(&new)).await?;
        let action = ("workspace.suspended", workspace.id.as_str());
        let sides = (suspension.as_ref().map(facts), Some(facts(&new)));
        let inside = acting_on(actor, &workspace);
        self.audit(&mut tx, &inside, action, (sides.0.as_ref(), sides.1.as_ref())).await?;
        tx.commit().await?;
        self.forget_standing(&workspace.id);
        Ok(workspace)
    }

    /// Lets a suspended workspace in again. Sessions and keys that have not ended meanwhile work as before.
    pub async fn unsuspend_account(&self, actor: &Actor, id: &str) -> Result<Workspace, Error> {
        let Account { workspace, suspension, .. } = self.get_account(actor, id).await?;
        let mut tx = self.store().begin().await?;
        workspaces::update_suspension(&mut tx, &workspace.id, None).await?;
        if let Some(before) = suspension {
            let action = ("workspace.unsuspended", workspace.id.as_str());
            let inside = acting_on(actor, &workspace);
            let before = facts(&before);
            self.audit(&mut tx, &inside, action, (Some(&before), None::<&()>)).await?;
        }
        tx.commit().await?;
        self.forget_standing(&workspace.id);
        Ok(workspace)
    }

    pub(crate) fn forget_standing(&self, id: &WorkspaceId) {
        self.0.suspensions.0.invalidate(id);
        self.0.keys.clear();
        self.0.profiles.clear();
    }
}

/// The operator, writing into the trail of the workspace that is acted on.
fn acting_on(actor: &Actor, workspace: &Workspace) -> Actor {
    Actor { workspace_id: workspace.id.clone(), plan: workspace.plan, ..actor.clone() }
}

fn facts(suspension: &Suspension) -> serde_json::Value {
    serde_json::json!({ "reason": suspension.reason, "suspended_at_ms": suspension.at_ms })
}
