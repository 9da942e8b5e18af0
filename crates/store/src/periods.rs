//! Sums by local day and month of a workspace's time zone, and what charts ask of them.

use std::collections::BTreeMap;

use model::{AgentId, Currency, Direction, PaymentStatus, WorkspaceId};
use serde_tuple::Serialize_tuple;

use crate::engine::{RowsSql, on_db, on_rows, rows_sql};
use crate::error::stored;
use crate::rollups::{RollupKey, Total, joined, split};
use crate::{Conn, Result, Tx};

/// How long the periods are that sums are kept for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// Local days.
    Day,
    /// Local months.
    Month,
}

impl Grain {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }
}

/// The local day and the first day of the local month in which payments happened, counted from 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalPeriod {
    /// The day.
    pub day: i64,
    /// The first day of its month.
    pub month: i64,
}

/// A part of a chart's bucket that one look-up answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize_tuple)]
pub struct Piece {
    /// Which bucket it belongs to; several pieces may belong to one.
    pub bucket: i64,
    /// The first local day of a period, or the start of the first quarter (Unix milliseconds).
    pub since: i64,
    /// Behind the last quarter (Unix milliseconds); means nothing for periods.
    pub until: i64,
}

/// What a bucket adds up to, for payments that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketTotal {
    /// The bucket.
    pub bucket: i64,
    /// The sum.
    pub total: Total,
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct PeriodKey<'a> {
    workspace: &'a str,
    grain: Grain,
    start_day: i64,
    agent: &'a str,
    currency: &'a str,
    direction: &'a str,
    status: &'a str,
}

#[derive(Serialize_tuple)]
struct PeriodRow<'a> {
    ws: &'a str,
    grain: &'a str,
    day: i64,
    agent: &'a str,
    currency: &'a str,
    direction: &'a str,
    status: &'a str,
    count: i64,
    hi: i64,
    lo: i64,
}

const ADD: RowsSql = rows_sql!(
    "INSERT INTO payment_periods (workspace_id, grain, start_day, agent_id, currency, direction, status, count,
         micros_hi, micros_lo)
     SELECT r.ws, r.grain, r.day, r.agent, r.currency, r.direction, r.status, r.count, r.hi, r.lo FROM",
    (ws TEXT, grain TEXT, day BIGINT, agent TEXT, currency TEXT, direction TEXT, status TEXT, count BIGINT,
     hi BIGINT, lo BIGINT),
    "WHERE true
     ON CONFLICT (workspace_id, grain, start_day, agent_id, currency, direction, status) DO UPDATE SET
         count = payment_periods.count + excluded.count,
         micros_hi = payment_periods.micros_hi + excluded.micros_hi
             + (payment_periods.micros_lo + excluded.micros_lo) / 1000000000,
         micros_lo = (payment_periods.micros_lo + excluded.micros_lo) % 1000000000"
);

/// Adds to the sums of days and months, of each agent and of all, in one statement: `(key, period, count, micros)`.
///
/// The rows over all agents are what writers in other processes wait for: call it last in a transaction.
pub async fn add_all(tx: &mut Tx, rows: &[(RollupKey, LocalPeriod, i64, i128)]) -> Result<()> {
    // In one order everywhere, so that two writers never wait for each other.
    let mut sums = BTreeMap::new();
    for (key, period, count, micros) in rows {
        for (grain, start_day) in [(Grain::Day, period.day), (Grain::Month, period.month)] {
            for agent in [key.agent_id.as_str(), ""] {
                let key = PeriodKey {
                    workspace: key.workspace_id.as_str(),
                    grain,
                    start_day,
                    agent,
                    currency: key.currency.as_str(),
                    direction: key.direction.as_str(),
                    status: key.status.as_str(),
                };
                let sum: &mut (i64, i128) = sums.entry(key).or_default();
                sum.0 += count;
                sum.1 += micros;
            }
        }
    }
    let rows: Vec<_> = sums
        .into_iter()
        .map(|(key, (count, micros))| {
            let (hi, lo) = split(micros);
            PeriodRow {
                ws: key.workspace,
                grain: key.grain.as_str(),
                day: key.start_day,
                agent: key.agent,
                currency: key.currency,
                direction: key.direction,
                status: key.status,
                count,
                hi,
                lo,
            }
        })
        .collect();
    tx.write(ADD, &rows).await
}

