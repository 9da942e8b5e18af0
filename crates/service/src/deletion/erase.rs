//! Taking an account out of the database.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use model::{UserId, WorkspaceId};
use store::audit::{self, AuditEntry, Erased};
use store::erasures::{self, Erasure};
use store::holdings::{self, Holder};
use store::{
    Tx, amendments, contests, exports, invitations, mails, members, registrations, settings, users,
    workspaces,
};

use crate::audit::commitment;
use crate::imports::make_room;
use crate::{Error, Services};

/// Entries of the audit trail that are erased in one step.
const PAGE: i64 = 500;
/// Rows that are deleted in one step.
const DELETED: i64 = 2_000;
/// How often the end of an account is tried when somebody got in its way.
const ATTEMPTS: u32 = 8;
/// How long what was under way when an account ended may still leave rows behind.
const LATE_MS: i64 = 10 * 60_000;
/// Accounts that are ended, or looked after, at a time.
const AT_ONCE: i64 = 100;

impl Services {
    /// Ends the accounts whose time has come, and looks after those that ended a moment ago. How many ended. For a
    /// worker: an account that cannot be ended now is logged, and tried again the next time.
    pub async fn end_accounts(&self) -> Result<u64, Error> {
        let now_ms = self.now_ms();
        let mut conn = self.store().read().await?;
        let due = workspaces::list_to_erase(&mut conn, now_ms, AT_ONCE).await?;
        let lately = erasures::list_since(&mut conn, now_ms - LATE_MS, AT_ONCE).await?;
        drop(conn);
        // What was under way on another process when they ended.
        let lately = lately.into_iter().map(|e| (e.workspace_id, e.user_id, 0));
        let due = due.into_iter().map(|(workspace, user)| (workspace, user, 1));
        let mut ended = 0;
        for (workspace, user, counts) in lately.chain(due) {
            match self.erase(&workspace, &user).await {
                Ok(()) => ended += counts,
                Err(error) => tracing::error!(?error, %workspace, "{workspace} was not erased"),
            }
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

    /// Erases an account for good; nothing to do where it is gone already. Whoever acts for it is locked out before. What
    /// may be much goes in small transactions, the rest in one: broken off in between, it goes on the next time.
    pub(super) async fn erase(&self, workspace: &WorkspaceId, user: &UserId) -> Result<(), Error> {
        let mut conn = self.store().read().await?;
        let files = exports::list(&mut conn, workspace, AT_ONCE).await?;
        drop(conn);
        let mut pseudonyms =
            Pseudonyms { services: self, given: HashMap::new(), read_to: String::new() };
        let mut attempt = 1;
        let erasure = loop {
            let tried = async {
                pseudonyms.read_to.clear();
                self.erase_most((workspace, user), &mut pseudonyms).await?;
                self.erase_rest((workspace, user), &mut pseudonyms).await
            };
            match tried.await {
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

    /// Everything of which there may be much. Leaves at least half of the writer to others.
    async fn erase_most(
        &self,
        (workspace, user): (&WorkspaceId, &UserId),
        pseudonyms: &mut Pseudonyms<'_>,
    ) -> Result<(), Error> {
        loop {
            let began = Instant::now();
            let mut tx = self.store().begin().await?;
            let holder = Holder { workspace, user };
            let deleted = holdings::delete_some(&mut tx, holder, DELETED).await?;
            let more = erase_entries(&mut tx, workspace, pseudonyms).await?;
            tx.commit().await?;
            if deleted < DELETED && !more {
                return Ok(());
            }
            make_room(began).await;
        }
    }

    /// The record, where it is a new one.
    async fn erase_rest(
        &self,
        (workspace, user): (&WorkspaceId, &UserId),
        pseudonyms: &mut Pseudonyms<'_>,
    ) -> Result<Option<Erasure>, Error> {
        let mut tx = self.store().begin().await?;
        let person = users::get(&mut tx, user).await?;
        let operated = person.as_ref().is_some_and(|person| person.operator);
        // The person goes, also out of what others own.
        members::delete_elsewhere(&mut tx, user).await?;
        invitations::delete_by(&mut tx, user).await?;
        holdings::delete(&mut tx, Holder { workspace, user }).await?;
        pseudonyms.read_to.clear();
        while erase_entries(&mut tx, workspace, pseudonyms).await? {}
        if !user.as_str().is_empty() {
            erase_elsewhere(&mut tx, (workspace, user), pseudonyms).await?;
        }
        let stays = users::get(&mut tx, user).await?.is_some();
        if let Some(person) = person.filter(|_| !stays) {
            registrations::delete_of_email(&mut tx, &person.email).await?;
            mails::delete_of_nobody(&mut tx, &person.email).await?;
        }
        if operated && !stays && users::count_others(&mut tx, user).await?.1 == 0 {
            // Nobody runs the instance: the next one to register does who presents what the first one had to.
            settings::delete(&mut tx, settings::FIRST_OPERATOR).await?;
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
}

/// Takes everybody out of the next entries of a trail; whether there may be more.
async fn erase_entries(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    pseudonyms: &mut Pseudonyms<'_>,
) -> Result<bool, Error> {
    let page = audit::list_personal(tx, workspace, &pseudonyms.read_to, PAGE).await?;
    if let Some(last) = page.last() {
        last.id.as_str().clone_into(&mut pseudonyms.read_to);
    }
    let erased = page.iter().map(|entry| Erased {
        workspace_id: workspace.clone(),
        id: entry.id.clone(),
        actor: pseudonyms.of(&entry.actor),
        subject: pseudonyms.of(&entry.subject),
        detail: "{}".to_owned(),
        commitment: kept_commitment(entry),
    });
    audit::update_erased(tx, &erased.collect::<Vec<_>>()).await?;
    Ok(i64::try_from(page.len()).is_ok_and(|read| read == PAGE))
}

/// What the person did in other workspaces stays theirs to read, without who did it. Keys only act in their own.
async fn erase_elsewhere(
    tx: &mut Tx,
    (workspace, user): (&WorkspaceId, &UserId),
    pseudonyms: &mut Pseudonyms<'_>,
) -> Result<(), Error> {
    let actor = user.as_str();
    let pseudonym = pseudonyms.of(actor);
    amendments::update_actor_elsewhere(tx, workspace, (actor, &pseudonym)).await?;
    contests::update_answered_by(tx, actor, &pseudonym).await?;
    loop {
        let page = audit::list_by_actor_elsewhere(tx, workspace, actor, PAGE).await?;
        if page.is_empty() {
            return Ok(());
        }
        let erased = page.iter().map(|entry| Erased {
            workspace_id: entry.workspace_id.clone(),
            id: entry.id.clone(),
            actor: pseudonym.clone(),
            subject: entry.subject.replace(actor, &pseudonym),
            detail: entry.detail.replace(actor, &pseudonym),
            commitment: kept_commitment(entry),
        });
        audit::update_erased(tx, &erased.collect::<Vec<_>>()).await?;
    }
}

/// Random names that stand for the same actor or subject throughout one erasure, and are forgotten with it.
struct Pseudonyms<'a> {
    services: &'a Services,
    given: HashMap<String, String>,
    /// The last entry of the trail that was erased.
    read_to: String,
}

impl Pseudonyms<'_> {
    fn of(&mut self, id: &str) -> String {
        // Neither is a person.
        if id == "system" || id == "console" {
            return id.to_owned();
        }
        let new = || format!("erased_{}", hex::encode(self.services.entropy().bytes::<10>()));
        self.given.entry(id.to_owned()).or_insert_with(new).clone()
    }
}

/// What the leaf of an entry commits to. Where somebody was taken out of it before, the salt is gone and it stands there.
fn kept_commitment(entry: &AuditEntry) -> String {
    entry.commitment.clone().unwrap_or_else(|| commitment(&entry.salt, &entry.detail))
}

fn retryable(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<store::Error>().is_some_and(store::Error::is_retryable)
}
