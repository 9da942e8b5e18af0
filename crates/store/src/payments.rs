//! The ledger.

use std::collections::BTreeSet;

use model::{
    AgentId, Amount, Currency, Direction, Payment, PaymentId, PaymentStatus, Rail, WorkspaceId,
};
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

#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
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
    on_rows!(tx, INSERT, &rows, |c, sql, json| {
        sqlx::query(sql).bind(json).execute(c).await.map(drop)
    })?;
    // In order: two transactions that add the same kinds must not wait for each other.
    let kinds: BTreeSet<_> = rows.iter().map(kind_row).collect();
    let kinds: Vec<_> = kinds.into_iter().collect();
    on_rows!(tx, INSERT_KINDS, &kinds, |c, sql, json| {
        sqlx::query(sql).bind(json).execute(c).await.map(drop)
    })?;
    Ok(())
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

/// Which payments to list; `None` does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Of this agent.
    pub agent: Option<AgentId>,
    /// Sent or received.
    pub direction: Option<Direction>,
    /// How they came into the ledger.
    pub rail: Option<Rail>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Made by the agent on its own, or not.
    pub autonomous: Option<bool>,
    /// How they went.
    pub status: Option<PaymentStatus>,
    /// Happened at or after this instant (Unix milliseconds).
    pub from_ms: Option<i64>,
    /// Happened before this instant (Unix milliseconds).
    pub until_ms: Option<i64>,
    /// With exactly this reference or id.
    pub reference: Option<String>,
}

impl Filter {
    fn by_kind(&self) -> bool {
        self.agent.is_some()
            || self.direction.is_some()
            || self.rail.is_some()
            || self.currency.is_some()
            || self.autonomous.is_some()
            || self.status.is_some()
    }
}

/// A place in the order of a list: newest first by when it happened, then by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// When the payment there happened (Unix milliseconds).
    pub happened_at_ms: i64,
    /// Its id.
    pub id: String,
}

/// How many payments are looked at for each that is wanted, before they are searched by kind.
const NEAR_FACTOR: i64 = 10;

const LIST_BY_TIME: &str = "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status, p.amount_micros,
        p.currency, p.source, p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms,
        p.due_at_ms, p.recorded_at_ms
    FROM payments p JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
    WHERE p.workspace_id = $1 AND p.happened_at_ms >= $2 AND (p.happened_at_ms, p.id) < ($3, $4)
    ORDER BY p.happened_at_ms DESC, p.id DESC LIMIT $5";

// Most filters let much of the ledger through: the page is among the next payments, and what is left is only searched
// by kind when it is not.
const LIST_NEAR: &str = "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status, p.amount_micros,
        p.currency, p.source, p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms,
        p.due_at_ms, p.recorded_at_ms
    FROM (SELECT q.* FROM payments q
          WHERE q.workspace_id = $1 AND q.happened_at_ms >= $2 AND (q.happened_at_ms, q.id) < ($3, $4)
          ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT $12) p
        JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
    WHERE (CAST($6 AS TEXT) IS NULL OR p.agent_id = $6)
        AND (CAST($7 AS TEXT) IS NULL OR p.direction = $7)
        AND (CAST($8 AS TEXT) IS NULL OR p.rail = $8)
        AND (CAST($9 AS TEXT) IS NULL OR p.currency = $9)
        AND (CAST($10 AS BOOLEAN) IS NULL OR p.autonomous = $10)
        AND (CAST($11 AS TEXT) IS NULL OR p.status = $11)
    ORDER BY p.happened_at_ms DESC, p.id DESC LIMIT $5";

