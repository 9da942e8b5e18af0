//! How the status of payments was amended.

use model::{Amendment, AmendmentId, PaymentId, WorkspaceId};

use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result, Tx};

/// An amendment with what is kept beside it.
#[derive(Debug, Clone)]
pub struct NewAmendment {
    /// The workspace of the payment.
    pub workspace_id: WorkspaceId,
    /// The amendment.
    pub amendment: Amendment,
    /// The id of the key or user that amended.
    pub amended_by: String,
    /// How it was authenticated.
    pub via: String,
    /// Random, in hex; part of the leaf.
    pub salt: String,
    /// The amendment's audit leaf hash, in hex.
    pub leaf_hash: String,
}

/// Adds an amendment to a payment's history.
pub async fn insert(tx: &mut Tx, new: &NewAmendment) -> Result<()> {
    let a = &new.amendment;
    on_db!(tx, c => sqlx::query(
        "INSERT INTO payment_amendments (workspace_id, payment_id, id, from_status, to_status, resolution, party,
             amended_by, via, amended_at_ms, salt, leaf_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(new.workspace_id.as_str())
    .bind(a.payment_id.as_str())
    .bind(a.id.as_str())
    .bind(a.from.as_str())
    .bind(a.to.as_str())
    .bind(a.resolution.as_deref())
    .bind(a.party.as_str())
    .bind(&new.amended_by)
    .bind(&new.via)
    .bind(a.amended_at_ms)
    .bind(&new.salt)
    .bind(&new.leaf_hash)
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The newest `limit` amendments of a payment, oldest first.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    payment: &PaymentId,
    limit: i64,
) -> Result<Vec<Amendment>> {
    type Row = (String, String, String, Option<String>, String, i64);
    let mut rows: Vec<Row> = on_db!(conn, c => sqlx::query_as(
        "SELECT id, from_status, to_status, resolution, party, amended_at_ms FROM payment_amendments
         WHERE workspace_id = $1 AND payment_id = $2 ORDER BY id DESC LIMIT $3",
    )
    .bind(workspace.as_str())
    .bind(payment.as_str())
    .bind(limit)
    .fetch_all(c)
    .await)?;
    rows.reverse();
    rows.into_iter()
        .map(|(id, from, to, resolution, party, amended_at_ms)| {
            Ok(Amendment {
                id: AmendmentId::from_stored(id),
                payment_id: payment.clone(),
                from: stored("payment status", &from)?,
                to: stored("payment status", &to)?,
                resolution,
                party: stored("party", &party)?,
                amended_at_ms,
            })
        })
        .collect()
}

/// Whether a payment was ever amended away from being missed.
pub async fn was_missed(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    payment: &PaymentId,
) -> Result<bool> {
    let (missed,): (bool,) = on_db!(conn, c => sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM payment_amendments
             WHERE workspace_id = $1 AND payment_id = $2 AND from_status = 'missed')",
    )
    .bind(workspace.as_str())
    .bind(payment.as_str())
    .fetch_one(c)
    .await)?;
    Ok(missed)
}

/// Puts a pseudonym in the place of who amended payments of other workspaces; how many.
pub async fn update_actor_elsewhere(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    (actor, pseudonym): (&str, &str),
) -> Result<u64> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE payment_amendments SET amended_by = $3 WHERE amended_by = $1 AND workspace_id <> $2",
    )
    .bind(actor)
    .bind(workspace.as_str())
    .bind(pseudonym)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed)
}