/// Removes the sums of a workspace, before they are made again for another time zone.
pub async fn delete_all(tx: &mut Tx, workspace: &WorkspaceId) -> Result<()> {
    on_db!(tx, c => sqlx::query("DELETE FROM payment_periods WHERE workspace_id = $1")
        .bind(workspace.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

#[derive(Serialize_tuple)]
struct SpanRow {
    day: i64,
    since: i64,
    until: i64,
}

const REBUILD_AGENTS: RowsSql = rows_sql!(
    "INSERT INTO payment_periods (workspace_id, grain, start_day, agent_id, currency, direction, status, count,
         micros_hi, micros_lo)
     SELECT $2, $3, r.day, p.agent_id, p.currency, p.direction, p.status, CAST(SUM(p.count) AS BIGINT),
         CAST(SUM(p.micros_hi) AS BIGINT) + CAST(SUM(p.micros_lo) AS BIGINT) / 1000000000,
         CAST(SUM(p.micros_lo) AS BIGINT) % 1000000000
     FROM",
    (day BIGINT, since BIGINT, until BIGINT),
    "CROSS JOIN payment_rollups p
     WHERE p.workspace_id = $2 AND p.quarter_ms >= r.since AND p.quarter_ms < r.until
     GROUP BY r.day, p.agent_id, p.currency, p.direction, p.status"
);

const REBUILD_ALL: &str =
    "INSERT INTO payment_periods (workspace_id, grain, start_day, agent_id, currency, direction, status, count,
         micros_hi, micros_lo)
     SELECT workspace_id, grain, start_day, '', currency, direction, status, CAST(SUM(count) AS BIGINT),
         CAST(SUM(micros_hi) AS BIGINT) + CAST(SUM(micros_lo) AS BIGINT) / 1000000000,
         CAST(SUM(micros_lo) AS BIGINT) % 1000000000
     FROM payment_periods WHERE workspace_id = $1 AND grain = $2 AND agent_id <> ''
     GROUP BY workspace_id, grain, start_day, currency, direction, status";

/// Makes the sums of a workspace from its quarters, which [`delete_all`] removed before: `(start day, first
/// millisecond, behind the last one)` of each period.
pub async fn rebuild(
    tx: &mut Tx,
    workspace: &WorkspaceId,
    grain: Grain,
    spans: &[(i64, i64, i64)],
) -> Result<()> {
    let rows: Vec<_> = spans
        .iter()
        .map(|(day, since, until)| SpanRow { day: *day, since: *since, until: *until })
        .collect();
    on_rows!(tx, REBUILD_AGENTS, &rows, |c, sql, json| sqlx::query(sql)
        .bind(json)
        .bind(workspace.as_str())
        .bind(grain.as_str())
        .execute(c)
        .await
        .map(drop))?;
    on_db!(tx, c => sqlx::query(REBUILD_ALL)
        .bind(workspace.as_str())
        .bind(grain.as_str())
        .execute(c)
        .await
        .map(drop))?;
    Ok(())
}

/// `(bucket, currency, direction, status, count, hi, lo)`
type BucketRow = (i64, String, String, String, i64, i64, i64);

fn bucket_total(row: BucketRow) -> Result<BucketTotal> {
    let (bucket, currency, direction, status, count, hi, lo) = row;
    Ok(BucketTotal {
        bucket,
        total: Total {
            currency: stored::<Currency>("currency", &currency)?,
            direction: stored::<Direction>("direction", &direction)?,
            status: stored::<PaymentStatus>("payment status", &status)?,
            count,
            micros: joined(hi, lo),
        },
    })
}

// A CROSS JOIN keeps SQLite from looking through the whole workspace once for each piece.
const LIST_PERIODS: RowsSql = rows_sql!(
    "SELECT r.bucket, p.currency, p.direction, p.status, CAST(SUM(p.count) AS BIGINT),
         CAST(SUM(p.micros_hi) AS BIGINT), CAST(SUM(p.micros_lo) AS BIGINT)
     FROM",
    (bucket BIGINT, since BIGINT),
    "CROSS JOIN payment_periods p
     WHERE p.workspace_id = $2 AND p.grain = $3 AND p.start_day = r.since AND p.agent_id = $4
     GROUP BY r.bucket, p.currency, p.direction, p.status"
);

/// The sums of whole periods by bucket, of one agent or of all.
pub async fn list_periods(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: Option<&AgentId>,
    grain: Grain,
    pieces: &[Piece],
) -> Result<Vec<BucketTotal>> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<BucketRow> = on_rows!(conn, LIST_PERIODS, pieces, |c, sql, json| {
        sqlx::query_as(sql)
            .bind(json)
            .bind(workspace.as_str())
            .bind(grain.as_str())
            .bind(agent.map_or("", AgentId::as_str))
            .fetch_all(c)
            .await
    })?;
    rows.into_iter().map(bucket_total).collect()
}

const LIST_QUARTERS: RowsSql = rows_sql!(
    "SELECT r.bucket, p.currency, p.direction, p.status, CAST(SUM(p.count) AS BIGINT),
         CAST(SUM(p.micros_hi) AS BIGINT), CAST(SUM(p.micros_lo) AS BIGINT)
     FROM",
    (bucket BIGINT, since BIGINT, until BIGINT),
    "CROSS JOIN payment_rollups p
     WHERE p.workspace_id = $2 AND p.quarter_ms >= r.since AND p.quarter_ms < r.until
     GROUP BY r.bucket, p.currency, p.direction, p.status"
);

const LIST_QUARTERS_OF_AGENT: RowsSql = rows_sql!(
    "SELECT r.bucket, p.currency, p.direction, p.status, CAST(SUM(p.count) AS BIGINT),
         CAST(SUM(p.micros_hi) AS BIGINT), CAST(SUM(p.micros_lo) AS BIGINT)
     FROM",
    (bucket BIGINT, since BIGINT, until BIGINT),
    "CROSS JOIN payment_rollups p
     WHERE p.workspace_id = $2 AND p.agent_id = $3 AND p.quarter_ms >= r.since AND p.quarter_ms < r.until
     GROUP BY r.bucket, p.currency, p.direction, p.status"
);

