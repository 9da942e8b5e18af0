//! The end of an account: at once, or in two weeks unless it is called off. What is left is that something was, and
//! leaf hashes that still verify and tell nothing.

use std::collections::{HashMap, HashSet};

use model::{ApiKeyId, DAY_MS, DisabledReason, UserId, WorkspaceId};
use store::audit::{self, AuditEntry, Erased};
use store::erasures::{self, Erasure};
use store::exports;
use store::holdings::{self, Holder, TABLES};
use store::workspaces::{self, Deletion};
use store::{Tx, amendments, invitations, members, queues, sessions, users, webhooks};

use crate::audit::commitment;
use crate::secrets::hex;
use crate::sessions::hash_of;
use crate::{Actor, Error, Rule, Services};

/// Days between asking and the end, where one does not want it at once.
pub const GRACE_DAYS: i64 = 14;
/// Entries of the audit trail that are read at a time.
const PAGE: i64 = 500;
/// How often the end of an account is tried when somebody got in its way.
const ATTEMPTS: u32 = 8;
/// How long what was under way when an account ended may still leave rows behind.
const LATE_MS: i64 = 10 * 60_000;
/// Accounts that are ended, or looked after, at a time.
const AT_ONCE: i64 = 100;
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
    /// The person's password.
    pub password: &'a str,
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
            planned = planned.or(workspaces::get_deletion(&mut conn, &workspace.id).await?);
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
    /// on without the person. The fields at fault are `email` and `password`.
    pub async fn delete_account(
        &self,
        actor: &Actor,
        request: DeletionRequest<'_>,
    ) -> Result<DeletionOutcome, Error> {
        let user_id = actor.require_person()?;
        let found = users::get_with_password(&mut self.store().read().await?, user_id).await?;
        let found = found.ok_or(Error::NotFound { what: "user" })?;
        if let Some(email) = request.email
            && email.trim().to_lowercase() != found.user.email
        {
            return Err(Error::invalid("email", Rule::Mismatch));
        }
        if !self.0.passwords.verify(Some(&found.password_hash), request.password).await? {
            return Err(Error::invalid("password", Rule::Mismatch));
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
        workspaces::update_deletion(tx, workspace, Some(deletion)).await?;
        for endpoint in webhooks::list(tx, workspace, None, AT_ONCE).await? {
            let off = (deletion.asked_at_ms, DisabledReason::Owner);
            webhooks::update_disabled(tx, workspace, &endpoint.id, off).await?;
        }
        let after = serde_json::json!({ "due_at_ms": deletion.due_at_ms });
        let action = ("account.deletion_planned", workspace.as_str());
        self.audit(tx, actor, action, (None::<&()>, Some(&after))).await
    }

    /// Keeps an account that was about to go. Keys and webhooks work again as before; whoever was signed in elsewhere
    /// signs in again.
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
        let Some(planned) = workspaces::get_deletion(tx, workspace).await? else {
            return Ok(());
        };
        workspaces::update_deletion(tx, workspace, None).await?;
        for endpoint in webhooks::list(tx, workspace, None, AT_ONCE).await? {
            if endpoint.disabled_at_ms == Some(planned.asked_at_ms) {
                webhooks::update_enabled(tx, workspace, &endpoint.id).await?;
                let queue = (workspace.clone(), endpoint.id);
                queues::touch(tx, &[queue], self.now_ms()).await?;
            }
        }
        let before = serde_json::json!({ "due_at_ms": planned.due_at_ms });
        let action = ("account.deletion_cancelled", workspace.as_str());
        self.audit(tx, actor, action, (Some(&before), None::<&()>)).await
    }

    /// Ends the accounts whose time has come, and looks after those that ended a moment ago. How many ended. For a
    /// worker.
    pub async fn end_accounts(&self) -> Result<u64, Error> {
        let now_ms = self.now_ms();
        let mut conn = self.store().read().await?;
        let due = workspaces::list_to_erase(&mut conn, now_ms, AT_ONCE).await?;
        let lately = erasures::list_since(&mut conn, now_ms - LATE_MS, AT_ONCE).await?;
        drop(conn);
        // What was under way on another process when they ended.
        for erasure in lately {
            self.erase(&erasure.workspace_id, &erasure.user_id).await?;
        }
        let mut ended = 0;
        for (workspace, user) in due {
            self.erase(&workspace, &user).await?;
            ended += 1;
        }
        Ok(ended)
    }

    /// Erases again what a backup brought back. Before anybody is let in.
    pub(crate) async fn replay_erasures(&self) -> Result<(), Error> {
        let listed = self.read_erasures()?;
        let mut conn = self.store().read().await?;
        let known = erasures::list_since(&mut conn, 0, i64::MAX).await?;
        drop(conn);
        let known_ids: HashSet<_> = known.iter().map(|e| &e.workspace_id).collect();
        let missing: Vec<_> =
            listed.iter().filter(|e| !known_ids.contains(&e.workspace_id)).collect();
        if !missing.is_empty() {
            let mut tx = self.store().begin().await?;
            for erasure in missing {
                erasures::insert(&mut tx, erasure).await?;
            }
            tx.commit().await?;
        }
        // A crash between the commit and the list.
        for erasure in &known {
            if !listed.contains(erasure) {
                self.list_erasure(erasure)?;
            }
        }
        loop {
            let mut conn = self.store().read().await?;
            let restored = erasures::list_restored(&mut conn, AT_ONCE).await?;
            drop(conn);
            if restored.is_empty() {
                return Ok(());
            }
            for erasure in restored {
                tracing::warn!(
                    "an account that was erased is there again, from a backup: it is erased"
                );
                self.erase(&erasure.workspace_id, &erasure.user_id).await?;
            }
        }
    }

    /// Erases an account for good, in one transaction; nothing to do where it is gone already.
    async fn erase(&self, workspace: &WorkspaceId, user: &UserId) -> Result<(), Error> {
        let mut conn = self.store().read().await?;
        let files = exports::list(&mut conn, workspace, AT_ONCE).await?;
        drop(conn);
        let mut attempt = 1;
        let erasure = loop {
            match self.try_erase(workspace, user).await {
                Ok(erasure) => break erasure,
                Err(Error::Internal(error)) if attempt < ATTEMPTS && retryable(error.as_ref()) => {
                    attempt += 1;
                }
                Err(error) => return Err(error),
            }
        };
        for export in files {
            self.remove_file(&export.id);
        }
        self.forget_account(workspace);
        match erasure {
            Some(erasure) => self.list_erasure(&erasure),
            None => Ok(()),
        }
    }

    /// The record, where it is a new one.
    async fn try_erase(
        &self,
        workspace: &WorkspaceId,
        user: &UserId,
    ) -> Result<Option<Erasure>, Error> {
        let mut tx = self.store().begin().await?;
        let keys = list_key_ids(&mut tx, workspace, user).await?;
        // The person goes, also out of what others own.
        members::delete_elsewhere(&mut tx, user).await?;
        invitations::delete_by(&mut tx, user).await?;
        holdings::delete(&mut tx, Holder { workspace, user }).await?;
        let mut pseudonyms = Pseudonyms { services: self, given: HashMap::new() };
        let mut after = String::new();
        loop {
            let page = audit::list_personal(&mut tx, workspace, &after, PAGE).await?;
            let Some(last) = page.last() else { break };
            last.id.as_str().clone_into(&mut after);
            let erased = page.iter().map(|entry| Erased {
                workspace_id: workspace.clone(),
                id: entry.id.clone(),
                actor: pseudonyms.of(&entry.actor),
                subject: pseudonyms.of(&entry.subject),
                detail: "{}".to_owned(),
                commitment: kept_commitment(entry),
            });
            audit::update_erased(&mut tx, &erased.collect::<Vec<_>>()).await?;
        }
        // What the person did in other workspaces stays theirs to read, without who did it.
        let keys = keys.iter().map(ApiKeyId::as_str);
        for actor in keys.chain([user.as_str()]).filter(|id| !id.is_empty()) {
            let pseudonym = pseudonyms.of(actor);
            amendments::update_actor_elsewhere(&mut tx, workspace, (actor, &pseudonym)).await?;
            loop {
                let page = audit::list_by_actor_elsewhere(&mut tx, workspace, actor, PAGE).await?;
                if page.is_empty() {
                    break;
                }
                let erased = page.iter().map(|entry| Erased {
                    workspace_id: entry.workspace_id.clone(),
                    id: entry.id.clone(),
                    actor: pseudonym.clone(),
                    subject: entry.subject.replace(actor, &pseudonym),
                    detail: entry.detail.replace(actor, &pseudonym),
                    commitment: kept_commitment(entry),
                });
                audit::update_erased(&mut tx, &erased.collect::<Vec<_>>()).await?;
            }
        }
        let erasure = Erasure {
            workspace_id: workspace.clone(),
            user_id: user.clone(),
            erased_at_ms: self.now_ms(),
        };
        let new = erasures::insert(&mut tx, &erasure).await?;
        tx.commit().await?;
        Ok(new.then_some(erasure))
    }

    fn forget_account(&self, workspace: &WorkspaceId) {
        self.forget_standing(workspace);
        self.0.names.clear();
    }
}

