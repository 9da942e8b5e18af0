//! The ledger.

use std::collections::BTreeSet;

use model::{AgentId, Amount, Payment, PaymentId, PaymentStatus, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::{Conn, Result, Tx};

mod list;

pub use list::{Filter, Position, list, list_currencies};

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

#[derive(Serialize_tuple)]
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

#[derive(Serialize_tuple, PartialEq, Eq, PartialOrd, Ord)]
struct KindRow<'a> {
    ws: &'a str,
    agent: &'a str,
    direction: &'a str,
    rail: &'a str,
    currency: &'a str,
    autonomous: bool,
}

const INSERT_KINDS: RowsSql = rows_sql!(
    "INSERT INTO payment_kinds (workspace_id, agent_id, direction, rail, currency, autonomous)
     SELECT r.ws, r.agent, r.direction, r.rail, r.currency, r.autonomous FROM",
    (ws TEXT, agent TEXT, direction TEXT, rail TEXT, currency TEXT, autonomous BOOLEAN),
    "WHERE true ON CONFLICT DO NOTHING"
);

/// Adds payments, all in one statement, and the kinds by which lists find them. Agent and reference together are
/// unique.
pub async fn insert_all(tx: &mut Tx, payments: &[NewPayment]) -> Result<()> {
    let rows: Vec<_> = payments.iter().map(insert_row).collect();
    tx.write(INSERT, &rows).await?;
    // In order: two transactions that add the same kinds must not wait for each other.
    let kinds: BTreeSet<_> = rows.iter().map(kind_row).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    tx.write(INSERT_KINDS, &kinds).await
}

fn kind_row<'a>(row: &InsertRow<'a>) -> KindRow<'a> {
    KindRow {
        ws: row.ws,
        agent: row.agent,
        direction: row.direction,
        rail: row.rail,
        currency: row.currency,
        autonomous: row.autonomous,
    }
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

/// What a [`PaymentRow`] reads of `payments p` and `agents a`, with this for the status.
macro_rules! columns {
    ($status:literal) => {
        concat!(
            "p.id, p.agent_id, a.external_id, p.direction, p.rail, ",
            $status,
            ", p.amount_micros, p.currency, p.source, p.autonomous, p.self_payment, p.counterparty, p.reference,
             p.happened_at_ms, p.due_at_ms, p.recorded_at_ms"
        )
    };
}
use columns;

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

/// How a payment came into the ledger.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Recording {
    /// The id of the key or user that recorded it.
    pub recorded_by: String,
    /// How the recorder was authenticated.
    pub via: String,
    /// The payment's audit leaf hash, in hex.
    pub leaf_hash: String,
}

/// How a payment came into the ledger, if there is such a payment.
pub async fn get_recording(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    id: &PaymentId,
) -> Result<Option<Recording>> {
    Ok(on_db!(conn, c => sqlx::query_as(
        "SELECT recorded_by, via, leaf_hash FROM payments WHERE workspace_id = $1 AND id = $2",
    )
    .bind(workspace.as_str())
    .bind(id.as_str())
    .fetch_optional(c)
    .await)?)
}

const LIST_BY_REFERENCE: RowsSql = rows_sql!(
    concat!("SELECT ", columns!("COALESCE(p.first_status, p.status) AS status"), "
    FROM"),
    (ws TEXT, agent TEXT, reference TEXT),
    "JOIN payments p ON p.workspace_id = r.ws AND p.agent_id = r.agent AND p.reference = r.reference
     JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id"
);

/// The payments that already have these references, each with the status that it was first recorded with.
pub async fn list_by_reference(
    conn: &mut Conn,
    references: &[(&WorkspaceId, &AgentId, &str)],
) -> Result<Vec<Payment>> {
    let found: Vec<PaymentRow> = on_rows!(conn, LIST_BY_REFERENCE, references, |c, sql, json| {
        sqlx::query_as(sql).bind(json).fetch_all(c).await
    })?;
    found.into_iter().map(PaymentRow::into_payment).collect()
}

const LIST_BY_ID: RowsSql = rows_sql!(
    concat!("SELECT ", columns!("COALESCE(p.first_status, p.status) AS status"), "
    FROM"),
    (ws TEXT, id TEXT),
    "JOIN payments p ON p.workspace_id = r.ws AND p.id = r.id
     JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id"
);

/// The payments with these ids, each with the status that it was first recorded with.
pub async fn list_by_id(conn: &mut Conn, ids: &[(&WorkspaceId, &str)]) -> Result<Vec<Payment>> {
    let found: Vec<PaymentRow> = on_rows!(conn, LIST_BY_ID, ids, |c, sql, json| {
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
        concat!("SELECT ", columns!("p.status"), "
    FROM payments p JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
         WHERE p.workspace_id = $1 AND p.id = $2"),
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
