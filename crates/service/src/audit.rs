//! The audit trail: leaf hashes that survive the erasure of what they speak of.

use std::sync::atomic::{AtomicI64, Ordering};

use model::{AuditId, EventId, UserId, WorkspaceId};
use serde::Serialize;
use store::audit::{self, AuditEntry};
use store::outbox::Event;
use store::{Conn, Tx, members};

use crate::secrets::sha256_hex;
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
    leaf_of((id, workspace), action, at_ms, &commitment(salt, detail))
}

/// The salted hash of what an entry says.
pub(crate) fn commitment(salt: &str, detail: &str) -> String {
    sha256_hex(&[salt.as_bytes(), detail.as_bytes()])
}

fn leaf_of(
    (id, workspace): (&str, &WorkspaceId),
    action: &str,
    at_ms: i64,
    commitment: &str,
) -> Result<String, Error> {
    // Keys in alphabetical order, no white space: canonical without a library.
    let leaf = Leaf { action, at: at_ms, commitment, id, workspace: workspace.as_str() };
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

    /// [`Services::audit`] of what concerns a person and no workspace: it stands where the person is at home, whatever
    /// workspace the person acts on meanwhile.
    pub(crate) async fn audit_of_user<A: Serialize + Sync>(
        &self,
        tx: &mut Tx,
        user: &UserId,
        who: (&str, &str),
        what: (&str, &str),
        after: Option<&A>,
    ) -> Result<(), Error> {
        self.audit_change_of_user(tx, user, who, what, (None::<&()>, after)).await
    }

    /// [`Services::audit_of_user`] with what was before.
    pub(crate) async fn audit_change_of_user<B: Serialize + Sync, A: Serialize + Sync>(
        &self,
        tx: &mut Tx,
        user: &UserId,
        (actor, via): (&str, &str),
        what: (&str, &str),
        change: (Option<&B>, Option<&A>),
    ) -> Result<(), Error> {
        let owned = members::list_owned(tx, user).await?;
        let Some(home) = owned.first() else { return Ok(()) };
        self.audit_by(tx, (&home.id, actor, via), what, change).await
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
        let salt = hex::encode(self.entropy().bytes::<16>());
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
            commitment: None,
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
        let now_ms = self.now_ms();
        let (created_at_ms, number) = self.0.events.next(now_ms);
        let mut random = self.entropy().bytes::<10>();
        random[..2].copy_from_slice(&number.to_be_bytes());
        Event {
            id: EventId::new(created_at_ms, random),
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

/// Gives this process's events their order: no two have the same instant and number, and later ones have greater ones,
/// also where the machine's clock is put back.
pub(crate) struct EventOrder(AtomicI64);

impl EventOrder {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(0))
    }

    /// The instant (Unix milliseconds) and the number within it.
    fn next(&self, now_ms: i64) -> (i64, u16) {
        const NUMBERS: i64 = 1 << 16;
        let next = |last: i64| Some((last + 1).max(now_ms * NUMBERS));
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        let this = last.ok().and_then(next).unwrap_or_default();
        (this / NUMBERS, u16::try_from(this % NUMBERS).unwrap_or_default())
    }
}

/// Whether the leaf hash fits what the entry says now; of one without its person, what it committed to.
pub(crate) fn intact(entry: &AuditEntry) -> Result<bool, Error> {
    let id = (entry.id.as_str(), &entry.workspace_id);
    let made = || commitment(&entry.salt, &entry.detail);
    let commitment = entry.commitment.clone().unwrap_or_else(made);
    Ok(leaf_of(id, &entry.action, entry.at_ms, &commitment)? == entry.leaf_hash)
}

#[cfg(test)]
mod tests {
    use super::EventOrder;

    #[test]
    fn events_keep_their_order_within_a_millisecond_and_when_the_clock_goes_back() {
        let order = EventOrder::new();
        let given = [5, 5, 7, 6].map(|now| order.next(now));
        assert_eq!(given, [(5, 0), (5, 1), (7, 0), (7, 1)]);
        for _ in 0..70_000 {
            order.next(7);
        }
        let (later, _) = order.next(7);
        assert_eq!(later, 8, "an instant has room for so many");
    }
}
