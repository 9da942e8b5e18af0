//! The ledger.

use model::{AgentId, Amount, Payment, PaymentId, PaymentStatus, WorkspaceId};
use serde::Serialize;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

/// A payment with what the ledger keeps beside it.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// Whose ledger.
    pub workspace_id: WorkspaceId,
    /// The payment.
    pub payment: Payment,
    /// The id of the key or user that recorded it.
    pub recorded_by: String,
    /// How the recorder was authenticated.
    pub via: String,
    /// Random, in hex; part of the leaf.
    pub salt: String,
    /// The payment's audit leaf hash, in hex.
    pub leaf_hash: String,
}

#[derive(Serialize)]
struct InsertRow<'a> {
    ws: &'a str,
    id: &'a str,
    agent: &'a str,
    direction: &'a str,
    rail: &'a str,
    status: &'a str,
    micros: i64,
    currency: &'a str,
    source: &'a str,
    autonomous: bool,
    own: bool,
    counterparty: Option<&'a str>,
    reference: Option<&'a str>,
    happened: i64,
    due: Option<i64>,
    recorded: i64,
    recorder: &'a str,
    via: &'a str,
    salt: &'a str,
    leaf: &'a str,
}

const INSERT: RowsSql = rows_sql!(
    "INSERT INTO payments (workspace_id, id, agent_id, direction, rail, status, amount_micros, currency, source,
         autonomous, self_payment, counterparty, reference, happened_at_ms, due_at_ms, recorded_at_ms, recorded_by,
         via, salt, leaf_hash)
     SELECT r.ws, r.id, r.agent, r.direction, r.rail, r.status, r.micros, r.currency, r.source, r.autonomous, r.own,
         r.counterparty, r.reference, r.happened, r.due, r.recorded, r.recorder, r.via, r.salt, r.leaf
     FROM",
    (ws TEXT, id TEXT, agent TEXT, direction TEXT, rail TEXT, status TEXT, micros BIGINT, currency TEXT, source TEXT,
     autonomous BOOLEAN, own BOOLEAN, counterparty TEXT, reference TEXT, happened BIGINT, due BIGINT, recorded BIGINT,
     recorder TEXT, via TEXT, salt TEXT, leaf TEXT),
    ""
);

/// Adds payments, all in one statement. Agent and reference together are unique.
pub async fn insert_all(tx: &mut Tx, payments: &[NewPayment]) -> Result<()> {
    let rows: Vec<_> = payments.iter().map(insert_row).collect();
    on_rows!(tx, INSERT, &rows, |c, sql, json| {
        sqlx::query(sql).bind(json).execute(c).await.map(drop)
    })?;
    Ok(())
}

fn insert_row(new: &NewPayment) -> InsertRow<'_> {
    let p = &new.payment;
    InsertRow {
        ws: new.workspace_id.as_str(),
        id: p.id.as_str(),
        agent: p.agent_id.as_str(),
        direction: p.direction.as_str(),
        rail: p.rail.as_str(),
        status: p.status.as_str(),
        micros: p.amount.micros,
        currency: p.amount.currency.as_str(),
        source: p.source.as_str(),
        autonomous: p.autonomous,
        own: p.self_payment,
        counterparty: p.counterparty.as_deref(),
        reference: p.reference.as_deref(),
        happened: p.happened_at_ms,
        due: p.due_at_ms,
        recorded: p.recorded_at_ms,
        recorder: &new.recorded_by,
        via: &new.via,
        salt: &new.salt,
        leaf: &new.leaf_hash,
    }
}

#[derive(sqlx::FromRow)]
struct PaymentRow {
    id: String,
    agent_id: String,
    external_id: String,
    direction: String,
    rail: String,
    status: String,
    amount_micros: i64,
    currency: String,
    source: String,
    autonomous: bool,
    self_payment: bool,
    counterparty: Option<String>,
    reference: Option<String>,
    happened_at_ms: i64,
    due_at_ms: Option<i64>,
    recorded_at_ms: i64,
}

impl PaymentRow {
    fn into_payment(self) -> Result<Payment> {
        Ok(Payment {
            id: PaymentId::from_stored(self.id),
            agent_id: AgentId::from_stored(self.agent_id),
            agent_external_id: self.external_id,
            direction: stored("direction", &self.direction)?,
            rail: stored("rail", &self.rail)?,
            status: stored("payment status", &self.status)?,
            amount: Amount {
                micros: self.amount_micros,
                currency: stored("currency", &self.currency)?,
            },
            source: stored("payment source", &self.source)?,
            autonomous: self.autonomous,
            self_payment: self.self_payment,
            counterparty: self.counterparty,
            reference: self.reference,
            happened_at_ms: self.happened_at_ms,
            due_at_ms: self.due_at_ms,
            recorded_at_ms: self.recorded_at_ms,
        })
    }
}

