//! The audit trail: leaf hashes that survive the erasure of what they speak of.

use model::{AuditId, EventId, WorkspaceId};
use serde::Serialize;
use store::audit::{self, AuditEntry};
use store::outbox::Event;
use store::{Conn, Tx};

use crate::secrets::{hex, sha256_hex};
use crate::{Actor, Error, Services};

/// What is hashed of an entry. Everything that may speak of a person is behind the commitment.
#[derive(Serialize)]
struct Leaf<'a> {
    action: &'a str,
    at: i64,
    commitment: &'a str,
    id: &'a str,
    workspace: &'a str,
}

#[derive(Serialize)]
struct Detail<'a, B: Serialize, A: Serialize> {
    actor: &'a str,
    after: Option<&'a A>,
    before: Option<&'a B>,
    subject: &'a str,
    via: &'a str,
}

/// The leaf hash (RFC 6962: SHA-256 over a zero byte and the entry) of an entry whose detail is only committed to:
/// with detail and salt erased, the hash stays valid and tells nothing.
pub(crate) fn leaf_hash(
    (id, workspace): (&str, &WorkspaceId),
    action: &str,
    at_ms: i64,
    (salt, detail): (&str, &str),
) -> Result<String, Error> {
    let commitment = sha256_hex(&[salt.as_bytes(), detail.as_bytes()]);
    // Keys in alphabetical order, no white space: canonical without a library.
    let leaf =
        Leaf { action, at: at_ms, commitment: &commitment, id, workspace: workspace.as_str() };
    let leaf = serde_json::to_vec(&leaf).map_err(Error::internal)?;
    Ok(sha256_hex(&[&[0], &leaf]))
}

impl Services {
    /// Appends what was done, with the thing as it was and as it is.
    pub(crate) async fn audit<B: Serialize + Sync, A: Serialize + Sync>(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        (action, subject): (&str, &str),
        change: (Option<&B>, Option<&A>),
    ) -> Result<(), Error> {
        let who = (&actor.workspace_id, actor.audit_id(), actor.via.as_str());
        self.audit_by(tx, who, (action, subject), change).await
    }

    /// [`Services::audit`] for what goes on after its request: workspace, actor and way of authentication are what was
    /// written down then.
    pub(crate) async fn audit_by<B: Serialize + Sync, A: Serialize + Sync>(
        &self,
        tx: &mut Tx,
        (workspace, actor, via): (&WorkspaceId, &str, &str),
        (action, subject): (&str, &str),
        (before, after): (Option<&B>, Option<&A>),
    ) -> Result<(), Error> {
        let at_ms = self.now_ms();
        let id = AuditId::new(at_ms, self.entropy().bytes());
        let salt = hex(&self.entropy().bytes::<16>());
        let detail = Detail { actor, via, subject, before, after };
        let detail = serde_json::to_string(&detail).map_err(Error::internal)?;
        let leaf_hash = leaf_hash((id.as_str(), workspace), action, at_ms, (&salt, &detail))?;
        let entry = AuditEntry {
            id,
            workspace_id: workspace.clone(),
            actor: actor.to_owned(),
            via: via.to_owned(),
            action: action.to_owned(),
            subject: subject.to_owned(),
            detail,
            at_ms,
            salt,
            leaf_hash,
        };
        Ok(audit::insert(tx, &entry).await?)
    }

    /// Tells whoever listens outside, once the transaction is committed.
    pub(crate) async fn emit<T: Serialize + Sync>(
        &self,
        tx: &mut Tx,
        workspace: &WorkspaceId,
        (kind, subject): (&str, &str),
        payload: &T,
    ) -> Result<(), Error> {
        let payload = serde_json::to_string(payload).map_err(Error::internal)?;
        let event = self.event(workspace, (kind, subject), Some(payload));
        Ok(store::outbox::insert_all(tx, &[event]).await?)
    }

    /// An event that happens now. A payment is its own payload: the ledger holds it already.
    pub(crate) fn event(
        &self,
        workspace: &WorkspaceId,
        (kind, subject): (&str, &str),
        payload: Option<String>,
    ) -> Event {
        let created_at_ms = self.now_ms();
        Event {
            id: EventId::new(created_at_ms, self.entropy().bytes()),
            workspace_id: workspace.clone(),
            kind: kind.to_owned(),
            subject: subject.to_owned(),
            payload,
            created_at_ms,
        }
    }

    /// The newest entries of the actor's workspace whose leaf hash no longer fits their content.
    pub async fn verify_audit(&self, actor: &Actor, limit: u32) -> Result<Vec<AuditId>, Error> {
        actor.require(crate::Capability::Read)?;
        actor.require_all_agents()?;
        let mut conn: Conn = self.store().read().await?;
        let entries = audit::list(&mut conn, &actor.workspace_id, i64::from(limit)).await?;
        let mut broken = Vec::new();
        for entry in entries {
            if !intact(&entry)? {
                broken.push(entry.id);
            }
        }
        Ok(broken)
    }
}

/// Whether the leaf hash fits what the entry says now.
pub(crate) fn intact(entry: &AuditEntry) -> Result<bool, Error> {
    let id = (entry.id.as_str(), &entry.workspace_id);
    let hash = leaf_hash(id, &entry.action, entry.at_ms, (&entry.salt, &entry.detail))?;
    Ok(hash == entry.leaf_hash)
}