/// Random names that stand for the same actor or subject throughout one erasure, and are forgotten with it.
struct Pseudonyms<'a> {
    services: &'a Services,
    given: HashMap<String, String>,
}

impl Pseudonyms<'_> {
    fn of(&mut self, id: &str) -> String {
        // Neither is a person.
        if id == "system" || id == "console" {
            return id.to_owned();
        }
        let new = || format!("erased_{}", hex(&self.services.entropy().bytes::<10>()));
        self.given.entry(id.to_owned()).or_insert_with(new).clone()
    }
}

/// What the leaf of an entry commits to. Where somebody was taken out of it before, the salt is gone and it stands there.
fn kept_commitment(entry: &AuditEntry) -> String {
    entry.commitment.clone().unwrap_or_else(|| commitment(&entry.salt, &entry.detail))
}

async fn list_key_ids(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    user: &UserId,
) -> Result<Vec<ApiKeyId>, Error> {
    let Some(table) = TABLES.iter().find(|table| table.name == "api_keys") else {
        return Ok(Vec::new());
    };
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let holder = Holder { workspace, user };
        let page = holdings::list(tx, table, holder, after.as_ref(), PAGE).await?;
        ids.extend(page.iter().map(|key| ApiKeyId::from_stored(key.text("id").to_owned())));
        after = page.into_iter().next_back();
        if after.is_none() {
            return Ok(ids);
        }
    }
}

fn retryable(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<store::Error>().is_some_and(store::Error::is_retryable)
}