// One seek for each kind and status finds its newest match. Only the $5 kinds with the newest ones can be on the page
// (`top`), and of each only what is not older than its own $5th match (`since`): positions, because whole files of
// payments may have happened at one instant.
const LIST_BY_KIND: &str = "WITH found AS MATERIALIZED (
        SELECT k.agent_id, k.direction, k.rail, k.currency, k.autonomous, s.status,
            (SELECT q.happened_at_ms FROM payments q
             WHERE q.workspace_id = $1 AND q.agent_id = k.agent_id AND q.direction = k.direction AND q.rail = k.rail
                 AND q.currency = k.currency AND q.autonomous = k.autonomous AND q.status = s.status
                 AND q.happened_at_ms >= $2 AND (q.happened_at_ms, q.id) < ($3, $4)
             ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT 1) AS newest,
            (SELECT q.id FROM payments q
             WHERE q.workspace_id = $1 AND q.agent_id = k.agent_id AND q.direction = k.direction AND q.rail = k.rail
                 AND q.currency = k.currency AND q.autonomous = k.autonomous AND q.status = s.status
                 AND q.happened_at_ms >= $2 AND (q.happened_at_ms, q.id) < ($3, $4)
             ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT 1) AS newest_id
        FROM payment_kinds k
            CROSS JOIN (SELECT 'paid' AS status UNION ALL SELECT 'on_time' UNION ALL SELECT 'late'
                        UNION ALL SELECT 'missed' UNION ALL SELECT 'disputed') s
        WHERE k.workspace_id = $1
            AND (CAST($6 AS TEXT) IS NULL OR k.agent_id = $6)
            AND (CAST($7 AS TEXT) IS NULL OR k.direction = $7)
            AND (CAST($8 AS TEXT) IS NULL OR k.rail = $8)
            AND (CAST($9 AS TEXT) IS NULL OR k.currency = $9)
            AND (CAST($10 AS BOOLEAN) IS NULL OR k.autonomous = $10)
            AND (CAST($11 AS TEXT) IS NULL OR s.status = $11)
    ), top AS MATERIALIZED (
        SELECT f.agent_id, f.direction, f.rail, f.currency, f.autonomous, f.status
        FROM found f WHERE f.newest IS NOT NULL ORDER BY f.newest DESC, f.newest_id DESC LIMIT $5
    ), spans AS MATERIALIZED (
        SELECT f.agent_id, f.direction, f.rail, f.currency, f.autonomous, f.status,
            COALESCE((SELECT q.happened_at_ms FROM payments q
             WHERE q.workspace_id = $1 AND q.agent_id = f.agent_id AND q.direction = f.direction AND q.rail = f.rail
                 AND q.currency = f.currency AND q.autonomous = f.autonomous AND q.status = f.status
                 AND q.happened_at_ms >= $2 AND (q.happened_at_ms, q.id) < ($3, $4)
             ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT 1 OFFSET $12), $2) AS since,
            COALESCE((SELECT q.id FROM payments q
             WHERE q.workspace_id = $1 AND q.agent_id = f.agent_id AND q.direction = f.direction AND q.rail = f.rail
                 AND q.currency = f.currency AND q.autonomous = f.autonomous AND q.status = f.status
                 AND q.happened_at_ms >= $2 AND (q.happened_at_ms, q.id) < ($3, $4)
             ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT 1 OFFSET $12), '') AS since_id
        FROM top f
    ), page AS MATERIALIZED (
        SELECT q.id FROM spans n CROSS JOIN payments q
        WHERE q.workspace_id = $1 AND q.agent_id = n.agent_id AND q.direction = n.direction AND q.rail = n.rail
            AND q.currency = n.currency AND q.autonomous = n.autonomous AND q.status = n.status
            AND (q.happened_at_ms, q.id) >= (n.since, n.since_id) AND (q.happened_at_ms, q.id) < ($3, $4)
        ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT $5
    )
    SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status, p.amount_micros, p.currency, p.source,
        p.autonomous, p.self_payment, p.counterparty, p.reference, p.happened_at_ms, p.due_at_ms, p.recorded_at_ms
    FROM page CROSS JOIN payments p CROSS JOIN agents a
    WHERE p.workspace_id = $1 AND p.id = page.id AND a.workspace_id = p.workspace_id AND a.id = p.agent_id
    ORDER BY p.happened_at_ms DESC, p.id DESC";

// A reference is unique for its agent: one seek for each agent, and one for the id.
const LIST_BY_REFERENCE_OR_ID: &str = "SELECT p.id, p.agent_id, a.external_id, p.direction, p.rail, p.status,
        p.amount_micros, p.currency, p.source, p.autonomous, p.self_payment, p.counterparty, p.reference,
        p.happened_at_ms, p.due_at_ms, p.recorded_at_ms
    FROM (SELECT q.id FROM agents o CROSS JOIN payments q
          WHERE o.workspace_id = $1 AND q.workspace_id = $1 AND q.agent_id = o.id AND q.reference = $12
          UNION SELECT q.id FROM payments q WHERE q.workspace_id = $1 AND q.id = $12) found
        CROSS JOIN payments p CROSS JOIN agents a
    WHERE p.workspace_id = $1 AND p.id = found.id AND a.workspace_id = p.workspace_id AND a.id = p.agent_id
        AND p.happened_at_ms >= $2 AND (p.happened_at_ms, p.id) < ($3, $4)
        AND (CAST($6 AS TEXT) IS NULL OR p.agent_id = $6)
        AND (CAST($7 AS TEXT) IS NULL OR p.direction = $7)
        AND (CAST($8 AS TEXT) IS NULL OR p.rail = $8)
        AND (CAST($9 AS TEXT) IS NULL OR p.currency = $9)
        AND (CAST($10 AS BOOLEAN) IS NULL OR p.autonomous = $10)
        AND (CAST($11 AS TEXT) IS NULL OR p.status = $11)
    ORDER BY p.happened_at_ms DESC, p.id DESC LIMIT $5";