/// Payments of a workspace, or of one of its agents, newest first, recorded before `before`.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: Option<&AgentId>,
    before: Option<&str>,
    limit: i64,
) -> Result<Vec<Payment>> {
    // Two texts, because one with an optional agent would leave the planner without an index for it.
    let sql = match agent {
        None => {
            "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status, p.amount_micros, p.currency,
                    p.source, p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms,
                    p.due_at_ms, p.recorded_at_ms
             FROM payments p JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
             WHERE p.workspace_id = $1 AND CAST($2 AS TEXT) IS NULL AND p.id < $3
             ORDER BY p.id DESC LIMIT $4"
        }
        Some(_) => {
            "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status, p.amount_micros, p.currency,
                    p.source, p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms,
                    p.due_at_ms, p.recorded_at_ms
             FROM payments p JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
             WHERE p.workspace_id = $1 AND p.agent_id = $2 AND p.id < $3
             ORDER BY p.id DESC LIMIT $4"
        }
    };
    let rows: Vec<PaymentRow> = on_db!(conn, c => sqlx::query_as(sql)
        .bind(workspace.as_str())
        .bind(agent.map(AgentId::as_str))
        // Sorts after every id.
        .bind(before.unwrap_or("~"))
        .bind(limit)
        .fetch_all(c)
        .await)?;
    rows.into_iter().map(PaymentRow::into_payment).collect()
}

#[derive(Serialize)]
struct ReferenceRow<'a> {
    ws: &'a str,
    agent: &'a str,
    reference: &'a str,
}

const LIST_BY_REFERENCE: RowsSql = rows_sql!(
    "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, COALESCE(p.first_status, p.status) AS status, p.amount_micros, p.currency, p.source,
         p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms, p.due_at_ms, p.recorded_at_ms
     FROM",
    (ws TEXT, agent TEXT, reference TEXT),
    "JOIN payments p ON p.workspace_id = r.ws AND p.agent_id = r.agent AND p.reference = r.reference
     JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id"
);

/// The payments that already have these references, each with the status that it was first recorded with.
pub async fn list_by_reference(
    conn: &mut Conn,
    references: &[(&WorkspaceId, &AgentId, &str)],
) -> Result<Vec<Payment>> {
    let rows: Vec<_> = references
        .iter()
        .map(|(ws, agent, reference)| ReferenceRow {
            ws: ws.as_str(),
            agent: agent.as_str(),
            reference,
        })
        .collect();
    let found: Vec<PaymentRow> = on_rows!(conn, LIST_BY_REFERENCE, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found.into_iter().map(PaymentRow::into_payment).collect()
}

#[derive(Serialize)]
struct IdRow<'a> {
    ws: &'a str,
    id: &'a str,
}

const LIST_BY_ID: RowsSql = rows_sql!(
    "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, COALESCE(p.first_status, p.status) AS status, p.amount_micros, p.currency, p.source,
         p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms, p.due_at_ms, p.recorded_at_ms
     FROM",
    (ws TEXT, id TEXT),
    "JOIN payments p ON p.workspace_id = r.ws AND p.id = r.id
     JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id"
);

/// The payments with these ids, each with the status that it was first recorded with.
pub async fn list_by_id(conn: &mut Conn, ids: &[(&WorkspaceId, &str)]) -> Result<Vec<Payment>> {
    let rows: Vec<_> = ids.iter().map(|(ws, id)| IdRow { ws: ws.as_str(), id }).collect();
    let found: Vec<PaymentRow> = on_rows!(conn, LIST_BY_ID, &rows, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found.into_iter().map(PaymentRow::into_payment).collect()
}

/// The payment with this id, as it stands now.
pub async fn get(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &PaymentId,
) -> Result<Option<Payment>> {
    let row: Option<PaymentRow> = on_db!(conn, c => sqlx::query_as(
        "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status, p.amount_micros, p.currency, p.source,
                p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms, p.due_at_ms,
                p.recorded_at_ms
         FROM payments p JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
         WHERE p.workspace_id = $1 AND p.id = $2",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    row.map(PaymentRow::into_payment).transpose()
}

/// Whose the disputed payment with this id is, and its counterparty: for those who resolve disputes of others.
pub async fn get_disputed_of_any(
    conn: &mut Conn,
    id: &PaymentId,
) -> Result<Option<(WorkspaceId, Option<String>)>> {
    let row: Option<(String, Option<String>)> = on_db!(conn, c => sqlx::query_as(
        "SELECT workspace_id, counterparty FROM payments WHERE id = $1 AND status = 'disputed'",
    )
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(workspace, counterparty)| (WorkspaceId::from_stored(workspace), counterparty)))
}

/// Changes the status of a payment, remembering the first one; `false` if it is not `from` any more.
pub async fn update_status(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    id: &PaymentId,
    (from, to): (PaymentStatus, PaymentStatus),
) -> Result<bool> {
    let changed = on_db!(tx, c => sqlx::query(
        "UPDATE payments SET first_status = COALESCE(first_status, status), status = $4
         WHERE workspace_id = $1 AND id = $2 AND status = $3",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .bind(from.as_str())
    .bind(to.as_str())
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}