/// The sums of quarters of an hour by bucket, of one agent or of all.
pub async fn list_quarters(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agent: Option<&AgentId>,
    pieces: &[Piece],
) -> Result<Vec<BucketTotal>> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<BucketRow> = match agent {
        None => on_rows!(conn, LIST_QUARTERS, pieces, |c, sql, json| {
            sqlx::query_as(sql).bind(json).bind(workspace.as_str()).fetch_all(c).await
        })?,
        Some(agent) => on_rows!(conn, LIST_QUARTERS_OF_AGENT, pieces, |c, sql, json| {
            sqlx::query_as(sql)
                .bind(json)
                .bind(workspace.as_str())
                .bind(agent.as_str())
                .fetch_all(c)
                .await
        })?,
    };
    rows.into_iter().map(bucket_total).collect()
}

const LIST_SPENDING: RowsSql = rows_sql!(
    "SELECT p.agent_id, CAST(SUM(p.micros_hi) AS BIGINT), CAST(SUM(p.micros_lo) AS BIGINT)
     FROM",
    (bucket BIGINT, since BIGINT),
    "CROSS JOIN payment_periods p
     WHERE p.workspace_id = $2 AND p.grain = $3 AND p.start_day = r.since AND p.agent_id > '' AND p.currency = $4
         AND p.direction = 'sent' AND p.status <> 'missed'
     GROUP BY p.agent_id"
);

/// What each agent spent in whole periods, in one currency; a missed payment spends nothing. One row for each agent.
pub async fn list_spending(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    grain: Grain,
    currency: Currency,
    pieces: &[Piece],
) -> Result<Vec<(AgentId, i128)>> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, i64, i64)> = on_rows!(conn, LIST_SPENDING, pieces, |c, sql, json| {
        sqlx::query_as(sql)
            .bind(json)
            .bind(workspace.as_str())
            .bind(grain.as_str())
            .bind(currency.as_str())
            .fetch_all(c)
            .await
    })?;
    Ok(spending(rows))
}

const LIST_QUARTER_SPENDING: RowsSql = rows_sql!(
    "SELECT p.agent_id, CAST(SUM(p.micros_hi) AS BIGINT), CAST(SUM(p.micros_lo) AS BIGINT)
     FROM",
    (bucket BIGINT, since BIGINT, until BIGINT),
    "CROSS JOIN payment_rollups p
     WHERE p.workspace_id = $2 AND p.quarter_ms >= r.since AND p.quarter_ms < r.until AND p.currency = $3
         AND p.direction = 'sent' AND p.status <> 'missed'
     GROUP BY p.agent_id"
);

/// What each agent spent in quarters of an hour, in one currency; a missed payment spends nothing.
pub async fn list_quarter_spending(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    currency: Currency,
    pieces: &[Piece],
) -> Result<Vec<(AgentId, i128)>> {
    if pieces.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, i64, i64)> =
        on_rows!(conn, LIST_QUARTER_SPENDING, pieces, |c, sql, json| {
            sqlx::query_as(sql)
                .bind(json)
                .bind(workspace.as_str())
                .bind(currency.as_str())
                .fetch_all(c)
                .await
        })?;
    Ok(spending(rows))
}

fn spending(rows: Vec<(String, i64, i64)>) -> Vec<(AgentId, i128)> {
    rows.into_iter().map(|(id, hi, lo)| (AgentId::from_stored(id), joined(hi, lo))).collect()
}

const LIST_COUNTS: RowsSql = rows_sql!(
    "WITH RECURSIVE days(day) AS (
         SELECT CAST($3 AS BIGINT) UNION ALL SELECT day + 1 FROM days WHERE day < $4
     )
     SELECT p.agent_id, p.start_day, CAST(SUM(p.count) AS BIGINT)
     FROM",
    (agent TEXT),
    "CROSS JOIN days d
     CROSS JOIN payment_periods p
     WHERE p.workspace_id = $2 AND p.grain = 'day' AND p.start_day = d.day AND p.agent_id = r.agent
     GROUP BY p.agent_id, p.start_day"
);

/// How many payments these agents made and received on each local day from the first to the last; days without any are
/// left out.
pub async fn list_counts(
    conn: &mut Conn,
    workspace: &WorkspaceId,
    agents: &[&AgentId],
    (first, last): (i64, i64),
) -> Result<Vec<(AgentId, i64, i64)>> {
    let rows: Vec<_> = agents.iter().map(|id| (id,)).collect();
    let found: Vec<(String, i64, i64)> = on_rows!(conn, LIST_COUNTS, &rows, |c, sql, json| {
        sqlx::query_as(sql)
            .bind(json)
            .bind(workspace.as_str())
            .bind(first)
            .bind(last)
            .fetch_all(c)
            .await
    })?;
    Ok(found.into_iter().map(|(id, day, count)| (AgentId::from_stored(id), day, count)).collect())
}