/// Payments of a workspace that pass the filter, newest first by when they happened, after `after`. Reads about as
/// many rows as it returns, however many the workspace has and however rare the matches are.
pub async fn list(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    filter: &Filter,
    after: Option<&Position>,
    limit: i64,
) -> Result<Vec<Payment>> {
    let from = filter.from_ms.unwrap_or(i64::MIN);
    // Nothing has an empty id: the position lies after all that happened at `until_ms` or later.
    let end = (filter.until_ms.unwrap_or(i64::MAX), "");
    let (before_ms, before_id) =
        after.map_or(end, |at| end.min((at.happened_at_ms, at.id.as_str())));
    if filter.reference.is_none() && !filter.by_kind() {
        let rows: Vec<PaymentRow> = on_db!(conn, c => sqlx::query_as(LIST_BY_TIME)
            .bind(workspace.as_str())
            .bind(from)
            .bind(before_ms)
            .bind(before_id)
            .bind(limit)
            .fetch_all(c)
            .await)?;
        return rows.into_iter().map(PaymentRow::into_payment).collect();
    }
    let bounds = Bounds { workspace, filter, from, before_ms, before_id, limit };
    let rows = if let Some(reference) = &filter.reference {
        bounds.run(conn, LIST_BY_REFERENCE_OR_ID, Last::Text(reference)).await?
    } else {
        let near = bounds.run(conn, LIST_NEAR, Last::Number(NEAR_FACTOR * limit)).await?;
        if i64::try_from(near.len()).is_ok_and(|found| found >= limit) {
            near
        } else {
            bounds.run(conn, LIST_BY_KIND, Last::Number((limit - 1).max(0))).await?
        }
    };
    rows.into_iter().map(PaymentRow::into_payment).collect()
}

/// What the filtered lists share.
struct Bounds<'a> {
    workspace: &'a WorkspaceId,
    filter: &'a Filter,
    from: i64,
    before_ms: i64,
    before_id: &'a str,
    limit: i64,
}

impl Bounds<'_> {
    async fn run(
        &self,
        conn: &mut Conn,
        sql: &'static str,
        last: Last<'_>,
    ) -> Result<Vec<PaymentRow>> {
        let filter = self.filter;
        Ok(on_db!(conn, c => {
            let query = sqlx::query_as(sql)
                .bind(self.workspace.as_str())
                .bind(self.from)
                .bind(self.before_ms)
                .bind(self.before_id)
                .bind(self.limit)
                .bind(filter.agent.as_ref().map(AgentId::as_str))
                .bind(filter.direction.map(Direction::as_str))
                .bind(filter.rail.map(Rail::as_str))
                .bind(filter.currency.map(Currency::as_str))
                .bind(filter.autonomous)
                .bind(filter.status.map(PaymentStatus::as_str));
            match last {
                Last::Text(text) => query.bind(text).fetch_all(c).await,
                Last::Number(number) => query.bind(number).fetch_all(c).await,
            }
        })?)
    }
}

/// The parameter in which the filtered lists differ.
enum Last<'a> {
    Text(&'a str),
    Number(i64),
}

/// The currencies in which a workspace has payments, in their order.
pub async fn list_currencies(conn: &mut Conn, workspace: &WorkspaceId) -> Result<Vec<Currency>> {
    let rows: Vec<(String,)> = on_db!(conn, c => sqlx::query_as(
        "SELECT DISTINCT currency FROM payment_kinds WHERE workspace_id = $1 ORDER BY currency LIMIT 200",
    )
    .bind(workspace.as_str())
    .fetch_all(c)
    .await)?;
    rows.into_iter().map(|(code,)| stored("currency", &code)).collect()
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
