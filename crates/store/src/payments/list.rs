//! Lists of payments: by time, by kind, by reference.

use model::{AgentId, Currency, Direction, Payment, PaymentStatus, Rail, WorkspaceId};

use super::{PaymentRow, columns};
use crate::engine::on_db;
use crate::error::stored;
use crate::{Conn, Result};

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

/// Whether a payment `p` passes the filter; the parameters are those of [`Bounds`].
macro_rules! passes {
    () => {
        "(CAST($6 AS TEXT) IS NULL OR p.agent_id = $6)
        AND (CAST($7 AS TEXT) IS NULL OR p.direction = $7)
        AND (CAST($8 AS TEXT) IS NULL OR p.rail = $8)
        AND (CAST($9 AS TEXT) IS NULL OR p.currency = $9)
        AND (CAST($10 AS BOOLEAN) IS NULL OR p.autonomous = $10)
        AND (CAST($11 AS TEXT) IS NULL OR p.status = $11)"
    };
}

const LIST_BY_TIME: &str = concat!(
    "SELECT ",
    columns!("p.status"),
    "
    FROM payments p JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
    WHERE p.workspace_id = $1 AND p.happened_at_ms >= $2 AND (p.happened_at_ms, p.id) < ($3, $4)
    ORDER BY p.happened_at_ms DESC, p.id DESC LIMIT $5"
);

// Most filters let much of the ledger through: the page is among the next payments, and what is left is only searched
// by kind when it is not.
const LIST_NEAR: &str = concat!("SELECT ", columns!("p.status"), "
    FROM (SELECT q.* FROM payments q
          WHERE q.workspace_id = $1 AND q.happened_at_ms >= $2 AND (q.happened_at_ms, q.id) < ($3, $4)
          ORDER BY q.happened_at_ms DESC, q.id DESC LIMIT $12) p
        JOIN agents a ON a.workspace_id = p.workspace_id AND a.id = p.agent_id
    WHERE ", passes!(), "
    ORDER BY p.happened_at_ms DESC, p.id DESC LIMIT $5");

// One seek for each kind and status finds its newest match. Only the $5 kinds with the newest ones can be on the page
// (`top`), and of each only what is not older than its own $5th match (`since`): positions, because whole files of
// payments may have happened at one instant.
const LIST_BY_KIND: &str = concat!("WITH found AS MATERIALIZED (
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
    SELECT ", columns!("p.status"), "
    FROM page CROSS JOIN payments p CROSS JOIN agents a
    WHERE p.workspace_id = $1 AND p.id = page.id AND a.workspace_id = p.workspace_id AND a.id = p.agent_id
    ORDER BY p.happened_at_ms DESC, p.id DESC");

// A reference is unique for its agent: one seek for each agent, and one for the id.
const LIST_BY_REFERENCE_OR_ID: &str = concat!("SELECT ", columns!("p.status"), "
    FROM (SELECT q.id FROM agents o CROSS JOIN payments q
          WHERE o.workspace_id = $1 AND q.workspace_id = $1 AND q.agent_id = o.id AND q.reference = $12
          UNION SELECT q.id FROM payments q WHERE q.workspace_id = $1 AND q.id = $12) found
        CROSS JOIN payments p CROSS JOIN agents a
    WHERE p.workspace_id = $1 AND p.id = found.id AND a.workspace_id = p.workspace_id AND a.id = p.agent_id
        AND p.happened_at_ms >= $2 AND (p.happened_at_ms, p.id) < ($3, $4)
        AND ", passes!(), "
    ORDER BY p.happened_at_ms DESC, p.id DESC LIMIT $5");

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
