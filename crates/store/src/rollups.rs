//! Sums for charts and totals, by the quarter of an hour in which a payment happened.

use model::{AgentId, Currency, Direction, PaymentStatus, Rail, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, rows_sql};
use crate::error::stored;
use crate::periods::LocalPeriod;
use crate::{Conn, Result, Tx};

/// One unit of `micros_hi`.
const HI: i128 = 1_000_000_000;

/// A sum as its two columns.
pub(crate) fn split(micros: i128) -> (i64, i64) {
    let hi = i64::try_from(micros.div_euclid(HI)).unwrap_or(i64::MAX);
    (hi, i64::try_from(micros.rem_euclid(HI)).unwrap_or_default())
}

/// A sum out of its two columns.
pub(crate) fn joined(hi: i64, lo: i64) -> i128 {
    i128::from(hi) * HI + i128::from(lo)
}

/// The payments of one agent in one quarter of an hour that are alike.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RollupKey {
    /// Whose payments.
    pub workspace_id: WorkspaceId,
    /// The agent.
    pub agent_id: AgentId,
    /// Start of the quarter (Unix milliseconds).
    pub quarter_ms: i64,
    /// Their currency.
    pub currency: Currency,
    /// Sent or received.
    pub direction: Direction,
    /// How they came into the ledger.
    pub rail: Rail,
    /// How they went.
    pub status: PaymentStatus,
}

/// A sum over payments that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Total {
    /// Their currency.
    pub currency: Currency,
    /// Sent or received.
    pub direction: Direction,
    /// How they went.
    pub status: PaymentStatus,
    /// How many.
    pub count: i64,
    /// Their sum, in millionths of the currency unit.
    pub micros: i128,
}

#[derive(Serialize_tuple)]
struct RollupRow<'a> {
    ws: &'a str,
    quarter: i64,
    agent: &'a str,
    currency: &'a str,
    direction: &'a str,
    rail: &'a str,
    status: &'a str,
    count: i64,
    hi: i64,
    lo: i64,
}

const ADD: RowsSql = rows_sql!(
    "INSERT INTO payment_rollups (workspace_id, quarter_ms, agent_id, currency, direction, rail, status, count,
         micros_hi, micros_lo)
     SELECT r.ws, r.quarter, r.agent, r.currency, r.direction, r.rail, r.status, r.count, r.hi, r.lo FROM",
    (ws TEXT, quarter BIGINT, agent TEXT, currency TEXT, direction TEXT, rail TEXT, status TEXT, count BIGINT,
     hi BIGINT, lo BIGINT),
    "WHERE true
     ON CONFLICT (workspace_id, quarter_ms, agent_id, currency, direction, rail, status) DO UPDATE SET
         count = payment_rollups.count + excluded.count,
         micros_hi = payment_rollups.micros_hi + excluded.micros_hi
             + (payment_rollups.micros_lo + excluded.micros_lo) / 1000000000,
         micros_lo = (payment_rollups.micros_lo + excluded.micros_lo) % 1000000000"
);

/// Adds to the sums, all in one statement: `(key, local period, count, micros)`, negative ones where a payment leaves a
/// sum. No key may stand there twice. The same rows go to [`crate::periods::add_all`] at the end of the transaction.
pub async fn add_all(tx: &mut Tx, rows: &[(RollupKey, LocalPeriod, i64, i128)]) -> Result<()> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(key, _, count, micros)| RollupRow {
            ws: key.workspace_id.as_str(),
            quarter: key.quarter_ms,
            agent: key.agent_id.as_str(),
            currency: key.currency.as_str(),
            direction: key.direction.as_str(),
            rail: key.rail.as_str(),
            status: key.status.as_str(),
            count: *count,
            hi: split(*micros).0,
            lo: split(*micros).1,
        })
        .collect();
    tx.write(ADD, &rows).await
}

/// Removes a sum that no payment is left in.
pub async fn delete_empty(tx: &mut Tx, key: &RollupKey) -> Result<()> {
    on_db!(tx, c => sqlx::query(
        "DELETE FROM payment_rollups
         WHERE workspace_id = $1 AND quarter_ms = $2 AND agent_id = $3 AND currency = $4 AND direction = $5
             AND rail = $6 AND status = $7 AND count = 0",
    )
    .bind(key.workspace_id.as_str())
    .bind(key.quarter_ms)
    .bind(key.agent_id.as_str())
    .bind(key.currency.as_str())
    .bind(key.direction.as_str())
    .bind(key.rail.as_str())
    .bind(key.status.as_str())
    .execute(c)
    .await
    .map(drop))?;
    Ok(())
}

/// The sums of a workspace from `from_ms` (the start of a quarter) until before `until_ms`, by currency, direction
/// and status.
pub async fn list_totals(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<Total>> {
    type Row = (String, String, String, i64, i64, i64);
    let rows: Vec<Row> = on_db!(conn, c => sqlx::query_as(
        "SELECT currency, direction, status, CAST(SUM(count) AS BIGINT), CAST(SUM(micros_hi) AS BIGINT),
                CAST(SUM(micros_lo) AS BIGINT)
         FROM payment_rollups WHERE workspace_id = $1 AND quarter_ms >= $2 AND quarter_ms < $3
         GROUP BY currency, direction, status ORDER BY currency, direction, status",
    )
    .bind(workspace.as_str())
    .bind(from_ms)
    .bind(until_ms)
    .fetch_all(c)
    .await)?;
    rows.into_iter()
        .map(|(currency, direction, status, count, hi, lo)| {
            Ok(Total {
                currency: stored("currency", &currency)?,
                direction: stored("direction", &direction)?,
                status: stored("payment status", &status)?,
                count,
                micros: joined(hi, lo),
            })
        })
        .collect()
}

/// The first and the last quarter of an hour in which a workspace has payments.
pub async fn get_bounds(conn: &mut Conn, workspace: &WorkspaceId) -> Result<Option<(i64, i64)>> {
    let (first, last): (Option<i64>, Option<i64>) = on_db!(conn, c => sqlx::query_as(
        "SELECT (SELECT MIN(quarter_ms) FROM payment_rollups WHERE workspace_id = $1),
                (SELECT MAX(quarter_ms) FROM payment_rollups WHERE workspace_id = $1)",
    )
    .bind(workspace.as_str())
    .fetch_one(c)
    .await)?;
    Ok(first.zip(last))
}
